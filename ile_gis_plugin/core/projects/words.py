"""Sentences with amounts, numbers and dates as each language writes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from ..errors import InputError
from ..messages import Message, _Format, catalogue

_SIGNS = str.maketrans(",.", ".,")


class Worded(Message):
    """A sentence whose values are Decimals and dates. `{amount:euro}` is 1.234,56 € in German and
    €1,234.56 in English; a number without a format is written with all its places."""

    def text(self, lang: str) -> str:
        return _Words(lang).vformat(catalogue()[self.key][lang], (), self.values)


class _Words(_Format):
    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Decimal):
            return _euro(value, self.lang) if format_spec == "euro" else _number(value, self.lang)
        if isinstance(value, date):
            return value.strftime("%d.%m.%Y" if self.lang == "de" else "%Y-%m-%d")
        return super().format_field(value, format_spec)


def _euro(amount: Decimal, lang: str) -> str:
    sign, digits = "-" if amount < 0 else "", f"{abs(amount):,.2f}"
    return f"{sign}{digits.translate(_SIGNS)} €" if lang == "de" else f"{sign}€{digits}"


def _number(value: Decimal, lang: str) -> str:
    digits = f"{value:,f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return digits.translate(_SIGNS) if lang == "de" else digits


def refused(key: str, number: str, /, **values: Any) -> InputError:
    """The refusal of what a project's split is to be made from; `number` names the project."""
    error = InputError(key, number=number, **values)
    error.message = Worded(key, error.message.values)
    return error
