"""What a project costs: its items, with quantities that the register measures."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..definition import REGISTER
from ..definition.types import LANGUAGES, Label
from ..messages import Message
from ..projects.model import CostItem
from ..projects.words import Worded, refused
from .numbers import decimal_of, to_cent
from .rows import ProjectRows, Row

_LUMP_SUM = "psch"


def items_of(rows: ProjectRows, project: Row, basis: str) -> tuple[CostItem, ...]:
    """The cost items in the order of their keys; without any, the cost of the project itself.

    What was estimated or paid as a whole stands as it is: its VAT is not known.

    Args:
        basis: planned or actual.

    Raises `InputError` where an item was not paid yet, nothing is there to be measured, or
    nothing tells a cost.
    """
    items = rows.of("cost_item", project)
    if items:
        return tuple(_item(rows, project, row, basis) for row in items)
    field = "cost_actual" if basis == "actual" else "cost_estimated"
    amount = project[field]
    if amount is None:
        raise refused("costs.no_actual_cost" if basis == "actual" else "costs.no_cost",
                      project["number"])  # fmt: skip
    title = REGISTER["joint_project"][field].label
    return (CostItem(title, Decimal(1), _LUMP_SUM, amount, amount, Decimal(0)),)


def _item(rows: ProjectRows, project: Row, row: Row, basis: str) -> CostItem:
    vat_rate, eligible = decimal_of(row["vat_rate"]), bool(row["is_eligible"])
    if basis == "actual":
        paid = row["actual_amount"]
        if paid is None:
            raise refused("costs.item_not_paid", project["number"], title=row["title"])
        return CostItem(row["title"], Decimal(1), _LUMP_SUM, paid, paid, vat_rate, eligible)
    quantity, measured = decimal_of(row["quantity"]), ""
    if row["measured_by"]:
        quantity, measured = _measured(rows, project, row)
    price = row["unit_price"]
    return CostItem(row["title"], quantity, row["unit"] or "", price, to_cent(quantity * price),
                    vat_rate, eligible, measured)  # fmt: skip


def _measured(rows: ProjectRows, project: Row, row: Row) -> tuple[Decimal, Label]:
    """The quantity, and in words where it comes from.

    Whole assets are measured, even where they reach beyond the participants: that part is built
    and paid, too.
    """
    found = [
        rows.places[link["asset_uuid"]] for link in rows.of("project_asset", project)
        if row["measured_class"] in (None, link["asset_class"])
        and row["measured_role"] in (None, link["role"]) and link["asset_uuid"] in rows.places
    ]  # fmt: skip
    factor = decimal_of(row["measure_factor"] if row["measure_factor"] is not None else 1)
    if row["measured_by"] == "length":
        size = sum((metres or Decimal(0) for one in found for metres in one.values()), Decimal(0))
    else:
        size = Decimal(len(found))
    if not size:
        raise refused("costs.nothing_measured", project["number"], title=row["title"])
    key = f"costs.measured_{row['measured_by']}"
    times = Worded("costs.times", {"factor": factor}) if factor != 1 else ""
    measured = _in_both(Worded(key, {"count": len(found), "size": size, "times": times}))
    return _product(size, factor), measured


def _product(size: Decimal, factor: Decimal) -> Decimal:
    """To two places; whole numbers stay whole."""
    product = to_cent(size * factor)
    whole = product.to_integral_value()
    return whole if whole == product else product


def _in_both(sentence: Message) -> Label:
    return Label(*(sentence.text(lang) for lang in LANGUAGES))


def remarks_on_costs(rows: ProjectRows, project: Row, basis: str) -> Iterator[Message]:
    """Amounts that were entered and do not count as they stand."""
    number = project["number"]
    items = rows.of("cost_item", project)
    if basis == "planned":
        for row in items:
            if (entered := contradiction(row)) is not None:
                yield Worded("costs.amount_differs", {
                    "number": number, "title": row["title"], "entered": row["net_amount"],
                    "computed": entered})  # fmt: skip
    if not items:
        yield Worded(f"costs.whole_cost_{project['vat_mode']}", {"number": number})


def contradiction(row: Row) -> Decimal | None:
    """Quantity × unit price where the entered amount is another one; measured items have none."""
    computed = to_cent(decimal_of(row["quantity"]) * row["unit_price"])
    return computed if not row["measured_by"] and computed != row["net_amount"] else None
