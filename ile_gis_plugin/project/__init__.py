"""From the register to a QGIS project: layers, forms, child tables, the project file, maps."""
