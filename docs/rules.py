"""Writes `docs/rules.de.md` and `docs/rules.en.md` from the catalogue of rules.

Run `.venv/bin/python docs/rules.py` after a change of a rule; a test compares.
"""

from __future__ import annotations

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from ile_gis_plugin.core.definition import REGISTER  # noqa: E402
from ile_gis_plugin.core.definition.types import LANGUAGES, Label  # noqa: E402
from ile_gis_plugin.core.messages import catalogue  # noqa: E402
from ile_gis_plugin.core.rules.rule import CATALOGUE, ERROR, WARNING  # noqa: E402
from ile_gis_plugin.core.tasks.validation import UNUSABLE_CODES  # noqa: E402

GROUPS = {
    "REC": Label("Angaben", "Attributes"),
    "GEO": Label("Geometrie", "Geometry"),
    "DUP": Label("Doppeltes", "Duplicates"),
    "NET": Label("Netz", "Network"),
    "TER": Label("Gebiet", "Territory"),
    "BRD": Label("Gemeindegrenze", "Municipal border"),
    "CHD": Label("Ladeeinrichtungen und Anschlüsse", "Charging stations and connectors"),
    "DAT": Label("Daten und Prüfungen", "Dates and inspections"),
    "PRJ": Label("Gemeinschaftsprojekte", "Joint projects"),
    "GEB": Label("Gemeindeflächen", "Territories"),
}
WORDS = {
    "title": Label("Die Regeln", "The rules"),
    "intro": Label(
        "Aus dem Regelkatalog erzeugt (`docs/rules.py`), nicht von Hand ändern. Eine Nummer wird "
        "nie für eine andere Regel wiederverwendet. In geschweiften Klammern stehen die Werte des "
        "einzelnen Befunds. Regeln der Gruppe GEB wirken beim Anlegen des Registers.",
        "Generated from the catalogue of rules (`docs/rules.py`); do not edit by hand. A code is "
        "never used again for another rule. Braces hold the values of the single finding. Rules "
        "of the group GEB work when a register is created.",
    ),
    "head": Label("| Nr. | Regel | Schwere | Satz |", "| code | rule | severity | sentence |"),
}
#: Rules that no function of the catalogue stands for, with their severity.
OTHERS = {**dict.fromkeys(UNUSABLE_CODES, ERROR), "GEB001": ERROR, "GEB002": WARNING,
          "GEB003": WARNING}  # fmt: skip


def severities() -> dict[str, str]:
    """Every rule's severity by its code."""
    return OTHERS | {code: rule.severity for code, rule in CATALOGUE.items()}


def page(lang: str) -> str:
    """The page in one language."""
    labels = REGISTER["finding"]["severity"].domain
    sentences = catalogue()
    lines = [f"# {WORDS['title'][lang]}", "", WORDS["intro"][lang], ""]
    for group, label in GROUPS.items():
        lines += [f"## {label[lang]}", "", WORDS["head"][lang], "| --- | --- | --- | --- |"]
        for code, severity in sorted(severities().items()):
            if code.startswith(group):
                title, sentence = (sentences[f"rules.{code}{p}"][lang] for p in ("_title", ""))
                cells = (code, title, labels.label_of(severity, lang), sentence)
                lines.append("| " + " | ".join(cells) + " |")
        lines.append("")
    return "\n".join(lines)


def write() -> None:
    for lang in LANGUAGES:
        (FOLDER / f"rules.{lang}.md").write_text(page(lang), encoding="utf-8")


if __name__ == "__main__":
    write()
