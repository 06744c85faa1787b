"""What was measured on: the machine and the versions of everything that took part."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from pathlib import Path

from ..peers.postgis import programs
from .jobs import OWN_PYTHON, PEERS_PYTHON, ROOT

_PACKAGES = ("numpy", "shapely", "pyogrio", "pyarrow", "geopandas", "duckdb", "sedonadb", "psycopg")
_ASK = (
    "import json, importlib.metadata as m, platform\n"
    "found = {'python': platform.python_version()}\n"
    f"for name in {_PACKAGES}:\n"
    "    try: found[name] = m.version(name)\n"
    "    except m.PackageNotFoundError: continue\n"
    "try:\n"
    "    import shapely; found['GEOS'] = shapely.geos_version_string\n"
    "except ImportError: found['GEOS'] = ''\n"
    "print(json.dumps(found))"
)


def describe() -> dict[str, object]:
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": _system(),
        "kernel": platform.release(),
        "commit": _output("git", "-C", str(ROOT), "describe", "--always", "--dirty"),
        "ours": _versions(OWN_PYTHON),
        "peers": _versions(PEERS_PYTHON),
        "QGIS": _qgis(),
        "PostGIS": _postgis(),
    }


def _output(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip()


def _versions(python: Path) -> dict[str, str]:
    text = _output(str(python), "-c", _ASK)
    return json.loads(text) if text else {}


def _processor() -> str:
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    names = [line.split(":", 1)[1].strip() for line in text.splitlines() if "model name" in line]
    return names[0] if names else platform.processor()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.platform()


def _qgis() -> str:
    return _output(str(OWN_PYTHON), "-c", "from qgis.core import Qgis; print(Qgis.QGIS_VERSION)")


def _postgis() -> str:
    folder = programs()
    if folder is None:
        return ""
    packages = "${Package} ${Version}\n"
    found = _output("dpkg-query", "-W", "-f", packages, "postgresql-*-postgis-3")
    server = _output(str(folder / "postgres"), "--version")
    return "; ".join(filter(None, (server, found.splitlines()[0] if found else "")))
