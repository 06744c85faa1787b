"""What the register demands, as expressions that a form checks while people type."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.definition.types import Field, Kind, Label, Table, Type
from ..core.messages import text
from .expressions import quoted
from .layer_ids import WHOLE, layer_id
from .project_rules import RULES

_NUMBERS = (Type.INTEGER, Type.REAL, Type.MONEY)


@dataclass(frozen=True)
class Rule:
    """An expression that must hold, and the sentence that tells the user so."""

    expression: str
    sentence: str


def _name(column: str) -> str:
    return '"' + column + '"'


def codes_by_parent(table: Table, field: Field) -> dict[str, list[str]]:
    """The codes of a dependent field, by the code of the field that decides."""
    found: dict[str, list[str]] = {}
    for parent in table.controlling(field).domain.codes:
        fitting = [c.code for c in field.domain.codes if parent.code in c.parents]
        if fitting:
            found[parent.code] = fitting
    return found


def rule(table: Table, field: Field, lang: str) -> Rule | None:
    """What the register demands of a field's value, besides being there and being unique."""
    parts = [
        *_range_rule(field, lang),
        *_cent_rule(field, lang),
        *_pattern_rule(field, lang),
        *_dependence_rule(table, field, lang),
        *_row_rules(table, field, lang),
        *_taken_rule(table, field, lang),
        *_exception_rule(table, field, lang),
        *_project_rule(table, field, lang),
    ]
    if not parts:
        return None
    expression = " AND ".join(f"({p.expression})" for p in parts)
    return Rule(expression, " ".join(p.sentence for p in parts))


def _or_empty(field: Field, condition: str) -> str:
    return f"{_name(field.name)} IS NULL OR ({condition})"


def _number(value: float, lang: str) -> str:
    written = f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"
    return written.replace(".", ",") if lang == "de" else written


def _range_rule(field: Field, lang: str) -> list[Rule]:
    low, high = field.minimum, field.maximum
    if field.type not in _NUMBERS or (low is None and high is None):
        return []
    column = _name(field.name)
    limits = [f"{column} >= {low!r}"] if low is not None else []
    limits += [f"{column} <= {high!r}"] if high is not None else []
    key = "range" if len(limits) == 2 else "range_from" if high is None else "range_to"
    values = {"low": low, "high": high}
    numbers = {k: _number(v, lang) for k, v in values.items() if v is not None}
    sentence = text(f"project.{key}", lang, field=field.label, unit=field.unit, **numbers)
    return [Rule(_or_empty(field, " AND ".join(limits)), sentence.replace(" .", "."))]


def _cent_rule(field: Field, lang: str) -> list[Rule]:
    if field.type is not Type.MONEY:
        return []
    column = _name(field.name)
    sentence = text("project.whole_cents", lang, field=field.label)
    return [Rule(_or_empty(field, f"{column} = round({column}, 2)"), sentence)]


def _pattern_rule(field: Field, lang: str) -> list[Rule]:
    if not field.pattern:
        return []
    sentence = text("project.pattern", lang, field=field.label)
    if field.help:
        sentence = f"{sentence} {field.help[lang]}"
    condition = f"regexp_match({_name(field.name)}, {quoted(field.pattern)}) > 0"
    return [Rule(_or_empty(field, condition), sentence)]


def _dependence_rule(table: Table, field: Field, lang: str) -> list[Rule]:
    controlling = table.controlling(field) if field.domain else None
    if not controlling:
        return []
    fitting = " OR ".join(
        f"({_name(controlling.name)} = {quoted(parent)} AND "
        f"{_name(field.name)} IN ({', '.join(map(quoted, codes))}))"
        for parent, codes in codes_by_parent(table, field).items()
    )
    sentence = text("project.does_not_fit", lang, field=field.label, other=controlling.label)
    return [Rule(_or_empty(field, fitting), sentence)]


def _row_rules(table: Table, field: Field, lang: str) -> list[Rule]:
    """The rules between two fields, shown at the second one."""
    found = []
    for check in table.checks:
        if check.right == field.name:
            left, right = _name(check.left), _name(check.right)
            condition = f"{left} IS NULL OR {right} IS NULL OR {left} {check.operator} {right}"
            found.append(Rule(condition, check.label[lang]))
    return found


#: What an accepted finding may not lack, and the sentence that says so.
_OF_EXCEPTIONS = {"reason": "documents.exception_needs_reason", "decided_by": "border.name_missing"}


def _exception_rule(table: Table, field: Field, lang: str) -> list[Rule]:
    if table.name != "finding" or field.name not in _OF_EXCEPTIONS:
        return []
    given = f"trim(coalesce({_name(field.name)}, '')) <> ''"
    condition = f"{_name('state')} <> 'accepted' OR {given}"
    return [Rule(condition, text(_OF_EXCEPTIONS[field.name], lang))]


def _project_rule(table: Table, field: Field, lang: str) -> list[Rule]:
    found = RULES.get((table.name, field.name), ())
    return [Rule(condition, text(f"forms.{key}", lang)) for key, condition in found]


def _taken_rule(table: Table, field: Field, lang: str) -> list[Rule]:
    """What must be unique together, at the last of the fields.

    Two look-ups, each of which the register's index answers: this layer holds what is not saved
    yet, the layer of all municipalities what this layer does not show.
    """
    if table.kind is Kind.DERIVED or "uuid" not in table:
        return []
    everywhere = layer_id(table.name, WHOLE) if table.kind is Kind.ASSET else layer_id(table.name)
    found = []
    for together in (u for u in table.unique if u[-1] == field.name):
        values = "map(" + ", ".join(f"{quoted(n)}, {_name(n)}" for n in together) + ")"
        own = " AND ".join(
            f"coalesce(attribute(get_feature({layer}, {values}), 'uuid') = \"uuid\", true)"
            for layer in ("@layer_id", quoted(everywhere))
        )
        others = Label(*(", ".join(table[n].label[code] for n in together[:-1])
                         for code in ("de", "en")))  # fmt: skip
        sentence = text("project.taken", lang, field=field.label, other=others)
        found.append(Rule(_or_empty(field, own), sentence))
    return found
