"""Opens a source by its kind: a layer, a table, or a zip that holds one of them."""

from __future__ import annotations

import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from ..errors import InputError
from .delivery import Delivery
from .tables import read_csv, read_xlsx
from .vector_files import read_vector

_TABLES = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm")
#: Kinds that a zip is searched for; other files in it belong to these or are of no interest.
_IN_ZIP = (".shp", ".gpkg", ".geojson", ".json", ".csv", ".xlsx")
_SIDECARS = (".shx", ".dbf", ".prj", ".cpg")
#: A zip that says it unpacks to more is a mistake, or meant to fill the disk.
_ZIP_LIMIT = 8 * 2**30
SUPPORTED = ("GeoPackage", "Shapefile", "zip", "GeoJSON", "CSV", "XLSX")


def read_delivery(
    path: Path,
    layer: str | None = None,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    wanted: Iterable[str] = (),
    preferred: Iterable[str] = (),
) -> Delivery:
    """Read one layer or sheet of a file.

    Args:
        layer: the layer, sheet, or shapefile inside a zip; needed where there are several.
        wanted: column names by which the header row of a table is found.
        preferred: names of layers, one of which is taken where there are several.

    Raises:
        InputError: names the file, what is wrong with it, and what to do.
    """
    path = Path(path)
    wanted, preferred = list(wanted), {name.casefold() for name in preferred}

    def choose(names: list[str]) -> str:
        fitting = [name for name in names if name.casefold() in preferred]
        if len(fitting) == 1:
            return fitting[0]
        raise InputError("imports.several_layers", path=path, layers=names)

    if not path.exists():
        raise InputError("imports.file_missing", path=path)
    if path.is_dir() and path.suffix.lower() != ".gdb":
        raise InputError("imports.is_folder", path=path)
    if path.is_file() and not path.stat().st_size:
        raise InputError("imports.empty_file", path=path)
    suffix = path.suffix.lower()
    try:
        if suffix == ".zip":
            return _read_zip(path, layer, encoding, delimiter, wanted, choose)
        if suffix in (".xlsx", ".xlsm"):
            return read_xlsx(path, layer, wanted, choose)
        if suffix in _TABLES:
            return read_csv(path, encoding, delimiter, wanted)
        if suffix == ".xls":
            raise InputError("imports.old_excel", path=path)
        return read_vector(path, layer, encoding, choose)
    except PermissionError:
        raise InputError("imports.file_not_readable", path=path) from None


def _read_zip(path, layer, encoding, delimiter, wanted, choose) -> Delivery:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError("imports.bad_zip", path=path, reason=str(error)) from None
    with archive, tempfile.TemporaryDirectory() as folder:
        members = [m for m in archive.infolist() if not m.is_dir()]
        names = [
            m.filename for m in members
            if Path(m.filename).suffix.lower() in _IN_ZIP and "__MACOSX" not in m.filename
            and not Path(m.filename).name.startswith("._")
        ]  # fmt: skip
        stems = Counter(Path(name).stem.casefold() for name in names)
        # Two of one name in other folders or of another kind: the user says which.
        sources = {
            Path(name).stem if stems[Path(name).stem.casefold()] == 1 else name: name
            for name in names
        }
        if not sources:
            raise InputError("imports.zip_without_source", path=path, kinds=list(_IN_ZIP))
        stem = _source_in_zip(path, list(sources), layer, choose)
        if sum(m.file_size for m in members) > _ZIP_LIMIT:
            raise InputError("imports.zip_too_big", path=path)
        try:
            _extract(archive, members, sources[stem], Path(folder))
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
            # RuntimeError: encrypted; NotImplementedError: an unknown compression.
            raise InputError("imports.bad_zip", path=path, reason=str(error)) from None
        inside = Path(folder, Path(sources[stem]).name)
        inner = None if layer is None or layer.casefold() == stem.casefold() else layer
        delivery = read_delivery(
            inside, inner, encoding=encoding, delimiter=delimiter, wanted=wanted,
            preferred=(),
        )  # fmt: skip
    delivery.path = path
    return delivery


def _source_in_zip(path: Path, stems: list[str], layer: str | None, choose) -> str:
    if len(stems) == 1:
        return stems[0]
    if layer is None:
        return choose(stems)
    found = [stem for stem in stems if stem.casefold() == layer.casefold()]
    if not found:
        raise InputError("imports.layer_missing", path=path, layer=layer, layers=stems)
    return found[0]


def _extract(archive, members, source: str, folder: Path) -> None:
    """Write the source and the files that belong to it, flat: no name in a zip leads elsewhere."""
    wanted = Path(source)
    for member in members:
        name = Path(member.filename)
        belongs = name.parent == wanted.parent and name.stem.casefold() == wanted.stem.casefold()
        if member.filename == source or (belongs and name.suffix.lower() in _SIDECARS):
            target = folder / (wanted.name if member.filename == source
                               else wanted.stem + name.suffix.lower())  # fmt: skip
            with archive.open(member) as packed, target.open("wb") as file:
                while chunk := packed.read(2**20):
                    file.write(chunk)

