"""Shifts: by which operation, through which grid, how exactly; and what needs consent."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyproj
import pytest

from ile_gis_plugin.core.errors import InputError
from ile_gis_plugin.core.imports import datum
from ile_gis_plugin.core.imports.datum import Shift, find_shift, likely_crs, parse_crs
from ile_gis_plugin.core.tasks.import_assets import shift_lines

#: Near Illertissen, in DHDN / GK 4 and in the register's CRS.
GK4 = np.array([[4_355_000.0, 5_345_000.0]])


@pytest.fixture
def with_grid():
    datum.add_grid_folders()
    group = pyproj.transformer.TransformerGroup("EPSG:31468", "EPSG:25832")
    if not any(o.grids for t in group.transformers for o in t.operations or ()):
        pytest.skip("BETA2007.gsb is not installed (package proj-data)")


@pytest.fixture
def no_grid(monkeypatch):
    """A machine on which no grid is installed."""
    class Bare(pyproj.transformer.TransformerGroup):
        @property
        def transformers(self):
            return [t for t in super().transformers
                    if not any(o.grids for o in t.operations or ())]  # fmt: skip

    monkeypatch.setattr(datum, "TransformerGroup", Bare)


@pytest.mark.parametrize("crs", ["EPSG:31468", "31468", "EPSG:5678", "EPSG:4314"])
def test_dhdn_goes_through_the_grid_and_names_it(with_grid, crs):
    coordinates = GK4 if crs != "EPSG:4314" else np.array([[10.05, 48.22]])
    shift = find_shift(parse_crs(crs), coordinates)
    assert shift.method == "grid" and shift.grid in ("BETA2007.gsb", "de_adv_BETA2007.tif")
    assert shift.grid in {p.name for f in pyproj.datadir.get_data_dir().split(os.pathsep)
                          for p in Path(f).glob("*BETA2007*")}  # fmt: skip
    assert shift.accuracy_m == 0.9 and "DHDN to ETRS89 (8)" in shift.operation
    x, y = shift.transform(coordinates)[0]
    assert 570_000 < x < 590_000 and 5_330_000 < y < 5_350_000


@pytest.mark.parametrize("crs", [31466, 31467, 31468, 31469, 5676, 5677, 5678, 5679, 5680])
def test_every_dhdn_code_needs_a_grid_or_consent(no_grid, crs):
    source = parse_crs(str(crs))
    west, south, east, north = source.area_of_use.bounds
    to_source = pyproj.Transformer.from_crs(source.geodetic_crs, source, always_xy=True)
    coordinates = np.array([to_source.transform((west + east) / 2, (south + north) / 2)])
    with pytest.raises(InputError) as error:
        find_shift(source, coordinates)
    # Nothing at all is known of zone 1, which is all sea.
    assert error.value.key == f"imports.shift_{'ballpark' if crs == 5680 else 'without_grid'}"
    assert ("EPSG:25832" if crs == 5680 else "BETA2007.gsb") in error.value.text("de")


def test_consent_must_cover_the_accuracy(no_grid):
    source = parse_crs("31468")
    with pytest.raises(InputError):
        find_shift(source, GK4, accept_accuracy=0.5)
    shift = find_shift(source, GK4, accept_accuracy=3)
    assert shift.method == "formula" and shift.grid == "" and shift.accuracy_m <= 3


@pytest.mark.parametrize(("crs", "place"), [
    ("EPSG:25832", (585_000, 5_340_000)), ("EPSG:4258", (10.1, 48.2)), ("EPSG:4326", (10.1, 48.2)),
    ("EPSG:4647", (32_585_000, 5_340_000)), ("EPSG:25833", (140_000, 5_350_000)),
    ("EPSG:3857", (1_124_000, 6_140_000)), ("EPSG:10289", (32_585_000, 5_340_000)),
])  # fmt: skip
def test_other_crs_need_no_consent(crs, place):
    shift = find_shift(parse_crs(crs), np.array([place], dtype=float))
    x, y = shift.transform(np.array([place], dtype=float))[0]
    assert 560_000 < x < 600_000 and 5_320_000 < y < 5_370_000
    assert shift.accuracy_m is not None and shift.accuracy_m <= 1


def test_a_prj_of_other_products_goes_through_the_grid(with_grid):
    esri = pyproj.CRS.from_epsg(31468).to_wkt("WKT1_ESRI")
    assert find_shift(parse_crs(esri), GK4).method == "grid"
    pinned = pyproj.CRS.from_epsg(31468).to_wkt("WKT1_GDAL").replace(
        'AUTHORITY["EPSG","6314"]', 'TOWGS84[598,73,418,0,0,-2,6],AUTHORITY["EPSG","6314"]'
    )
    assert "TOWGS84" in pinned
    assert find_shift(parse_crs(pinned), GK4).method == "grid"


def test_a_bessel_system_without_a_datum_is_refused_with_a_hint():
    """PROJ takes it for the railway's datum, exact to 0 m, and is metres off."""
    bare = pyproj.CRS.from_proj4("+proj=tmerc +lon_0=12 +x_0=4500000 +ellps=bessel +units=m")
    with pytest.raises(InputError) as error:
        parse_crs(bare.to_wkt())
    assert error.value.key == "imports.crs_datum_unknown"
    assert "EPSG:31468" in error.value.text("de")


