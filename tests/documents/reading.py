"""Documents as tests read them: all text of a DOCX, all text of a PDF."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path


def docx_text(path: Path) -> str:
    """The text of every part, without its marks; one space between words."""
    with zipfile.ZipFile(path) as parts:
        xml = [parts.read(n).decode() for n in parts.namelist() if n.endswith(".xml")]
    words = re.sub(r"</w:p>|<w:br/>|<w:tab/>", " ", " ".join(xml))
    words = re.sub(r"<[^>]*>", "", words)
    for entity, letter in (("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"')):
        words = words.replace(entity, letter)
    return " ".join(words.split())


def pdf_text(path: Path) -> str:
    done = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())
