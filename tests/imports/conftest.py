"""A small register of two members and a neighbour, and files as municipalities send them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ile_gis_plugin.core.stores import open_register
from ile_gis_plugin.core.tasks import create_register, import_assets
from ile_gis_plugin.core.tasks.task import Silent
from tests.imports.small_place import EAST, WEST, X, Y, squares
from tests.support import REAL_DATA


@pytest.fixture
def real_data():
    """The folder of real open data; tests are skipped where it is not at hand."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"the real data are not at hand: {REAL_DATA}")
    return REAL_DATA


@pytest.fixture
def boundary_file(tmp_path):
    path = tmp_path / "VG250_GEM.gpkg"
    squares().to_file(path, driver="GPKG")
    return path


@pytest.fixture(scope="session")
def pristine(tmp_path_factory):
    """The small register, made once; each test works on a copy."""
    folder = tmp_path_factory.mktemp("register")
    squares().to_file(folder / "gem.gpkg", driver="GPKG")
    create_register.run(
        {"register": folder / "register.gpkg", "boundaries": folder / "gem.gpkg",
         "members": [WEST, EAST], "title": "Testverbund", "lang": "de"}, Silent(),
    )  # fmt: skip
    return (folder / "register.gpkg").read_bytes()


@pytest.fixture
def register(tmp_path, pristine):
    path = tmp_path / "register.gpkg"
    path.write_bytes(pristine)
    return path


@pytest.fixture
def deliver(register):
    """Import a file into the small register and return the report's values."""

    def run(source, mapping=None, **options):
        if isinstance(mapping, str) and "\n" in mapping:
            path = Path(source).parent / f"{Path(source).stem}_mapping.toml"
            path.write_text(mapping, "utf-8")
            mapping = str(path)
        values = {"register": register, "source": source, "mapping": mapping, **options}
        report = import_assets.run(values, Silent())
        for line in report.lines:
            assert line.text("de") and line.text("en")
        counts = report.values
        assert counts["read"] == (counts["imported"] + counts["updated"] + counts["unchanged"]
                                  + counts["quarantined"])  # fmt: skip
        return counts

    return run


@pytest.fixture
def rows(register):
    """Rows of a table of the small register, as dicts."""

    def read(table, *columns):
        with open_register(register, read_only=True) as store:
            found = store.read(table, columns or None)
        return [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]

    return read


@pytest.fixture
def edit(register):
    """Change a table of the small register as a person would."""

    def change(table, uuid, **values):
        with open_register(register) as store:
            store.update(table, {"uuid": [uuid], **{k: [v] for k, v in values.items()}})

    return change


@pytest.fixture
def lights(tmp_path):
    """Write streetlights as a GeoPackage: one dict a light, `at` is its place in the west."""
    import geopandas as gpd
    from shapely import Point

    def write(*records, name="streetlight.gpkg", crs=25832, layer=None):
        path = tmp_path / name
        points = [None if r.get("at") is None else Point(X + r["at"][0], Y + r["at"][1])
                  for r in records]  # fmt: skip
        frame = gpd.GeoDataFrame(
            [{k: v for k, v in r.items() if k != "at"} for r in records], geometry=points,
            crs=25832,
        )  # fmt: skip
        if crs is None:
            frame = frame.set_crs(None, allow_override=True)
        elif crs != 25832:
            frame = frame.to_crs(crs)
        if path.exists():
            path.unlink()
        frame.to_file(path, layer=layer)
        return path

    return write


@pytest.fixture
def paths(tmp_path):
    """Write paths as a GeoPackage: names and lines by coordinates from the western corner."""
    import geopandas as gpd
    from shapely import LineString, MultiLineString

    def write(*records, name="path.gpkg"):
        lines = []
        for _, parts in records:
            moved = [[(X + c[0], Y + c[1], *c[2:]) for c in part] for part in parts]
            lines.append(LineString(moved[0]) if len(moved) == 1 else MultiLineString(moved))
        frame = gpd.GeoDataFrame({"name": [r[0] for r in records]}, geometry=lines, crs=25832)
        frame.to_file(tmp_path / name)
        return tmp_path / name

    return write

