"""Our shares without reading and writing: the array kernels, the coverage's grid at hand."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from job import LINES, POINTS, arguments, report, timed

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ile_gis_plugin.core.geometry.wkb import decode_lines, decode_points
from ile_gis_plugin.core.stores import open_register
from ile_gis_plugin.core.tasks.compute_shares import coverage_of
from ile_gis_plugin.core.territory.shares import line_shares, point_shares

register, _, _ = arguments()
metres = 0.0
with open_register(register, read_only=True) as store:
    with timed("coverage"):
        coverage = coverage_of(store)
    index = {ags: n for n, ags in enumerate(coverage.ags)}
    for layer in (*LINES, *POINTS):
        with timed("scan"):
            chunks = list(store.scan(layer, ["ags"]))
        for chunk in chunks:
            home = np.array([index[ags] for ags in chunk.columns["ags"]])
            if layer in POINTS:
                with timed("decode"):
                    xy = decode_points(chunk.wkb)
                with timed("kernel"):
                    point_shares(coverage, xy, home)
                continue
            with timed("decode"):
                lines = decode_lines(chunk.wkb)
            with timed("kernel"):
                shares = line_shares(coverage, lines.coords, lines.offsets, home, threads=2)
            metres += float(shares.length_m.sum())
report(metres=metres)
