"""From a source to rows that fit the register: read, shift, place, convert; nothing is written."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..definition import REGISTER
from ..definition.types import Table
from ..errors import InputError
from ..messages import Message, message
from . import placement
from .connectors import Connector, read_connectors
from .conversion import (
    Reasons,
    cells_of,
    check_columns,
    check_required,
    convert,
    convert_constants,
)
from .datum import Shift, find_shift, looks_like, parse_crs
from .delivery import Delivery, find_column, refuse_without_columns
from .geometry import from_columns, prepare
from .mapping import Home, Mapping, load_mapping, mapping_by_name, table_names
from .readers import read_delivery


@dataclass(frozen=True)
class Options:
    """What the user asked for besides the source."""

    table: str = ""
    mapping: str = ""
    layer: str = ""
    crs: str = ""
    home: str = ""
    grid: str = ""
    accept_accuracy: float | None = None
    area_only: bool = False


@dataclass
class Prepared:
    """The delivery's rows as the register takes them; each index is one of `delivery`."""

    table: Table
    name: str
    delivery: Delivery
    geometry: np.ndarray
    values: dict[str, np.ndarray]  # with `ags`
    connectors: list[list[Connector]] | None
    shift: Shift | None
    reasons: Reasons
    outside_area: int = 0  # rows of the source that are left out, not among `delivery`
    ignored_columns: list[str] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)

    @property
    def accepted(self) -> np.ndarray:
        """The indices of the rows that the register can take."""
        taken = np.ones(len(self.delivery), dtype=bool)
        taken[list(self.reasons)] = False
        return np.flatnonzero(taken)


def prepare_delivery(
    source: Path, options: Options, municipalities: placement.Municipalities
) -> Prepared:
    """Read a source and bring it into the register's form.

    Raises:
        InputError: the file, the mapping or an option is not what the import needs. Single rows
            that can't be taken are in `reasons`.
    """
    table, mapping, delivery = _read(source, options)
    path = str(source)
    if not all(rule.optional for rule in _rules(mapping)):
        refuse_without_columns(delivery)
    check_columns(_rules(mapping), delivery.columns, path)
    constants = convert_constants(table, mapping.constants, mapping.values, mapping.path)
    check_required(table, {*mapping.columns, *constants}, path)
    home = Home(ags=options.home) if options.home else mapping.home or Home(position=True)
    if home.ags:
        placement.fixed_home(home.ags, municipalities)

    reasons: Reasons = {}
    notes = list(delivery.notes)
    _points_of_table(delivery, mapping, reasons)
    geometry, shift = _geometry(delivery, mapping, options, table, municipalities, reasons, notes)
    places = placement.places(geometry, table, municipalities)
    outside_area = 0
    if options.area_only:
        outside = np.not_equal(geometry, None) & ~places.reaches_member
        outside_area = int(outside.sum())
        delivery, geometry, reasons, places = _inside(delivery, geometry, reasons, places, outside)
    if not options.home and mapping.home is None:
        notes.append(message("imports.home_by_position"))
    rows = _values(table, mapping, delivery, constants, home, places, municipalities, reasons)
    names = [name for rule in _rules(mapping) for name in rule.names()]
    used = {find_column(name, delivery.columns) for name in names}
    return Prepared(
        table, delivery_name(mapping, delivery), delivery, geometry, rows[0], rows[1], shift,
        reasons, outside_area,
        [c for c in delivery.columns if c not in used and c.strip()], notes,
    )  # fmt: skip


def _read(source: Path, options: Options) -> tuple[Table, Mapping, Delivery]:
    """The source by its mapping, or by the register's own names."""
    if options.mapping:
        mapping = load_mapping(options.mapping, options.table)
        table = REGISTER[mapping.table]
        given = mapping.source
        delivery = read_delivery(
            source, options.layer or given.get("layer"), encoding=given.get("encoding"),
            delimiter=given.get("delimiter"), wanted=mapping.column_names(),
            preferred=(table.name, table.plural.de, table.plural.en),
        )  # fmt: skip
        return table, mapping, delivery
    names = [t.name for t in REGISTER.assets]
    wanted = [n for t in REGISTER.assets if options.table in ("", t.name) for n in table_names(t)]
    delivery = read_delivery(
        source, options.layer or None, wanted=wanted, preferred=[options.table or "", *names]
    )
    name = options.table or next(
        (n for n in (delivery.layer, source.stem) if n.casefold() in names), ""
    ).casefold()
    if not name:
        raise InputError("imports.class_unknown", path=source, choices=names)
    table = REGISTER[name]
    refuse_without_columns(delivery)
    return table, mapping_by_name(table, delivery.columns, str(source)), delivery


def _rules(mapping: Mapping) -> list:
    rules = [*mapping.columns.values()]
    rules += [rule for rule in (mapping.x, mapping.y) if rule]
    if mapping.home and mapping.home.column:
        rules.append(mapping.home.column)
    for number, block in enumerate(mapping.connectors):
        # Sheets have as many groups of connectors as their widest station: the first is enough.
        rules += [replace(r, optional=r.optional or number > 0 or name != "connector_type")
                  for name, r in block.items()]  # fmt: skip
    return rules


def _points_of_table(delivery: Delivery, mapping: Mapping, reasons: Reasons) -> None:
    """Give the rows of a table their points."""
    if delivery.geometry is not None:
        return
    if mapping.x is None or mapping.y is None:
        raise InputError("imports.no_coordinates", path=delivery.path,
                         columns=list(delivery.columns)[:30])  # fmt: skip
    size = len(delivery)
    delivery.geometry, missing = from_columns(
        cells_of(mapping.x, delivery.columns, size), cells_of(mapping.y, delivery.columns, size)
    )
    for index, reason in missing.items():
        reasons[index] = [reason]


