"""Coverages kept on disk: the same answers, and never in the way."""

from __future__ import annotations

import os
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import shapely

from ile_gis_plugin.core.territory import cache
from ile_gis_plugin.core.territory.cache import cache_folder, cached_coverage
from ile_gis_plugin.core.territory.coverage import Coverage

AGS = ["09775129", "09775118"]
WKB = shapely.to_wkb([shapely.box(600_000, 5_340_000, 605_000, 5_345_000),
                      shapely.box(605_000, 5_340_000, 610_000, 5_345_000)]).tolist()  # fmt: skip


@pytest.fixture(autouse=True)
def every_coverage_is_worth_a_file(monkeypatch):
    monkeypatch.setattr(cache, "_WORTH_BYTES", 0)


@pytest.fixture
def no_building(monkeypatch):
    """Call it, and from then on nothing can be built."""
    def forbid():
        def build(self, ags, wkb):
            raise AssertionError("built anew")

        monkeypatch.setattr(Coverage, "__init__", build)
    return forbid  # fmt: skip


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_a_kept_coverage_equals_the_built_one(tmp_path, no_building):
    built = cached_coverage(AGS, WKB, tmp_path)
    no_building()
    kept = cached_coverage(AGS, WKB, tmp_path)
    assert kept.ags == built.ags and (kept.origin == built.origin).all()
    for field in fields(built.grid):
        one, other = getattr(built.grid, field.name), getattr(kept.grid, field.name)
        assert np.array_equal(one, other)
        assert np.asarray(one).dtype == np.asarray(other).dtype
    xy = np.random.default_rng(1).uniform([599e3, 5339e3], [611e3, 5346e3], (2_000, 2))
    assert np.array_equal(built.municipality_at(xy), kept.municipality_at(xy))


def test_other_territories_and_other_keys_are_another_coverage(tmp_path):
    cached_coverage(AGS, WKB, tmp_path)
    west, east = [605_100, 5_341_000], [604_900, 5_341_000]
    swapped = cached_coverage(AGS, WKB[::-1], tmp_path)
    assert swapped.municipality_at([west, east]).tolist() == [0, 1]
    assert cached_coverage(AGS[::-1], WKB, tmp_path).ags == tuple(AGS[::-1])
    assert len(files(tmp_path)) == 3


@pytest.mark.parametrize("damage", [
    lambda data: b"",
    lambda data: data[:-1],
    lambda data: data[: len(data) // 2],
    lambda data: data + b"\0",
    lambda data: data[:-500] + bytes([data[-500] ^ 1]) + data[-499:],
    lambda data: b"something else\n" + data,
    lambda data: data.replace(b'"crc"', b'"arc"', 1),
    lambda data: data.replace(b'"<f8"', b'"|O8"', 1),
    lambda data: data[:19] + b"[]\n",
])  # fmt: skip
def test_a_damaged_or_foreign_file_is_replaced(tmp_path, damage):
    cached_coverage(AGS, WKB, tmp_path)
    (path,) = files(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert cached_coverage(AGS, WKB, tmp_path).municipality_at([[606e3, 5341e3]]).tolist() == [1]
    assert files(tmp_path) == [path] and path.read_bytes() == whole


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path):
    stands_in_the_way = tmp_path / "file"
    stands_in_the_way.write_text("no folder")
    coverage = cached_coverage(AGS, WKB, stands_in_the_way / "cache")
    assert coverage.municipality_at([[606e3, 5341e3]]).tolist() == [1]


def test_a_disk_that_is_full_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert cached_coverage(AGS, WKB, tmp_path).ags == tuple(AGS)
    assert files(tmp_path) == []


def test_the_coverages_used_last_are_kept(tmp_path):
    for n in range(12):
        cached_coverage([f"{n:08d}"], WKB[:1], tmp_path)
        for age, path in enumerate(sorted(files(tmp_path), key=lambda p: p.stat().st_mtime)):
            os.utime(path, (1_000 + age, 1_000 + age))
        cached_coverage(["00000000"], WKB[:1], tmp_path)  # is used again and again
    assert len(files(tmp_path)) == 8
    first = tmp_path / f"coverage-{cache._checksum(['00000000'], WKB[:1])}.grid"
    assert first in files(tmp_path)


def test_a_small_coverage_is_not_worth_a_file(tmp_path, monkeypatch):
    monkeypatch.undo()
    cached_coverage(AGS, WKB, tmp_path)
    assert files(tmp_path) == []


def test_a_territory_that_cannot_be_used_is_named_and_not_kept(tmp_path):
    with pytest.raises(ValueError, match="the territory of AGS 09775118"):
        cached_coverage(AGS, [WKB[0], WKB[1][:-1]], tmp_path)
    assert files(tmp_path) == []


def test_the_folder_is_that_of_the_user_or_the_one_asked_for(monkeypatch):
    for name in ("ILE_GIS_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/x"))
    usual = {"linux": "/home/x/.cache", "darwin": "/home/x/Library/Caches",
             "win32": "/home/x/AppData/Local"}  # fmt: skip
    for platform, folder in usual.items():
        monkeypatch.setattr(sys, "platform", platform)
        assert cache_folder() == Path(folder, "ile-gis")
    monkeypatch.setenv("LOCALAPPDATA", "/local")
    assert cache_folder() == Path("/local/ile-gis")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    assert cache_folder() == Path("/cache/ile-gis")
    monkeypatch.setenv("ILE_GIS_CACHE", "/mine")
    assert cache_folder() == Path("/mine")


def test_without_a_home_nothing_is_kept(monkeypatch):
    def no_home():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("ILE_GIS_CACHE", raising=False)
    monkeypatch.setattr(Path, "home", no_home)
    assert cache_folder() is None
    assert cached_coverage(AGS, WKB).ags == tuple(AGS)
