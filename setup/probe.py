#!/usr/bin/env python3
"""Print which of QGIS, GDAL's bindings and venv this interpreter lacks, one word each.

Run by the system's python3 before anything of ours is installed: standard library only.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

OLDEST_QGIS = 34000  # 3.40, as in metadata.txt


def has_qgis(record: Path) -> bool:
    """Whether PyQGIS is there and new enough.

    Importing it takes over half a second, so the file that passed is noted in `record`;
    another file, size or time is imported again.
    """
    package = find_spec("qgis")
    if package is None or not package.submodule_search_locations:
        return False
    core = next(Path(package.submodule_search_locations[0]).glob("_core*"), None)
    if core is None:
        return False
    facts = core.stat()
    passed = f"{core} {facts.st_size} {facts.st_mtime_ns}"
    if record.is_file() and record.read_text(encoding="utf-8") == passed:
        return True
    try:
        from qgis.core import Qgis
    except ImportError:
        return False
    if Qgis.versionInt() < OLDEST_QGIS:
        return False
    if record.parent.is_dir():
        record.write_text(passed, encoding="utf-8")
    return True


if __name__ == "__main__":
    if not has_qgis(Path(sys.argv[1])):
        print("qgis")
    if find_spec("osgeo") is None:
        print("gdal")
    if find_spec("venv") is None or find_spec("ensurepip") is None:
        print("venv")
