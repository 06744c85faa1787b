"""Amounts, numbers, days and file names as documents write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

#: What stands where there is nothing to say.
NOTHING = "–"
_GERMAN = str.maketrans(",.", ".,")
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue",
                          "ß": "ss"})  # fmt: skip


def number(value: Decimal, lang: str, places: int) -> str:
    """A number with this many decimals: 1.234,5 or 1,234.5."""
    digits = f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,.{places}f}"
    return digits.translate(_GERMAN) if lang == "de" else digits


def plain_number(value: Decimal, lang: str) -> str:
    """A number with the decimals that it has, without superfluous zeros."""
    digits = f"{value:,f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return digits.translate(_GERMAN) if lang == "de" else digits


def money(amount: Decimal | None, lang: str) -> str:
    """1.234,56 € or €1,234.56."""
    if amount is None:
        return NOTHING
    digits = number(abs(amount), lang, 2)
    sign = "-" if amount < 0 else ""
    return f"{sign}{digits} €" if lang == "de" else f"{sign}€{digits}"


def percentage(value: Decimal | None, lang: str, places: int | None = None) -> str:
    if value is None:
        return NOTHING
    digits = plain_number(value, lang) if places is None else number(value, lang, places)
    return f"{digits} %"


def day(value: date | None, lang: str) -> str:
    """31.12.2026 or 2026-12-31."""
    if value is None:
        return NOTHING
    return f"{value:%d.%m.%Y}" if lang == "de" else value.isoformat()


def file_name(name: str) -> str:
    """A name as part of a file's name: plain letters, digits, hyphens and underscores."""
    plain = unicodedata.normalize("NFKD", name.translate(_SPELLED))
    plain = plain.encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9-]+", "_", plain).strip("_-") or "_"
