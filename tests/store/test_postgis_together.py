"""Jobs and editors at the same register on a server at the same time."""

from __future__ import annotations

import threading

import pytest

from ile_gis_plugin.core.errors import RegisterError
from ile_gis_plugin.core.stores import open_register
from ile_gis_plugin.core.stores.postgis import connection
from tests.support import EAST, WEST


@pytest.fixture
def kind() -> str:
    """Here it is about PostgreSQL."""
    return "postgis"


INSERT = f"INSERT INTO small.streetlight (ags, light_no) VALUES ('{WEST}', '7') RETURNING uuid"


def test_the_register_is_not_further_than_what_can_still_come(location, client):
    """An entry gets its number when it is written, and is seen when its transaction ends."""
    slow, quick = client(), client()
    with open_register(location) as store:
        before = store.info().change
        slow.cursor().execute(INSERT)  # number n + 1
        quick.cursor().execute(INSERT)  # number n + 2
        quick.commit()
        assert store.last_change(["streetlight"]) == before + 2
        assert store.info().change == before  # n + 1 is still to come
        slow.commit()
        assert store.info().change == before + 2


def test_what_is_rolled_back_does_not_hold_the_register_up(location, client):
    one = client()
    with open_register(location) as store:
        before = store.info().change
        one.cursor().execute(INSERT)
        one.rollback()
        assert store.info().change == before
        store.insert("streetlight", {"ags": [WEST]})
        assert store.info().change == store.last_change(["streetlight"]) > before


def test_a_job_does_not_claim_to_have_seen_what_came_in_beside_it(location, sql):
    with open_register(location) as store:
        before = store.info().change
        with store.transaction():
            store.insert("path", {"ags": [WEST]})
            assert store.info().change == before + 1
            sql(INSERT)
            store.insert("path", {"ags": [WEST]})
            # The light's entry lies between the two.
            assert store.info().change == before + 1
            assert store.count("streetlight") == 0
        assert store.info().change == before + 3 and store.count("streetlight") == 1


def test_a_job_that_would_write_over_a_newer_row_is_refused(location, sql):
    with open_register(location) as store:
        (made,) = store.insert("streetlight", {"ags": [WEST], "power_w": [70.0]})
        with pytest.raises(RegisterError) as refused, store.transaction():
            store.read("streetlight", ["power_w"])
            sql("UPDATE small.streetlight SET power_w = 20")
            store.update("streetlight", {"uuid": [made], "power_w": [71.0]})
        assert refused.value.key == "errors.register_locked"
        assert store.read("streetlight", ["power_w"]) == {"power_w": [20.0]}
        assert not store.writing


def test_one_job_at_a_time_and_editors_beside_it(location, sql, monkeypatch):
    monkeypatch.setattr(connection, "PATIENCE", 0.2)
    with open_register(location) as one, open_register(location) as other:
        with one.transaction():
            one.insert("path", {"ags": [WEST]})
            with pytest.raises(RegisterError) as refused, other.transaction():
                pytest.fail("two jobs at a time")
            assert refused.value.key == "errors.register_locked"
            sql(INSERT)
        other.insert("path", {"ags": [EAST]})
        assert other.count("streetlight") == 1 and other.count("path") == 2


def test_a_job_waits_for_the_one_before_it_and_sees_what_that_has_done(location):
    with open_register(location) as one, open_register(location) as other:
        seen = []

        def second():
            with other.transaction():
                seen.append(other.count("path"))

        with one.transaction():
            thread = threading.Thread(target=second)
            thread.start()
            one.insert("path", {"ags": [WEST]})
        thread.join()
    assert seen == [1]


def test_a_lost_connection_is_said_and_nothing_is_kept(location, sql):
    with open_register(location) as store:
        pid = store._connection.info.backend_pid
        with pytest.raises(RegisterError) as refused, store.transaction():
            store.insert("path", {"ags": [WEST]})
            sql("SELECT pg_terminate_backend(%s)", pid)
            store.insert("path", {"ags": [WEST]})
        assert refused.value.key == "postgis.connection_lost"
    with open_register(location) as store:
        assert store.count("path") == 0
        store.insert("path", {"ags": [WEST]})


def test_a_read_only_register_can_be_read_and_says_why_it_can_not_be_written(location):
    with open_register(location, read_only=True) as store:
        assert store.count("municipality") == 2
        with pytest.raises(RegisterError) as refused:
            store.insert("path", {"ags": [WEST]})
    assert refused.value.key == "errors.register_read_only"
