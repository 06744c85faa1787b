"""Turns one raw cell into a register's value, or says why it can't.

People write numbers, dates and yes/no in many ways; what is none of them is refused with a reason.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable
from typing import Any

from ..definition.types import CodeList, Field, Type
from ..messages import Message, message

_TRUE = {"ja", "j", "yes", "y", "x", "1", "true", "wahr", "t", "-1", "✓", "vorhanden"}
_FALSE = {"nein", "n", "no", "0", "false", "falsch", "f", "nicht vorhanden"}
#: What Excel writes where a formula failed: never a value.
_EXCEL_ERRORS = {"#N/A", "#NV", "#REF!", "#BEZUG!", "#VALUE!", "#WERT!", "#DIV/0!", "#NAME?",
                 "#NULL!", "#NUM!", "#ZAHL!"}  # fmt: skip
_NUMBER = re.compile(r"[+-]?(\d[\d.,]*|[.,]\d+)([eE][+-]?\d+)?")
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f'’"), " ")
_DAY = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{2}|\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{2}:\d{2}.*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CLOCK = re.compile(r"(.+?)[T ]+0{1,2}:00(:00(\.0+)?)?Z?")
#: A unit before the number, as plans write it: "DN 150".
_PREFIX = {"dn_mm": re.compile(r"^(dn|da|ø|d)\s*(?=\d)", re.IGNORECASE)}


class Refused(Exception):
    """The cell holds no value of its field. `reason` is the sentence for the quarantine."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason.key)
        self.reason = reason


def refuse(key: str, field: Field, value: Any, **more: Any) -> Refused:
    text = " ".join((text_of(value) or "").split())
    shown = text if len(text) <= 60 else text[:57] + "…"
    return Refused(message(key, field=field.label, value=shown, **more))


def text_of(cell: Any) -> str | None:
    """A cell as trimmed text; None where it is empty. 12.0 is "12"."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if math.isnan(cell):
            return None
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    if hasattr(cell, "tolist"):  # an array of a GeoJSON list
        cell = cell.tolist()
    if isinstance(cell, list | tuple):
        cell = "; ".join(str(part) for part in cell)
    text = str(cell).replace("\0", "").strip().strip("\u00a0").strip()
    return text or None


def decimal_sign(texts: Iterable[str]) -> str:
    """The decimal sign that a column's numbers share; empty where nothing tells.

    "1.234" alone may be either; beside a "3,5" its dot groups thousands.
    """
    for text in texts:
        last = max(text.rfind("."), text.rfind(","))
        if last < 0:
            continue
        sign, other = text[last], "," if text[last] == "." else "."
        grouped = re.fullmatch(r"\d{1,3}", text[:last].lstrip("+-")) and len(text) - last == 4
        if other in text[:last] or (text.count(sign) == 1 and not grouped):
            return sign
    return ""


def number_of(text: str, decimal: str = "") -> float:
    """The number that a text means. Raises `ValueError` where it is none, or has two meanings."""
    compact = re.sub(r"(?<=\d) (?=\d{3}(\D|$))", "", text.translate(_SPACES)).strip()
    if not _NUMBER.fullmatch(compact):
        raise ValueError(text)
    commas, dots = compact.count(","), compact.count(".")
    if not decimal:
        if commas and dots:
            decimal = "," if compact.rfind(",") > compact.rfind(".") else "."
        elif commas + dots > 1:
            decimal = "." if commas else ","  # several: they group thousands
        else:
            decimal = "," if commas else "."
    group = "." if decimal == "," else ","
    whole, sign, fraction = compact.partition(decimal)
    if group in whole and not re.fullmatch(rf"[+-]?\d{{1,3}}({re.escape(group)}\d{{3}})+", whole):
        if sign or whole.count(group) > 1:
            raise ValueError(text)
        return float(whole.replace(group, "."))  # 3.5 in a column of decimal commas
    plain = whole.replace(group, "") + ("." + fraction if sign else "")
    if not _PLAIN.fullmatch(plain):
        raise ValueError(text)
    return float(plain)


def to_number(field: Field, cell: Any, decimal: str, factor: float | None) -> float | int:
    """A number in the field's unit, within its range."""
    if isinstance(cell, bool):
        raise refuse("imports.cell_number", field, cell)
    if isinstance(cell, int | float):
        value = float(cell)
    else:
        text = text_of(cell) or ""
        bare = text
        if field.name in _PREFIX:
            bare = _PREFIX[field.name].sub("", bare)
        if field.unit and bare.casefold().endswith(field.unit.casefold()):
            bare = bare[: -len(field.unit)].rstrip()
        try:
            value = number_of(bare, decimal)
        except ValueError:
            key = "imports.cell_unit" if re.match(r"[+-]?\d", bare) else "imports.cell_number"
            raise refuse(key, field, text, unit=field.unit or "–") from None
    if not math.isfinite(value):
        raise refuse("imports.cell_number", field, cell)
    computed: dict[str, float] = {}
    if factor is not None:
        value = round(value * factor, 9)
        # Without it the reason would speak of a number that stands nowhere.
        computed = {"factor": factor, "result": value}
    low, high = field.minimum, field.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        raise refuse(
            "imports.cell_range_factor" if computed else "imports.cell_range", field, cell,
            low="–" if low is None else low,
            high="–" if high is None else high, unit=field.unit, **computed,
        )  # fmt: skip
    if field.type is Type.INTEGER:
        if not value.is_integer():
            key = "imports.cell_integer_factor" if computed else "imports.cell_integer"
            raise refuse(key, field, cell, **computed)
        return int(value)
    return value


