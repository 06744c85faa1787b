"""Puts a register together: territory, layers with their faults, file, and the truth beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from . import attributes, border_extras, border_faults, inner_faults, points, register_file
from .cutting import cut
from .lattice import network
from .layer import Layer
from .polylines import Polylines
from .scenario import Scenario
from .territory import Territory
from .territory import make as make_territory
from .truth import Truth

_LINES = ("path", "utility_line")
_UNDIVIDED = 0.2  # part of the lines over a border that one municipality keeps whole
_CHARGING = 0.03  # part of the points
_PREFIX = {"path": "W", "utility_line": "L", "streetlight": "SL", "charging_point": "LE"}


def make(scenario: Scenario, path: Path, say: Callable[[str], None] = print) -> None:
    """Write the register to `path` and what was planted in it to `path`.truth.csv."""
    territory = make_territory(scenario)
    say(f"{len(territory.polygons)} municipalities")
    truth = Truth()
    layers = _line_layers(scenario, territory, truth)
    lines = sum(int((~layer.deleted).sum()) for layer in layers)
    say(f"{lines} lines")
    rest = scenario.assets - lines
    planted = sum(len(p.xy) for p in truth if p.kind == "overshoot")
    stations = round(rest * _CHARGING)
    layers += [
        points.make(scenario, territory, "streetlight", rest - stations, planted, truth),
        points.make(scenario, territory, "charging_point", stations, planted // 4 + 2, truth),
    ]
    register_file.create(path, territory, f"Prüfstand {scenario.assets}")
    keys = {}
    for layer in layers:
        keys[layer.table] = _write(scenario, path, layer)
        say(f"{layer.table} written")
    _write_truth(path.with_suffix(".truth.csv"), truth, keys)


def _line_layers(scenario: Scenario, territory: Territory, truth: Truth) -> list[Layer]:
    layers, crossings = {}, {}
    for table in _LINES:
        net = network(scenario, territory, table, scenario.lines // len(_LINES))
        rng = scenario.stream("cutting", table)
        pieces = cut(territory, net.lines, rng, _UNDIVIDED)
        layer = Layer(table, pieces.pieces, pieces.line, pieces.municipality, net.edge)
        border_faults.plant(scenario, territory, layer, pieces, truth)
        inner_faults.plant(scenario, territory, layer, pieces, net.edge, truth)
        layers[table], crossings[table] = layer, len(pieces.before)
    border_extras.plant(scenario, territory, layers, crossings, truth)
    return list(layers.values())


def _write(scenario: Scenario, path: Path, layer: Layer) -> dict[str, np.ndarray]:
    """Write a layer, sorted by municipality; the keys of all its rows."""
    rng = scenario.stream("rows", layer.table)
    kept = np.flatnonzero(~layer.deleted)
    kept = rng.permutation(kept)
    kept = kept[np.argsort(layer.ags[kept], kind="stable")]
    columns = attributes.columns(scenario, layer.table, layer.course)
    columns = {k: attributes.taken(c, layer.origin) for k, c in columns.items()}
    if not scenario.shape.same_accuracy:
        columns["accuracy_m"] = attributes.accuracies(rng, layer.count, scenario)
    if layer.table == "utility_line":
        columns["accuracy_m"] = np.nan_to_num(columns["accuracy_m"], nan=0.5)
    for field, rows, step in layer.changes:
        columns[field] = attributes.changed(columns[field], rows, step)
    shapes = layer.shapes(kept)
    if scenario.shape.vertex_noise:
        noise = np.minimum(np.nan_to_num(columns["accuracy_m"][kept], nan=0.1), 0.3) / 3
        # A fault keeps the size that the truth tells.
        shapes = _noisy(shapes, np.where(layer.used[kept], 0, noise), rng)

    uuid = np.array(register_file.uuids(rng, layer.count))
    ags = register_file.ags_of(layer.ags)
    number = np.full(layer.count, "", dtype="U12")
    home = layer.ags[kept]
    running = np.arange(len(kept)) - np.searchsorted(home, home) + 1
    number[kept] = np.char.mod(_PREFIX[layer.table] + "-%06d", running)
    chosen = {k: attributes.taken(c, kept) for k, c in columns.items()}
    arrays = {k: register_file.arrow(c) for k, c in chosen.items()} | {
        "uuid": pa.array(uuid[kept]), "ags": pa.array(ags[kept]),
        "asset_no": pa.array(number[kept]),
    }  # fmt: skip
    if layer.table == "streetlight":
        arrays["light_no"] = pa.array(np.char.mod("A-%04d", running))
    register_file.append(path, layer.table, arrays, shapes)
    if layer.table == "charging_point":
        _write_connectors(path, uuid[kept], chosen, rng)
    return {"uuid": uuid, "ags": ags, "asset_no": number, "accuracy_m": columns["accuracy_m"]}


def _noisy(shapes: Polylines, sigma: np.ndarray, rng: np.random.Generator) -> Polylines:
    """Inner vertices wander by so many metres; ends stay where they are."""
    sigma = np.repeat(sigma, np.diff(shapes.offsets))
    sigma[shapes.offsets[:-1]] = sigma[shapes.offsets[1:] - 1] = 0
    noise = np.clip(rng.normal(0, 1, shapes.coords.shape), -2, 2) * sigma[:, None]
    return Polylines(np.round(shapes.coords + noise, 3), shapes.offsets)


def _write_connectors(path: Path, uuid: np.ndarray, columns: attributes.Columns,
                      rng: np.random.Generator) -> None:  # fmt: skip
    count = np.array(columns["point_count"].values)[columns["point_count"].index]
    station = np.repeat(np.arange(len(uuid)), count)
    fast = columns["device_type"].index[station] == 1
    coded = attributes.Coded
    connectors = {
        "connector_type": coded(["IEC_62196_T2", "IEC_62196_T2_COMBO"], fast.astype(np.int64)),
        "format": coded(["socket", "cable"], fast.astype(np.int64)),
        "power_type": coded(["ac_3_phase", "dc"], fast.astype(np.int64)),
        "power_kw": columns["power_kw"][station],
    }
    arrays = {k: register_file.arrow(c) for k, c in connectors.items()} | {
        "uuid": pa.array(register_file.uuids(rng, len(station))),
        "charging_point_uuid": pa.array(uuid[station]),
        "evse_id": pa.array(np.char.mod("DE*ILE*E%07d", np.arange(len(station)))),
    }
    register_file.append(path, "connector", arrays, None)


def _write_truth(path: Path, truth: Truth, keys: dict[str, dict[str, np.ndarray]]) -> None:
    found: dict[str, list] = {}
    for planted in truth:
        n, known = len(planted.xy), keys[planted.layer.table]
        columns = {
            "kind": [planted.kind] * n, "variant": [planted.variant] * n,
            "report": [int(planted.report)] * n, "table": [planted.layer.table] * n,
            "field": [planted.field] * n,
        }  # fmt: skip
        for k, letter in enumerate("abc"):
            row = planted.rows[:, k]
            for key in ("uuid", "asset_no", "ags"):
                columns["_".join((key, letter))] = np.where(row < 0, "", known[key][row]).tolist()
            if letter < "c":
                accuracy = np.where(row < 0, np.nan, known["accuracy_m"][row])
                columns["_".join(("accuracy", letter))] = accuracy.tolist()
        for key, values in (("x", planted.xy[:, 0]), ("y", planted.xy[:, 1]),
                            ("size_m", planted.size_m)):  # fmt: skip
            columns[key] = values.round(3).tolist()
        for key, values in columns.items():
            found.setdefault(key, []).extend(values)
    table = pa.table({k: pa.array(v, from_pandas=True) for k, v in found.items()})
    pa.csv.write_csv(table, path)
