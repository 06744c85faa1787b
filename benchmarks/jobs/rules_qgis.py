"""Validation with QGIS's own algorithms, as far as there are any: validity and duplicates."""

from __future__ import annotations

import csv

from job import LINES, arguments, report
from qgis_run import layer, run

_GEOS = 2  # of qgis:checkvalidity's methods
register, out, _ = arguments()
rows = []
for name in LINES:
    lines = layer(register, name)
    checked = run("qgis:checkvalidity", INPUT_LAYER=lines, METHOD=_GEOS,
                  VALID_OUTPUT="TEMPORARY_OUTPUT", INVALID_OUTPUT="TEMPORARY_OUTPUT",
                  ERROR_OUTPUT="TEMPORARY_OUTPUT")  # fmt: skip
    rows.append((name, "invalid", checked["INVALID_COUNT"]))
    single = run("native:deleteduplicategeometries", INPUT=lines, OUTPUT="TEMPORARY_OUTPUT")
    rows.append((name, "duplicate", single["DUPLICATE_COUNT"]))
with out.open("w", newline="") as file:
    csv.writer(file).writerows(rows)
report(findings={" ".join(row[:2]): row[2] for row in rows})
