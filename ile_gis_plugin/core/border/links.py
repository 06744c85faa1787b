"""Accepted pairs that no longer hold: an edit moved or deleted one side."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from ..definition import REGISTER
from ..definition.types import Geometry
from ..geometry.wkb import decode_lines, decode_points
from ..rules.rule import ERROR, SAME_POINT_M, Asked, Found, rule
from ..stores.store import GEOMETRY, Store
from .settings import border_settings

_COLUMNS = ("asset_class", "kind", "left_uuid", "right_uuid", GEOMETRY)


def _links(asked: Asked) -> list[dict[str, Any]]:
    """All links, or those that one of the rows asked about has."""
    columns: dict[str, list[Any]] = {name: [] for name in ("fid", *_COLUMNS)}
    if asked.only is None:
        wanted = [asked.store.find("border_link", [], _COLUMNS)]
    else:
        uuids = [uuid for rows in asked.only.values() for uuid in rows]
        wanted = [asked.store.find("border_link", [(side, "in", uuids)], _COLUMNS)
                  for side in ("left_uuid", "right_uuid")]  # fmt: skip
    for rows in wanted:
        for name, column in columns.items():
            column += rows[name]
    every = {values[0]: dict(zip(columns, values, strict=True))
             for values in zip(*columns.values(), strict=True)}  # fmt: skip
    return list(every.values())


def _shapes(store: Store, table: str, uuids: list[str]) -> dict[str, tuple[int, np.ndarray]]:
    """Key and coordinates (k, 2) by uuid of the assets that are still there."""
    found: dict[str, tuple[int, np.ndarray]] = {}
    for chunk in store.scan(table, ["uuid"], where={"uuid": uuids}):
        there = np.flatnonzero(chunk.has_geometry)
        wkb = chunk.wkb.take(there)
        if REGISTER[table].geometry is Geometry.POINT:
            parts = [xy[None] for xy in decode_points(wkb)]
        else:
            lines = decode_lines(wkb)
            parts = np.split(lines.coords, lines.offsets[1:-1])
        for n, coords in zip(there.tolist(), parts, strict=True):
            if len(coords):
                found[chunk.columns["uuid"][n]] = (int(chunk.fid[n]), coords)
    return found


def _apart(kind: str, left: np.ndarray, right: np.ndarray) -> float:
    """How far apart two linked assets are, in metres, where the link says they touch."""
    if kind == "end_end":
        gaps = left[[0, -1], None] - right[None, [0, -1]]
        return float(np.hypot(*gaps.reshape(-1, 2).T).min())
    return min(_to_line(left[[0, -1]], right), _to_line(right[[0, -1]], left))


def _to_line(points: np.ndarray, line: np.ndarray) -> float:
    if len(line) < 2:
        return float(np.hypot(*(points[:, None] - line[None]).reshape(-1, 2).T).min())
    a, step = line[:-1], np.diff(line, axis=0)
    square = np.maximum((step**2).sum(axis=1), 1e-12)
    t = np.clip(((points[:, None] - a) * step).sum(axis=2) / square, 0, 1)
    gaps = points[:, None] - (a + t[..., None] * step)
    return float(np.hypot(gaps[..., 0], gaps[..., 1]).min())


@rule("BRD008", ERROR, of_geometry=False)
def border_link_is_broken(asked: Asked) -> list[Found]:
    """Two assets whose joint both sides accepted no longer touch, or lie far from each other."""
    links = _links(asked)
    cap_m = border_settings(asked.store).cap_m
    broken: dict[str, list[tuple[int, int, np.ndarray, float]]] = defaultdict(list)
    for table in REGISTER.assets:
        mine = [link for link in links if link["asset_class"] == table.name]
        uuids = sorted({link[side] for link in mine for side in ("left_uuid", "right_uuid")})
        shapes = _shapes(asked.store, table.name, uuids) if uuids else {}
        for link in mine:
            left, right = (shapes.get(link[side]) for side in ("left_uuid", "right_uuid"))
            if left is None or right is None:
                continue  # what is gone belongs to nobody any more
            touching = link["kind"] != "same_object"
            apart = _apart(link["kind"], left[1], right[1])
            if apart > (SAME_POINT_M if touching else 2 * cap_m):
                place = decode_points([link[GEOMETRY]])[0] if link[GEOMETRY] else left[1][0]
                broken[table.name].append((left[0], right[0], place, apart))
    return [
        Found("BRD008", table, np.array([r[0] for r in rows]), np.array([r[2] for r in rows]),
              np.array([r[1] for r in rows]),
              values={"distance": np.array([r[3] for r in rows])})
        for table, rows in broken.items()
    ]  # fmt: skip
