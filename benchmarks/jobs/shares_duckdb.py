"""Shares with DuckDB spatial, offline.

Best formulation found: find the pairs first and count the municipalities of each line; a line
that meets one has its length, only the others are cut. The layers come in by Arrow (ST_Read of
this version refuses the register's geometries).
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import duckdb_extension_spatial
from job import LINES, POINTS, arguments, read, report, timed

PAIRS = """
    CREATE TABLE pair AS SELECT l.rowid AS i, m.rowid AS j
    FROM line l JOIN municipality m ON ST_Intersects(l.geom, m.geom)"""
SHARES = """
    CREATE TABLE share AS WITH counted AS (
        SELECT i, any_value(j) AS j, count(*) AS n FROM pair GROUP BY i)
    SELECT l.uuid, m.ags, ST_Length(l.geom) AS length_m
    FROM counted c JOIN line l ON l.rowid = c.i JOIN municipality m ON m.rowid = c.j WHERE n = 1
    UNION ALL
    SELECT l.uuid, m.ags, ST_Length(ST_Intersection(l.geom, m.geom))
    FROM pair p JOIN counted c USING (i) JOIN line l ON l.rowid = p.i
    JOIN municipality m ON m.rowid = p.j WHERE n > 1
    UNION ALL
    SELECT t.uuid, m.ags, NULL FROM point t JOIN municipality m ON ST_Intersects(t.geom, m.geom)"""

register, out, _ = arguments()
with timed("start"):
    db = duckdb.connect()
    package = Path(duckdb_extension_spatial.__file__).parent
    db.load_extension(str(next(package.rglob("spatial.duckdb_extension"))))
for table, layers, key in (("municipality", ("municipality",), "ags"), ("line", LINES, "uuid"),
                           ("point", POINTS, "uuid")):  # fmt: skip
    with timed("load"):
        db.execute(f"CREATE TABLE {table} ({key} VARCHAR, geom GEOMETRY)")
        for layer in layers:
            delivered = read(register, layer, [key])
            db.register("delivered", delivered)
            db.execute(f"INSERT INTO {table} SELECT {key}, geom::GEOMETRY FROM delivered")
            db.unregister("delivered")
with timed("pairs"):
    db.execute(PAIRS)
with timed("shares"):
    db.execute(SHARES)
with timed("write"):
    db.execute(f"COPY share TO '{out}' (FORMAT PARQUET)")
rows, metres = db.execute("SELECT count(*), sum(length_m) FROM share").fetchone()
report(rows=rows, metres=metres)