def test_a_ballpark_is_refused_even_with_consent():
    local = pyproj.CRS.from_proj4("+proj=tmerc +lon_0=9 +x_0=500000 +k=0.9996 +ellps=intl")
    named = re.sub(r"Unknown based on [^\"]*", "Ortsnetz 1890", local.to_wkt())
    assert "Ortsnetz" in named
    with pytest.raises(InputError) as error:
        find_shift(parse_crs(named), np.array([[585_000.0, 5_340_000.0]]), accept_accuracy=1000)
    assert error.value.key == "imports.shift_ballpark"


def test_the_users_own_grid(with_grid, tmp_path):
    folders = pyproj.datadir.get_data_dir().split(":")
    grid = next((p for f in folders for p in [datum.Path(f, "BETA2007.gsb")] if p.exists()), None)
    if grid is None:
        pytest.skip("no NTv2 file to take as the user's")
    own = tmp_path / "Mein Gitter (BY).gsb"
    own.write_bytes(grid.read_bytes())
    shift = find_shift(parse_crs("31468"), GK4, grid=own)
    assert (shift.method, shift.grid, shift.accuracy_m) == ("user_grid", own.name, None)
    system = find_shift(parse_crs("31468"), GK4).transform(GK4)
    assert np.allclose(shift.transform(GK4), system, atol=1e-4)
    outside = np.array([[4_355_000.0, 1_000_000.0]])
    assert not np.isfinite(shift.transform(outside)).any()


def test_grids_that_are_none(tmp_path):
    with pytest.raises(InputError, match="no grid file"):
        find_shift(parse_crs("31468"), GK4, grid=tmp_path / "fehlt.gsb")
    (tmp_path / "brief.gsb").write_text("kein Gitter")
    with pytest.raises(InputError, match="no readable NTv2"):
        find_shift(parse_crs("31468"), GK4, grid=tmp_path / "brief.gsb")
    with pytest.raises(InputError, match="needs no grid"):
        find_shift(parse_crs("25833"), np.array([[140_000.0, 5_350_000.0]]),
                   grid=tmp_path / "brief.gsb")  # fmt: skip


@pytest.mark.parametrize(("place", "crs"), [
    ((4_355_000, 5_345_000), "EPSG:31468"), ((3_417_000, 5_369_000), "EPSG:31467"),
    ((585_000, 5_340_000), "EPSG:25832"), ((32_585_000, 5_340_000), "EPSG:4647"),
    ((10.1, 48.2), "EPSG:4326"), ((0, 0), ""),
])  # fmt: skip
def test_a_likely_crs_is_suggested(place, crs):
    assert likely_crs(np.array([place], dtype=float)) == crs


def test_coordinates_of_another_crs_are_refused_with_a_hint():
    with pytest.raises(InputError) as error:
        find_shift(parse_crs("EPSG:4326"), GK4)
    assert error.value.key == "imports.crs_wrong" and "EPSG:31468" in error.value.text("de")


def test_a_damaged_grid_of_the_system_is_named(tmp_path):
    """In a process of its own: PROJ keeps the grids that it has opened."""
    (tmp_path / "BETA2007.gsb").touch()
    code = (
        "import numpy as np\n"
        "from ile_gis_plugin.core.errors import InputError\n"
        "from ile_gis_plugin.core.imports.datum import find_shift, parse_crs\n"
        "try:\n"
        "    find_shift(parse_crs('31468'), np.array([[4_355_000.0, 5_345_000.0]]))\n"
        "except InputError as error:\n"
        "    print(error.key, error.text('de'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2], env={**os.environ, "PROJ_DATA": str(tmp_path)},
    )  # fmt: skip
    assert done.stdout.startswith("imports.grid_damaged")
    assert str(tmp_path / "BETA2007.gsb") in done.stdout and "--grid" in done.stdout


def test_a_better_grid_is_advised_without_a_web_address():
    shift = Shift("EPSG:31467", "DHDN", "BETA2007.gsb", 0.9, "grid", "de_lgl_bw_BWTA2017.tif", 0.1)
    used, better = shift_lines(shift)
    assert "BETA2007.gsb" in used.text("de") and "0,9 m" in used.text("de")
    text = better.text("de")
    assert "de_lgl_bw_BWTA2017.tif" in text and "(0,1 m)" in text and "--grid" in text
    assert "http" not in text and "proj-data" not in text
    assert "(0.1 m)" in better.text("en")


def test_what_to_accept_is_written_as_the_command_line_reads_it(no_grid):
    source = parse_crs("31468")
    with pytest.raises(InputError) as error:
        find_shift(source, GK4)
    accuracy = error.value.text("de").split("--accept-accuracy ")[1].split()[0]
    assert find_shift(source, GK4, accept_accuracy=float(accuracy)).method == "formula"
