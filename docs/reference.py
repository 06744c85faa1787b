"""Writes the reference pages `docs/register.de.md` and `docs/register.en.md` from the definition.

Run `.venv/bin/python docs/reference.py` after a change of the definition; a test compares.
"""

from __future__ import annotations

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from ile_gis_plugin.core.definition import CRS, REGISTER, SCHEMA_VERSION  # noqa: E402
from ile_gis_plugin.core.definition.types import (  # noqa: E402
    LANGUAGES,
    Field,
    Geometry,
    Label,
    Table,
    Type,
)

TYPES = {
    Type.TEXT: Label("Text", "text"),
    Type.INTEGER: Label("ganze Zahl", "integer"),
    Type.REAL: Label("Zahl", "number"),
    Type.MONEY: Label("Betrag", "amount"),
    Type.BOOLEAN: Label("ja/nein", "yes/no"),
    Type.DATE: Label("Datum", "date"),
    Type.DATETIME: Label("Zeitpunkt (UTC)", "time (UTC)"),
    Type.JSON: Label("JSON", "JSON"),
    Type.BLOB: Label("Binärdaten", "binary"),
}
GEOMETRIES = {
    Geometry.POINT: Label("Punkt", "point"),
    Geometry.LINE: Label("Linie", "line"),
    Geometry.AREA: Label("Fläche", "area"),
}
WORDS = {
    "title": Label("Das Register: Tabellen und Felder", "The register: tables and fields"),
    "intro": Label(
        "Aus der Definition erzeugt (`docs/reference.py`), nicht von Hand ändern. "
        f"Schema-Version {SCHEMA_VERSION}, Koordinatensystem EPSG:{CRS}.",
        "Generated from the definition (`docs/reference.py`); do not edit by hand. "
        f"Schema version {SCHEMA_VERSION}, CRS EPSG:{CRS}.",
    ),
    "head": Label(
        "| Feld | Bezeichnung | Art | Pflicht | Zulässig | Vorgabe | Sichtbar ab | Hinweis |",
        "| field | label | type | required | allowed | default | visible from | note |",
    ),
    "geometry": Label("Geometrie", "Geometry"),
    "yes": Label("ja", "yes"),
    "true": Label("ja", "yes"),
    "false": Label("nein", "no"),
    "lists": Label("Codelisten", "Code lists"),
    "code": Label("| Code | Bezeichnung | gehört zu |", "| code | label | belongs to |"),
    "source": Label("Quelle", "Source"),
    "unique": Label("Eindeutig", "Unique"),
    "rules": Label("Regeln", "Rules"),
    "derived": Label("Abgeleitet, in einer Sicht", "Derived, in a view"),
    "refers": Label("verweist auf", "refers to"),
    "pattern": Label("Muster", "pattern"),
    "system": Label("führt das Register selbst", "kept by the register itself"),
}


def _number(value: float, lang: str) -> str:
    text = f"{value:g}"
    return text.replace(".", ",") if lang == "de" else text


def _allowed(field: Field, lang: str) -> str:
    found = []
    if field.domain:
        found.append(f"[{field.domain.label[lang]}](#{field.domain.name})")
    if field.minimum is not None and field.maximum is not None:
        found.append(f"{_number(field.minimum, lang)} – {_number(field.maximum, lang)}")
    elif field.minimum is not None:
        found.append(f"≥ {_number(field.minimum, lang)}")
    if field.unit:
        found.append(field.unit)
    if field.pattern:
        found.append(f"{WORDS['pattern'][lang]} `{field.pattern}`".replace("|", "\\|"))
    if field.references:
        found.append(f"{WORDS['refers'][lang]} `{field.references.table}`")
    return " ".join(found)


def _default(field: Field, lang: str) -> str:
    if field.default is None:
        return ""
    if isinstance(field.default, bool):
        return WORDS["true" if field.default else "false"][lang]
    if field.domain:
        return field.domain.label_of(str(field.default), lang)
    if isinstance(field.default, str):
        return field.default
    return _number(field.default, lang)


def _note(field: Field, lang: str) -> str:
    if field.help:
        return field.help[lang]
    return WORDS["system"][lang] if field.system else ""


def _table(table: Table, lang: str) -> list[str]:
    lines = [f"## {table.plural[lang]} · `{table.name}`", ""]
    if table.help:
        lines += [table.help[lang], ""]
    if table.geometry:
        lines += [f"{WORDS['geometry'][lang]}: {GEOMETRIES[table.geometry][lang]}.", ""]
    head = WORDS["head"][lang]
    lines += [head, "|" + " --- |" * (head.count("|") - 1)]
    visibility = REGISTER.code_list("visibility")
    for field in table.fields:
        cells = (
            f"`{field.name}`",
            field.label[lang],
            TYPES[field.type][lang],
            WORDS["yes"][lang] if field.required else "",
            _allowed(field, lang),
            _default(field, lang),
            visibility.label_of(field.profile.value, lang),
            _note(field, lang),
        )
        lines.append("| " + " | ".join(cells) + " |")
    lines.append("")
    if table.derived:
        lines += [f"{WORDS['derived'][lang]} (`{table.name}_derived`):", ""]
        lines += [
            f"- `{d.name}` – {d.label[lang]}" + (f" [{d.unit}]" if d.unit else "")
            + f": {d.help[lang]}" for d in table.derived
        ]  # fmt: skip
        lines.append("")
    for unique in table.unique:
        names = " + ".join(table[name].label[lang] for name in unique)
        lines += [f"{WORDS['unique'][lang]}: {names}.", ""]
    if table.checks:
        lines += [f"{WORDS['rules'][lang]}:", ""]
        lines += [
            f"- `{c.left} {c.operator} {c.right}` – {c.label[lang]}" for c in table.checks
        ]
        lines.append("")
    return lines


def page(lang: str) -> str:
    """The reference page in one language."""
    lines = [f"# {WORDS['title'][lang]}", "", WORDS["intro"][lang], ""]
    for table in REGISTER:
        lines += _table(table, lang)
    lines += [f"# {WORDS['lists'][lang]}", ""]
    for code_list in REGISTER.code_lists:
        lines += [f'<a id="{code_list.name}"></a>', "",
                  f"## {code_list.label[lang]} · `{code_list.name}`", ""]  # fmt: skip
        if code_list.source:
            lines += [f"{WORDS['source'][lang]}: {code_list.source}.", ""]
        head = WORDS["code"][lang]
        lines += [head, "| --- | --- | --- |"]
        lines += [f"| `{c.code}` | {c.label[lang]} | {', '.join(c.parents)} |"
                  for c in code_list.codes]  # fmt: skip
        lines.append("")
    return "\n".join(lines)


def write() -> None:
    for lang in LANGUAGES:
        (FOLDER / f"register.{lang}.md").write_text(page(lang), encoding="utf-8")


if __name__ == "__main__":
    write()