def _geometry(
    delivery: Delivery, mapping: Mapping, options: Options, table: Table,
    municipalities: placement.Municipalities, reasons: Reasons, notes: list[Message],
) -> tuple[np.ndarray, Shift | None]:  # fmt: skip
    """The geometries in the register's form and CRS; each row without one has its reason."""
    import shapely

    prepared = prepare(delivery.geometry, delivery.broken, table.geometry)
    notes += prepared.notes
    present = np.not_equal(prepared.geometry, None)
    if prepared.wrong_kinds and not present.any():
        raise InputError(
            "imports.wrong_geometry", path=delivery.path, layer=delivery.layer,
            found=list(prepared.wrong_kinds), table=table.plural,
        )  # fmt: skip
    for index, reason in prepared.reasons.items():
        reasons.setdefault(index, [reason])
    if not present.any():
        return prepared.geometry, None
    coordinates = shapely.get_coordinates(prepared.geometry)
    shift = _shift(delivery, mapping, options, coordinates, notes)
    geometry = prepared.geometry
    geometry[present] = shapely.transform(geometry[present], shift.transform)
    _outside_grid(geometry, reasons)
    delivered = delivery.geometry[present]
    by_position = not options.home and (mapping.home is None or mapping.home.position)
    area_only = options.area_only
    for index, why in placement.far_off(geometry, municipalities, shift.source, delivered,
                                        by_position, area_only).items():  # fmt: skip
        reasons.setdefault(index, []).extend(why)
    return geometry, shift


def _shift(delivery, mapping, options, coordinates, notes) -> Shift:
    stated = options.crs or mapping.source.get("crs", "")
    if not stated and not delivery.crs:
        raise InputError("imports.crs_missing", path=delivery.path,
                         hint=looks_like(coordinates))  # fmt: skip
    crs = parse_crs(stated or delivery.crs)
    if stated and delivery.crs:
        own = parse_crs(delivery.crs)
        if own != crs:
            notes.append(message("imports.crs_overruled", own=own.name, stated=crs.name))
    delivery.crs = crs.to_wkt()
    return find_shift(crs, coordinates, options.accept_accuracy, options.grid or None)


def _outside_grid(geometry: np.ndarray, reasons: Reasons) -> None:
    """Coordinates without an answer: the grid doesn't reach there."""
    import shapely

    coordinates, owner = shapely.get_coordinates(geometry, return_index=True)
    for index in np.unique(owner[~np.isfinite(coordinates).all(axis=1)]):
        reasons.setdefault(int(index), []).append(message("imports.outside_grid"))
        geometry[index] = None


def _inside(delivery, geometry, reasons, places, outside):
    """Leave out the rows outside the area, so that their cells need no judgement."""
    kept = np.flatnonzero(~outside)
    new = {int(old): n for n, old in enumerate(kept)}
    selected = delivery.select(~outside)
    selected.unreadable, selected.notes = delivery.unreadable, delivery.notes
    return (
        selected, geometry[kept], {new[i]: why for i, why in reasons.items() if i in new},
        placement.Places(places.municipality[kept], places.reaches_member[kept]),
    )  # fmt: skip


def _values(
    table: Table, mapping: Mapping, delivery: Delivery, constants: MappingOf[str, Any], home: Home,
    places: placement.Places, municipalities: placement.Municipalities, reasons: Reasons,
) -> tuple[dict[str, np.ndarray], list[list[Connector]] | None]:  # fmt: skip
    size = len(delivery)
    decimal = mapping.source.get("decimal", "")
    rows = convert(table, delivery.columns, mapping.columns, mapping.values, constants, size,
                   decimal)  # fmt: skip
    rows.values["ags"], without_home = placement.homes(
        home, delivery.columns, places, municipalities, size
    )
    all_reasons = [rows.reasons, without_home]
    stations = None
    if mapping.connectors:
        stations = read_connectors(mapping.connectors, delivery.columns, mapping.values, size,
                                   decimal)  # fmt: skip
        all_reasons.append(stations.reasons)
        _count_points(rows.values, stations.points, size)
    for found in all_reasons:
        for index, why in found.items():
            if home.position and found is without_home and index in reasons:
                continue  # it has no usable geometry, and that is said
            reasons.setdefault(index, []).extend(why)
    return rows.values, stations.connectors if stations else None


def _count_points(values: dict[str, np.ndarray], points: list[int], size: int) -> None:
    counted = values.setdefault("point_count", np.full(size, None, dtype=object))
    for index, number in enumerate(points):
        if counted[index] is None and number:
            counted[index] = number


def delivery_name(mapping: Mapping, delivery: Delivery) -> str:
    """The name under which later deliveries of the same source are recognised.

    Dates and numbers in file names change from one delivery to the next.
    """
    if mapping.delivery:
        return mapping.delivery
    names = [_without_dates(delivery.path.stem)]
    if delivery.path.suffix.lower() not in (".csv", ".txt", ".tsv", ".xlsx", ".xlsm"):
        layer = _without_dates(delivery.layer)
        # Shapefiles and GeoJSON name their layer after the file.
        names = [layer] if delivery.path.suffix.lower() == ".zip" else list(
            dict.fromkeys([*names, layer])
        )  # fmt: skip
    return " ".join(n for n in names if n) or delivery.path.stem


def _without_dates(name: str) -> str:
    return " ".join(re.sub(r"[\d_\-.]+", " ", name).split()) or name
