"""Files that QGIS writes, looked at before they replace anything.

The exporters of QGIS report success on a full disk and leave an empty file. So each file is
written beside its place, checked, and only then put there.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
import zipfile
from pathlib import Path

from ..core.errors import IleError, InputError, RegisterError

#: With less than this many bytes free, a file that isn't whole ran out of room.
ROOM = 4 * 1024 * 1024
_FULL = (errno.ENOSPC, errno.EDQUOT)
_PAGE = re.compile(rb"/Type\s*/Page\b")
_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")


def is_whole_pdf(path: Path, pages: int) -> bool:
    """Whether a file is a PDF from its first byte to its last, with that many pages."""
    _settle(path)
    content = path.read_bytes() if path.is_file() else b""
    end = _END.search(content, max(0, len(content) - 1024))
    # Where a block was lost on the way, the table is no longer where the end says it is.
    return (
        content.startswith(b"%PDF")
        and end is not None
        and content.startswith(b"xref", int(end.group(1)))
        and len(_PAGE.findall(content)) == pages
    )


def is_whole_archive(path: Path) -> bool:
    """Whether a file is a zip archive all of whose entries can be read."""
    _settle(path)
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return bool(archive.namelist()) and archive.testzip() is None


def _settle(path: Path) -> None:
    """Bring a file to the disk: some file systems tell only then that they are full."""
    if path.is_file():
        with path.open("rb+") as file:
            os.fsync(file.fileno())


def not_written(target: Path, otherwise: IleError, error: OSError | None = None) -> IleError:
    """The error to raise for a file that is not whole: the disk is full, or `otherwise`.

    To be asked before the incomplete file is removed.
    """
    if error is not None and error.errno in _FULL:
        return RegisterError("errors.disk_full", location=str(target))
    for place in (target.parent, Path(tempfile.gettempdir())):
        if place.is_dir() and shutil.disk_usage(place).free < ROOM:
            shown = target if place == target.parent else place
            return RegisterError("errors.disk_full", location=str(shown))
    return otherwise


def file_failed(target: Path, reason: str) -> InputError:
    return InputError("errors.file_failed", location=str(target), reason=reason)
