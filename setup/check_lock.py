#!/usr/bin/env python3
"""Print which packages of a lock file the running interpreter lacks.

Run by the venv's own python. It looks at what is really installed, so no stamp can go stale.
Exit code: 0 complete, 3 packages missing, anything else means a venv to be made anew.
"""

import re
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)\s*(?:;\s*([^\\]+))?")
BROKEN_VENV = 2
INCOMPLETE = 3


def pins(lock: Path) -> list[tuple[str, str, str]]:
    """Name, version and environment marker of each pinned package."""
    found = [PINNED.match(line) for line in lock.read_text(encoding="utf-8").splitlines()]
    return [(m[1], m[2], (m[3] or "").strip()) for m in found if m]


def applies(marker: str) -> bool:
    if not marker:
        return True
    # pip's own copy: the venv has it before anything is installed.
    from pip._vendor.packaging.markers import Marker

    return Marker(marker).evaluate()


def missing(lock: Path) -> list[str]:
    absent = []
    for name, version, marker in pins(lock):
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            found = None
        if found != version and applies(marker):
            absent.append(f"{name}=={version}")
    return absent


if __name__ == "__main__":
    # After an upgrade of the system's Python the venv's packages lie in a folder nobody reads.
    if find_spec("pip") is None or find_spec("qgis") is None or sys.prefix == sys.base_prefix:
        raise SystemExit(BROKEN_VENV)
    lacking = missing(Path(sys.argv[1]))
    if lacking:
        print("\n".join(lacking))
        raise SystemExit(INCOMPLETE)