def to_boolean(field: Field, cell: Any) -> bool:
    """Yes or no, in the ways people tick a column."""
    folded = (text_of(cell) or "").casefold()
    if folded in _TRUE:
        return True
    if folded in _FALSE:
        return False
    raise refuse("imports.cell_boolean", field, cell)


def to_date(field: Field, cell: Any) -> datetime.date:
    """A day. A bare year or a number of days is none."""
    if isinstance(cell, datetime.datetime):
        return cell.date()
    if isinstance(cell, datetime.date):
        return cell
    text = text_of(cell) or ""
    clock = _CLOCK.fullmatch(text)
    day = clock[1] if clock else text
    try:
        if match := _DAY.fullmatch(day):
            d, m, y = (int(g) for g in match.groups())
            if len(match[3]) == 2:
                y += 2000 if y < 50 else 1900
            return datetime.date(y, m, d)
        if match := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
            return datetime.date(*(int(g) for g in match.groups()))
    except ValueError:
        raise refuse("imports.cell_date", field, cell) from None
    key = "imports.cell_year" if re.fullmatch(r"(18|19|20)\d\d", text) else "imports.cell_date"
    raise refuse(key, field, cell)


def to_text(field: Field, cell: Any) -> str:
    """A text without white space at its ends; on one line unless the field has several."""
    text = text_of(cell) or ""
    if text in _EXCEL_ERRORS:
        raise refuse("imports.cell_excel_error", field, text)
    if not field.multiline:
        text = " ".join(text.split())
    if field.pattern and not re.fullmatch(field.pattern, text):
        if not re.fullmatch(field.pattern, text.upper()):
            raise refuse("imports.cell_pattern", field, text)
        text = text.upper()
    return text


def code_words(domain: CodeList) -> dict[str, str]:
    """What people may write for each code: the code, its labels, and their parts.

    "Natriumdampf-Hochdruck (NAV)" is also known as "NAV", "1 – sehr gut" also as "sehr gut".
    """
    words: dict[str, str] = {}
    steps: list[list[tuple[str, str]]] = [
        [(c.code, c.code) for c in domain.codes],
        [(label, c.code) for c in domain.codes for label in (c.label.de, c.label.en)],
        [
            (part, c.code)
            for c in domain.codes
            for label in (c.label.de, c.label.en)
            for part in re.split(r"\s+–\s+|[()]", label)
        ],
    ]
    for pairs in steps:
        found: dict[str, set[str]] = {}
        for word, code in pairs:
            folded = " ".join(word.split()).casefold()
            if folded and folded not in words:
                found.setdefault(folded, set()).add(code)
        words |= {word: codes.pop() for word, codes in found.items() if len(codes) == 1}
    return words
