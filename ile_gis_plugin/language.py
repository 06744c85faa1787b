"""The language of the running QGIS."""

from __future__ import annotations

from qgis.core import QgsApplication, QgsSettings


def qgis_language() -> str:
    """`de` or `en`. The setting comes first: the application can say C under German menus."""
    settings = QgsSettings()
    override = settings.value("locale/overrideFlag", False, type=bool)
    chosen = settings.value("locale/userLocale", "", type=str) if override else ""
    return "de" if (chosen or QgsApplication.locale()).lower().startswith("de") else "en"
