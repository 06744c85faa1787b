"""The sheets of a map series: which there are, and what stands on each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from qgis.core import QgsFeatureRequest, QgsGeometry, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QDate, QDateTime

from ..core.errors import InputError
from ..core.messages import Message, message, text
from ..core.stores import RegisterInfo
from .layouts import Arrangement
from .map_layers import load_layers

CELLS = (
    "creator", "approver", "document_type", "status", "owner", "title", "scale", "crs",
    "data_date", "register_version", "language", "number", "issue_date", "paper", "sheet",
)  # fmt: skip


def ratio(scale: int, lang: str) -> str:
    """A scale as it is written: 1:25.000 or 1:25,000."""
    return text("maps.ratio", lang, scale=scale)


@dataclass(frozen=True)
class Order:
    """What is asked of a map series."""

    lang: str
    profile: str = "public"
    utility_lines: bool = False
    stamp: str = "none"  # none | draft | non_public
    issue_date: date = date(1970, 1, 1)
    creator: str = ""
    approver: str = ""

    def check(self) -> None:
        """Raise `InputError` where the order contradicts itself."""
        if self.utility_lines and self.profile == "public":
            raise InputError("maps.lines_are_not_public")

    def word(self, key: str, /, **values: Any) -> str:
        return text(f"maps.{key}", self.lang, **values)

    def day(self, day: date) -> str:
        return f"{day:%d.%m.%Y}" if self.lang == "de" else f"{day:%Y-%m-%d}"


@dataclass(frozen=True)
class Sheet:
    """One page. Without `ags` it is the sheet of all members."""

    ags: str | None
    name: str
    owner: str
    extent: QgsRectangle
    territory: QgsGeometry | None = None


def _day(value: Any) -> date | None:
    """The day of what QGIS reads from a date or datetime column."""
    if isinstance(value, QDateTime):
        value = value.date()
    if isinstance(value, QDate):
        return date(value.year(), value.month(), value.day()) if value.isValid() else None
    shown = str(value)[:10] if value else ""
    return date.fromisoformat(shown) if shown[:4].isdigit() else None


class SheetWriter:
    """Fills the layout for one sheet after the other."""

    def __init__(self, project: QgsProject, arrangement: Arrangement, location: str, order: Order,
                 info: RegisterInfo, paper: str) -> None:  # fmt: skip
        self.arrangement = arrangement
        self.order, self.info, self.paper = order, info, paper
        self._location = location
        self.layers = load_layers(project, location, order.lang, order.profile,
                                  order.utility_lines)  # fmt: skip
        self._data_date = self._newest()
        self.sheets: list[Sheet] = []
        self.unbounded: list[str] = []
        #: Called before each page; raises `Cancelled` where the user stopped the job.
        self.watch: Callable[[], None] = lambda: None

    def _newest(self) -> date | None:
        """The day of the newest change in what the maps show."""
        days = []
        for layer in (*self.layers.assets, self.layers.municipality):
            index = layer.fields().indexOf("changed_at")
            if index >= 0 and (day := _day(layer.maximumValue(index))):
                days.append(day)
        return max(days, default=None)

    def arrange(self, sheet: Sheet, number: int, count: int) -> int:
        """Put a sheet on the layout; the denominator of its scale."""
        self.watch()
        order, arrangement, layers = self.order, self.arrangement, self.layers
        stamp = "" if order.stamp == "none" else order.word(f"stamp_{order.stamp}")
        note = order.word("no_utility_information") if order.utility_lines else ""
        layers.turn_to(sheet.territory)
        arrangement.set_layers(layers.main(bool(sheet.ags)), layers.small(bool(sheet.ags)))
        scale = arrangement.fit_map(sheet.extent)
        arrangement.fit_overview(self._all())
        texts = {f"caption_{cell}": order.word(f"caption_{cell}") for cell in CELLS}
        texts |= self._title_block(sheet, scale, number, count)
        texts |= {"stamp": stamp, "note": note, "source": self._source(),
                  "sheet_index": "" if sheet.ags else self._index(),
                  "ags": sheet.ags or ""}  # fmt: skip
        arrangement.fill_texts(texts)
        for name, visible in (("stamp", stamp), ("note", note), ("overview", sheet.ags),
                              ("sheet_index", not sheet.ags)):  # fmt: skip
            arrangement.show(name, bool(visible))
        arrangement.keep_clear(("note", "stamp"), sheet.territory or QgsGeometry())
        if sheet.ags:
            layers.territory.setName(order.word("territory", name=sheet.name))
        explained = [layers.municipality, *reversed(layers.assets)]
        if sheet.ags:
            explained.insert(0, layers.territory)
        arrangement.fill_legend(order.word("caption_legend"), explained)
        arrangement.layout.refresh()
        return scale

    def _all(self) -> QgsRectangle:
        extent = QgsRectangle()
        for sheet in self.sheets:
            extent.combineExtentWith(sheet.extent)
        return extent

    def _title_block(self, sheet: Sheet, scale: int, number: int, count: int) -> dict[str, str]:
        order, info = self.order, self.info
        paper = self.paper.upper()
        return {
            "creator": order.creator or "–",
            "approver": order.approver or "–",
            "document_type": order.word("document_type"),
            "status": order.word(f"status_{order.stamp}_{order.profile}"
                                 if order.stamp == "none" else f"status_{order.stamp}"),
            "owner": sheet.owner,
            "title": "\n".join((order.word("title"), sheet.name)),
            "scale": f"{ratio(scale, order.lang)} ({paper})",
            "crs": order.word("crs"),
            "data_date": order.day(self._data_date) if self._data_date else "–",
            "register_version": order.word("register_version", version=info.change),
            "language": order.lang,
            "number": f"ILE-{sheet.ags or 'ATLAS'}-{info.change}",
            "issue_date": order.day(order.issue_date),
            "paper": order.word(f"paper_{self.paper}"),
            "sheet": f"{number} / {count}",
        }  # fmt: skip

    def _index(self) -> str:
        rows = [f"{n}  {sheet.name}" for n, sheet in enumerate(self.sheets, 2)]
        return "\n".join((self.order.word("sheets"), *rows))

    def _source(self) -> str:
        """Whose data the map shows."""
        order, extent = self.order, self.arrangement.map.extent()
        found = set()
        for feature in self.layers.municipality.getFeatures(QgsFeatureRequest(extent)):
            day = _day(feature["source_date"])
            if feature["source"]:
                dated = (
                    order.word("source_dated", source=feature["source"], date=order.day(day))
                    if day
                    else str(feature["source"])
                )
                found.add(dated)
        parts = [order.word("source_register", title=self.info.title or "ILE GIS",
                            version=self.info.change)]  # fmt: skip
        if found:
            parts.append(order.word("source_boundaries", sources="; ".join(sorted(found))))
        charging = next((x for x in self.layers.assets if x.fields().indexOf("bnetza_id") >= 0),
                        None)  # fmt: skip
        if charging is not None:
            request = QgsFeatureRequest(extent).setFilterExpression('"bnetza_id" IS NOT NULL')
            if any(True for _ in charging.getFeatures(request.setLimit(1))):
                parts.append(order.word("source_charging"))
        return " · ".join(parts)

    def remarks(self, hidden: int) -> list[Message]:
        """What to know about the maps; `hidden` is the number of lines kept off them."""
        found = [message("maps.no_boundary", name=name) for name in self.unbounded]
        if self.order.utility_lines:
            if self.order.profile == "council":
                found.append(message("maps.lines_generalised"))
            if hidden:
                found.append(message("maps.lines_hidden", count=hidden))
        return found


def plan_sheets(writer: SheetWriter, municipality: str | None) -> tuple[list[Sheet], Sheet]:
    """The sheets to make, by name, and the sheet of all members.

    Raises `InputError` where the municipality is unknown or nobody has a boundary.
    """
    order, layer = writer.order, writer.layers.municipality
    members, wanted = [], []
    for feature in layer.getFeatures():
        ags, name = str(feature["ags"]), str(feature["name"])
        if not feature["is_member"] and ags != municipality:
            continue
        if feature.geometry().isEmpty():
            if municipality in (None, ags):
                writer.unbounded.append(name)
            continue
        owner = order.word(f"owner_{feature['kind']}", name=name)
        territory = feature.geometry()
        sheet = Sheet(ags, name, owner, territory.boundingBox(), territory)
        if feature["is_member"]:
            members.append(sheet)
        if municipality in (None, ags):
            wanted.append(sheet)
    if not wanted:
        if writer.unbounded and municipality:
            raise InputError("maps.boundary_missing", name=writer.unbounded[0])
        if municipality:
            raise InputError("maps.unknown_municipality", ags=municipality)
        raise InputError("maps.no_members")
    members.sort(key=lambda sheet: (sheet.name.casefold(), sheet.ags))
    wanted.sort(key=lambda sheet: (sheet.name.casefold(), sheet.ags))
    writer.sheets = members or wanted
    title = writer.info.title or order.word("all_members")
    return wanted, Sheet(None, order.word("all_members"), title, writer._all())
