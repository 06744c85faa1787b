"""What stands on each sheet of a joint project: title block, legend, table of shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from textwrap import wrap

import numpy as np
from qgis.core import QgsPointXY, QgsRectangle

from ..core.definition import REGISTER
from ..core.stores import RegisterInfo
from .layouts import Arrangement
from .map_order import Order, ratio
from .map_sources import source_line
from .project_content import ProjectContent
from .project_layers import Municipality, ProjectLayers, tints
from .project_plan import ProjectSheet, points_of
from .project_tables import name_of, projects_table, share_words, shares_table
from .tiling import cover

CELLS = (
    "creator", "approver", "document_type", "status", "lead", "owner", "title", "scale", "crs",
    "phase", "key", "data_date", "register_version", "fingerprint", "number", "issue_date",
    "language", "paper", "sheet",
)  # fmt: skip
#: The lines, and the points, of one project within so much paper get one number together, in mm.
LINES_APART_MM, POINTS_APART_MM = 120.0, 40.0
#: Places on a square centimetre that are tried for a name. On a detail a territory fills the
#: sheet, and so many would take a quarter of the time that the sheet takes.
PLACES, PLACES_ON_DETAIL = 2.5, 0.25
#: What a box on the map keeps free around the assets, in mm.
CLEAR_MM = 4.0
#: Letters in a line of a territory's name.
LABEL_WIDTH = 18


class ProjectSheetWriter:
    """Fills the layout for one sheet after the other."""

    def __init__(
        self, arrangement: Arrangement, layers: ProjectLayers, order: Order, info: RegisterInfo,
        day: date | None, paper: str, municipalities: Mapping[str, Municipality],
        contents: Sequence[ProjectContent],
    ) -> None:  # fmt: skip
        self.arrangement, self.layers = arrangement, layers
        self.order = replace(order, issue_date=order.issue_date or day)
        self.info, self.day, self.paper = info, day, paper
        self.municipalities, self.contents = municipalities, contents
        #: On which page of the atlas each project begins, by its number.
        self.pages: dict[str, int] = {}
        #: Called before each page; raises `Cancelled` where the user stopped the job.
        self.watch: Callable[[], None] = lambda: None
        self._shown: ProjectContent | None = None

    def arrange(self, sheet: ProjectSheet, number: int, count: int) -> int:
        """Put a sheet on the layout; the denominator of its scale."""
        self.watch()
        order, arrangement = self.order, self.arrangement
        self._turn_to(sheet, number)
        arrangement.centre_map(QgsPointXY(*sheet.centre), sheet.scale)
        main = self._main(sheet)
        arrangement.set_layers(main, self._small(sheet))
        self._fit_overview(sheet)
        arrangement.try_places(PLACES_ON_DETAIL if sheet.kind == "detail" else PLACES)
        texts = {f"caption_{cell}": order.word(f"caption_{cell}") for cell in CELLS}
        texts |= self._title_block(sheet, number, count) | self._texts(sheet)
        arrangement.fill_texts(texts)
        for name in ("stamp", "note", "sheet_index"):
            arrangement.show(name, bool(texts[name]))
        arrangement.show("overview", sheet.kind != "all")
        arrangement.keep_clear(("note", "stamp"), self._hidden(sheet))
        arrangement.fill_table("shares", self._table(sheet))
        arrangement.fill_legend(order.word("caption_legend"), self._explained(main))
        arrangement.layout.refresh()
        return sheet.scale

    def _turn_to(self, sheet: ProjectSheet, number: int) -> None:
        layers, content = self.layers, sheet.content
        names = {ags: m.name for ags, m in self.municipalities.items()}
        if content is None:
            everyone = {part.ags for c in self.contents for part in c.parts if part.is_participant}
            layers.show_territories(self.municipalities.values(),
                                    lambda ags: "\n".join(_broken(names[ags])),
                                    dict.fromkeys(everyone, "#fbf7e6"))  # fmt: skip
            layers.show_phases(self.contents, self._numbers(sheet))
            return
        if content is not self._shown:
            generalise = self.order.profile == "council"
            layers.show_assets(content.assets, generalise)
            self._shown = content
        parts = {part.ags: part for part in content.parts}

        def words(ags: str) -> str:
            # A detail shows a piece of a territory: the whole's figures would mislead.
            shown = [] if sheet.kind == "detail" or ags not in parts else share_words(
                parts[ags], self.order)  # fmt: skip
            return "\n".join((*_broken(names[ags]), *shown))

        layers.show_territories(self.municipalities.values(), words, tints(content))
        layers.show_part(self.municipalities[sheet.part].territory if sheet.part else None)
        # The frames bear the numbers of their sheets, which follow on the index.
        first = number + 1 if sheet.detail is None else number - sheet.detail
        layers.show_frames(sheet.frames, first, sheet.detail)

    def _main(self, sheet: ProjectSheet) -> list:
        content = sheet.content
        classes = {asset.asset_class for asset in content.assets} if content else set()
        if sheet.part:
            name = self.municipalities[sheet.part].name
            self.layers.territory.setName(self.order.word("territory", name=name))
        return self.layers.main(sheet.kind, classes, bool(sheet.part))

    def _small(self, sheet: ProjectSheet) -> list:
        return [*([self.layers.frames] if sheet.kind == "detail" else []), self.layers.overview]

    def _explained(self, main: list) -> list:
        """What the legend explains of the layers that are drawn: the project first."""
        layers = self.layers
        own = [layer for layer in main if layer in layers.planned.values()
               or layer in layers.phases.values()]  # fmt: skip
        frames = [layers.frames] if layers.frames in main else []
        part = [layers.territory] if layers.territory in main else []
        # Roads first: a layer of one symbol has no heading, and would seem part of what is above.
        ground = [layer for layer in reversed(main) if layer in layers.existing.values()]
        return [*own, *frames, layers.territories, *part, *ground]

    def _fit_overview(self, sheet: ProjectSheet) -> None:
        extent = QgsRectangle()
        if sheet.detail is not None:
            for frame in sheet.frames:
                extent.combineExtentWith(QgsRectangle(*frame))
        else:
            for municipality in self.municipalities.values():
                if municipality.is_member:
                    extent.combineExtentWith(municipality.territory.boundingBox())
        self.arrangement.fit_overview(extent)

    def _hidden(self, sheet: ProjectSheet) -> Callable[[QgsRectangle], float]:
        """How much of the assets a box on the map would hide."""
        assets = [a for c in ([sheet.content] if sheet.content else self.contents)
                  for a in c.assets]  # fmt: skip
        points, _ = points_of(assets, spacing=sheet.scale / 500)
        near = CLEAR_MM * sheet.scale / 1000

        def hidden(box: QgsRectangle) -> float:
            low = np.array((box.xMinimum() - near, box.yMinimum() - near))
            high = np.array((box.xMaximum() + near, box.yMaximum() + near))
            return float(np.all((points >= low) & (points <= high), axis=1).sum())

        return hidden

    def _numbers(self, sheet: ProjectSheet) -> list[tuple[str, tuple[float, float]]]:
        """Where the numbers of the projects stand: at each group of their assets."""
        found = []
        for content in self.contents:
            points, has_lines = points_of(content.assets, spacing=sheet.scale / 100)
            apart = (LINES_APART_MM if has_lines else POINTS_APART_MM) * sheet.scale / 1000
            for box in cover(points, apart, apart):
                middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
                nearest = points[np.argmin(np.hypot(*(points - middle).T))]
                found.append((content.number, (float(nearest[0]), float(nearest[1]))))
        return found

    def _table(self, sheet: ProjectSheet):
        if sheet.content is None:
            return projects_table(self.contents, self.pages, self.order)
        return shares_table(sheet.content, self.municipalities, tints(sheet.content), sheet.part,
                            self.order)  # fmt: skip

    def _texts(self, sheet: ProjectSheet) -> dict[str, str]:
        order, content = self.order, sheet.content
        shown = [*self.layers.existing.values()] if content else []
        source = source_line(order, self.info, self.layers.overview, shown,
                             self.arrangement.map.extent())  # fmt: skip
        texts = {"stamp": order.stamped, "note": order.note, "source": source, "ags": sheet.part,
                 "sheet_index": "", "shares_note": ""}  # fmt: skip
        if content is None:
            who = {part.ags for c in self.contents for part in c.parts if part.is_participant}
            return texts | {
                "shares_title": order.word("projects_title"),
                "sheet_index": order.word("projects_summary", projects=len(self.contents),
                                          municipalities=len(who)),
            }  # fmt: skip
        if content.has_costs:
            texts["shares_note"] = (
                order.word("shares_resolved", version=content.split_version,
                           day=content.resolved_on) if content.split_version
                else order.word("shares_computed")
            )  # fmt: skip
        elif order.profile != "public":
            texts["shares_note"] = order.word("shares_without_costs")
        return texts | {"shares_title": order.word("shares_title")}

    def _title_block(self, sheet: ProjectSheet, number: int, count: int) -> dict[str, str]:
        order, info, content = self.order, self.info, sheet.content
        states = [c.state() for c in ([content] if content else self.contents)]
        fingerprint = order.fingerprint(info.title, info.created_at, info.change, self.paper,
                                        sheet.part, states)  # fmt: skip
        words = {
            "creator": order.creator or "–",
            "approver": order.approver or "–",
            "document_type": order.word(f"document_{sheet.kind}"),
            "status": order.status,
            "scale": f"{ratio(sheet.scale, order.lang)} ({self.paper.upper()})",
            "crs": order.word("crs"),
            "data_date": order.day(self.day),
            "register_version": order.word("register_version", version=info.change),
            "fingerprint": fingerprint,
            "language": order.lang,
            "issue_date": order.day(order.issue_date),
            "paper": order.word(f"paper_{self.paper}"),
            "sheet": f"{number} / {count}",
        }
        if content is None:
            title = "\n".join((order.word("projects_title"), info.title))
            return words | {"lead": info.title or "–", "owner": info.title, "phase": "–",
                            "key": "–", "title": title.strip(),
                            "number": f"ILE-ATLAS-{info.change}"}  # fmt: skip
        return words | self._of_project(content, sheet)

    def _of_project(self, content: ProjectContent, sheet: ProjectSheet) -> dict[str, str]:
        order, values, table = self.order, content.values, REGISTER["joint_project"]
        lead = name_of(self.municipalities, values["lead_ags"], order)
        key = table["share_key"].domain.label_of(values["share_key"], order.lang)
        if values["key_reference_date"]:
            key = order.word("key_of_day", name=key, day=values["key_reference_date"])
        title = [content.number, values["title"]]
        if sheet.part:
            title[0] = order.word("number_and_part", number=content.number,
                                  name=self.municipalities[sheet.part].name)  # fmt: skip
        number = "-".join(part for part in (content.number, sheet.part, str(self.info.change))
                          if part)  # fmt: skip
        return {
            "lead": lead, "owner": lead, "key": key, "title": "\n".join(title), "number": number,
            "phase": table["phase"].domain.label_of(values["phase"], order.lang),
        }  # fmt: skip


def _broken(name: str) -> list[str]:
    """A territory's name in lines, broken between words and after hyphens only."""
    return wrap(name, LABEL_WIDTH, break_long_words=False)
