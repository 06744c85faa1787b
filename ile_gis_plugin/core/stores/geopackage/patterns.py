"""Regular expressions of the definition as SQLite GLOBs.

SQLite has no REGEXP of its own, and a CHECK must hold in every client. The patterns of the
definition are sequences of classes and characters, which GLOB can say as alternatives.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r"(\[[^\]]+\]|\\.|[A-Za-z0-9_:-])(\?|\{\d+(?:,\d+)?\})?")


def _repeats(quantifier: str) -> tuple[int, int]:
    if not quantifier:
        return 1, 1
    if quantifier == "?":
        return 0, 1
    low, _, high = quantifier[1:-1].partition(",")
    return int(low), int(high or low)


def _tokens(pattern: str) -> list[tuple[str, int, int]]:
    body = pattern.removeprefix("^").removesuffix("$")
    found = []
    position = 0
    for match in _TOKEN.finditer(body):
        if match.start() != position:
            break
        position = match.end()
        atom = match.group(1)
        if atom.startswith("\\"):
            atom = "".join(("[", atom[1], "]"))
        found.append((atom, *_repeats(match.group(2) or "")))
    if position != len(body):
        raise ValueError("the pattern " + pattern + " is no sequence of classes")
    return found


def glob_condition(column: str, pattern: str) -> str:
    """An SQL condition that holds where `column` matches `pattern` as a whole.

    A long repetition is allowed at the end only. Raises `ValueError` for other patterns.
    """
    globs = [""]
    tail = ""
    length = 0
    for position, (atom, low, high) in enumerate(_tokens(pattern)):
        if high - low > 4:
            if position != len(_tokens(pattern)) - 1:
                raise ValueError("a long repetition inside of " + pattern)
            globs = [g + atom * low + "*" for g in globs]
            tail, length = atom, high
        else:
            globs = [g + atom * n for g in globs for n in range(low, high + 1)]
    if not tail:
        return " OR ".join(" ".join((column, "GLOB", "".join(("'", g, "'")))) for g in globs)
    # What follows the fixed part may hold the characters of the last class only.
    alternatives = []
    for glob in globs:
        fixed = len(re.findall(r"\[[^\]]+\]|.", glob)) - 1
        rest = " ".join(("substr(", column, ",", str(fixed), ")"))
        alternatives.append(
            " ".join(("(", column, "GLOB", "".join(("'", glob, "'")), "AND", rest, "NOT GLOB",
                      "".join(("'*[^", tail[1:-1], "]*'")), "AND length(", column, ") <=",
                      str(fixed - 1 + length), ")"))
        )  # fmt: skip
    return " OR ".join(alternatives)
