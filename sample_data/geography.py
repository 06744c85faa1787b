"""Where the sample region lies: municipalities, rivers and villages as plain rough numbers.

Coordinates are kilometres in ETRS89 / UTM 32N. Only names, keys, populations and rough centres are
real; every border, street and asset that grows from them is invented.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CRS = "EPSG:25832"
STATE_OF_BOUNDARIES = "2026-01-01"


@dataclass(frozen=True)
class Municipality:
    """A municipality: `area` is what it shall cover in km², `centre` where, about."""

    ags: str
    name: str
    kind: str
    population: int
    centre: tuple[float, float]
    area: float
    association: str = ""  # the four digits of the Verwaltungsgemeinschaft in the ARS

    @property
    def ars(self) -> str:
        return self.ags[:5] + (self.association or f"0{self.ags[5:]}") + self.ags[5:]

    @property
    def is_swabian(self) -> bool:
        """Whether it lies on the left bank of the Iller, in Baden-Württemberg."""
        return self.ags.startswith("08")


_M = Municipality
MEMBERS = (
    _M("09775118", "Buch", "Markt", 4292, (588.9, 5342.9), 36.5, "5732"),
    _M("09775129", "Illertissen", "Stadt", 18000, (582.8, 5342.1), 35.6),
    _M("09775132", "Kellmünz a.d.Iller", "Markt", 1524, (584.5, 5331.2), 8.4, "5731"),
    _M("09775141", "Oberroth", "Gemeinde", 1013, (589.1, 5336.0), 10.4, "5732"),
    _M("09775142", "Osterberg", "Gemeinde", 930, (587.8, 5332.4), 15.1, "5731"),
    _M("09775149", "Roggenburg", "Gemeinde", 2776, (591.0, 5348.2), 27.2),
    _M("09775161", "Unterroth", "Gemeinde", 1131, (588.4, 5338.9), 14.9, "5732"),
)
NEIGHBOURS = (
    _M("09775111", "Altenstadt", "Markt", 5100, (584.1, 5335.8), 29.0, "5731"),
    _M("09775164", "Weißenhorn", "Stadt", 13900, (586.8, 5350.6), 44.0),
    _M("09775115", "Bellenberg", "Gemeinde", 4700, (581.4, 5345.8), 6.5),
    _M("09775162", "Vöhringen", "Stadt", 13500, (580.9, 5349.2), 22.0),
    _M("09774117", "Breitenthal", "Gemeinde", 1300, (596.6, 5344.2), 13.5),
    _M("09774189", "Wiesenbach", "Gemeinde", 1050, (597.0, 5349.4), 12.0),
    _M("09778221", "Kettershausen", "Gemeinde", 1850, (594.1, 5338.4), 26.0),
    _M("09778115", "Babenhausen", "Markt", 5700, (592.9, 5332.9), 25.0),
    _M("09778217", "Winterrieden", "Gemeinde", 950, (590.6, 5330.2), 9.0),
    _M("09778188", "Pleß", "Gemeinde", 870, (586.9, 5328.3), 14.0),
    _M("08425028", "Dietenheim", "Stadt", 6800, (577.4, 5341.6), 18.0),
    _M("08425066", "Illerrieden", "Gemeinde", 3500, (576.6, 5347.0), 18.0),
    _M("08425140", "Balzheim", "Gemeinde", 2100, (578.4, 5336.1), 16.0),
    _M("08426065", "Kirchberg an der Iller", "Gemeinde", 2100, (580.0, 5332.0), 17.0),
    _M("08426031", "Dettingen an der Iller", "Gemeinde", 2600, (581.7, 5328.6), 12.0),
)
_F = "Gemeindefreies Gebiet"
UNINCORPORATED = (
    _M("09775451", "Auwald", _F, 0, (579.9, 5342.6), 4.2, "9451"),
    _M("09775452", "Oberroggenburger Wald", _F, 0, (592.9, 5342.5), 5.2, "9452"),
    _M("09775454", "Stoffenrieder Forst", _F, 0, (593.6, 5352.8), 13.0, "9454"),
    _M("09775455", "Unterroggenburger Wald", _F, 0, (594.2, 5346.3), 14.0, "9455"),
)
EVERY = MEMBERS + NEIGHBOURS + UNINCORPORATED
#: What lies around and is not in the file: gives the region a natural outer rim.
RIM = (
    (579.2, 5353.2), (585.5, 5357.5), (591.5, 5357.5), (597.5, 5354.0), (600.5, 5349.0),
    (600.8, 5344.0), (598.6, 5339.6), (597.6, 5334.8), (596.8, 5330.2), (594.6, 5326.8),
    (590.2, 5326.0), (586.0, 5324.4), (583.4, 5323.6), (578.6, 5327.0), (575.6, 5331.0),
    (574.0, 5336.6), (572.9, 5342.0), (572.6, 5347.4), (574.8, 5352.2),
)  # fmt: skip
RIM_SWABIAN = (False,) * 12 + (True,) * 7
#: The municipality with a lake on its outer rim, which the layout keeps as a second row.
LAKE_OF = "09774117"
#: The municipality of two parts, and the one in which its second part lies.
EXCLAVE_OF, EXCLAVE_IN = "09775118", "09775452"

#: River courses from south to north.
RIVERS = {
    "Iller": ((585.2, 5322.0), (584.3, 5326.2), (583.5, 5329.0), (582.7, 5331.6), (582.0, 5334.6),
              (581.1, 5337.4), (579.9, 5340.0), (578.9, 5342.8), (578.5, 5346.0), (578.2, 5349.4),
              (577.4, 5352.4), (576.4, 5358.0)),
    "Roth": ((590.6, 5330.8), (590.1, 5333.6), (589.4, 5336.2), (588.6, 5339.0), (588.2, 5341.6),
             (587.9, 5344.2), (587.2, 5347.4), (586.4, 5351.0), (585.6, 5356.0)),
    "Biber": ((591.8, 5341.6), (591.4, 5344.2), (590.9, 5346.6), (590.7, 5349.0), (590.3, 5352.0),
              (590.2, 5356.0)),
    "Günz": ((595.6, 5326.0), (595.0, 5331.0), (595.4, 5336.0), (596.4, 5341.0), (597.2, 5346.0),
             (597.6, 5352.0)),
}  # fmt: skip
#: Villages that a municipality has: (name, kilometres of streets), the main one first.
VILLAGES = {
    "09775118": (("Buch", 8.4), ("Rothtann", 3.5), ("Weilerbach", 2.5), ("Obenried", 2.0),
                 ("Halden", 1.5), ("Nordholz", 1.3)),
    "09775129": (("Illertissen", 20.5), ("Betzenau", 5.4), ("Jedelsheim", 4.7), ("Tiefental", 3.5),
                 ("Auhof", 1.3)),
    "09775132": (("Kellmünz", 8.9), ("Filzach", 1.4)),
    "09775141": (("Oberroth", 6.3), ("Schalkshof", 1.1)),
    "09775142": (("Osterberg", 4.9), ("Weilerholz", 1.9), ("Bossenreute", 1.1)),
    "09775149": (("Roggenburg", 5.4), ("Biberau", 3.6), ("Meßhof", 3.0), ("Ingstett", 2.6),
                 ("Schießried", 1.5)),
    "09775161": (("Unterroth", 6.6), ("Matzenweiler", 1.5)),
}  # fmt: skip


def river(name: str, step: float = 60.0) -> np.ndarray:
    """The course of a river in metres, smooth, with a vertex every `step` metres."""
    points = np.array(RIVERS[name]) * 1000.0
    for _ in range(4):  # Chaikin's corner cutting; the ends stay
        a, b = points[:-1], points[1:]
        inner = np.stack((0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b), 1).reshape(-1, 2)
        points = np.vstack((points[:1], inner[1:-1], points[-1:]))
    along = np.concatenate(([0.0], np.hypot(*np.diff(points, axis=0).T).cumsum()))
    at = np.arange(0.0, along[-1], step)
    return np.column_stack([np.interp(at, along, points[:, k]) for k in (0, 1)])
