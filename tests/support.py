"""What many tests begin with: two square municipalities side by side, and geometries as WKB."""

from __future__ import annotations

from pathlib import Path

import shapely

from ile_gis_plugin.core.stores import Store, create_register

WEST, EAST = "09775118", "09775129"
ROOT = Path(__file__).resolve().parent.parent
#: Real open data beside the project; tests that need it skip where it is absent.
REAL_DATA = ROOT.parent / "shared" / "data"


def square(x: float, y: float, side: float) -> bytes:
    return shapely.to_wkb(shapely.MultiPolygon([shapely.box(x, y, x + side, y + side)]))


def point(x: float = 600100, y: float = 5340100) -> bytes:
    return shapely.to_wkb(shapely.Point(x, y))


def line(*coordinates: tuple[float, float]) -> bytes:
    return shapely.to_wkb(shapely.LineString(coordinates or [(600000, 5340000), (600100, 5340000)]))


def small_register(location: Path | str) -> Path | str:
    """A register of two members: WEST from x = 600 km, EAST from x = 605 km, 5 km each."""
    create_register(location, "Testverbund", fill=add_members).close()
    return location


def add_members(store: Store) -> None:
    store.insert("municipality", {
        "ags": [WEST, EAST], "name": ["West", "Ost"], "is_member": [True, True],
        "geom": [square(600000, 5340000, 5000), square(605000, 5340000, 5000)],
    })  # fmt: skip
