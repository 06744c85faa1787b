"""The register itself: never imports QGIS."""
