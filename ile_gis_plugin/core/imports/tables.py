"""Reads CSV files and XLSX sheets: encoding, delimiter and header row are found out."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..messages import Message, message
from .delivery import Delivery, Unreadable, normalised, unique_names

#: How far down a header row is looked for, below titles and notices.
HEADER_ROWS = 60
_DELIMITERS = (";", ",", "\t", "|")
#: A public key of the charging register exceeds Python's default of 131,072 in no case known;
#: a misplaced quote does.
_FIELD_LIMIT = 10_000_000

Row = list[Any]


def read_csv(
    path: Path, encoding: str | None, delimiter: str | None, wanted: Iterable[str]
) -> Delivery:
    """Read a CSV file whose header bears some of the `wanted` names."""
    content = path.read_bytes()
    text, used = _decode(path, content, encoding)
    wanted = {normalised(name) for name in wanted}
    if delimiter:
        rows = _records(path, text, delimiter)
        header, score = _header_row(rows, wanted)
    else:
        rows, header, score = _best_delimiter(path, text, wanted)
    if not rows:
        raise InputError("imports.empty_file", path=path)
    if wanted and not score:
        raise InputError("imports.header_missing", path=path, hint=_names_found(rows))
    delivery = _table(path, path.stem, rows, header, _swallowed)
    delivery.notes.append(message("imports.csv_read", encoding=used, header=header + 1))
    return delivery


def _decode(path: Path, content: bytes, encoding: str | None) -> tuple[str, str]:
    if b"\0" in content[:4096] and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError("imports.not_text", path=path)
    if encoding:
        tried = [encoding]
    elif content[:3] == b"\xef\xbb\xbf":
        tried = ["utf-8-sig"]
    elif content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        tried = ["utf-16"]
    else:
        tried = ["utf-8", "cp1252", "latin-1"]
    for name in tried:
        try:
            return content.decode(name).removeprefix("\ufeff"), name
        except UnicodeDecodeError:
            continue
        except LookupError:
            raise InputError("imports.encoding_unknown", encoding=name) from None
    raise InputError("imports.encoding_wrong", path=path, encoding=tried[0])


def _records(path: Path, text: str, delimiter: str, limit: int | None = None) -> list[Row]:
    """All records; line feeds inside quotes belong to their cell."""
    before = csv.field_size_limit(_FIELD_LIMIT)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        if limit is None:
            return list(reader)
        return [row for row, _ in zip(reader, range(limit), strict=False)]
    except csv.Error as error:
        raise InputError("imports.unreadable_file", path=path, reason=str(error)) from None
    finally:
        csv.field_size_limit(before)


def _best_delimiter(path: Path, text: str, wanted: set[str]) -> tuple[list[Row], int, int]:
    """The delimiter with which the header bears most wanted names, then most cells."""
    best, best_rank = ";", (-1, -1)
    for delimiter in _DELIMITERS:
        head = _records(path, text, delimiter, HEADER_ROWS)
        _, score = _header_row(head, wanted)
        rank = (score, max((len(row) for row in head), default=0))
        if rank > best_rank:
            best, best_rank = delimiter, rank
    rows = _records(path, text, best)
    return rows, *_header_row(rows, wanted)


def _header_row(rows: list[Row], wanted: set[str]) -> tuple[int, int]:
    """The row that bears most wanted names, and how many; without names the first that is full."""
    best, best_score = 0, 0
    for number, row in enumerate(rows[:HEADER_ROWS]):
        score = len({normalised(cell) for cell in row if cell not in (None, "")} & wanted)
        if score > best_score:
            best, best_score = number, score
    if not best_score:
        best = next((n for n, row in enumerate(rows) if sum(map(_filled, row)) > 1), 0)
    return best, best_score


def _filled(cell: Any) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _names_found(rows: list[Row]) -> Message | str:
    """What the fullest of the first rows holds, for an error's next step."""
    full = max(rows[:HEADER_ROWS], key=lambda row: sum(map(_filled, row)), default=[])
    names = [str(cell) for cell in full if _filled(cell)][:12]
    return message("imports.names_found", found=names) if names else ""


