from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests import postgis_server

# How long an example takes says more of the machine than of the code.
settings.register_profile("ile", deadline=None)
settings.load_profile("ile")


@pytest.fixture(scope="session")
def postgis() -> Iterator[postgis_server.Database]:
    """A database with PostGIS on a private server."""
    if reason := postgis_server.lacking():
        pytest.skip(reason)
    with postgis_server.server() as url:
        yield postgis_server.database(url)
