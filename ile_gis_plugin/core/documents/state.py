"""The state of a register that a document is made from, as it prints it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..stores.store import Store


@dataclass(frozen=True)
class RegisterState:
    """The same state gives the same documents."""

    title: str  # of the register: the cooperation
    version: int  # number of the newest change
    day: date  # of that change: the data date


def register_state(store: Store) -> RegisterState:
    info = store.info()
    newest = store.find("change_log", [("fid", "=", info.change)], ["changed_at"])["changed_at"]
    moment = newest[0] if newest else info.created_at
    return RegisterState(info.title, info.change, date.fromisoformat(str(moment)[:10]))
