from __future__ import annotations

import pytest

from ile_gis_plugin.core.stores import open_register
from tests.support import small_register


@pytest.fixture
def register(tmp_path):
    return small_register(tmp_path / "register.gpkg")


@pytest.fixture
def store(register):
    with open_register(register) as opened:
        yield opened
