"""ILE GIS: one shared register of infrastructure that crosses municipal borders."""


def classFactory(iface):
    """Give QGIS the plugin; QGIS is imported here so that the core runs without it."""
    from .plugin import IlePlugin

    return IlePlugin(iface)
