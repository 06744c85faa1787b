"""How QGIS addresses a table of the register, one way for each kind of store, and back."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote, urlencode

from qgis.core import Qgis, QgsDataSourceUri, QgsVectorLayer

from ..core.definition import CRS, REGISTER
from ..core.definition.types import Geometry
from ..core.stores import is_file
from ..core.stores.geopackage.views import linked_name
from ..core.stores.postgis.connection import words_of
from ..core.stores.postgis.location import DEFAULT_SCHEMA, Location

_FILE, _SERVER = "ogr", "postgres"
_KINDS = {
    Geometry.POINT: Qgis.WkbType.Point,
    Geometry.LINE: Qgis.WkbType.LineString,
    Geometry.AREA: Qgis.WkbType.MultiPolygon,
}
#: In a subset tables stand without their schema, and a server would look for them elsewhere.
_TABLE = re.compile(r"\bFROM (" + "|".join(table.name for table in REGISTER) + r")\b")


def source_of(location: str, table: str, subset: str = "") -> tuple[str, str, str]:
    """The source and the provider of a layer, and the subset as the provider will tell it.

    A subset that begins with SELECT is a query that takes the place of the table.
    """
    if is_file(location):
        source = f"{location}|layername={table}"
        # In the source, not by setSubsetString(): that opens the file for writing, which turns on
        # the write-ahead log and leaves the layers opened before it unable to read.
        return f"{source}|subset={subset}" if subset else source, _FILE, subset
    schema = Location.of(location).schema
    asked = _TABLE.sub(rf'FROM "{schema}"."\1"', subset)
    uri = _connection(location)
    kind = _geometry(table)
    if asked.startswith("SELECT "):
        uri.setDataSource("", f"({asked})", "", "", "fid")
        kind, asked = None, ""
    else:
        uri.setDataSource(schema, table, "geom" if kind else "", asked, "fid")
    if kind:
        uri.setSrid(str(CRS))
        uri.setWkbType(_KINDS[kind])
    # Else QGIS reads a large table whole to learn its extent, and a view's keys one by one.
    uri.setUseEstimatedMetadata(True)
    uri.setParam("checkPrimaryKeyUnicity", "0")
    return uri.uri(False), _SERVER, asked


def _connection(location: str) -> QgsDataSourceUri:
    words = words_of(location)
    uri = QgsDataSourceUri()
    ssl = QgsDataSourceUri.decodeSslMode(words.get("sslmode", ""))
    account = (words.get("dbname", ""), words.get("user", ""), "", ssl)
    if "service" in words:
        uri.setConnection(words["service"], *account)
    else:
        uri.setConnection(words.get("host", ""), words.get("port", ""), *account)
    return uri


def _geometry(table: str) -> Geometry | None:
    """The geometry of a table, or of a view that shows its rows."""
    return next((t.geometry for t in REGISTER if table in (t.name, linked_name(t))), None)


def location_of(layer: QgsVectorLayer) -> str:
    """The location of the register that a layer shows a table of."""
    if layer.providerType() != _SERVER:
        return str(Path(layer.source().partition("|")[0]))
    uri = QgsDataSourceUri(layer.source())
    schema = uri.schema() or DEFAULT_SCHEMA
    if uri.service():
        words = {"service": uri.service(), "dbname": uri.database(), "user": uri.username()}
        return " ".join((*(f"{k}={v}" for k, v in words.items() if v), f"schema={schema}"))
    more = {"schema": schema}
    if uri.sslMode() != QgsDataSourceUri.SslMode.SslPrefer:
        more = {"sslmode": QgsDataSourceUri.encodeSslMode(uri.sslMode()), **more}
    user = f"{quote(uri.username())}@" if uri.username() else ""
    port = f":{uri.port()}" if uri.port() else ""
    return f"postgresql://{user}{uri.host()}{port}/{quote(uri.database())}?{urlencode(more)}"


def table_of(layer: QgsVectorLayer) -> str:
    """The table that a layer shows; empty where it shows none."""
    if layer.providerType() == _SERVER:
        return QgsDataSourceUri(layer.source()).table()
    found = re.match(r"layername=(\w+)", layer.source().partition("|")[2])
    return found[1] if found else ""
