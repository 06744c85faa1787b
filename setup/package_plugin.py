#!/usr/bin/env python3
"""Write the zip for the official QGIS plugin repository; the same files give the same bytes."""

from __future__ import annotations

import argparse
import sys
import tempfile
import zipfile
from pathlib import Path

from stage_plugin import PLUGIN, StagingError, stage

LARGEST = 25 * 1024 * 1024  # the repository's limit
# The oldest moment a zip can hold: file times differ from checkout to checkout.
MOMENT = (1980, 1, 1, 0, 0, 0)
PLAIN_FILE = 0o100644 << 16


def package(target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".package-", dir=target.parent) as scratch:
        folder = Path(scratch, PLUGIN)
        stage(folder)
        written = Path(scratch, target.name)
        with zipfile.ZipFile(written, "w") as archive:
            # By name: the order of a folder's listing differs from disk to disk.
            for path in sorted(p for p in folder.rglob("*") if p.is_file()):
                entry = zipfile.ZipInfo(path.relative_to(scratch).as_posix(), MOMENT)
                entry.external_attr = PLAIN_FILE
                entry.create_system = 3
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes(), compresslevel=9)
        size = written.stat().st_size
        if size > LARGEST:
            raise StagingError(
                f"The zip has {size / 1e6:.1f} MB; the plugin repository takes at most 25 MiB."
            )
        written.replace(target)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path, metavar="ZIP", help="the zip file to write")
    asked = parser.parse_args(arguments)
    try:
        package(asked.target)
    except (StagingError, OSError) as error:
        print(f"ERROR: {error}", file=sys.stderr)
        return 1
    print(f"{asked.target} ({asked.target.stat().st_size / 1024:.0f} KiB)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
