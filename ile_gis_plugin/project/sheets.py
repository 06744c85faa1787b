"""The sheets of the municipalities' maps: which there are, and what stands on each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from qgis.core import QgsGeometry, QgsProject, QgsRectangle

from ..core.errors import InputError
from ..core.messages import Message, message
from ..core.stores import RegisterInfo
from .layouts import Arrangement
from .map_layers import load_layers
from .map_order import Order, ratio
from .map_sources import day_of, source_line

CELLS = (
    "creator", "approver", "document_type", "status", "owner", "title", "scale", "crs",
    "data_date", "register_version", "language", "number", "issue_date", "paper", "sheet",
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """One page. Without `ags` it is the sheet of all members."""

    ags: str | None
    name: str
    owner: str
    extent: QgsRectangle
    territory: QgsGeometry | None = None


class SheetWriter:
    """Fills the layout for one sheet after the other."""

    def __init__(self, project: QgsProject, arrangement: Arrangement, location: str, order: Order,
                 info: RegisterInfo, paper: str) -> None:  # fmt: skip
        self.arrangement = arrangement
        self.info, self.paper = info, paper
        self.layers = load_layers(project, location, order.lang, order.profile,
                                  order.utility_lines)  # fmt: skip
        days = [self._newest(), day_of(info.created_at)]
        self._data_date = next((day for day in days if day), None)
        self.order = replace(order, issue_date=order.issue_date or self._data_date)
        self.sheets: list[Sheet] = []
        self.unbounded: list[str] = []
        #: Called before each page; raises `Cancelled` where the user stopped the job.
        self.watch: Callable[[], None] = lambda: None

    def _newest(self) -> date | None:
        """The day of the newest change in what the maps show."""
        days = []
        for layer in (*self.layers.assets, self.layers.municipality):
            index = layer.fields().indexOf("changed_at")
            if index >= 0 and (day := day_of(layer.maximumValue(index))):
                days.append(day)
        return max(days, default=None)

    def arrange(self, sheet: Sheet, number: int, count: int) -> int:
        """Put a sheet on the layout; the denominator of its scale."""
        self.watch()
        order, arrangement, layers = self.order, self.arrangement, self.layers
        layers.turn_to(sheet.territory)
        arrangement.set_layers(layers.main(bool(sheet.ags)), layers.small(bool(sheet.ags)))
        scale = arrangement.fit_map(sheet.extent)
        arrangement.fit_overview(self.all)
        texts = {f"caption_{cell}": order.word(f"caption_{cell}") for cell in CELLS}
        texts |= self._title_block(sheet, scale, number, count)
        source = source_line(order, self.info, layers.municipality, layers.assets,
                             arrangement.map.extent())  # fmt: skip
        texts |= {"stamp": order.stamped, "note": order.note, "source": source,
                  "sheet_index": "" if sheet.ags else self._index(),
                  "ags": sheet.ags or ""}  # fmt: skip
        arrangement.fill_texts(texts)
        for name, visible in (("stamp", order.stamped), ("note", order.note),
                              ("overview", sheet.ags), ("sheet_index", not sheet.ags)):  # fmt: skip
            arrangement.show(name, bool(visible))
        territory = sheet.territory or QgsGeometry()
        arrangement.keep_clear(("note", "stamp"), lambda box: territory.intersection(
            QgsGeometry.fromRect(box)).area())  # fmt: skip
        if sheet.ags:
            layers.territory.setName(order.word("territory", name=sheet.name))
        explained = [layers.municipality, *reversed(layers.assets)]
        if sheet.ags:
            explained.insert(0, layers.territory)
        arrangement.fill_legend(order.word("caption_legend"), explained)
        arrangement.layout.refresh()
        return scale

    @property
    def all(self) -> QgsRectangle:
        """The extent of all members."""
        extent = QgsRectangle()
        for sheet in self.sheets:
            extent.combineExtentWith(sheet.extent)
        return extent

    def _title_block(self, sheet: Sheet, scale: int, number: int, count: int) -> dict[str, str]:
        order, info = self.order, self.info
        fingerprint = order.fingerprint(info.title, info.created_at, info.change, self.paper,
                                        sheet.ags)  # fmt: skip
        return {
            "creator": order.creator or "–",
            "approver": order.approver or "–",
            "document_type": order.word("document_type"),
            "status": order.status,
            "owner": sheet.owner,
            "title": "\n".join((order.word("title"), sheet.name)),
            "scale": f"{ratio(scale, order.lang)} ({self.paper.upper()})",
            "crs": order.word("crs"),
            "data_date": order.day(self._data_date),
            "register_version": order.word("version_with_fingerprint", version=info.change,
                                           fingerprint=fingerprint),
            "fingerprint": fingerprint,
            "language": order.lang,
            "number": f"ILE-{sheet.ags or 'ATLAS'}-{info.change}",
            "issue_date": order.day(order.issue_date),
            "paper": order.word(f"paper_{self.paper}"),
            "sheet": f"{number} / {count}",
        }  # fmt: skip

    def _index(self) -> str:
        rows = [f"{n}  {sheet.name}" for n, sheet in enumerate(self.sheets, 2)]
        return "\n".join((self.order.word("sheets"), *rows))

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
    return wanted, Sheet(None, order.word("all_members"), title, writer.all)
