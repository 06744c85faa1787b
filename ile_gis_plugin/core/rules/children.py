"""Rules on charging stations and their connectors."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from .rule import ERROR, WARNING, Asked, Found, rule, without_place


class _Station(NamedTuple):
    fid: int
    point_count: int | None
    power_kw: float | None
    evse_ids: list[str | None]
    powers: list[float]


def _stations(asked: Asked) -> list[_Station]:
    rows = asked.find("charging_point", columns=["uuid", "point_count", "power_kw"])
    plugs: dict[str, list[tuple[str | None, Any]]] = defaultdict(list)
    if rows["uuid"]:
        children = asked.store.find(
            "connector", [("charging_point_uuid", "in", rows["uuid"])],
            ["charging_point_uuid", "evse_id", "power_kw"],
        )  # fmt: skip
        for station, evse, power in zip(*list(children.values())[1:], strict=True):
            plugs[station].append((evse, power))
    return [
        _Station(fid, count, power, [e for e, _ in plugs[uuid]],
                 [p for _, p in plugs[uuid] if p is not None])
        for fid, uuid, count, power in zip(*rows.values(), strict=True)
    ]  # fmt: skip


@rule("CHD001", WARNING, of_geometry=False)
def number_of_charge_points_differs(asked: Asked) -> list[Found]:
    """A station says another number of charge points than its connectors have EVSE ids.

    Where some connector has no EVSE id its charge point is unknown: then only fewer connectors
    than charge points contradict.
    """
    wrong = []
    for station in _stations(asked):
        known = {evse.replace("*", "") for evse in station.evse_ids if evse}
        complete = len(known) > 0 and all(station.evse_ids)
        count = len(known) if complete else len(station.evse_ids)
        if station.evse_ids and station.point_count is not None and (
            count != station.point_count if complete else count < station.point_count
        ):
            wrong.append((station.fid, station.point_count, count))
    fid, said, counted = zip(*wrong, strict=True) if wrong else ((), (), ())
    return without_place("CHD001", "charging_point", fid, "point_count", said=said, counted=counted)


@rule("CHD002", ERROR, of_geometry=False)
def connector_is_stronger_than_its_station(asked: Asked) -> list[Found]:
    """A connector gives more power than the whole station is rated for."""
    wrong = [
        (s.fid, s.power_kw, max(s.powers)) for s in _stations(asked)
        if s.power_kw is not None and s.powers and max(s.powers) > s.power_kw + 1e-9
    ]  # fmt: skip
    fid, rated, power = zip(*wrong, strict=True) if wrong else ((), (), ())
    return without_place("CHD002", "charging_point", fid, "power_kw", rated=rated, power=power)


@rule("CHD003", WARNING, of_geometry=False)
def station_has_no_connector(asked: Asked) -> list[Found]:
    """A charging station without any connector charges nothing."""
    fid = [s.fid for s in _stations(asked) if not s.evse_ids]
    return without_place("CHD003", "charging_point", fid)
