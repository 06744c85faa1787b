"""Rules that the definition makes by itself: what the register demands of each field.

The register's own constraints keep such rows out; these rules find what a client let in that had
switched them off, or what a mended definition demands anew.
"""

from __future__ import annotations

from ..definition import REGISTER
from ..definition.types import Kind
from .rule import ERROR, Asked, Found, rule, without_place


def _violations(asked: Asked, code: str, *kinds: str) -> list[Found]:
    found: list[Found] = []
    for table in REGISTER.of_kind(Kind.ASSET, Kind.CHILD, Kind.PROJECT):
        for broken in asked.violations(table.name):
            if broken.kind in kinds:
                label = next((c.label for c in table.checks if c.code == broken.rule),
                             table[broken.field].label)  # fmt: skip
                values = {"label": [{"de": label.de, "en": label.en}] * len(broken.fid)}
                found += without_place(code, table.name, broken.fid, broken.field, **values)
    return found


@rule("REC001", ERROR, of_geometry=False)
def required_field_is_empty(asked: Asked) -> list[Found]:
    """A field that the register demands has no value."""
    return _violations(asked, "REC001", "required")


@rule("REC002", ERROR, of_geometry=False)
def value_is_not_in_the_code_list(asked: Asked) -> list[Found]:
    """A field holds a code that its list does not have."""
    return _violations(asked, "REC002", "domain")


@rule("REC003", ERROR, of_geometry=False)
def code_does_not_fit_the_other_field(asked: Asked) -> list[Found]:
    """A code belongs to another value of the field that decides, such as a sewer's for gas."""
    return _violations(asked, "REC003", "dependence")


@rule("REC004", ERROR, of_geometry=False)
def value_is_out_of_range(asked: Asked) -> list[Found]:
    """A number is smaller or greater than the field allows."""
    return _violations(asked, "REC004", "range")


@rule("REC005", ERROR, of_geometry=False)
def value_does_not_fit_the_pattern(asked: Asked) -> list[Found]:
    """A text such as an EVSE id is not of the form that its standard asks for."""
    return _violations(asked, "REC005", "pattern")


@rule("REC006", ERROR, of_geometry=False)
def value_is_of_the_wrong_type(asked: Asked) -> list[Found]:
    """A date is no date, an amount has parts of a cent, a text is binary."""
    return _violations(asked, "REC006", "type")


@rule("REC007", ERROR, of_geometry=False)
def fields_contradict_each_other(asked: Asked) -> list[Found]:
    """Two fields of a row don't go together, such as a reduced power above the power."""
    return _violations(asked, "REC007", "check")
