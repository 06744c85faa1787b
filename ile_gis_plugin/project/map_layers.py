"""The layers of a council map: what a profile lets be seen, and the municipality set off."""

from __future__ import annotations

from dataclasses import dataclass, field

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsProject,
    QgsVectorLayer,
)

from ..core.definition import REGISTER
from ..core.messages import text
from .layers import TABLE_PROPERTY, vector_layer
from .styling import apply_style, mute

PROFILES = ("public", "council", "internal")
#: Which assets a profile shows, by their own visibility. What is restricted is on no map.
VISIBLE = {
    "public": ("public",),
    "council": ("public", "council"),
    "internal": ("public", "council", "internal"),
}
#: Metres by which a line may leave its true course where only its run is to be shown.
GENERALISED_M = 20.0
#: The asset classes of a map, the uppermost first.
CLASSES = ("charging_point", "streetlight", "utility_line", "path")


def asset_subset(table: str, profile: str) -> str:
    """The condition that leaves of an asset table what `profile` may see."""
    codes = ", ".join(f"'{code}'" for code in VISIBLE[profile])
    words = ['"visibility"', "IN", f"({codes})"]
    if table == "charging_point" and profile == "public":
        words += ["AND", '"public_access"', "IS", "NOT", "FALSE"]
    return " ".join(words)


@dataclass
class MapLayers:
    """The layers of one map series; `territory` ones follow the municipality of the sheet."""

    assets: list[QgsVectorLayer] = field(default_factory=list)
    municipality: QgsVectorLayer | None = None
    territory: QgsVectorLayer | None = None
    mask: QgsVectorLayer | None = None
    overview: QgsVectorLayer | None = None
    overview_territory: QgsVectorLayer | None = None

    def turn_to(self, geometry: QgsGeometry | None) -> None:
        """Let one territory stand out; none of them for a sheet of all."""
        if geometry is None:
            return
        # In memory: a subset of the register would keep a file open for each sheet.
        for layer in (self.territory, self.mask, self.overview_territory):
            feature = QgsFeature(layer.fields())
            feature.setGeometry(geometry)
            layer.dataProvider().truncate()
            layer.dataProvider().addFeatures([feature])
            layer.updateExtents()

    def main(self, one: bool) -> list[QgsVectorLayer]:
        """The layers of the large map of one municipality or of all, the uppermost first."""
        above = [self.territory, self.mask] if one else []
        # The mask pales the neighbours' part of the assets, but nothing of the territory.
        return [*above, *self.assets, self.municipality]

    def small(self, one: bool) -> list[QgsVectorLayer]:
        return [self.overview_territory, self.overview] if one else [self.overview]


def generalised(source: QgsVectorLayer, name: str) -> QgsVectorLayer:
    """The run of lines without their exact course and without technical details."""
    shown = ("network_type", "status")
    columns = "&".join(f"field={column}:string" for column in shown)
    layer = QgsVectorLayer(f"LineString?crs=EPSG:{REGISTER.crs}&{columns}", name, "memory")
    request = QgsFeatureRequest().setSubsetOfAttributes(shown, source.fields())
    features = []
    for original in source.getFeatures(request):
        feature = QgsFeature(layer.fields())
        feature.setGeometry(original.geometry().simplify(GENERALISED_M))
        feature.setAttributes([original[column] for column in shown])
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.setCustomProperty(TABLE_PROPERTY, "utility_line")
    return layer


def load_layers(
    project: QgsProject, location: str, lang: str, profile: str, utility_lines: bool
) -> MapLayers:
    """All layers of a map series, styled, in `project` and in nobody else's."""
    project.setCrs(QgsCoordinateReferenceSystem.fromEpsgId(REGISTER.crs))
    made = MapLayers()
    for table in CLASSES:
        if table == "utility_line" and not utility_lines:
            continue
        name = REGISTER[table].plural[lang]
        layer = vector_layer(location, table, name=name, subset=asset_subset(table, profile))
        if table == "utility_line" and profile == "council":
            layer = generalised(layer, name)
        apply_style(layer, table, lang)
        if table == "path" and utility_lines:
            mute(layer)  # so that no road looks like a line that runs along it
        made.assets.append(layer)
    name = REGISTER["municipality"].plural[lang]
    made.municipality = vector_layer(location, "municipality", name=name)
    made.overview = vector_layer(location, "municipality", name=text("maps.overview", lang))
    # Each layer needs a name: QGIS writes a damaged GeoPDF where one has none.
    made.territory, made.mask, made.overview_territory = (
        QgsVectorLayer(f"MultiPolygon?crs=EPSG:{REGISTER.crs}", text(key, lang), "memory")
        for key in ("maps.territory_layer", "maps.mask", "maps.overview_territory")
    )
    for layer, style in (
        (made.municipality, "municipality"),
        (made.overview, "map_overview"),
        (made.territory, "map_territory"),
        (made.mask, "map_mask"),
        (made.overview_territory, "map_overview_territory"),
    ):
        layer.setCustomProperty(TABLE_PROPERTY, "municipality")
        apply_style(layer, style, lang)
        project.addMapLayer(layer, False)
    project.addMapLayers(made.assets, False)
    return made
