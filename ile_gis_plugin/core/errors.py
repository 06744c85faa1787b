"""The register's errors: each names the thing and the next step, in both languages."""

from __future__ import annotations

from typing import Any

from .messages import Message


class IleError(Exception):
    """Something that the user can mend. `key` names a sentence in `i18n/messages`."""

    def __init__(self, key: str, /, **values: Any) -> None:
        super().__init__(key, values)
        self.message = Message(key, values)

    @property
    def key(self) -> str:
        return self.message.key

    def text(self, lang: str) -> str:
        return self.message.text(lang)

    def __str__(self) -> str:
        return self.text("en")


class InputError(IleError):
    """A file, a mapping or a parameter is not what the job needs."""


class RegisterError(IleError):
    """The register can't be opened, read or written."""


class ConstraintError(RegisterError):
    """The register refused a row. `table` and `rule` say which and why."""

    def __init__(self, key: str, table: str = "", rule: str = "", **values: Any) -> None:
        super().__init__(key, table=table, rule=rule, **values)
        self.table = table
        self.rule = rule


class MissingPackage(IleError):
    """A batch job needs a Python package that this interpreter lacks."""


class Cancelled(IleError):
    """The user stopped the job; nothing of it was kept."""

    def __init__(self) -> None:
        super().__init__("errors.cancelled")
