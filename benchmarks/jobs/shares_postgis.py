"""Shares with PostGIS.

Best formulation found: the lines are indexed and the municipalities ask, so that each of them is
prepared once, by two workers; then the municipalities of each line are counted, and only lines
that meet more than one are cut.
"""

from __future__ import annotations

from job import LINES, POINTS, arguments, report, timed
from postgis import connect, load, write

PAIRS = """
    CREATE UNLOGGED TABLE pair AS SELECT l.uuid, m.ags
    FROM municipality m JOIN line l ON ST_Intersects(m.geom, l.geom)"""
SHARES = """
    CREATE UNLOGGED TABLE share AS WITH counted AS (
        SELECT uuid, min(ags) AS ags, count(*) AS n FROM pair GROUP BY uuid)
    SELECT l.uuid, c.ags, ST_Length(l.geom) AS length_m
    FROM counted c JOIN line l USING (uuid) WHERE n = 1
    UNION ALL
    SELECT l.uuid, m.ags, ST_Length(ST_Intersection(l.geom, m.geom))
    FROM counted c JOIN pair p USING (uuid) JOIN line l USING (uuid)
    JOIN municipality m ON m.ags = p.ags WHERE n > 1
    UNION ALL
    SELECT t.uuid, m.ags, NULL FROM municipality m JOIN point t ON ST_Intersects(m.geom, t.geom)"""

register, out, (url,) = arguments()
with connect(url) as connection:
    load(connection, register, "municipality", ("municipality",), ["ags"], index=False)
    load(connection, register, "line", LINES, ["uuid"])
    load(connection, register, "point", POINTS, ["uuid"])
    connection.execute("DROP TABLE IF EXISTS pair, share")
    with timed("pairs"):
        connection.execute(PAIRS)
        connection.execute("ANALYZE pair")
    with timed("shares"):
        connection.execute(SHARES)
    write(connection, "SELECT * FROM share", out)
    rows, metres = connection.execute("SELECT count(*), sum(length_m) FROM share").fetchone()
report(rows=rows, metres=metres)
