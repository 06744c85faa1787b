"""Municipality keys as they are written, and the kind of a municipality."""

from __future__ import annotations

import re
from typing import Any

from .cells import text_of


def ags_of(cell: Any) -> str | None:
    """The AGS in a key of any layout, None where it is no municipality's key.

    8 digits: AGS. 12: RS/ARS. 10: SHN of old VG250. 11: SHN with a zero before the district.
    One digit less, in a number: a spreadsheet took the leading zero.
    """
    numeric = isinstance(cell, int | float) and not isinstance(cell, bool)
    key = re.sub(r"\s", "", text_of(cell) or "")
    if not key.isdigit():
        return None
    if numeric or len(key) == 7:
        key = key.zfill({7: 8, 11: 12}.get(len(key), len(key)))
    if len(key) == 8:
        return key
    if len(key) == 12:
        return key[:5] + key[9:]
    if len(key) == 10:
        return key[:5] + key[7:]
    if len(key) == 11:
        # 09707541118 = 09 7 075 41 118; without the zero in the district it is an RS cut short.
        return key[:3] + key[4:6] + key[8:] if key[3] == "0" else key[:4] + key[8:].zfill(4)
    return None


def kind_of(ags: str, word: str | None) -> str:
    """The kind of a municipality from its official designation (BEZ), else from its key.

    In Bavaria unincorporated areas have a 4 in the sixth place of the AGS.
    """
    folded = (word or "").casefold()
    if "gemeindefrei" in folded or "forstgutsbezirk" in folded:
        return "unincorporated"
    if "stadt" in folded:
        return "city"
    if folded.startswith("markt"):
        return "market"
    if not folded and ags.startswith("09") and ags[5] == "4":
        return "unincorporated"
    return "municipality"
