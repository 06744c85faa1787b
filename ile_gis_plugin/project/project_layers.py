"""The layers of a joint project's map: its assets by role, the participants' territories, what is
there already, the frames of its sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

from ..core.definition import REGISTER, codes
from ..core.stores import Store
from .layers import TABLE_PROPERTY, vector_layer
from .map_layers import CLASSES, GENERALISED_M, asset_subset, generalised
from .map_order import Order
from .project_content import Linked, ProjectContent
from .styling import apply_style
from .tiling import Box

#: Light tints that differ from their neighbours in the list, in colour and a little in lightness.
TINTS = (
    "#fdefdf", "#e7f0f9", "#ebf6e5", "#f8e9f0", "#fef8da", "#e5f4f2", "#efebf7", "#fae3de",
    "#e3ebda", "#f2ece3", "#e0e6f4", "#f3e4f6",
)  # fmt: skip
#: A mark on the map for each class, as lines, lights and stations are told apart.
_ROLE_STYLES = {"path": "map_role_line", "utility_line": "map_role_line",
                "streetlight": "map_role_light", "charging_point": "map_role_station"}  # fmt: skip
_EXISTING = {"path": "map_existing_path", "streetlight": "map_existing_light",
             "charging_point": "map_existing_station", "utility_line": "utility_line"}  # fmt: skip
_LINES = ("path", "utility_line")
_THERE = "\"status\" IN ('functional', 'under_construction', 'disused')"


@dataclass(frozen=True)
class Municipality:
    """A municipality of the register that has a boundary."""

    ags: str
    name: str
    kind: str
    is_member: bool
    territory: QgsGeometry


def read_municipalities(store: Store) -> dict[str, Municipality]:
    """The municipalities by AGS; those without a boundary have an empty territory."""
    columns = ("ags", "name", "kind", "is_member", "geom")
    found = {}
    for ags, name, kind, member, wkb in zip(*store.read("municipality", columns).values(),
                                            strict=True):  # fmt: skip
        territory = QgsGeometry()
        if wkb:
            territory.fromWkb(wkb)
        found[ags] = Municipality(ags, name, kind, bool(member), territory)
    return found


def tints(content: ProjectContent) -> dict[str, str]:
    """A tint for each participant, by AGS; after twelve they begin again."""
    who = [part.ags for part in content.parts if part.is_participant]
    return {ags: TINTS[n % len(TINTS)] for n, ags in enumerate(who)}


@dataclass
class ProjectLayers:
    """The layers of a series of project sheets; those in memory follow the sheet."""

    planned: dict[str, QgsVectorLayer] = field(default_factory=dict)  # by asset class
    existing: dict[str, QgsVectorLayer] = field(default_factory=dict)
    phases: dict[str, QgsVectorLayer] = field(default_factory=dict)  # "line" and "point"
    territories: QgsVectorLayer | None = None
    frames: QgsVectorLayer | None = None
    numbers: QgsVectorLayer | None = None
    mask: QgsVectorLayer | None = None
    territory: QgsVectorLayer | None = None
    overview: QgsVectorLayer | None = None  # the municipalities as they are in the register

    def show_assets(self, assets: Iterable[Linked], generalise: bool) -> None:
        """Draw a project's assets; `generalise` leaves of utility lines only their run."""
        rows: dict[str, list] = {table: [] for table in self.planned}
        for asset in assets:
            shape = _geometry(asset)
            if generalise and asset.asset_class == "utility_line":
                shape = shape.simplify(GENERALISED_M)
            rows[asset.asset_class].append((shape, [asset.role, asset.asset_no, asset.name]))
        for table, layer in self.planned.items():
            _refill(layer, rows[table])

    def show_territories(self, municipalities: Iterable[Municipality], label: Callable[[str], str],
                         tint: Mapping[str, str]) -> None:  # fmt: skip
        """Tint the participants' territories, and write on each what `label` says of it."""
        # Participants last, so that their borders are drawn over those of the others.
        ordered = sorted(municipalities, key=lambda m: (m.ags in tint, m.ags))
        _refill(self.territories, [
            (m.territory, [m.ags in tint, tint.get(m.ags, ""), label(m.ags)])
            for m in ordered if not m.territory.isEmpty()
        ])  # fmt: skip

    def show_part(self, territory: QgsGeometry | None) -> None:
        """Let a municipality's part stand out; the whole project without one."""
        rows = [] if territory is None else [(territory, [])]
        _refill(self.mask, rows)
        _refill(self.territory, rows)

    def show_frames(self, frames: Sequence[Box], first: int, current: int | None) -> None:
        """Draw the frames of the details, numbered from `first` on."""
        _refill(self.frames, [
            (QgsGeometry.fromRect(QgsRectangle(*frame)), [str(first + n), n == current])
            for n, frame in enumerate(frames)
        ])  # fmt: skip

    def show_phases(self, contents: Iterable[ProjectContent],
                    places: Iterable[tuple[str, tuple[float, float]]]) -> None:  # fmt: skip
        """Draw all projects by phase, with their numbers at some places."""
        rows: dict[str, list] = {"line": [], "point": []}
        for content in contents:
            for asset in content.assets:
                kind = "line" if asset.asset_class in _LINES else "point"
                rows[kind].append((_geometry(asset), [content.values["phase"]]))
        for kind, layer in self.phases.items():
            _refill(layer, rows[kind])
        _refill(self.numbers, [(QgsGeometry.fromPointXY(QgsPointXY(*place)), [number])
                               for number, place in places])  # fmt: skip

    def main(self, kind: str, classes: set[str], part: bool) -> list[QgsVectorLayer]:
        """The layers of the large map of a kind of sheet, the uppermost first."""
        if kind == "all":
            return [self.numbers, *self.phases.values(), self.territories]
        ground = [layer for table, layer in self.existing.items()
                  if table in ("path", "utility_line") or table in classes]  # fmt: skip
        above = [self.frames] if kind == "index" else []
        above += [self.territory, self.mask] if part else []
        drawn = [layer for table, layer in self.planned.items() if table in classes]
        # At the scale of an index what is there already would be a grey cloud.
        return [*above, *drawn, *(ground if kind != "index" else []), self.territories]


