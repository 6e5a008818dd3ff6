"""Parts of dates: found where they hold in every row and chance does not explain it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from likewise.constraints.kinds import Constraints, Part
from likewise.constraints.mining.mine import mine
from likewise.constraints.mining.parts import find_parts
from likewise.core.table import Table

ROWS = 1000
RNG = np.random.default_rng(0)
MOMENT = pd.Series(pd.Timestamp("2019-11-05") + pd.to_timedelta(RNG.integers(0, 900 * 86_400, ROWS), "s"))
DAYS = MOMENT.dt.normalize()


def found(**columns: object) -> dict[str, Part]:
    return {part.column: part for part in find_parts(Table.from_any(pd.DataFrame(columns)))}


PARTS = {
    "date": (DAYS, "date"), "clock": (MOMENT.dt.time, "time"), "iso": (DAYS.dt.strftime("%Y-%m-%d"), "date"),
    "year": (MOMENT.dt.year, "year"), "short": (MOMENT.dt.strftime("%y").astype(int), "year"),
    "quarter": (MOMENT.dt.quarter, "quarter"), "named": ("Q" + MOMENT.dt.quarter.astype(str), "quarter"),
    "month": (MOMENT.dt.month, "month"), "name": (MOMENT.dt.month_name(), "month"),
    "from_zero": (MOMENT.dt.month - 1, "month"), "day": (MOMENT.dt.day, "day"),
    "week": (MOMENT.dt.isocalendar().week.astype(int), "week"), "monday": (MOMENT.dt.day_of_week, "weekday"),
    "sunday": ((MOMENT.dt.day_of_week + 1) % 7, "weekday"), "weekday": (MOMENT.dt.strftime("%a"), "weekday"),
    "german": (MOMENT.dt.day_of_week.map(dict(enumerate(["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"]))), "weekday"),
    "hour": (MOMENT.dt.hour, "hour"), "minute": (MOMENT.dt.minute, "minute"),
    "in_year": (MOMENT.dt.day_of_year, "day of the year"), "ym": (MOMENT.dt.strftime("%Y-%m"), "year and month"),
    "number": (MOMENT.dt.year * 100 + MOMENT.dt.month, "year and month"),
    "yq": (MOMENT.dt.year.astype(str) + "Q" + MOMENT.dt.quarter.astype(str), "year and quarter"),
    "yw": (MOMENT.dt.strftime("%G-W%V"), "year and week"),
}  # fmt: skip


@pytest.mark.parametrize("name", PARTS)
def test_every_unit_is_found_however_it_is_written(name: str) -> None:
    values, unit = PARTS[name]
    part = found(moment=MOMENT, part=values)["part"]
    assert part.said() == f"`part` is the {unit} of `moment`"
    assert part.support == ROWS
    assert Part.model_validate_json(part.model_dump_json()) == part


def test_what_follows_from_a_unit_is_found_too() -> None:
    weekend, season = DAYS.dt.day_of_week > 4, DAYS.dt.month.map(lambda month: "cold" if month < 5 else "warm")
    parts = found(day=DAYS, weekend=weekend, season=season)
    assert [part.said() for part in parts.values()] == [
        "`weekend` follows from the weekday of `day`", "`season` follows from the month of `day`"]  # fmt: skip


def test_days_that_no_row_has_are_named_as_usual_or_not_at_all() -> None:
    days = pd.Series(pd.bdate_range("2020-01-01", periods=ROWS))
    own = days.dt.day_of_week.map(dict(enumerate(["Mo", "Di", "Mi", "Do", "Fr"])))
    parts = found(day=days, english=days.dt.day_name(), own=own)
    assert parts.keys() == {"english"}
    assert parts["english"].values[-1] == "Sunday"


def test_one_row_is_enough_to_break_it() -> None:
    year = DAYS.dt.year.copy()
    year[7] += 1
    assert not found(day=DAYS, year=year)
    part = Part(column="year", of="day", unit="year")
    assert np.flatnonzero(~part.holds(Table.from_any(pd.DataFrame({"day": DAYS, "year": year})))).tolist() == [7]


def test_missing_dates_have_missing_parts_and_else_it_is_no_rule() -> None:
    gone = RNG.random(ROWS) < 0.2
    both = found(day=DAYS.mask(gone), year=DAYS.dt.year.mask(gone), name=DAYS.dt.day_name().mask(gone))
    assert both.keys() == {"year", "name"} and both["year"].support == (~gone).sum()
    assert not found(day=DAYS, year=DAYS.dt.year.mask(gone), name=DAYS.dt.day_name().mask(gone))
    assert not found(day=DAYS.mask(gone), year=DAYS.dt.year, name=DAYS.dt.day_name())


def test_a_column_that_agrees_by_chance_is_none() -> None:
    few = pd.Series(pd.to_datetime(["2021-03-01"] * (ROWS - 1) + ["2021-04-02"]))
    assert not found(day=few, flag=few.dt.month == 4)
    assert not found(day=DAYS, coin=RNG.random(ROWS) < 0.5, number=RNG.integers(0, 7, ROWS))


def test_zones_are_those_of_the_columns_clocks() -> None:
    here = MOMENT.dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin")
    assert found(moment=here, hour=here.dt.hour)["hour"].unit == "hour"


def test_other_rules_leave_parts_alone_but_may_follow_from_them() -> None:
    table = pd.DataFrame({"day": DAYS, "year": DAYS.dt.year, "month": DAYS.dt.month, "name": DAYS.dt.month_name()})
    table["leader"] = table.year.map({2019: "Ann", 2020: "Bob", 2021: "Bob", 2022: "Cid"})
    table["built"] = table.year - RNG.integers(0, 3, ROWS)
    said = [rule.said() for rule in mine(Table.from_any(table)).items]
    assert said == [
        "`year` is the year of `day`", "`month` is the month of `day`", "`name` is the month of `day`",
        "`year` decides `leader`", "`built` is never above `year`"]  # fmt: skip


def test_parts_are_computed_after_the_dates_they_are_of() -> None:
    start = DAYS + pd.to_timedelta(3, "D")
    nights = pd.Series(RNG.integers(1, 9, ROWS))
    end = start + pd.to_timedelta(nights, "D")
    rules = mine(Table.from_any(pd.DataFrame({"month": end.dt.month, "start": start, "end": end, "nights": nights})))
    assert [rule.column for rule in rules.computed] == ["end", "month"]
    assert Constraints.model_validate_json(rules.model_dump_json()) == rules
