"""Shares with QGIS's native:intersection; the lengths are asked of what comes out."""

from __future__ import annotations

import csv

from job import LINES, POINTS, arguments, report, timed
from qgis.core import QgsFeatureRequest
from qgis_run import layer, run

register, out, _ = arguments()
# From a file, QGIS would read the municipality anew for each line.
municipalities = layer(register, "municipality").materialize(QgsFeatureRequest())
rows, metres = 0, 0.0
with out.open("w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(("uuid", "ags", "length_m"))
    for name in (*LINES, *POINTS):
        found = run("native:intersection", INPUT=layer(register, name), OVERLAY=municipalities,
                    INPUT_FIELDS=["uuid"], OVERLAY_FIELDS=["ags"],
                    OUTPUT="TEMPORARY_OUTPUT")["OUTPUT"]  # fmt: skip
        with timed("write"):
            for feature in found.getFeatures():
                length = feature.geometry().length() if name in LINES else None
                writer.writerow((feature["uuid"], feature["ags"], length))
                rows, metres = rows + 1, metres + (length or 0.0)
report(rows=rows, metres=metres)
