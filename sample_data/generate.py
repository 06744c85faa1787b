#!/usr/bin/env python3
"""Makes what seven municipalities would really send: boundaries, deliveries and known faults.

Everything is invented and follows from the seed. Usage:

    python sample_data/generate.py FOLDER [--seed 2026] [--scale 1.0]
"""

from __future__ import annotations

import argparse
import csv
import sys
from dataclasses import dataclass
from pathlib import Path

import border_faults
import boundary_file
import deliveries
import federal
import formats
import kept_faults
import later
import record_faults
import region as regions
from border_faults import Fault
from noise import stream

SEED = 2026
_FAULT_COLUMNS = ("kind", "file", "layer", "row", "asset_no", "municipality", "expected", "detail")


@dataclass(frozen=True)
class Summary:
    """What was written: rows by file and layer, and the faults among them."""

    folder: Path
    municipalities: int
    rows: dict[tuple[str, str], int]
    faults: int

    @property
    def assets(self) -> int:
        """Delivered rows, without the later delivery."""
        return sum(n for (file, _), n in self.rows.items() if file != deliveries.LATER.file)


def generate(target: Path, seed: int = SEED, scale: float = 1.0) -> Summary:
    """Writes everything below `target`; files of the same names are replaced.

    Raises `formats.GridMissing` where PROJ has no BETA2007 grid.
    """
    formats.into("EPSG:31468")  # fails before anything is written
    target = Path(target)
    region = regions.make(seed, scale)
    count = boundary_file.write(target / "boundaries" / "vg250_gem.gpkg", region.coverage)
    faults = border_faults.put_in(region, seed)
    faults += kept_faults.put_in(region, faults, seed)
    *own, federal_delivery = deliveries.DELIVERIES
    rng = stream(seed, "spelling")
    sheets = [deliveries.spell(region, d, rng) for d in own]
    faults += record_faults.put_in(sheets, faults, seed)
    lights = next(s for s in sheets if s.delivery.mapping_name == "buch_streetlight")
    sheets.append(later.make(region, lights, seed))
    formats.write(target, sheets)
    rows = {(s.delivery.file, s.delivery.layer): len(s.cells) for s in sheets}
    known = [line for f in faults for line in _where(f, sheets)]
    more, lost, where = federal.write(target / federal_delivery.file, region, seed)
    rows[federal_delivery.file, ""] = more
    known += [_line(f, federal_delivery.file, "", where[id(f.row)], "") for f in lost]
    _write_faults(target / "faults.csv", known)
    return Summary(target, count, rows, len(known))


def _where(fault: Fault, sheets: list[deliveries.Sheet]) -> list[dict]:
    """Where a faulty asset stands: in its delivery, and again in a later one."""
    lines = []
    for sheet in sheets:
        for k, row in enumerate(sheet.rows):
            if row is fault.row:
                number = sheet.cells[k][sheet.column("asset_no")]
                lines.append(
                    _line(fault, sheet.delivery.file, sheet.delivery.layer, k + 1, number)
                )
    return lines


def _line(fault: Fault, file: str, layer: str, row: int, number: str) -> dict:
    return dict(zip(_FAULT_COLUMNS, (
        fault.kind, file, layer, row, number, fault.row["ags"], fault.expected, fault.detail,
    ), strict=True))  # fmt: skip


def _write_faults(path: Path, lines: list[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, _FAULT_COLUMNS, lineterminator="\n")
        out.writeheader()
        out.writerows(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="where the files go")
    parser.add_argument("--seed", type=int, default=SEED, help="another region (default 2026)")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the villages")
    chosen = parser.parse_args(arguments)
    summary = generate(chosen.folder, chosen.seed, chosen.scale)
    for (file, layer), count in summary.rows.items():
        print(f"{count:6}  {file}{f'  [{layer}]' if layer else ''}")
    print(f"{summary.assets:6}  assets delivered, {summary.municipalities} boundary rows, "
          f"{summary.faults} known faults, in {summary.folder}")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
