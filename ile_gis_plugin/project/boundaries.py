"""The boundaries of the open register, held because building their grid takes its time."""

from __future__ import annotations

from ..core.rules.loading import Municipalities
from ..core.stores import Store
from ..core.tasks.coverage import coverage_of

_TABLES = ("municipality",)


class HeldBoundaries:
    """The municipalities of one register, as long as nobody changes them."""

    def __init__(self) -> None:
        self._held: tuple[tuple[str, int], Municipalities] | None = None

    def of(self, store: Store) -> Municipalities:
        """The municipalities of an open register; built where they are new or have changed."""
        state = store.location, store.last_change(_TABLES)
        held = self._held
        if held is None or held[0] != state:
            held = state, Municipalities.of(store, coverage_of(store))
            self._held = held
        return held[1]
