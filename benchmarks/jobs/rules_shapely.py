"""Validation with shapely: validity, simplicity, duplicates, ends that nearly meet a line."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import shapely
from job import LINES, arguments, geometries, read, report, timed

_NEAR_M = 1.0
register, out, _ = arguments()
found: list[tuple[str, str, np.ndarray]] = []
for layer in LINES:
    with timed("read"):
        table = read(register, layer, ["uuid"])
        lines, uuid = geometries(table), table.column("uuid").to_numpy()
    with timed("valid"):
        found.append((layer, "invalid", uuid[~shapely.is_valid(lines)]))
    with timed("simple"):
        found.append((layer, "not simple", uuid[~shapely.is_simple(lines)]))
    with timed("duplicates"):
        wkb = shapely.to_wkb(shapely.normalize(lines))
        _, group, count = np.unique(wkb.astype(bytes), return_inverse=True, return_counts=True)
        found.append((layer, "duplicate", uuid[count[group] > 1]))
    with timed("near misses"):
        ends = np.concatenate((shapely.get_point(lines, 0), shapely.get_point(lines, -1)))
        end, line = shapely.STRtree(lines).query(ends, "dwithin", distance=_NEAR_M)
        other = end % len(lines) != line
        end, line = end[other], line[other]
        near = shapely.distance(ends[end], lines[line]) > 0
        found.append((layer, "near miss", uuid[end[near] % len(lines)]))
with timed("write"):
    pa.parquet.write_table(pa.table({
        "table": np.repeat([f[0] for f in found], [len(f[2]) for f in found]),
        "rule": np.repeat([f[1] for f in found], [len(f[2]) for f in found]),
        "uuid": np.concatenate([f[2] for f in found]),
    }), out)  # fmt: skip
report(findings={" ".join(f[:2]): len(f[2]) for f in found})
