"""Findings and proposals in words, as QGIS expressions: the catalogue's sentence with their values.

What `core.documents.wording` says, QGIS says itself in forms, map tips and tables; no plugin has
to be there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any

from ..core.border.matches import KINDS
from ..core.border.rules import CODES
from ..core.definition import REGISTER
from ..core.documents.wording import sentence
from ..core.messages import catalogue
from ..core.rules.compared import FIELDS
from .expressions import quoted

_CODE = re.compile(r"rules\.([A-Z]{3}[0-9]{3})")
_NUMBER = re.compile(r"(,?)\.([0-9]+)f")
#: Values without a format have three decimals at most.
_DECIMALS = 6
#: The rule whose finding stands for each kind of proposal.
CODE_OF_KIND = {KINDS[kind]: code for kind, code in CODES.items() if KINDS[kind] != "missing"}
#: Values of a finding's sentence, and what they are called in the details of a proposal.
HELD_AS = {"distance": "distance_m", "length": "overlap_m", "left": "left", "right": "right"}


def rule_codes() -> list[str]:
    """The codes of all rules that the catalogue has a sentence for."""
    return sorted(found.group(1) for key in catalogue() if (found := _CODE.fullmatch(key)))


def sentence_expression(lang: str) -> str:
    """An expression that gives the sentence of a finding from its fields `code` and `details`.

    It gives the rule's title where a value for the sentence is missing, and the code where
    nobody knows it any more.
    """
    return _cases("code", {code: code for code in rule_codes()}, _detail, lang)


def proposal_expression(lang: str) -> str:
    """An expression that gives the sentence of a border proposal: that of its finding."""
    others = {"where": "represent_value(\"right_ags\")", "label": _field_label(lang)}

    def value(name: str) -> str:
        return others[name] if name in others else _detail(HELD_AS[name])

    return _cases("kind", CODE_OF_KIND, value, lang)


def proposal_sentence(row: Mapping[str, Any], names: Mapping[str, str], lang: str) -> str:
    """The same for a row of `border_proposal`; `names` are the municipalities' by AGS."""
    held = row["details"] or {}
    values = {name: held.get(key) for name, key in HELD_AS.items()}
    values["where"] = names.get(row["right_ags"])
    if held.get("field"):
        values["label"] = REGISTER[row["asset_class"]][held["field"]].label[lang]
    given = {name: value for name, value in values.items() if value is not None}
    return sentence(CODE_OF_KIND.get(row["kind"], row["kind"]), given, lang)


def _cases(
    column: str, codes: Mapping[str, str], value: Callable[[str], str], lang: str
) -> str:  # fmt: skip
    """The sentences of rules, by what a column says.

    Args:
        codes: the rule for each value of the column.
        value: gives the expression for a placeholder of a sentence.
    """
    cases = " ".join(
        f'WHEN "{column}" = {quoted(said)} THEN '
        f"coalesce(try({_worded(catalogue()[f'rules.{code}'][lang], value, lang)}), "
        f"{_title(code, lang)})"
        for said, code in codes.items()
    )
    details = "from_json(coalesce(\"details\", '{}'))"
    return f"with_variable('details', {details}, CASE {cases} ELSE \"{column}\" END)"


def _detail(name: str) -> str:
    """A value of the details; a dash for one that is known to be empty."""
    key = quoted(name)
    return f"if(map_exist(@details, {key}), coalesce(map_get(@details, {key}), '–'), NULL)"


def _field_label(lang: str) -> str:
    """The label of the field that a proposal is about."""
    labels = ", ".join(
        f"{quoted(f'{table}.{field}')}, {quoted(REGISTER[table][field].label[lang])}"
        for table, fields in FIELDS.items() for field in fields
    )  # fmt: skip
    return f"map_get(map({labels}), \"asset_class\" || '.' || {_detail('field')})"


def title_expression(lang: str) -> str:
    """An expression that gives the title of a finding's rule; the code of an unknown one."""
    cases = " ".join(f'WHEN "code" = {quoted(c)} THEN {_title(c, lang)}' for c in rule_codes())
    return f'CASE {cases} ELSE "code" END'


def _title(code: str, lang: str) -> str:
    return quoted(catalogue()[f"rules.{code}_title"][lang])


def _worded(template: str, value: Callable[[str], str], lang: str) -> str:
    """A template of the catalogue as an expression that fills it."""
    parts: list[str] = []
    for literal, name, form, _ in Formatter().parse(template):
        if literal:
            parts.append(quoted(literal))
        if name is not None:
            parts.append(_formatted(value(name), form or "", lang))
    return " || ".join(parts)


def _formatted(value: str, form: str, lang: str) -> str:
    if not form:
        return _plain(value, lang)
    found = _NUMBER.fullmatch(form)
    if not found:
        raise ValueError(f"no expression for the format {form}")
    grouped, decimals = found.groups()
    return f"format_number({value}, {decimals}, {quoted(lang)}, {str(not grouped).lower()})"


def _plain(value: str, lang: str) -> str:
    """A value without a format: a label in its language, a list with commas, a number, a text."""
    number = f"format_number(@value, {_DECIMALS}, {quoted(lang)}, true, true)"
    # QGIS can't tell a number from a text that looks like one, but its JSON does.
    return (
        f"with_variable('value', {value}, "
        "with_variable('begin', substr(to_json(array(@value)), 2, 1), CASE "
        f"WHEN @begin = '{{' THEN map_get(@value, {quoted(lang)}) "
        "WHEN @begin = '[' THEN array_to_string(@value, ', ') "
        f"WHEN @begin = '\"' THEN {_text('@value', lang)} ELSE {number} END))"
    )


def _text(value: str, lang: str) -> str:
    """A text; days, which JSON holds as texts, as the language writes them."""
    if lang == "en":
        return value
    day = f"format_date(to_date({value}), 'dd.MM.yyyy')"
    is_day = f"regexp_match({value}, '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$')"
    return f"if({is_day}, coalesce(try({day}), {value}), {value})"


#: How rows of a table are worded that have no name of their own.
WORDED = {"finding": sentence_expression, "border_proposal": proposal_expression}
