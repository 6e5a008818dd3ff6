"""Parts of dates and places inside areas: the code that keeps them and the code that counts agree."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from likewise.constraints.calendar import DOMAINS, FORMS, number_in, written_in
from likewise.constraints.kinds import Box, Circle, Constraints, Part, Polygon, within
from likewise.constraints.verifying.verify import verify
from likewise.core.schema import Column, Schema
from likewise.core.table import Table

random = np.random.default_rng(5)
MICROS = random.integers(-(10**15), 2 * 10**15, 400).astype(float)
MICROS[7] = np.nan
UNITS = ["year", "year and quarter", "year and month", "quarter", "month", "week", "weekday", "day",
         "day of the year", "hour", "minute", "second"]  # fmt: skip


def counted(part: Part, own: pa.Array, column: Column) -> tuple[list[int], list[int]]:
    known = ~np.isnan(MICROS)
    at = pa.array(np.where(known, MICROS, 0).astype(np.int64), pa.timestamp("us"), mask=~known)
    schema = Schema(columns=(Column(name="at", kind="datetime", dtype="timestamp[us]", nullable=True), column))
    table = Table.from_arrow(pa.table({"at": at, "own": own}), schema)
    found = verify(Constraints(items=(part,)), table)[0]
    kept = np.flatnonzero(~part.holds(table)).tolist()
    assert found.violations == len(kept)
    return kept[:5], list(found.first)


@pytest.mark.parametrize("unit", UNITS)
def test_parts_of_dates_that_are_numbers(unit):
    numbers = number_in(unit, MICROS)
    numbers[:3] += 1
    column = Column(name="own", kind="integer", dtype="int64", nullable=True)
    kept, found = counted(
        Part(column="own", of="at", unit=unit), pa.array(numbers, from_pandas=True).cast(pa.int64()), column
    )
    assert kept == found == [0, 1, 2]


@pytest.mark.parametrize(("unit", "form"), [(unit, form) for unit, forms in FORMS.items() for form in forms])
def test_parts_of_dates_that_are_written(unit, form):
    texts = written_in(form, MICROS).to_pylist()
    texts[2] = "else"
    part = Part(column="own", of="at", unit=unit, form=form)
    kept, found = counted(part, pa.array(texts), Column(name="own", kind="text", nullable=True))
    assert kept == found == [2]


def test_parts_of_dates_that_have_names():
    names = (*(f"day {k}" for k in range(*DOMAINS["weekday"])), "the last")
    days = [None if np.isnan(m) else names[int(number_in("weekday", np.array([m]))[0])] for m in MICROS]
    days[4] = "the last" if days[4] != "the last" else "day 0"
    part = Part(column="own", of="at", unit="weekday", values=names)
    kept, found = counted(part, pa.array(days), Column(name="own", kind="category", levels=names, nullable=True))
    assert kept == found == [4]


@pytest.mark.parametrize(
    "areas",
    [
        (Circle(at=(89.0, 10.0), km=1500),),
        (Circle(at=(10.0, 179.5), km=2500),),
        (Box(south=-20, west=150, north=40, east=-120),),
        (Box(south=-20, west=-180, north=40, east=180),),
        (Polygon(rings=(((-50, -100), (60, -80), (10, 0), (70, 60), (-60, 70)), ((0, 20), (20, 40), (-20, 60)))),),
        (Box(south=0, west=0, north=50, east=50), Circle(at=(-40, -40), km=3000)),
    ],
)
def test_places_inside_areas(areas):
    places = {"lat": random.uniform(-95, 95, 3000), "lon": random.uniform(-185, 185, 3000)}
    table = Table.from_any(places, Schema(columns=tuple(Column(name=n, kind="float", dtype="double") for n in places)))
    rule = within("lat", "lon", *areas)
    broken = np.flatnonzero(~rule.holds(table)).tolist()
    found = verify(Constraints(items=(rule,)), table)[0]
    assert (found.violations, list(found.first)) == (len(broken), broken[:5])
    assert 0 < len(broken) < 3000


def test_moments_of_a_zone_are_told_by_its_clocks():
    at = pa.array([dt.datetime(2024, 7, 1, 23, 30, tzinfo=dt.UTC), None], pa.timestamp("us", tz="Europe/Berlin"))
    table = Table.from_any(pa.table({"at": at, "day": pa.array([2, 1])}))
    rules = Constraints.of(["day == day(at)", "hour(at) == 1", "at >= '2024-07-02'"])
    assert [found.violations for found in verify(rules, table)] == [0, 0, 0]
    assert all(rule.holds(table).all() for rule in rules.items)
