"""What the plugin adds to QGIS's window."""
