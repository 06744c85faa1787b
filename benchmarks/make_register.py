"""Make a register of any size with known faults, the same for the same seed.

    python benchmarks/make_register.py OUT.gpkg --assets 100000 --seed 1

The faults stand in OUT.truth.csv: kind, the assets concerned, the place, and whether they have to
be reported (1) or are right as they are (0). The rows are inserted in bulk, with the triggers of
the asset tables dropped and made again afterwards; so the change log is empty.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.generator import region
from benchmarks.generator.scenario import SHAPES, Scenario


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--assets", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--variant", choices=sorted(SHAPES), default="regular")
    options = parser.parse_args()
    begin = time.perf_counter()

    def say(text: str) -> None:
        print(f"{time.perf_counter() - begin:7.1f} s  {text}", flush=True)

    region.make(Scenario(options.assets, options.seed, options.variant), options.out, say)


if __name__ == "__main__":
    main()
