"""What the product says, in German and English, from `i18n/messages/*.toml`.

The core names a sentence by its key and values; each surface words it in its own language.
"""

from __future__ import annotations

import os
import string
import tomllib
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from .definition.types import LANGUAGES, Label

_FOLDER = Path(__file__).resolve().parent.parent / "i18n" / "messages"


@cache
def catalogue() -> dict[str, Label]:
    """All sentences by key; a key is `<file>.<name>`, dots inside quoted names kept."""
    found: dict[str, Label] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        with path.open("rb") as file:
            content = tomllib.load(file)
        for name, texts in content.items():
            found[f"{path.stem}.{name}"] = Label(de=texts["de"], en=texts["en"])
    return found


class _Format(string.Formatter):
    """Formats numbers and dates as the language does; lists are joined by commas."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Label):
            value = value[self.lang]
        if isinstance(value, Message):
            value = value.text(self.lang)
        if isinstance(value, (list, tuple)):
            value = ", ".join(self.format_field(v, "") for v in value)
        if isinstance(value, date) and not format_spec:
            return value.strftime("%d.%m.%Y") if self.lang == "de" else value.isoformat()
        if isinstance(value, float) and not format_spec:
            format_spec = ".15g"
        if isinstance(value, Decimal) and not format_spec:
            format_spec = "f"
        text = super().format_field(value, format_spec)
        if self.lang == "de" and isinstance(value, (int, float, Decimal)) and format_spec:
            text = text.translate(str.maketrans(",.", ".,"))
        return text


def text(key: str, lang: str, **values: Any) -> str:
    """The sentence `key` in the language `lang` with its values filled in.

    Raises `KeyError` where the catalogue has no such sentence.
    """
    return _Format(lang).vformat(catalogue()[key][lang], (), values)


@dataclass(frozen=True)
class Message:
    """A sentence that is not worded yet."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        return text(self.key, lang, **self.values)


def message(key: str, **values: Any) -> Message:
    return Message(key, values)


def user_language() -> str:
    """The language of the user's environment: German where it says so, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "de" if value.lower().startswith("de") else "en"
    return "en"


__all__ = ["LANGUAGES", "Label", "Message", "catalogue", "message", "text", "user_language"]
