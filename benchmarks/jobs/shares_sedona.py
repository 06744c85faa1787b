"""Shares with SedonaDB.

Best formulation found: keep the pairs in memory, count the municipalities of each line, and cut
only the lines that meet more than one.
"""

from __future__ import annotations

import geoarrow.pyarrow as ga
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
import sedonadb
from job import LINES, POINTS, arguments, read, report, timed

SHARES = """
    WITH counted AS (
        SELECT uuid, min(ags) AS ags, count(*) AS n FROM pair GROUP BY uuid)
    SELECT l.uuid, c.ags, ST_Length(l.geom) AS length_m
    FROM counted c JOIN line l ON l.uuid = c.uuid WHERE n = 1
    UNION ALL
    SELECT p.uuid, p.ags, ST_Length(ST_Intersection(l.geom, m.geom))
    FROM pair p JOIN counted c ON p.uuid = c.uuid JOIN line l ON l.uuid = p.uuid
    JOIN municipality m ON m.ags = p.ags WHERE c.n > 1
    UNION ALL
    SELECT t.uuid, m.ags, CAST(NULL AS DOUBLE)
    FROM point t JOIN municipality m ON ST_Intersects(t.geom, m.geom)"""

register, out, _ = arguments()
with timed("start"):
    sedona = sedonadb.connect()
for view, layers, key in (("municipality", ("municipality",), "ags"), ("line", LINES, "uuid"),
                          ("point", POINTS, "uuid")):  # fmt: skip
    with timed("load"):
        whole = pa.concat_tables([read(register, layer, [key]) for layer in layers])
        geometry = whole.column("geom").combine_chunks()
        if isinstance(geometry, pa.ExtensionArray):
            geometry = geometry.storage
        table = pa.table({key: whole.column(key), "geom": ga.as_wkb(geometry)})
        sedona.create_data_frame(table).to_view(view)
with timed("pairs"):
    sedona.sql(
        "SELECT l.uuid, m.ags FROM line l JOIN municipality m ON ST_Intersects(l.geom, m.geom)"
    ).to_memtable().to_view("pair")
with timed("shares"):
    shares = sedona.sql(SHARES).to_arrow_table()
with timed("write"):
    pa.parquet.write_table(shares, out)
report(rows=shares.num_rows, metres=pc.sum(shares["length_m"]).as_py())
