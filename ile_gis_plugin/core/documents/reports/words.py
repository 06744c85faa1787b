"""Words for tables of a report: who stands in a row, and which rows there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...definition import REGISTER
from ...messages import text
from ...reports.figures import Figures
from .content import Column, Table


class Wording:
    """Figures, and the words of one language for them.

    Args:
        whole: whether the report tells of the whole cooperation: then what belongs to none of its
            members has a row of its own.
    """

    def __init__(self, figures: Figures, lang: str, whole: bool) -> None:
        self.figures, self.lang, self.whole = figures, lang, whole

    def say(self, key: str, /, **values: Any) -> str:
        return text(f"reports.{key}", self.lang, **values)

    def plural(self, table: str) -> str:
        return REGISTER[table].plural[self.lang]

    def label(self, table: str, field: str) -> str:
        return REGISTER[table][field].label[self.lang]

    def codes(self, table: str, field: str) -> list[str]:
        """The labels of a field's codes, and that of what is not recorded."""
        domain = REGISTER[table][field].domain
        return [*(code.label[self.lang] for code in domain.codes), self.say("not_recorded")]

    def name(self, place: int) -> str:
        places = self.figures.places
        return self.say("others") if place == places.others else places.names[place]

    @property
    def counted(self) -> slice:
        """The places that belong to the report."""
        return slice(None) if self.whole else slice(-1)

    def total(self, values: NDArray) -> Any:
        """The sum over all places of the report."""
        return values[self.counted].sum(axis=0)

    def by_place(
        self, title: str, columns: Sequence[Column], values: Sequence[NDArray], note: str = "",
        present: NDArray | None = None,
    ) -> Table:  # fmt: skip
        """A table with a row for each municipality, and one for all others if they have anything.

        Args:
            values: for each column, one value a place.
            present: how much each place has; default: the sum of the values.
        """
        if present is None:
            present = np.sum([np.nan_to_num(v.astype(float), posinf=0) for v in values], axis=0)
        places = list(range(len(self.figures.places)))
        if self.whole and present[-1]:
            places.append(self.figures.places.others)
        rows = [[self.name(place), *(column[place].item() for column in values)]
                for place in places]  # fmt: skip
        heading = Column(self.label("participant", "ags"), "text")
        return Table(title, (heading, *columns), rows, len(rows) > 1, note)
