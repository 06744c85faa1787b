"""What each municipality sends: its files, formats, CRS and spellings.

The spellings come from the mapping files, read backwards: a mapping says which column and word of
a source means which field and code, so the same file makes the source and reads it again.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import register_words
from region import Region

MAPPINGS = Path(__file__).resolve().parent / "mappings"
#: The federal register's mapping ships with the product.
_SHIPPED = MAPPINGS.parent.parent / "ile_gis_plugin" / "core" / "imports" / "mappings"


@dataclass(frozen=True)
class Delivery:
    """One class in one file. `style` tells how a format writes dates, numbers and codes."""

    file: str
    asset_class: str
    ags: str = ""
    mapping_name: str = ""
    layer: str = ""
    crs: str = "EPSG:25832"
    encoding: str = "utf-8"
    dates: str = "date"  # date, iso, dmy (dd.mm.yyyy)
    numbers: str = "number"  # number, comma (text with a decimal comma)
    keep: bool = True  # False: a later delivery, which comes after all others

    @property
    def mapping(self) -> Path | None:
        folder = MAPPINGS if self.ags else _SHIPPED
        return folder / f"{self.mapping_name}.toml" if self.mapping_name else None

    @property
    def format(self) -> str:
        return Path(self.file).suffix[1:]


def _four(folder: str, ags: str, files: dict[str, tuple[str, str]], **style: Any) -> list[Delivery]:
    return [Delivery(f"{folder}/{file}", asset_class, ags, f"{folder}_{asset_class}", layer,
                     **style) for asset_class, (file, layer) in files.items()]  # fmt: skip


_BUCH = "buch_infrastruktur.gpkg"
_GK4 = {"crs": "EPSG:31468", "encoding": "cp1252", "dates": "dmy"}
#: In the order in which they are imported; `LATER` follows when all are in.
DELIVERIES: tuple[Delivery, ...] = (
    *_four("buch", "09775118", {
        "path": (_BUCH, "Wege"), "utility_line": (_BUCH, "Leitungen"),
        "streetlight": ("buch_strassenbeleuchtung.gpkg", "Leuchten"),
        "charging_point": (_BUCH, "Ladepunkte")}),
    *_four("illertissen", "09775129", {
        "path": ("illertissen.zip", "wege"), "utility_line": ("illertissen.zip", "leitungen"),
        "streetlight": ("illertissen.zip", "leuchten"),
        "charging_point": ("illertissen.zip", "ladepunkte")}, **_GK4),
    *_four("kellmuenz", "09775132", {
        "path": ("wege.geojson", ""), "utility_line": ("leitungen.geojson", "")},
        crs="EPSG:4326", dates="dmy", numbers="comma"),
    *_four("kellmuenz", "09775132", {
        "streetlight": ("strassenleuchten.csv", ""), "charging_point": ("ladestationen.csv", "")},
        numbers="comma", **_GK4),
    *_four("oberroth", "09775141", {
        "path": ("wege.shp", "wege"), "utility_line": ("leitungen.shp", "leitungen")},
        encoding="cp1252", dates="dmy"),
    *_four("oberroth", "09775141", {
        "streetlight": ("bauhof.xlsx", "Leuchten"),
        "charging_point": ("bauhof.xlsx", "Ladesäulen")}),
    *_four("osterberg", "09775142", {
        "path": ("wege.geojson", ""), "utility_line": ("leitungen.geojson", ""),
        "streetlight": ("leuchten.geojson", ""), "charging_point": ("ladepunkte.geojson", "")},
        crs="EPSG:4326", dates="iso"),
    *_four("roggenburg", "09775149", {
        "path": ("wege.shp", "wege"), "utility_line": ("leitungen.shp", "leitungen")},
        crs="EPSG:5678", dates="dmy"),
    *_four("roggenburg", "09775149", {
        "streetlight": ("leuchten.csv", ""), "charging_point": ("ladepunkte.csv", "")},
        encoding="utf-8-sig", dates="dmy", numbers="comma"),
    *(Delivery("unterroth/unterroth.gpkg", c, "09775161", "", c)
      for c in ("path", "utility_line", "streetlight", "charging_point")),
    Delivery("federal_register/ladesaeulenregister.csv", "charging_point", "", "bundesnetzagentur",
             "", "EPSG:4326", "cp1252", "dmy", "comma"),
)  # fmt: skip
LATER = Delivery("buch/buch_strassenbeleuchtung_2.gpkg", "streetlight", "09775118",
                 "buch_streetlight", "Leuchten", keep=False)  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """A spoiled place, which stands in a delivery as it is; None where the cells hold it."""

    place: np.ndarray | None


@dataclass
class Sheet:
    """A delivery with its cells. `rows` are the region's rows, in the same order."""

    delivery: Delivery
    rows: list[dict]
    cells: list[dict[str, Any]]
    geometry: list[Any]  # coordinates, Placed, None, or a shapely geometry of a wrong kind
    mapping: dict[str, Any] = field(default_factory=dict)

    def column(self, name: str) -> str:
        """The column of a field of the register."""
        rule = self.mapping.get("columns", {}).get(name, name)
        return rule if isinstance(rule, str) else rule["column"]


