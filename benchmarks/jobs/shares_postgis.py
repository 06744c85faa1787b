"""Shares with PostGIS.

Best formulation found: the lines are indexed and the municipalities ask, so that each of them is
prepared once, by two workers; what lies properly inside has its whole length, the rest is cut.
"""

from __future__ import annotations

from job import LINES, POINTS, arguments, report, timed
from postgis import connect, load, write

LINE_SHARES = """
    CREATE UNLOGGED TABLE line_share AS
    SELECT l.uuid, m.ags, CASE WHEN ST_ContainsProperly(m.geom, l.geom) THEN ST_Length(l.geom)
        ELSE ST_Length(ST_Intersection(l.geom, m.geom)) END AS length_m
    FROM municipality m JOIN line l ON ST_Intersects(m.geom, l.geom)"""
POINT_SHARES = """
    CREATE UNLOGGED TABLE point_share AS SELECT t.uuid, m.ags, NULL::float AS length_m
    FROM municipality m JOIN point t ON ST_Intersects(m.geom, t.geom)"""
ALL = "SELECT * FROM line_share UNION ALL SELECT * FROM point_share"

register, out, (url,) = arguments()
with connect(url) as connection:
    load(connection, register, "municipality", ("municipality",), ["ags"], index=False)
    load(connection, register, "line", LINES, ["uuid"])
    load(connection, register, "point", POINTS, ["uuid"])
    connection.execute("DROP TABLE IF EXISTS line_share, point_share")
    with timed("shares"):
        connection.execute(LINE_SHARES)
        connection.execute(POINT_SHARES)
    write(connection, ALL, out)
    found = connection.execute(f"SELECT count(*), sum(length_m) FROM ({ALL}) share").fetchone()
report(rows=found[0], metres=found[1])
