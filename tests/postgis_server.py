"""A private PostGIS server for the tests: a data folder of its own, a free loopback port, and an
end by its own pid. PostgreSQL refuses to run as root: then it runs as the account `postgres`."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

from ile_gis_plugin.core.definition import REGISTER
from ile_gis_plugin.core.stores import open_register
from tests.support import add_members, small_register

#: The server's administrator, who owns the database.
ADMINISTRATOR = "ile_test"
_OWNER = "postgres"
#: Fast rather than safe: the data are thrown away.
_SETTINGS = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "jit": "off",
    "shared_buffers": "128MB", "max_connections": "60", "listen_addresses": "127.0.0.1",
    "unix_socket_directories": ".", "log_min_messages": "fatal",
}  # fmt: skip


@dataclass
class Database:
    """One with PostGIS. `url` has no schema; `register()` gives the same small register anew."""

    url: str
    connection: Any  # psycopg2's
    _made: list[str] = field(default_factory=list)
    _names: Iterator[int] = field(default_factory=count)

    def new_location(self) -> str:
        """Where no register is yet."""
        return f"{self.url}?schema=new_{next(self._names)}"

    def register(self) -> str:
        """The register of `small_register`, with nothing that a test before has left in it."""
        location = f"{self.url}?schema=small"
        if not self._made:
            small_register(location)
            self._made.append(location)
        else:
            self._empty("small")
            with open_register(location) as store:
                add_members(store)
        return location

    def sql(self, statement: str, parameters: Sequence[object] | None = None) -> list[tuple]:
        """What a client sends that knows nothing of the register."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def _empty(self, schema: str) -> None:
        """Making the tables anew takes longer."""
        tables = ", ".join(f"{schema}.{t.name}" for t in REGISTER
                           if t.name not in ("code", "register_info"))  # fmt: skip
        known = "product", "schema_version", "title", "crs", "created_at"
        self.sql("SET session_replication_role = replica")  # no trigger is to log this
        self.sql(f"TRUNCATE {tables} RESTART IDENTITY")
        self.sql(f"DELETE FROM {schema}.register_info WHERE key <> ALL(%s)", (list(known),))
        self.sql("SET session_replication_role = origin")


def database(url: str) -> Database:
    import psycopg2

    connection = psycopg2.connect(f"{url}postgres")
    connection.autocommit = True
    made = Database(f"{url}postgres", connection)
    made.sql("CREATE EXTENSION postgis")
    return made


def programs() -> Path | None:
    """The folder of PostgreSQL's own programs, which Debian keeps off the PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = versions[-1] if versions else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def lacking() -> str:
    """What this machine lacks to run a server; empty where it lacks nothing."""
    if find_spec("psycopg2") is None:
        return "this Python has no psycopg2, which comes with QGIS"
    bin_ = programs()
    if bin_ is None:
        return "PostgreSQL is not installed: run setup/install.sh test"
    shared = subprocess.run([bin_ / "pg_config", "--sharedir"], capture_output=True, text=True,
                            check=True)  # fmt: skip
    if not Path(shared.stdout.strip(), "extension", "postgis.control").exists():
        return "PostGIS is not installed: run setup/install.sh test"
    return ""


@contextmanager
def server() -> Iterator[str]:
    """Start a server; its address, to which the name of a database is added: `postgresql://…/`.

    Raises RuntimeError where it does not come up.
    """
    # Sockets want a short path, and the owner of the server must be able to reach it.
    folder = Path(tempfile.mkdtemp(prefix="ile-pg-"))
    # Whatever becomes of the tests, the server does not outlive them.
    as_owner: list[str] = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
    if os.geteuid() == 0:
        shutil.chown(folder, _OWNER, _OWNER)
        as_owner += ["--reuid", _OWNER, "--regid", _OWNER, "--init-groups"]
    bin_ = programs()
    data, log = folder / "data", folder / "log"
    started = None
    try:
        subprocess.run(
            [*as_owner, bin_ / "initdb", "--pgdata", "data", "--auth=trust", "--encoding=UTF8",
             "--locale=C.UTF-8", "--no-sync", f"--username={ADMINISTRATOR}"],
            check=True, cwd=folder, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        port = _free_port()
        words = [w for key, value in (_SETTINGS | {"port": str(port)}).items()
                 for w in ("-c", f"{key}={value}")]  # fmt: skip
        with log.open("wb") as output:
            started = subprocess.Popen(
                [*as_owner, bin_ / "postgres", "-D", "data", *words],
                cwd=folder, stdout=output, stderr=output,
            )  # fmt: skip
        _wait(data, log, started)
        yield f"postgresql://{ADMINISTRATOR}@127.0.0.1:{port}/"
    finally:
        if started:
            started.send_signal(signal.SIGINT)
            started.wait(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(data: Path, log: Path, started: subprocess.Popen) -> None:
    pid_file = data / "postmaster.pid"
    for _ in range(600):
        if started.poll() is not None:
            break
        if pid_file.exists() and "ready" in pid_file.read_text():
            return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}")
