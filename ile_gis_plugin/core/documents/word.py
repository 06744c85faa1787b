"""Word documents from a template with fields; the same fields give the same bytes."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from ..errors import InputError

# The oldest moment that a zip can hold: the clock must not enter the bytes.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_APPLICATION = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns='
    '"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>ILE GIS</Application></Properties>"
)
#: No XML can hold these; a tabulator and a line feed it can.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True)
class Picture:
    """A picture in a document; `description` is for those who can't see it."""

    png: bytes
    width_mm: float
    description: str


@dataclass(frozen=True)
class Properties:
    """What a file tells of itself: never the machine, its user or its clock."""

    title: str
    author: str
    day: date  # of making and of the last change
    lang: str
    subject: str = ""


def render(
    template: Path, fields: Mapping[str, Any], target: Path, properties: Properties
) -> None:  # fmt: skip
    """Fill a template's fields (docxtpl: `{{ name }}`, `{%tr for … %}`) and write `target`.

    Values are text, numbers, `Picture`s, and lists and dictionaries of them.

    Raises `InputError` where the file is no Word document, or uses a field that does not exist.
    """
    save(_rendered(template, fields), target, properties, list(_pictures(fields)))


def save(document: Any, target: Path, properties: Properties, pictures: list[Picture]) -> None:
    """Write a document of python-docx with its properties and descriptions of its pictures; the
    same document gives the same bytes."""
    _describe(document, pictures)
    _tell(document.core_properties, properties)
    out = BytesIO()
    document.save(out)
    target.write_bytes(_repacked(out))


def _rendered(template: Path, fields: Mapping[str, Any]) -> Any:
    from docx.opc.exceptions import PackageNotFoundError
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    # A template comes from an office and may have come by mail: it can compute, but not reach out.
    environment = SandboxedEnvironment(undefined=StrictUndefined)
    try:
        document = DocxTemplate(template)
        document.render_init()
        document.render(_values(fields, document), environment, autoescape=True)
    except (TemplateError, PackageNotFoundError, zipfile.BadZipFile, KeyError, TypeError,
            ValueError) as error:  # fmt: skip
        raise InputError("papers.template_unusable", template=template.name,
                         reason=str(error) or type(error).__name__) from error  # fmt: skip
    return document.docx


def _values(value: Any, document: Any) -> Any:
    """Fields as docxtpl takes them."""
    if isinstance(value, Mapping):
        return {name: _values(one, document) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_values(one, document) for one in value]
    if isinstance(value, Picture):
        from docx.shared import Mm
        from docxtpl import InlineImage

        return InlineImage(document, BytesIO(value.png), Mm(value.width_mm))
    return _CONTROL.sub("", value) if isinstance(value, str) else value


def _pictures(value: Any) -> Iterator[Picture]:
    if isinstance(value, Picture):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _pictures(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _pictures(one)


def _describe(document: Any, pictures: list[Picture]) -> None:
    """Give each picture its description, for screen readers and the tagged PDF, and no margins."""
    words = {hashlib.sha1(p.png, usedforsecurity=False).hexdigest(): p.description
             for p in pictures}  # fmt: skip
    for inline in document.element.body.iter("{*}inline"):
        for side in ("distT", "distB", "distL", "distR"):
            inline.set(side, "0")
        blip = next(inline.iter("{*}blip"))
        part = document.part.related_parts[blip.embed]
        description = words.get(part.sha1)
        if description is not None:
            inline.docPr.set("descr", description)


def _tell(core: Any, properties: Properties) -> None:
    moment = datetime(properties.day.year, properties.day.month, properties.day.day)
    core.author = core.last_modified_by = properties.author
    core.created = core.modified = core.last_printed = moment
    core.title, core.subject = properties.title, properties.subject
    core.language, core.revision = properties.lang, 1
    core.category = core.comments = core.content_status = core.identifier = ""
    core.keywords = core.version = ""


def _repacked(source: BytesIO) -> bytes:
    """The same parts in a fixed order and without their times."""
    out = BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        # Readers look for the list of contents first.
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            content: bytes | str = old.read(name)
            if name == "docProps/app.xml":  # an office's Word writes its company in here
                content = _APPLICATION
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            new.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()
