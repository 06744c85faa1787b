"""A private PostGIS server: a data folder of its own, a free loopback port, stopped by its pid."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

#: Fast rather than safe, and generous with memory: the data can be loaded again.
SETTINGS = {
    "shared_buffers": "1GB", "work_mem": "256MB", "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB", "fsync": "off", "synchronous_commit": "off",
    "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0", "jit": "off",
    "max_worker_processes": "4", "max_parallel_workers_per_gather": "2",
    "max_parallel_maintenance_workers": "2", "random_page_cost": "1.1", "autovacuum": "off",
}  # fmt: skip
_OWNER = "postgres"  # PostgreSQL refuses to run as root


@dataclass(frozen=True)
class Server:
    url: str
    pid: int

    def memory_mb(self) -> float:
        """What the server and its workers hold together, shared pages counted once."""
        return sum(_proportional_kb(pid) for pid in _family(self.pid)) / 1024


def programs() -> Path | None:
    """The folder of PostgreSQL's own programs, which Debian keeps off the PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = versions[-1] if versions else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """Start a new server in `folder`, which is emptied first, and stop it at the end.

    Raises RuntimeError where it does not come up; its log stands in `folder`.log.
    """
    bin_, log = programs(), folder.with_suffix(".log")
    if bin_ is None:
        raise RuntimeError("PostgreSQL is missing: run make bench-peers")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    as_owner: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, _OWNER)
        as_owner = ["runuser", "-u", _OWNER, "--"]
    # The folders above may be closed to the owner of the server; its own one is not.
    subprocess.run(
        [*as_owner, str(bin_ / "initdb"), "--pgdata", ".", "--auth=trust", "--encoding=UTF8",
         "--locale=C.UTF-8", "--username=bench"],
        check=True, cwd=folder, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    port = _free_port()
    options = SETTINGS | {"listen_addresses": "127.0.0.1", "port": str(port),
                          "unix_socket_directories": "."}  # fmt: skip
    words = [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
    with log.open("wb") as output:
        started = subprocess.Popen(
            [*as_owner, str(bin_ / "postgres"), "-D", ".", *words],
            cwd=folder, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        pid = _wait(folder, port, started)
        url = f"postgresql://bench@127.0.0.1:{port}/postgres"
        subprocess.run([str(bin_ / "psql"), "--quiet", url, "-c", "CREATE EXTENSION postgis"],
                       check=True)  # fmt: skip
        yield Server(url, pid)
    finally:
        pid_file = folder / "postmaster.pid"
        if pid_file.exists():
            os.kill(int(pid_file.read_text().split()[0]), signal.SIGINT)
        started.wait(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(folder: Path, port: int, started: subprocess.Popen) -> int:
    for _ in range(300):
        if started.poll() is not None:
            break
        pid_file = folder / "postmaster.pid"
        if pid_file.exists() and "ready" in pid_file.read_text():
            return int(pid_file.read_text().split()[0])
        time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL did not start; see {folder.with_suffix('.log')}")


def _family(pid: int) -> list[int]:
    found = [pid]
    children = Path(f"/proc/{pid}/task/{pid}/children")
    if children.exists():
        for child in children.read_text().split():
            found += _family(int(child))
    return found


def _proportional_kb(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it ended meanwhile
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)
