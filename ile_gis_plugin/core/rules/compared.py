"""Which attributes are compared between two municipalities, and so loaded for the kernels."""

from __future__ import annotations

from typing import NamedTuple


class Compared(NamedTuple):
    """A field that is compared, and by how much its values may differ (codes: 0)."""

    table: str
    field: str
    tolerance: float = 0.0


#: What is compared where lines meet. A line's function is not: it may well change at a border,
#: where one municipality's transport main feeds the other's distribution network.
COMPARED = (
    Compared("path", "legal_class"),
    Compared("path", "surface"),
    Compared("path", "width_m", 0.25),
    Compared("path", "status"),
    Compared("utility_line", "material"),
    Compared("utility_line", "dn_mm"),
    Compared("utility_line", "voltage_v"),
    Compared("utility_line", "status"),
)
#: By what the same point in two registers is known.
COMPARED_POINTS = (
    Compared("streetlight", "lamp_type"),
    Compared("streetlight", "pole_type"),
    Compared("streetlight", "power_w", 1.0),
    Compared("streetlight", "luminaire_count"),
    Compared("charging_point", "device_type"),
    Compared("charging_point", "power_kw", 1.0),
    Compared("charging_point", "point_count"),
)

#: The same by table.
FIELDS = {
    table: tuple(c.field for c in (*COMPARED, *COMPARED_POINTS) if c.table == table)
    for table in dict.fromkeys(c.table for c in (*COMPARED, *COMPARED_POINTS))
}
