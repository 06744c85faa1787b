"""What forms compute of a joint project's money, as QGIS expressions.

The register computes with Decimals, QGIS with floating-point numbers: so a product is rounded to
some places first, which puts halves of a cent where they belong.
"""

from __future__ import annotations

from ..core.definition import codes
from .expressions import of_project, row_of

#: Decimal places of a cent that floating point keeps for amounts up to a hundred million euros.
_PLACES = 5
#: Within this the percentages of a key are taken for proportions (see `core.projects.checks`).
TOLERANCE = 0.005
_PROJECT = '"project_uuid"'
_OTHERS = "\"uuid\" <> attribute(@parent, 'uuid')"
#: The keys that take a figure of the municipality which may be missing.
OF_FIGURES = ("population", "levy_base")


def to_cent(value: str) -> str:
    """Rounded half up to the cent, away from zero as the register does."""
    return f"(round(round(100 * ({value}), {_PLACES})) / 100)"


def measured(what: str) -> str:
    """What the register measures for a cost item: the assets linked with its class and role.

    Args:
        what: `length` in metres or `count`.
    """
    fitting = " AND ".join(
        f"coalesce(\"{own}\" = attribute(@parent, '{wanted}'), "
        f"attribute(@parent, '{wanted}') IS NULL)"
        for own, wanted in (("asset_class", "measured_class"), ("role", "measured_role"))
    )
    linked = of_project("project_asset", "array_agg", '"asset_uuid"', fitting, "project_uuid")
    if what == "count":
        return f"array_length({linked})"
    # A look-up for each asset, which the register's index answers; a filter would read all shares.
    whole = f"attribute({row_of('asset_share', 'asset_uuid', '@element')}, 'asset_length_m')"
    return f"array_sum(array_foreach({linked}, coalesce({whole}, 0)))"


def measured_quantity() -> str:
    """The quantity of a cost item that the register measures; null where it measures nothing."""
    cases = " ".join(f"WHEN \"measured_by\" = '{c.code}' THEN {measured(c.code)}"
                     for c in codes.MEASURE.codes)  # fmt: skip
    factor = 'coalesce("measure_factor", 1)'
    return f"nullif(round((CASE {cases} END) * {factor}, 2), 0)"


def net_amount() -> str:
    """Quantity × unit price, to the cent; the quantity is measured where the register can."""
    measured_one = f'CASE WHEN "measured_by" IS NOT NULL THEN {measured_quantity()} END'
    return to_cent(f'coalesce({measured_one}, "quantity") * "unit_price"')


def gross(net: str = '"net_amount"') -> str:
    return to_cent(f'{net} * (1 + "vat_rate" / 100)')


def eligible_cost(mode: str) -> str:
    """The sum of the project's eligible cost items, for a row of its funding."""
    amount = '"net_amount"' if mode == "net" else gross()
    return of_project("cost_item", "sum", amount, '"is_eligible"', "project_uuid")


def sum_of_others(table: str, column: str) -> str:
    """The sum of a column over the other rows of the same project."""
    found = of_project(table, "sum", f'"{column}"', _OTHERS, "project_uuid")
    return f"coalesce({found}, 0)"


def rest(table: str, column: str) -> str:
    """What the other rows leave of 100 %."""
    return f"max(0, round(100 - {sum_of_others(table, column)}, 4))"


def next_year() -> str:
    """The year after the last instalment; for the first one the project's budget year."""
    last = of_project("instalment", "max", '"budget_year"', "true", "project_uuid")
    first = f"attribute({row_of('joint_project', 'uuid', _PROJECT)}, 'budget_year')"
    return f"coalesce({last} + 1, {first})"


def project_key() -> str:
    """The cost key of the project that a row belongs to, as its form shows it, else as stored.

    A form that stands alone has no parent to ask.
    """
    stored = f"attribute({row_of('joint_project', 'uuid', _PROJECT)}, 'share_key')"
    return f"coalesce(try(current_parent_value('share_key')), {stored})"
