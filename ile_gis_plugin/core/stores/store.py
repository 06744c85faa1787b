"""The interface to a register, whatever keeps it.

Rows are columns: `{"uuid": [...], "ags": [...], "geom": [...]}`, all of one length. A geometry is
ISO WKB `bytes` in the register's CRS; dates are `datetime.date`, datetimes ISO text in UTC, money
`Decimal`, booleans `bool`, JSON Python values; nothing is `None`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.sorting import is_first
from ..geometry.wkb import WkbColumn

Box = tuple[float, float, float, float]  # min x, min y, max x, max y in metres
Rows = Mapping[str, Sequence[Any]]
GEOMETRY = "geom"


@dataclass(frozen=True)
class RegisterInfo:
    """What a register says of itself."""

    schema_version: int
    title: str
    crs: int
    created_at: str
    change: int  # number of the newest entry in the change log: the register's version


class Chunk(NamedTuple):
    """Some rows of a table as `Store.scan` hands them out."""

    fid: NDArray[np.int64]  # (n,) ascending; good for `fids` as long as nobody writes
    has_geometry: NDArray[np.bool_]  # (n,)
    wkb: WkbColumn  # of the n rows; nothing where there is no geometry
    columns: dict[str, tuple[Any, ...]]  # n values each, as the store keeps them: dates as text


class Block(NamedTuple):
    """Some rows of an asset class as arrays, as `Store.blocks` hands them out."""

    fid: NDArray[np.int64]  # (n,) ascending
    home: NDArray[np.int64]  # (n,) the AGS of the home municipality as a number
    has_geometry: NDArray[np.bool_]  # (n,)
    wkb: WkbColumn  # of the n rows; nothing where there is no geometry
    #: (n,) each, by field: a code's place in its list, or -1; a number, or NaN
    values: Mapping[str, NDArray[np.float64]]
    #: (n,) of 36 bytes each; None where one is of another shape, or where nobody asked
    uuid: NDArray[np.bytes_] | None = None


class ShareRows(NamedTuple):
    """Territory shares of assets of one class as arrays, by ascending `fid`, then as wanted."""

    table: str
    fid: NDArray[np.int64]  # (n,) the asset
    uuid: NDArray[np.bytes_] | None  # (n,) the same, or None as in `Block`
    municipality: NDArray[np.int64]  # (n,) index in the keys that go with it; -1: outside all
    length_m: NDArray[np.float64]  # (n,) metres, whole multiples of 2**-30; NaN for all points
    share: NDArray[np.float64]  # (n,)

    @property
    def asset_length_m(self) -> NDArray[np.float64]:
        """(n,) metres of the whole asset of each row; NaN for points."""
        asset = np.cumsum(is_first(self.fid)) - 1
        return np.bincount(asset, self.length_m)[asset]


class Violations(NamedTuple):
    """Rows that break what the definition demands of a field, or between fields."""

    kind: str  # required, domain, dependence, range, pattern, type or check
    field: str
    rule: str  # the code of the check; else empty
    fid: NDArray[np.int64]


#: (field, operator, value): <, <=, >, >=, = or !=, where an empty field never holds; `is` with
#: None asks for empty ones, `in` for one of a list; `("geom", "meets", box)` for bounds in a box,
#: `("", "or", conditions)` for one of several.
Condition = tuple[str, str, Any]


class Store(ABC):
    """An open register. Use it as a context manager."""

    #: a path, or the address of a server; see `postgis.location`
    location: str

    @abstractmethod
    def info(self) -> RegisterInfo: ...

    @property
    @abstractmethod
    def writing(self) -> bool:
        """Whether a transaction of this store is open."""

    @abstractmethod
    def another_reader(self) -> Store:
        """The same register once more, read-only, for another thread; opened by that thread.

        It does not see what an open transaction of this store has written.
        """

    @abstractmethod
    def transaction(
        self, by: str = "", batch: str = "", reason: str = ""
    ) -> AbstractContextManager[None]:
        """All writes inside are kept together, or none of them.

        `by`, `batch` and `reason` go into the change log of each of them.
        Raises `RegisterError` where the register is locked, read-only or its disk is full.
        """

    @abstractmethod
    def count(self, table: str, where: Mapping[str, Any] | None = None) -> int: ...

    @abstractmethod
    def read(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        where: Mapping[str, Any] | None = None,
    ) -> dict[str, list[Any]]:
        """Columns of a table (all, with the geometry, where none are named), by key order.

        `where` maps a field to a value, or to a list of values one of which it must have.
        """

    @abstractmethod
    def scan(
        self,
        table: str,
        columns: Sequence[str] = (),
        box: Box | None = None,
        fids: NDArray[np.int64] | None = None,
        where: Mapping[str, Any] | None = None,
        rows: int = 50_000,
    ) -> Iterator[Chunk]:
        """The rows of a table with geometry, by key order, some at a time: for the array kernels.

        Memory stays bounded by `rows`. `box` selects the rows whose bounds meet it (through the
        spatial index), `fids` those with these keys. Sees what the open transaction has written.
        """

    @abstractmethod
    def blocks(
        self, table: str, values: Sequence[str] = (), box: Box | None = None, uuids: bool = False
    ) -> Iterator[Block]:
        """All rows of an asset class, some at a time: several times as fast as `scan`.

        `values` are fields that have a code list or are numbers; `box` selects the rows whose
        bounds meet it.

        No lock is held between two blocks: compare the register's change number before and after.
        """

    @abstractmethod
    def violations(self, table: str, uuids: Sequence[str] | None = None) -> list[Violations]:
        """What a client with its constraints switched off has let in."""

    @abstractmethod
    def find(self, table: str, conditions: Sequence[Condition], columns: Sequence[str]
             ) -> dict[str, list[Any]]:
        """`read` for the rows where all conditions hold; with the keys as `fid`."""  # fmt: skip

    @abstractmethod
    def repeated(self, table: str, fields: Sequence[str], values: Sequence[str] | None = None
                 ) -> list[list[int]]:
        """Keys of the rows that have all of `fields` in common, a list for each such group.

        `values` limits the search to these values of the last field.
        """  # fmt: skip

    @abstractmethod
    def last_change(self, tables: Sequence[str]) -> int:
        """Number of the newest entry in the change log about these tables; 0 without one."""

    @abstractmethod
    def insert(self, table: str, rows: Rows) -> list[str]:
        """Add rows and return their uuids; uuids that are not given are made here.

        Raises `ConstraintError` where the register refuses one.
        """

    @abstractmethod
    def update(self, table: str, rows: Rows) -> int:
        """Set the given columns of the rows that `uuid` names; the number of rows found."""

    @abstractmethod
    def delete(self, table: str, uuids: Sequence[str]) -> int: ...

    @abstractmethod
    def replace(self, table: str, rows: Rows, where: Mapping[str, Any] | None = None) -> None:
        """For derived tables: put `rows` in the place of those that `where` selects."""

    @abstractmethod
    def replace_shares(
        self, keys: Sequence[str], parts: list[ShareRows], change: int,
        entries: Mapping[str, str],
    ) -> bool:
        """Put these shares in the place of all in `asset_share`, and keep `entries`.

        Args:
            keys: the municipalities' AGS.
            parts: may be emptied, so that memory need not hold the rows twice.
            change: the register's change number that the shares were computed from.

        Returns:
            False, and nothing is written, where the register has changed since.
        """  # fmt: skip

    @abstractmethod
    def set_entry(self, key: str, value: str) -> None:
        """Keep a fact about the register itself, such as the state its shares belong to."""

    @abstractmethod
    def entry(self, key: str) -> str:
        """A fact kept by `set_entry`; empty where there is none."""

    @abstractmethod
    def pages(self, table: str, rows: int = 20_000) -> Iterator[dict[str, list[Any]]]:
        """Whole rows with all their columns and `fid`, by key order, some at a time."""

    @abstractmethod
    def restoring(self) -> AbstractContextManager[None]:
        """A transaction in which `restore` puts rows back; only the register's owner may.

        Nothing is signed or logged in it. Constraints hold as ever.
        """

    @abstractmethod
    def restore(self, table: str, rows: Rows) -> None:
        """Add rows as `pages` gave them, with their keys, signatures and versions."""

    @abstractmethod
    def close(self) -> None: ...

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
