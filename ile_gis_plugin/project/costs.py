"""What forms compute of a joint project's money, as QGIS expressions.

The register computes with Decimals, QGIS with floating-point numbers: so a product is rounded to
some places first, which puts halves of a cent where they belong.
"""

from __future__ import annotations

from ..core.definition import codes
from .expressions import of_project, quoted, row_of, when
from .layer_ids import layer_id

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
    sizes = f"array_foreach({linked}, with_variable('asset', @element, {_metres()}))"
    return f"coalesce(array_sum({sizes}), 0)"


def _metres() -> str:
    """The metres of `@asset`: its parts in the territories, each to the centimetre as they count.

    Look-ups which the register's index answers; a filter would read all shares. Most assets lie
    in one territory, and need one only.
    """
    some = row_of("asset_share", "asset_uuid", "@asset")
    places = f"aggregate({quoted(layer_id('municipality'))}, 'array_agg', \"ags\")"
    share = f"get_feature({quoted(layer_id('asset_share'))}, map('asset_uuid', @asset, 'ags', "
    found = f"array_foreach({places}, attribute({share} @element)), 'length_m'))"
    parts = f"array_filter({found}, @element IS NOT NULL)"
    outside = "round(attribute(@share, 'asset_length_m') - coalesce(array_sum(@parts), 0), 2)"
    several = f"coalesce(array_sum(array_foreach(@parts, round(@element, 2))), 0) + {outside}"
    whole = when("attribute(@share, 'share') = 1", "round(attribute(@share, 'length_m'), 2)",
                 f"with_variable('parts', {parts}, {several})")  # fmt: skip
    return f"coalesce(with_variable('share', {some}, {whole}), 0)"


def measured_quantity() -> str:
    """The quantity of a cost item that the register measures; null where it measures nothing."""
    cases = " ".join(f"WHEN \"measured_by\" = '{c.code}' THEN {measured(c.code)}"
                     for c in codes.MEASURE.codes)  # fmt: skip
    factor = 'coalesce("measure_factor", 1)'
    return f"nullif({to_cent(f'(CASE {cases} END) * {factor}')}, 0)"


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
