"""READ, the yardstick: the asset layers and municipalities by Arrow, into geometry objects."""

from __future__ import annotations

import pyogrio  # noqa: F401 - so that its import does not count inside
import shapely  # noqa: F401
from job import LINES, POINTS, arguments, geometries, read, report, timed

register, _, _ = arguments()
count = 0
for layer in (*LINES, *POINTS, "municipality"):
    with timed("arrow"):
        table = read(register, layer, ["uuid", "ags"])
    with timed("geometries"):
        count += len(geometries(table))
report(rows=count)