def _geometry(asset: Linked) -> QgsGeometry:
    shape = QgsGeometry()
    shape.fromWkb(asset.wkb)
    return shape


def _refill(layer: QgsVectorLayer, rows: Sequence[tuple[QgsGeometry, list]]) -> None:
    provider = layer.dataProvider()
    provider.truncate()
    features = []
    for shape, values in rows:
        feature = QgsFeature(layer.fields())
        feature.setGeometry(shape)
        feature.setAttributes(values)
        features.append(feature)
    provider.addFeatures(features)
    layer.updateExtents()


def _memory(kind: str, fields: str, style: str, name: str, lang: str,
            table: str = "municipality") -> QgsVectorLayer:  # fmt: skip
    layer = QgsVectorLayer(f"{kind}?crs=EPSG:{REGISTER.crs}{fields}", name, "memory")
    layer.setCustomProperty(TABLE_PROPERTY, table)
    apply_style(layer, style, lang)
    return layer


def _label_by(layer: QgsVectorLayer, domain: codes.CodeList, lang: str) -> None:
    """Let the legend say what the register's code list says."""
    renderer = layer.renderer().clone()
    if isinstance(renderer, QgsCategorizedSymbolRenderer):
        for index, category in enumerate(renderer.categories()):
            renderer.updateCategoryLabel(index, domain.label_of(category.value(), lang))
    layer.setRenderer(renderer)


def load_project_layers(
    project: QgsProject, location: str, order: Order, classes: set[str], atlas: bool
) -> ProjectLayers:
    """All layers of a series, styled, in `project` and in nobody else's.

    Args:
        classes: the asset classes that the projects link.
        atlas: whether there is a sheet of all projects.
    """
    lang, made = order.lang, ProjectLayers()
    for table in CLASSES:
        names = {"assets": REGISTER[table].plural[lang]}
        kind = "LineString" if table in _LINES else "Point"
        if table in classes:
            layer = _memory(kind, "&field=role:string&field=asset_no:string&field=name:string",
                            _ROLE_STYLES[table], order.word("planned", **names), lang,
                            "project_asset")  # fmt: skip
            _label_by(layer, codes.ASSET_ROLE, lang)
            made.planned[table] = layer
        if table == "path" or (table in classes and table != "utility_line") or (
                table == "utility_line" and order.utility_lines):  # fmt: skip
            made.existing[table] = _existing(location, table, order)
    if atlas:
        _load_phases(made, order)
    made.territories = _memory(
        "MultiPolygon", "&field=is_participant:bool&field=tint:string&field=label:string",
        "map_project_territory", REGISTER["municipality"].plural[lang], lang)  # fmt: skip
    made.frames = _memory("Polygon", "&field=number:string&field=is_current:bool", "map_sheet",
                          order.word("frames"), lang)  # fmt: skip
    made.mask = _memory("MultiPolygon", "", "map_mask", order.word("mask"), lang)
    made.territory = _memory("MultiPolygon", "", "map_territory",
                             order.word("territory_layer"), lang)  # fmt: skip
    made.overview = vector_layer(location, "municipality", name=order.word("overview"))
    apply_style(made.overview, "map_overview", lang)
    numbers = [made.numbers] if atlas else []
    for layer in (*made.planned.values(), *made.existing.values(), *made.phases.values(),
                  made.territories, made.frames, *numbers, made.mask, made.territory,
                  made.overview):  # fmt: skip
        project.addMapLayer(layer, False)
    return made


def _load_phases(made: ProjectLayers, order: Order) -> None:
    for kind, geometry in (("point", "Point"), ("line", "LineString")):
        layer = _memory(geometry, "&field=phase:string", f"map_phase_{kind}",
                        order.word(f"phases_{kind}"), order.lang, "joint_project")  # fmt: skip
        _label_by(layer, codes.PHASE, order.lang)
        made.phases[kind] = layer
    made.numbers = _memory("Point", "&field=label:string", "map_project_number",
                           order.word("column_number"), order.lang)  # fmt: skip


def _existing(location: str, table: str, order: Order) -> QgsVectorLayer:
    name = order.word("existing", assets=REGISTER[table].plural[order.lang])
    subset = " AND ".join((asset_subset(table, order.profile), _THERE))
    layer = vector_layer(location, table, name=name, subset=subset)
    if table == "utility_line" and order.profile == "council":
        layer = generalised(layer, name)
    apply_style(layer, _EXISTING[table], order.lang)
    return layer
