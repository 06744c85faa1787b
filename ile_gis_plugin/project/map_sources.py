"""Whose data a map shows, and of which day they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from qgis.core import QgsFeatureRequest, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import QDate, QDateTime

from ..core.stores import RegisterInfo, Store
from .map_order import Order


def day_of(value: Any) -> date | None:
    """The day of what QGIS reads from a date or datetime column."""
    if isinstance(value, QDateTime):
        value = value.date()
    if isinstance(value, QDate):
        return date(value.year(), value.month(), value.day()) if value.isValid() else None
    shown = str(value)[:10] if value else ""
    return date.fromisoformat(shown) if shown[:4].isdigit() else None


def state_day(store: Store, info: RegisterInfo) -> date | None:
    """The day of the register's newest change; where there is none, on which it was made."""
    newest = store.find("change_log", [("fid", "=", info.change)], ["changed_at"])["changed_at"]
    return day_of(newest[0] if newest else info.created_at)


def source_line(
    order: Order, info: RegisterInfo, municipality: QgsVectorLayer,
    assets: Iterable[QgsVectorLayer], extent: QgsRectangle,
) -> str:  # fmt: skip
    """Whose data lie within an extent: the register's own, boundaries, charging points."""
    found = set()
    request = QgsFeatureRequest(extent).setFlags(QgsFeatureRequest.Flag.NoGeometry)
    for feature in municipality.getFeatures(request):
        day = day_of(feature["source_date"])
        if feature["source"]:
            source = str(feature["source"])
            found.add(order.word("source_dated", source=source, date=order.day(day)) if day
                      else source)  # fmt: skip
    parts = [order.word("source_register", title=info.title or "ILE GIS", version=info.change)]
    if found:
        parts.append(order.word("source_boundaries", sources="; ".join(sorted(found))))
    charging = next((x for x in assets if x.fields().indexOf("bnetza_id") >= 0), None)
    if charging is not None:
        request = QgsFeatureRequest(extent).setFilterExpression('"bnetza_id" IS NOT NULL')
        if any(True for _ in charging.getFeatures(request.setLimit(1))):
            parts.append(order.word("source_charging"))
    return " · ".join(parts)
