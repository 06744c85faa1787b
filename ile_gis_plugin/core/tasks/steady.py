"""Long work without a long lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..stores.store import Store

T = TypeVar("T")
_TRIES = 2


def on_steady_register(
    store: Store, compute: Callable[[], T], save: Callable[[T], None], **job: str
) -> T:
    """Compute without a lock, then save in one transaction, of the very state computed from.

    Where somebody changed the register meanwhile, the work is done again, at last under the lock.

    Args:
        job: who, batch and reason for the change log; see `Store.transaction`.
    """
    for _ in range(_TRIES):
        before = store.info().change
        result = compute()
        with store.transaction(**job):
            if store.info().change == before:
                save(result)
                return result
    with store.transaction(**job):
        result = compute()
        save(result)
        return result
