"""Inputs and splits as JSON values and back, without loss: what the register keeps of them.

Decimals are text with all their digits, dates ISO, code lists' labels both languages, and sentences
their key with its values, so that a kept split is worded in any language later.
"""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import date
from decimal import Context, Decimal
from functools import cache
from operator import attrgetter
from typing import Any, Union, get_args, get_origin, get_type_hints

from ..definition.types import Label
from ..messages import Message
from .model import (
    CostItem,
    Funding,
    Key,
    KeyPart,
    Participant,
    Split,
    SplitInputs,
    Weight,
    Words,
)
from .words import Worded

_PLAIN = frozenset({str, int, bool, type(None)})
_LONG = Context(prec=60)


def inputs_to_json(inputs: SplitInputs) -> dict[str, Any]:
    return _encode(inputs)


def inputs_from_json(values: dict[str, Any]) -> SplitInputs:
    return _decoder(SplitInputs)(values)


def split_to_json(split: Split) -> dict[str, Any]:
    return _encode(split)


def split_from_json(values: dict[str, Any]) -> Split:
    return _decoder(Split)(values)


def fingerprint_of(inputs: SplitInputs) -> str:
    """SHA-256 of the inputs as canonical JSON: each record as the list of its values in the order
    of its fields, participants by AGS, instalments by year, numbers without superfluous zeros.
    The order of items, programmes and parts of the key counts, since it is that of the papers."""
    values = vars(inputs) | {
        "participants": sorted(inputs.participants, key=attrgetter("ags")),
        "instalments": sorted(inputs.instalments),
    }
    return hashlib.sha256(_CANONICAL.encode(list(values.values())).encode()).hexdigest()


def _canonical(value: Any) -> Any:
    if type(value) is Decimal:
        return str(_LONG.normalize(value)) if value else "0"  # zero has signs and exponents
    return _CANONICAL_OF[type(value)](value)


_CANONICAL_OF: dict[type, Callable[[Any], Any]] = {
    date: date.isoformat,
    **{record: attrgetter(*(f.name for f in fields(record)))
       for record in (CostItem, Funding, Weight, Participant, KeyPart, Key, Label)},
}  # fmt: skip
_CANONICAL = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True,
                              separators=(",", ":"), default=_canonical)  # fmt: skip


def _encode(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Sequence):
        return [_encode(v) for v in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Message):
        return {"key": value.key, "values": {n: _tagged(v) for n, v in value.values.items()}}
    values = value if isinstance(value, dict) else vars(value)
    return {name: _encode(v) for name, v in values.items()}


def _tagged(value: Any) -> Any:
    """A value of a sentence: it says of which type it is, since no field declares it."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, tuple):
        return [_tagged(v) for v in value]
    tag = next(name for name, kind in _TAGS.items() if isinstance(value, kind))
    return {tag: _encode(value)}


_TAGS: dict[str, type] = {"decimal": Decimal, "date": date, "label": Label, "sentence": Message}


def _untagged(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_untagged(v) for v in value)
    if isinstance(value, dict):
        ((tag, inner),) = value.items()
        return _decoder(_TAGS[tag])(inner)
    return value


def _sentence(value: dict[str, Any]) -> Message:
    return Worded(value["key"], {n: _untagged(v) for n, v in value["values"].items()})


_OF_VALUE: dict[Any, Callable[[Any], Any]] = {
    Decimal: Decimal, date: date.fromisoformat, Message: _sentence,
    Words: lambda value: Label(**value) if isinstance(value, dict) else value,
    **{kind: lambda value: value for kind in _PLAIN},
}  # fmt: skip


@cache
def _decoder(hint: Any) -> Callable[[Any], Any]:
    """What makes a value of the declared type from JSON."""
    if hint in _OF_VALUE:
        return _OF_VALUE[hint]
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        some = _decoder(next(h for h in inner if h is not type(None)))
        return lambda value: None if value is None else some(value)
    if origin is dict:
        each = _decoder(inner[1])
        return lambda value: {name: each(v) for name, v in value.items()}
    if origin is Sequence:
        return _decoder(tuple[inner[0], ...])
    if origin is tuple:
        return _tuple(inner)
    of = {name: _decoder(h) for name, h in get_type_hints(hint).items()}
    return lambda value: hint(**{name: of[name](v) for name, v in value.items()})


def _tuple(inner: tuple[Any, ...]) -> Callable[[Any], Any]:
    if inner[-1] is Ellipsis:
        each = _decoder(inner[0])
        return lambda value: tuple(each(v) for v in value)
    places = [_decoder(h) for h in inner]
    return lambda value: tuple(of(v) for of, v in zip(places, value, strict=True))
