"""Validation with PostGIS: validity, simplicity, duplicates, ends that nearly meet a line."""

from __future__ import annotations

from job import LINES, arguments, report, timed
from postgis import connect, load, write

_STEPS = {
    "valid": "SELECT '{0}' AS layer, 'invalid' AS rule, uuid FROM {0} WHERE NOT ST_IsValid(geom)",
    "simple": "SELECT '{0}', 'not simple', uuid FROM {0} WHERE NOT ST_IsSimple(geom)",
    "duplicates": """
        SELECT '{0}', 'duplicate', unnest(array_agg(uuid)) FROM {0}
        GROUP BY ST_AsBinary(ST_Normalize(geom)) HAVING count(*) > 1""",
    "near misses": """
        SELECT '{0}', 'near miss', e.uuid
        FROM (SELECT uuid, ST_StartPoint(geom) AS geom FROM {0}
              UNION ALL SELECT uuid, ST_EndPoint(geom) FROM {0}) e
        JOIN {0} l ON ST_DWithin(l.geom, e.geom, 1.0)
        WHERE l.uuid <> e.uuid AND ST_Distance(l.geom, e.geom) > 0""",
}

register, out, (url,) = arguments()
with connect(url) as connection:
    connection.execute("DROP TABLE IF EXISTS finding")
    connection.execute("CREATE UNLOGGED TABLE finding (layer text, rule text, uuid text)")
    for layer in LINES:
        load(connection, register, layer, (layer,), ["uuid"])
        for step, query in _STEPS.items():
            with timed(step):
                connection.execute(f"INSERT INTO finding {query.format(layer)}")
    write(connection, "SELECT * FROM finding", out)
    found = connection.execute("SELECT layer, rule, count(*) FROM finding GROUP BY 1, 2").fetchall()
report(findings={" ".join(row[:2]): row[2] for row in found})
