"""The assets of one class while they are made: shapes, homes, and what is changed in them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .polylines import Floats, Integers, Polylines, concatenate


class Layer:
    """Rows of one class. Points are lines of one vertex.

    Rows with the same `origin` have the same attributes, but for what `changes` says. Origins of
    the same `course` belong to one line of the network, which carries one thing throughout.
    """

    def __init__(self, table: str, shapes: Polylines, origin: Integers, ags: Integers,
                 course: Integers) -> None:  # fmt: skip
        self.table = table
        self.course = course  # of each origin
        self._parts = [shapes]
        self._shape = np.arange(shapes.count)
        self.origin = origin
        self.ags = ags
        self.deleted = np.zeros(shapes.count, dtype=bool)
        self.used = np.zeros(shapes.count, dtype=bool)  # by a fault; never by a second one
        self.changes: list[tuple[str, Integers, NDArray]] = []

    @property
    def count(self) -> int:
        return len(self._shape)

    def shapes(self, rows: Integers) -> Polylines:
        start = np.concatenate(([0], np.cumsum([p.count for p in self._parts])))
        wanted = self._shape[rows]
        part = np.searchsorted(start, wanted, side="right") - 1
        taken = [p.take(wanted[part == n] - start[n]) for n, p in enumerate(self._parts)]
        order = np.argsort(np.argsort(part, kind="stable"), kind="stable")
        return concatenate(taken).take(order)

    def reshape(self, rows: Integers, shapes: Polylines) -> None:
        start = sum(p.count for p in self._parts)
        self._parts.append(shapes)
        self._shape[rows] = start + np.arange(shapes.count)
        self.used[rows] = True

    def add(self, shapes: Polylines, ags: Integers, origin: Integers | None = None) -> Integers:
        """New rows; each of an origin of its own where none is given."""
        rows = self.count + np.arange(shapes.count)
        start = sum(p.count for p in self._parts)
        self._parts.append(shapes)
        self._shape = np.concatenate((self._shape, start + np.arange(shapes.count)))
        self.origin = np.concatenate((self.origin, self.new_origins(len(rows))
                                      if origin is None else origin))  # fmt: skip
        self.ags = np.concatenate((self.ags, ags))
        self.deleted = np.append(self.deleted, np.zeros(len(rows), dtype=bool))
        self.used = np.append(self.used, np.ones(len(rows), dtype=bool))
        return rows

    def new_origins(self, n: int) -> Integers:
        found = len(self.course) + np.arange(n)
        courses = self.course.max(initial=-1) + 1 + np.arange(n)
        self.course = np.concatenate((self.course, courses))
        return found

    def delete(self, rows: Integers) -> None:
        self.deleted[rows] = self.used[rows] = True

    def change(self, field: str, rows: Integers, step: NDArray) -> None:
        """Make a field differ: codes move on by `step` in their list, numbers by its metres."""
        self.changes.append((field, rows, step))
        self.used[rows] = True

    def centres(self, rows: Integers) -> Floats:
        shapes = self.shapes(rows)
        total = np.add.reduceat(shapes.coords, shapes.offsets[:-1])
        return total / np.diff(shapes.offsets)[:, None]