def spell(region: Region, delivery: Delivery, rng: np.random.Generator) -> Sheet:
    """One delivery in its own columns and words."""
    rows = region.of(delivery.asset_class, delivery.ags)
    geometry = [r["geom"] for r in rows]
    if delivery.mapping is None:
        names = [n for n in register_words.fields(delivery.asset_class)
                 if n == "ags" or any(r.get(n) is not None for r in rows)]  # fmt: skip
        return Sheet(delivery, rows, [{n: r.get(n) for n in names} for r in rows], geometry)
    mapping = tomllib.loads(delivery.mapping.read_text(encoding="utf-8"))
    words = {n: _backwards(pairs) for n, pairs in mapping.get("values", {}).items()}
    cells = []
    for row in rows:
        line: dict[str, Any] = {}
        for name, rule in mapping["columns"].items():
            value = _word(delivery, name, row.get(name), words.get(name), row, rng)
            if isinstance(rule, dict) and "columns" in rule:
                first, _, last = str(value).rpartition(rule["separator"])
                line |= dict(zip(rule["columns"], (first, last), strict=True))
            elif isinstance(rule, dict):
                scaled = None if row.get(name) is None else round(row[name] / rule["factor"], 3)
                line[rule["column"]] = cell(delivery, scaled)
            else:
                line[rule] = value
        line |= _connector_cells(mapping.get("connectors", []), words, row, delivery)
        cells.append(line)
    return Sheet(delivery, rows, cells, geometry, mapping)


def _backwards(pairs: dict[str, Any]) -> dict[Any, list[str]]:
    words: dict[Any, list[str]] = {}
    for word, code in pairs.items():
        words.setdefault(code, []).append(word)
    return words


def _word(delivery, name: str, value: Any, words: dict | None, row: dict, rng) -> Any:
    """A value as the municipality writes it: its own word, else the German label."""
    if words is not None and value in words:
        choice = words[value]
        fitting = [w for w in choice if f" {row.get('power_w', 0):.0f} W" in w]
        if fitting:
            return fitting[0]
        # mostly the first spelling; the others are those of a predecessor in office
        return choice[0] if len(choice) == 1 or rng.uniform() < 0.8 else choice[-1]
    if words is not None and value is False:
        return None
    label = register_words.label(delivery.asset_class, name, value)
    return cell(delivery, value if label is None else label)


def cell(delivery: Delivery, value: Any) -> Any:
    """Dates and numbers in the way of the delivery."""
    if isinstance(value, date):
        return {"date": value, "iso": value.isoformat(),
                "dmy": value.strftime("%d.%m.%Y")}[delivery.dates]  # fmt: skip
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if delivery.numbers == "comma":
        return f"{value:g}".replace(".", ",") if isinstance(value, float) else str(value)
    return value


def _connector_cells(blocks: list[dict], words: dict, row: dict, delivery: Delivery) -> dict:
    """One group of columns a connector, or, where there is one group, all in its cells."""
    plugs = [(words["connector_type"][kind][0], f"{power:g}".replace(".", ","), evse)
             for kind, power, evse in row.get("_connectors", ())]  # fmt: skip
    line: dict[str, Any] = {}
    for k, block in enumerate(blocks):
        if len(blocks) == 1:
            values = ["; ".join(parts) for parts in zip(*plugs, strict=True)]
        else:
            values = list(plugs[k]) if k < len(plugs) else [None] * 3
        line |= {block[n]: v for n, v in zip(("type", "power", "evse_id"), values, strict=True)
                 if n in block}  # fmt: skip
    return line
