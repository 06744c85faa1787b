"""The tables on a joint project's sheets: who has which part, and which projects there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from ..core.definition import REGISTER
from .map_order import Order
from .project_content import Part, ProjectContent
from .project_layers import Municipality
from .tables import Column, Content, Line


def name_of(municipalities: Mapping[str, Municipality], ags: str, order: Order) -> str:
    """A municipality as an office writes it: Markt Buch."""
    found = municipalities.get(ags)
    return order.word(f"owner_{found.kind}", name=found.name) if found else ags


def share_words(part: Part, order: Order) -> list[str]:
    """A municipality's part in short lines, for the map."""
    measures = []
    if part.metres:
        measures.append(order.word("metres", metres=part.metres.quantize(Decimal(1))))
    if part.count:
        measures.append(order.word("one_asset") if part.count == 1
                        else order.word("assets", count=part.count))  # fmt: skip
    lines = [" · ".join(measures)] if measures else []
    if part.amount is not None:
        money = order.word("euro", amount=part.amount)
        if part.percent is not None:
            money = order.word("money_and_percent", money=money, percent=part.percent)
        lines.append(money)
    return lines


def shares_table(
    content: ProjectContent, municipalities: Mapping[str, Municipality],
    tint: Mapping[str, str], part: str, order: Order,
) -> Content:  # fmt: skip
    """Each municipality's metres, assets and, where the profile may see them, costs.

    The line of the municipality `part` is bold.
    """
    columns = [Column(""), Column(order.word("column_municipality"))]
    cells = []
    if content.has_lines:
        columns.append(Column(order.word("column_metres"), "right"))
        cells.append(lambda p: order.word("tenths", value=p.metres) if p.metres else "–")
    if content.has_points:
        columns.append(Column(order.word("column_count"), "right"))
        cells.append(lambda p: order.word("whole", value=p.count) if p.count else "–")
    if content.has_costs:
        columns.append(Column(order.word("column_percent"), "right"))
        cells.append(lambda p: "–" if p.percent is None
                     else order.word("hundredths", value=p.percent))  # fmt: skip
        columns.append(Column(order.word("column_amount"), "right"))
        cells.append(lambda p: "–" if p.amount is None else order.word("euro", amount=p.amount))
    lines = [
        Line(("", _name(p, municipalities, order), *(cell(p) for cell in cells)),
             tint.get(p.ags, ""), bool(part) and p.ags == part)
        for p in content.parts
    ]  # fmt: skip
    whole = _sum(content.parts)
    lines.append(Line(("", order.word("sum"), *(cell(whole) for cell in cells)), bold=True))
    return Content(tuple(columns), tuple(lines))


def _name(part: Part, municipalities: Mapping[str, Municipality], order: Order) -> str:
    if not part.ags:
        return order.word("outside")
    name = municipalities[part.ags].name
    return name if part.is_participant else order.word("not_participating", name=name)


def _sum(parts: Sequence[Part]) -> Part:
    amounts = [p.amount for p in parts if p.amount is not None]
    percents = [p.percent for p in parts if p.percent is not None]
    return Part("", False, sum((p.metres for p in parts), Decimal(0)), sum(p.count for p in parts),
                sum(percents, Decimal(0)) if percents else None,
                sum(amounts, Decimal(0)) if amounts else None)  # fmt: skip


def projects_table(
    contents: Sequence[ProjectContent], pages: Mapping[str, int], order: Order
) -> Content:  # fmt: skip
    """All projects with their phase, and the page of the atlas on which each begins."""
    table = REGISTER["joint_project"]
    columns = (
        Column(order.word("column_number")), Column(order.word("column_title")),
        Column(table["phase"].label[order.lang]),
        Column(order.word("caption_sheet"), "right"),
    )  # fmt: skip
    lines = tuple(
        Line((c.number, c.values["title"],
              table["phase"].domain.label_of(c.values["phase"], order.lang),
              str(pages.get(c.number, "–"))))
        for c in contents
    )  # fmt: skip
    return Content(columns, lines)
