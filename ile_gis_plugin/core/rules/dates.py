"""Rules on dates: what lies in the future, what is overdue."""

from __future__ import annotations

from datetime import date, timedelta

from ..definition import REGISTER
from .rule import ERROR, INFO, WARNING, Asked, Found, rule, without_place

#: DGUV Vorschrift 3/4, table 1A: fixed electrical installations at least every four years.
ELECTRICAL_TEST_YEARS = 4
#: Practice of the light's operators; no uniform legal interval.
STABILITY_TEST_YEARS = 6
#: LSV 2026, section 4: notification within two weeks of commissioning.
NOTIFICATION_DAYS = 14
#: What no longer stands or works needs no test.
_IN_USE = ("status", "=", "functional")
_DONE = ("functional", "disused", "decommissioned")
_PAST = ("commissioned_on", "inspected_on", "source_date", "electrical_test_on",
         "stability_test_on", "notified_on")  # fmt: skip


def years_before(day: date, years: int) -> date:
    """The same day some years earlier; 28 February for the 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _overdue(asked: Asked, code: str, table: str, field: str, before: date) -> list[Found]:
    rows = asked.find(table, (field, "<", before), _IN_USE, columns=[field])
    days = [(before - day).days for day in rows[field]]
    return without_place(code, table, rows["fid"], field,
                         date=[day.isoformat() for day in rows[field]], days=days)  # fmt: skip


@rule("DAT001", ERROR, of_geometry=False)
def date_lies_in_the_future(asked: Asked) -> list[Found]:
    """A commissioning, an inspection or a test that is yet to come can't have taken place."""
    found: list[Found] = []
    for table in REGISTER.assets:
        names = [name for name in _PAST if name in table]
        ahead = ("", "or", [(name, ">", asked.on) for name in names])
        rows = asked.find(table.name, ahead, columns=["status", *names])
        for name in names:
            late = [
                (fid, day.isoformat())
                for fid, status, day in zip(rows["fid"], rows["status"], rows[name], strict=True)
                # Of what is planned the commissioning is the day intended.
                if day and day > asked.on and (name != "commissioned_on" or status in _DONE)
            ]  # fmt: skip
            found += without_place("DAT001", table.name, [fid for fid, _ in late], name,
                                   date=[day for _, day in late])  # fmt: skip
    return found


@rule("DAT002", WARNING, of_geometry=False)
def inspection_is_overdue(asked: Asked) -> list[Found]:
    """The day of the next inspection has passed."""
    return [
        found for table in REGISTER.assets
        for found in _overdue(asked, "DAT002", table.name, "next_inspection_on", asked.on)
    ]  # fmt: skip


@rule("DAT003", WARNING, of_geometry=False)
def electrical_test_is_overdue(asked: Asked) -> list[Found]:
    """The last electrical test is more than four years old (DGUV Vorschrift 3/4)."""
    before = years_before(asked.on, ELECTRICAL_TEST_YEARS)
    return _overdue(asked, "DAT003", "streetlight", "electrical_test_on", before)


@rule("DAT004", WARNING, of_geometry=False)
def stability_test_is_overdue(asked: Asked) -> list[Found]:
    """The last stability test is more than six years old (practice)."""
    before = years_before(asked.on, STABILITY_TEST_YEARS)
    return _overdue(asked, "DAT004", "streetlight", "stability_test_on", before)


@rule("DAT005", INFO, of_geometry=False)
def charging_point_was_notified_late(asked: Asked) -> list[Found]:
    """A public charging point was notified more than two weeks after commissioning (LSV § 4)."""
    rows = asked.find(
        "charging_point", ("public_access", "=", True),
        ("notified_on", ">", date.min), ("commissioned_on", ">", date.min),
        columns=["commissioned_on", "notified_on"],
    )  # fmt: skip
    late = [(fid, (told - begun).days) for fid, begun, told in
            zip(rows["fid"], rows["commissioned_on"], rows["notified_on"], strict=True)
            if told - begun > timedelta(days=NOTIFICATION_DAYS)]  # fmt: skip
    return without_place("DAT005", "charging_point", [fid for fid, _ in late], "notified_on",
                         days=[days for _, days in late])  # fmt: skip
