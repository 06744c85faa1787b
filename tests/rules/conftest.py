from __future__ import annotations

import pytest

from ile_gis_plugin.core.stores import open_register
from tests.support import small_register


@pytest.fixture
def store(tmp_path):
    with open_register(small_register(tmp_path / "register.gpkg")) as opened:
        yield opened
