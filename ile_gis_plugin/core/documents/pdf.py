"""Word documents as PDF, by LibreOffice: the same document gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess  # nosec B404 # runs LibreOffice, found by its name, without a shell
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ..messages import Message, message

#: Where LibreOffice puts its command on systems that leave it off the PATH.
_USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)
_EXPORT = {"UseTaggedPDF": True, "UseLosslessCompression": True, "ReduceImageResolution": False,
           "ExportBookmarks": True}  # fmt: skip
_START_S, _FILE_S = 90, 15

_DATE = re.compile(rb"(/(?:Creation|Mod)Date\(D:)\d{14}")
_IDENTITY = re.compile(rb"(/ID \[ <|/DocChecksum /|>\s*<)[0-9A-F]{32}")


def find_office() -> str | None:
    """The command that starts LibreOffice; None where the machine has none."""
    on_path = shutil.which("soffice") or shutil.which("libreoffice")
    return on_path or next((place for place in _USUAL_PLACES if Path(place).is_file()), None)


def to_pdf(documents: Sequence[Path], folder: Path, day: date) -> Message | None:
    """Convert Word documents to PDFs of the same name in `folder`.

    One run converts all of them: starting LibreOffice takes longer than a document does.

    Args:
        day: the date of making that the PDFs tell, in place of the clock's.

    Returns:
        None where every PDF is there. Else why there is none, in a sentence for the user; then
        `folder` holds no PDF of these documents.
    """
    office = find_office()
    if office is None:
        return message("papers.no_office")
    with tempfile.TemporaryDirectory(prefix="ile-pdf-") as scratch:
        reason = _convert(office, documents, Path(scratch))
        made = [Path(scratch, document.stem + ".pdf") for document in documents]
        missing = [document.name for document, pdf in zip(documents, made, strict=True)
                   if not pdf.is_file()]  # fmt: skip
        if missing:
            return message("papers.not_converted", files=missing, reason=reason or "–")
        for pdf in made:
            folder.joinpath(pdf.name).write_bytes(_timeless(pdf.read_bytes(), day))
    return None


def _convert(office: str, documents: Sequence[Path], scratch: Path) -> str:
    """Run LibreOffice once, with a profile of its own; what it said."""
    options = {name: {"type": "boolean", "value": str(value).lower()}
               for name, value in _EXPORT.items()}  # fmt: skip
    command = [
        office, f"-env:UserInstallation={Path(scratch, 'profile').resolve().as_uri()}",
        "--headless", "--norestore", "--nologo", "--nodefault", "--nofirststartwizard",
        "--convert-to", f"pdf:writer_pdf_Export:{json.dumps(options)}",
        "--outdir", str(scratch), *(str(document.resolve()) for document in documents),
    ]  # fmt: skip
    environment = os.environ | {"TZ": "UTC", "SAL_USE_VCLPLUGIN": "svp"}
    limit = _START_S + _FILE_S * len(documents)
    # A session of its own: its command is a script, and killing that alone leaves LibreOffice.
    process = subprocess.Popen(  # nosec B603
        command, env=environment, cwd=scratch, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
    )  # fmt: skip
    try:
        said, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        said = f"{limit} s"
    finally:
        _end(process)
    return " ".join(line for line in said.splitlines() if line.startswith("Error")) or said[-200:]


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.communicate()


def _timeless(pdf: bytes, day: date) -> bytes:
    """The clock's date becomes `day`, and identifiers drawn by chance follow from the content.

    Everything keeps its length, so that the PDF's own table of offsets stays right.
    """
    pdf = _DATE.sub(rb"\g<1>" + day.strftime("%Y%m%d000000").encode(), pdf)
    blank = _IDENTITY.sub(rb"\g<1>" + b"0" * 32, pdf)
    identity = hashlib.sha256(blank).hexdigest()[:32].upper().encode()
    return _IDENTITY.sub(rb"\g<1>" + identity, pdf)
