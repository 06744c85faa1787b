"""Cuts lines at municipal borders, as each municipality's own delivery would."""

from __future__ import annotations

from dataclasses import dataclass

import geography as geo
import lines
import numpy as np
import shapely
from boundaries import Coverage

#: A municipality does not list a scrap shorter than this; its neighbour goes on through it.
_SHORTEST = 45.0


@dataclass
class Crossing:
    """Where two municipalities' parts of one line meet; the assets are rows of the region."""

    left: dict
    right: dict
    place: np.ndarray
    asset_class: str


class Cutter:
    """Knows which municipality a line runs through, from where to where."""

    def __init__(self, coverage: Coverage) -> None:
        self._coverage = coverage
        self._rings = np.array([shapely.boundary(a) for a in coverage.areas])
        self.members = {m.ags for m in geo.MEMBERS}
        self._ags = [m.ags for m in coverage.municipalities] + [""]

    def home(self, points: np.ndarray) -> list[str]:
        """The municipality of each point; empty outside of all."""
        return [self._ags[k] for k in self._coverage.owner(np.atleast_2d(points))]

    def intervals(self, points: np.ndarray) -> list[tuple[str, float, float]]:
        """The municipalities along a line: (ags, from, to) in metres, without scraps."""
        line = shapely.linestrings(points)
        total = float(shapely.length(line))
        inside = shapely.contains_properly(self._coverage.areas, line)
        if inside.any():
            return [(self._ags[int(inside.argmax())], 0.0, total)]
        cuts = {0.0, total}
        for ring in self._rings[shapely.intersects(self._coverage.areas, line)]:
            shared = shapely.get_coordinates(shapely.intersection(line, ring))
            cuts.update(lines.along_of(points, shared).tolist() if len(shared) else ())
        at = np.array(sorted(cuts))
        at = at[np.concatenate(([True], np.diff(at) > 0.005))]
        at[-1] = total
        owners = self.home(lines.at(points, (at[:-1] + at[1:]) / 2))
        parts = [[o, a, b] for o, a, b in zip(owners, at[:-1], at[1:], strict=True)]
        return [(o, float(a), float(b)) for o, a, b in _without_scraps(parts)]

    def pieces(self, points: np.ndarray, beyond: float = 0.0) -> list[tuple[str, np.ndarray]]:
        """The members' pieces of a line; its ends go on for `beyond` metres into a neighbour."""
        parts = self.intervals(points)
        total = parts[-1][2]
        found = []
        for k, (ags, start, end) in enumerate(parts):
            if ags not in self.members:
                continue
            if beyond and k == 1 and parts[0][0] not in self.members:
                start = max(start - beyond, 0.0)
                start = 0.0 if start < _SHORTEST else start
            if beyond and k == len(parts) - 2 and parts[-1][0] not in self.members:
                end = min(end + beyond, total)
                end = total if total - end < _SHORTEST else end
            found.append((ags, np.round(lines.piece(points, start, end), 3)))
        return found

    def longest(self, points: np.ndarray) -> str:
        """The member in which most of a line lies; empty where none has a part."""
        length: dict[str, float] = {}
        for ags, start, end in self.intervals(points):
            if ags in self.members:
                length[ags] = length.get(ags, 0.0) + end - start
        return max(length, key=lambda a: (length[a], a)) if length else ""


def _without_scraps(parts: list[list]) -> list[list]:
    parts = _merged(parts)
    while len(parts) > 1:
        k = min(range(len(parts)), key=lambda i: parts[i][2] - parts[i][1])
        if parts[k][2] - parts[k][1] >= _SHORTEST:
            break
        near = [i for i in (k - 1, k + 1) if 0 <= i < len(parts)]
        into = max(near, key=lambda i: parts[i][2] - parts[i][1])
        parts[k][0] = parts[into][0]
        parts = _merged(parts)
    return parts


def _merged(parts: list[list]) -> list[list]:
    out = [list(parts[0])]
    for part in parts[1:]:
        if part[0] == out[-1][0]:
            out[-1][2] = part[2]
        else:
            out.append(list(part))
    return out


def cut(cutter: Cutter, asset_class: str, points: np.ndarray, row: dict, beyond: float = 0.0,
        whole: bool = False) -> tuple[list[dict], list[Crossing]]:  # fmt: skip
    """The rows that members would list of one line, and where they meet each other."""
    if whole:
        home = cutter.longest(points)
        return ([{**row, "ags": home, "geom": points}] if home else []), []
    rows: list[dict] = []
    crossings: list[Crossing] = []
    for ags, part in cutter.pieces(points, beyond):
        rows.append({**row, "ags": ags, "geom": part})
        if len(rows) > 1 and (rows[-2]["geom"][-1] == part[0]).all():
            crossings.append(Crossing(rows[-2], rows[-1], part[0], asset_class))
    return rows, crossings
