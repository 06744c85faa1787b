from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from ile_gis_plugin.core.stores import open_register
from tests.postgis_server import ADMINISTRATOR
from tests.support import small_register

STORES = ("geopackage", "postgis")


@pytest.fixture(params=STORES)
def kind(request) -> str:
    """The kind of store that the test runs on: all of them, one after the other."""
    return request.param


@pytest.fixture
def fresh(kind, tmp_path, request) -> Callable[[], Path | str]:
    """Gives the small register anew; with PostGIS the one before is gone."""
    if kind == "postgis":
        return request.getfixturevalue("postgis").register
    numbers = count()
    return lambda: small_register(tmp_path / f"register{next(numbers) or ''}.gpkg")


@pytest.fixture
def location(fresh):
    return fresh()


@pytest.fixture
def store(location):
    with open_register(location) as opened:
        yield opened


@pytest.fixture
def nobody(kind) -> str | None:
    """Who made a change that nobody signed: a server knows the account at least."""
    return ADMINISTRATOR if kind == "postgis" else None


@pytest.fixture
def client(location, postgis):
    """A client that knows nothing of the register, but for its tables' names."""
    import psycopg2

    made = []

    def connect():
        opened = psycopg2.connect(postgis.url)
        made.append(opened)
        return opened

    yield connect
    for opened in made:
        opened.close()


@pytest.fixture
def sql(client):
    opened = client()
    opened.autocommit = True

    def run(statement, *parameters):
        with opened.cursor() as cursor:
            cursor.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else cursor.rowcount

    return run
