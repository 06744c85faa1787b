"""Border matching with PostGIS: dwithin for the ends, KNN for T-junctions, buffers for doubles.

The proposals are written as this project writes its own, so that both are compared with the truth.
"""

from __future__ import annotations

import json

from job import POINTS, arguments, report, timed
from postgis import connect, load

FIELDS = {
    "path": ("surface", "width_m", "legal_class", "status"),
    "utility_line": ("material", "dn_mm", "status"),
}
_BORDERS = """
    CREATE UNLOGGED TABLE border AS
    SELECT ags, ST_Subdivide(ST_Boundary(geom), 16) AS geom FROM municipality"""
_ENDS = """
    CREATE UNLOGGED TABLE line_end AS
    SELECT row_number() OVER () AS id, uuid, ags, geom FROM (
        SELECT uuid, ags, ST_StartPoint(geom) AS geom FROM line
        UNION ALL SELECT uuid, ags, ST_EndPoint(geom) FROM line) e"""
_NEAR = """
    CREATE UNLOGGED TABLE near_end AS
    SELECT DISTINCT e.* FROM border b JOIN line_end e ON ST_DWithin(b.geom, e.geom, 5)"""
# The best partner of each end, kept where it is mutual.
_PAIRS = """
    CREATE UNLOGGED TABLE end_pair AS WITH pair AS (
        SELECT a.id AS a, b.id AS b, a.uuid AS left_uuid, b.uuid AS right_uuid, a.geom AS place,
               b.geom AS other, ST_Distance(a.geom, b.geom) AS d
        FROM near_end a JOIN near_end b ON ST_DWithin(a.geom, b.geom, 3) AND a.ags < b.ags),
    ranked AS (
        SELECT *, row_number() OVER (PARTITION BY a ORDER BY d) AS ra,
               row_number() OVER (PARTITION BY b ORDER BY d) AS rb FROM pair)
    SELECT * FROM ranked WHERE ra = 1 AND rb = 1"""
_GAPS = """
    INSERT INTO proposal SELECT
        CASE WHEN least(ST_Distance(p.place, r.geom), ST_Distance(p.other, l.geom)) < d / 2
        THEN 'overshoot' ELSE 'gap' END, left_uuid, right_uuid, place
    FROM end_pair p JOIN line l ON l.uuid = left_uuid JOIN line r ON r.uuid = right_uuid
    WHERE d > 0 AND (left_uuid, right_uuid) NOT IN (
        SELECT left_uuid, right_uuid FROM proposal WHERE kind = 'double')"""
_JUNCTIONS = """
    INSERT INTO proposal SELECT 'gap', e.uuid, n.uuid, e.geom FROM near_end e
    CROSS JOIN LATERAL (
        SELECT l.uuid, ST_Distance(l.geom, e.geom) AS d FROM line l
        WHERE l.ags <> e.ags AND ST_DWithin(l.geom, e.geom, 3)
        ORDER BY l.geom <-> e.geom LIMIT 1) n
    WHERE n.d > 0.002 AND e.id NOT IN (SELECT a FROM end_pair UNION ALL SELECT b FROM end_pair)
        AND NOT EXISTS (SELECT 1 FROM proposal p WHERE kind = 'double'
                        AND e.uuid IN (left_uuid, right_uuid)
                        AND n.uuid IN (left_uuid, right_uuid))"""
_MISMATCHES = """
    INSERT INTO proposal SELECT 'mismatch', l.uuid, r.uuid, place
    FROM end_pair p JOIN line l ON l.uuid = left_uuid JOIN line r ON r.uuid = right_uuid
    WHERE {}"""
_DOUBLES = """
    INSERT INTO proposal SELECT 'double', a.uuid, b.uuid, ST_PointOnSurface(
        ST_Intersection(a.geom, ST_Buffer(b.geom, 2.5)))
    FROM line a JOIN line b ON a.ags < b.ags AND ST_DWithin(a.geom, b.geom, 2.5)
    WHERE ST_Length(ST_Intersection(a.geom, ST_Buffer(b.geom, 2.5))) > 15"""
_ALONG = """
    INSERT INTO proposal SELECT 'along_border', l.uuid, NULL,
        ST_PointOnSurface(min(l.geom::text)::geometry)
    FROM border b JOIN line l ON l.ags = b.ags AND ST_DWithin(b.geom, l.geom, 1)
    WHERE l.uuid NOT IN (SELECT left_uuid FROM proposal WHERE kind = 'double'
                         UNION ALL SELECT right_uuid FROM proposal WHERE kind = 'double')
    GROUP BY l.uuid
    HAVING sum(ST_Length(ST_Intersection(l.geom, ST_Buffer(b.geom, 1, 'endcap=flat')))) > 40"""
_POINTS = """
    INSERT INTO proposal SELECT 'point_double', left_uuid, right_uuid, place FROM (
        SELECT a.uuid AS left_uuid, b.uuid AS right_uuid, a.geom AS place,
               row_number() OVER (PARTITION BY a.uuid ORDER BY a.geom <-> b.geom) AS ra,
               row_number() OVER (PARTITION BY b.uuid ORDER BY a.geom <-> b.geom) AS rb
        FROM point a JOIN point b ON a.ags < b.ags AND ST_DWithin(a.geom, b.geom, 2)) r
    WHERE ra = 1 AND rb = 1"""


def differs(field: str) -> str:
    if field == "width_m":
        return "abs(l.width_m::float - r.width_m::float) > 0.25 + 1e-9"
    return f"l.{field} <> r.{field}"


def step(name: str, *statements: str) -> None:
    with timed(name):
        for statement in statements:
            connection.execute(statement)


register, out, (url,) = arguments()
with connect(url) as connection:
    connection.execute("DROP TABLE IF EXISTS proposal")
    connection.execute("CREATE UNLOGGED TABLE proposal (kind text, left_uuid text, "
                       "right_uuid text, place geometry)")  # fmt: skip
    connection.execute("DROP TABLE IF EXISTS border")
    load(connection, register, "municipality", ("municipality",), ["ags"], index=False)
    step("borders", _BORDERS, "CREATE INDEX ON border USING gist (geom)", "ANALYZE border")
    for layer, fields in FIELDS.items():
        load(connection, register, "line", (layer,), ["uuid", "ags", *fields])
        connection.execute("DROP TABLE IF EXISTS line_end, near_end, end_pair")
        step("ends", _ENDS, "CREATE INDEX ON line_end USING gist (geom)", "ANALYZE line_end",
             _NEAR, "CREATE INDEX ON near_end USING gist (geom)", "ANALYZE near_end")  # fmt: skip
        step("doubles", _DOUBLES)
        step("pairs", _PAIRS, "ANALYZE end_pair", _GAPS, _JUNCTIONS)
        step("mismatches", _MISMATCHES.format(" OR ".join(differs(f) for f in fields)))
        step("along", _ALONG)
    for layer in POINTS:
        load(connection, register, "point", (layer,), ["uuid", "ags"])
        step("points", _POINTS)
    with timed("write"):
        found = connection.execute(
            "SELECT kind, left_uuid, right_uuid, ST_X(place), ST_Y(place) FROM proposal"
        ).fetchall()
        proposals = [
            {"kind": kind, "assets": [{"uuid": uuid} for uuid in assets if uuid], "place": place}
            for kind, *assets, place in ((k, a, b, (x, y)) for k, a, b, x, y in found)
        ]
        out.write_text(json.dumps({"proposals": proposals}))
report(rows=len(proposals))