def _swallowed(row: Row, width: int) -> int:
    """How many lines of a CSV file stand in one cell because a quote was never closed.

    An address may have line feeds; a whole line with as many separators as the table has is a row.
    """
    for cell in row if width > 2 else ():
        lines = cell.splitlines()[1:]
        if any(line.count(sign) >= width - 1 for line in lines for sign in _DELIMITERS):
            return len(lines)
    return 0


def _table(path: Path, layer: str, rows: list[Row], header: int,
           swallowed: Callable[[Row, int], int] = lambda row, width: 0) -> Delivery:  # fmt: skip
    """The rows below the header; empty ones are none, and one with too many cells is unreadable."""
    names = list(rows[header])
    while names and not _filled(names[-1]):
        names.pop()
    names = unique_names(names)
    width = len(names)
    numbers, kept, unreadable = [], [], []
    for number, row in enumerate(rows[header + 1 :], header + 2):
        if not any(map(_filled, row)):
            continue
        if lines := swallowed(row, width):
            reason = message("imports.open_quote", lines=lines)
            unreadable.append(Unreadable(number, reason, dict(zip(names, row, strict=False))))
            continue
        if any(map(_filled, row[width:])):
            reason = message("imports.too_many_cells", cells=len(row), columns=width)
            unreadable.append(Unreadable(number, reason, dict(zip(names, row, strict=False))))
            continue
        numbers.append(number)
        kept.append([*row[:width], *([None] * (width - len(row)))])
    cells = np.empty((len(kept), width), dtype=object)
    if kept:
        cells[:] = kept
    cells[cells == ""] = None
    columns = {name: cells[:, i] for i, name in enumerate(names)}
    return Delivery(
        path, layer, columns, np.array(numbers, dtype=np.int64), unreadable=unreadable
    )  # fmt: skip


def read_xlsx(
    path: Path, sheet: str | None, wanted: Iterable[str], choose: Callable[[list[str]], str]
) -> Delivery:
    """Read a sheet of a workbook whose header bears some of the `wanted` names."""
    import openpyxl

    wanted = {normalised(name) for name in wanted}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with closing(openpyxl.load_workbook(path, read_only=True, data_only=True)) as workbook:
                sheets = {ws.title: _sheet_rows(ws) for ws in workbook.worksheets}
    except PermissionError:
        raise
    except Exception as error:
        # zipfile, XML and key errors alike, of the book or of a sheet: it is no workbook.
        raise InputError("imports.not_xlsx", path=path, reason=str(error)) from None
    if sheet is not None:
        found = [title for title in sheets if title.casefold() == sheet.casefold()]
        if not found:
            raise InputError("imports.layer_missing", path=path, layer=sheet, layers=list(sheets))
        title = found[0]
    else:
        title = _sheet(path, sheets, wanted, choose)
    rows = sheets[title]
    if not rows:
        raise InputError("imports.empty_file", path=path)
    header, score = _header_row(rows, wanted)
    if wanted and not score:
        raise InputError("imports.header_missing", path=path, hint=_names_found(rows))
    delivery = _table(path, title, rows, header)
    delivery.notes.append(message("imports.xlsx_read", sheet=title, header=header + 1))
    return delivery


def _sheet_rows(worksheet) -> list[Row]:
    # Some writers state a size of one cell; read_only mode would believe it.
    worksheet.reset_dimensions()
    return [list(row) for row in worksheet.iter_rows(values_only=True)]


def _sheet(path: Path, sheets: dict[str, list[Row]], wanted: set[str], choose) -> str:
    filled = [title for title, rows in sheets.items() if rows]
    if not filled:
        raise InputError("imports.empty_file", path=path)
    scores = {title: _header_row(sheets[title], wanted)[1] for title in filled}
    best = [t for t in filled if scores[t] == max(scores.values())]
    return best[0] if len(best) == 1 else choose(best)
