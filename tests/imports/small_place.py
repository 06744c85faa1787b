"""Where the small register lies: two members side by side, and a neighbour north of the western."""

from __future__ import annotations

WEST, EAST, NORTH = "09775118", "09775129", "09775135"
#: Lower left corner of the western square, near Buch in the register's CRS.
X, Y = 585_000.0, 5_340_000.0
SIDE = 4_000.0


def squares():
    """The three municipalities in the layout of VG250, as a GeoDataFrame."""
    import geopandas as gpd
    from shapely import box

    return gpd.GeoDataFrame(
        {
            "AGS": [WEST, EAST, NORTH],
            "GEN": ["Buch", "Illertissen", "Altenstadt"],
            "BEZ": ["Markt", "Stadt", "Markt"],
            "EWZ": [4292, 18000, 5000],
        },
        geometry=[
            box(X, Y, X + SIDE, Y + SIDE),
            box(X + SIDE, Y, X + 2 * SIDE, Y + SIDE),
            box(X, Y + SIDE, X + SIDE, Y + 2 * SIDE),
        ],
        crs=25832,
    )
