"""Findings in words: a rule's sentence with the values of one finding."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from ..definition.types import Label
from ..messages import catalogue, text

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def sentence(code: str, details: dict[str, Any] | None, lang: str) -> str:
    """The sentence of a finding; the rule's title where a value for it is missing."""
    values = {name: _value(value) for name, value in (details or {}).items()}
    try:
        return text(f"rules.{code}", lang, **values)
    except (KeyError, ValueError, TypeError):
        return title(code, lang)


def title(code: str, lang: str) -> str:
    """What a rule looks for, in a few words; the code where nobody knows it any more."""
    label = catalogue().get(f"rules.{code}_title")
    return label[lang] if label else code


def _value(value: Any) -> Any:
    """A value as the register keeps it in JSON, as one that is worded by language."""
    if value is None:
        return "–"
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:  # 2026-02-30, as somebody typed it
            return value
    if isinstance(value, dict) and set(value) == {"de", "en"}:
        return Label(value["de"], value["en"])
    return value
