"""The jobs: what each runs, with which interpreter, and against which aim it is held."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ..peers.postgis import programs

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
OWN_PYTHON = ROOT / ".venv" / "bin" / "python"
PEERS_PYTHON = BUILD / "peers-venv" / "bin" / "python"


@dataclass(frozen=True)
class Job:
    """One process to time. `task` is shares, rules or matching; the others are compared with it."""

    name: str
    task: str
    script: str  # in jobs/, or in processing/ for this project's own
    python: Path = PEERS_PYTHON
    own: bool = False  # changes the register: works on a copy of it
    server: bool = False
    slow: bool = False  # one round is enough, and none at a million unless asked for
    result: str = ""  # own: the kind of file that takes the result, in place of the register
    aim: float | None = None  # this project's time, at most, as part of this job's
    note: str = ""

    def command(self, register: Path, out: Path, url: str) -> list[str]:
        if self.own:
            script = ROOT / "processing" / self.script
            told = [str(self.python), str(script), str(register), "--json", str(out)]
            return told + (["--out", str(out.with_suffix(self.result))] if self.result else [])
        script = ROOT / "benchmarks" / "jobs" / self.script
        return [str(self.python), str(script), str(register), str(out), *([url] if url else [])]

    def lacks(self) -> str:
        """Why the job can't run here; empty where it can."""
        folder = "processing" if self.own else "benchmarks/jobs"
        if not (ROOT / folder / self.script).exists():
            return f"{folder}/{self.script} is not there"
        if not self.python.exists():
            return "the peers are not installed: make bench-peers"
        if self.server and programs() is None:
            return "PostgreSQL is not installed: make bench-peers"
        if "qgis" in self.script and not _has_qgis():
            return "QGIS is not installed"
        return ""


def _has_qgis() -> bool:
    if shutil.which("qgis_process") is None:
        return False
    probe = [str(OWN_PYTHON), "-c", "import qgis.core"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


READ = "READ"
KERNEL = "shares: our kernel"
#: A job of a task is compared with this project's job of the same task, and that with READ.
JOBS = (
    Job(READ, "read", "read.py", OWN_PYTHON, note="Arrow and shapely.from_wkb"),
    Job("shares: ours", "shares", "compute_shares.py", OWN_PYTHON, own=True,
        note="kept in the register"),
    Job("shares: ours, as a file", "shares", "compute_shares.py", OWN_PYTHON, own=True,
        result=".parquet", note="as the peers' results are"),
    Job(KERNEL, "kernel", "shares_kernel.py", OWN_PYTHON, note="in the process: see the steps"),
    Job("shares: shapely", "shares", "shares_shapely.py", note="one intersects pass, 2 threads"),
    Job("shares: SedonaDB", "shares", "shares_sedona.py", aim=0.5, note="pairs, then count first"),
    Job("shares: DuckDB", "shares", "shares_duckdb.py", aim=0.33, note="pairs, then count first"),
    Job("shares: PostGIS", "shares", "shares_postgis.py", server=True, aim=0.15,
        note="municipalities ask, 2 workers"),
    Job("shares: sjoin", "shares", "shares_sjoin.py", slow=True, note="geopandas"),
    Job("shares: overlay", "shares", "shares_overlay.py", slow=True, note="geopandas"),
    Job("shares: QGIS", "shares", "shares_qgis.py", OWN_PYTHON, slow=True, aim=0.15,
        note="native:intersection"),
    Job("rules: ours", "rules", "validate_register.py", OWN_PYTHON, own=True, note="all rules"),
    Job("rules: shapely", "rules", "rules_shapely.py", note="4 rules on lines"),
    Job("rules: PostGIS", "rules", "rules_postgis.py", server=True, note="4 rules on lines"),
    Job("rules: QGIS", "rules", "rules_qgis.py", OWN_PYTHON, slow=True, note="2 rules on lines"),
    Job("matching: ours", "matching", "match_borders.py", OWN_PYTHON, own=True,
        note="proposals kept in the register"),
    Job("matching: PostGIS", "matching", "matching_postgis.py", server=True, aim=0.25,
        note="dwithin, KNN, buffers"),
)  # fmt: skip
#: This project's whole job, at most, as part of READ.
AIMS = {"shares": 2.0, "rules": 4.0, "matching": 4.0, "kernel": 1.0}
PEAK_AIM_MB = 1536
