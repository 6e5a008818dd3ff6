"""Promises about conditions: honoured to the row, or refused by name and at once."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from likewise.core.draw import sample
from likewise.core.scale import on_scale
from likewise.core.table import Table
from likewise.errors import LikewiseError
from likewise.testing.subject import Promise, Subject, expect, hinted, listed, same

AT_ONCE = 10.0
"""CPU seconds in which the impossible must be refused, on a slow machine."""

Check = Callable[[Table], Any]


def values_are_honoured(subject: Subject) -> None:
    """One value, a set of values and a missing value are honoured in every row."""
    _honoured(subject, {"sex": "female"}, lambda t: _texts(t, "sex") == "female")
    _honoured(subject, {"plan": ["gold", "family"]}, lambda t: np.isin(_texts(t, "plan"), ["gold", "family"]))
    _honoured(subject, {"plan": {"gold", None}}, lambda t: (_texts(t, "plan") == "gold") | t.missing("plan"))
    _honoured(subject, {"income": None}, lambda t: t.missing("income"))
    _honoured(subject, {"vip": True}, lambda t: t.codes("vip") == 1)
    _honoured(subject, {"vip": np.False_}, lambda t: t.codes("vip") == 0)
    _honoured(subject, {"fixed": "yes", "sex": "male"}, lambda t: _texts(t, "sex") == "male")


def ranges_are_honoured(subject: Subject) -> None:
    """Ranges of numbers, dates, moments, times and durations are honoured in every row, ends included."""
    age = "age"
    _honoured(subject, {age: (30, 40)}, lambda t: (t.numbers(age) >= 30) & (t.numbers(age) <= 40))
    _honoured(subject, {age: (60, None)}, lambda t: t.numbers(age) >= 60)
    _honoured(subject, {age: ">60"}, lambda t: t.numbers(age) >= 61)
    _honoured(subject, {age: range(30, 33)}, lambda t: np.isin(t.numbers(age), [30, 31, 32]))
    _honoured(subject, {"income": "<1500"}, lambda t: t.numbers("income") < 1500)
    for name, low in (
        ("joined", dt.date(2020, 6, 1)),
        ("seen", dt.datetime(2020, 6, 1, 12, tzinfo=dt.UTC)),
        ("wakes", dt.time(8, 30)),
        ("stays", dt.timedelta(hours=1)),
    ):
        column = subject.model.schema[name]
        _honoured(subject, {name: (low, None)}, lambda t, c=column, v=low: t.numbers(c.name) >= on_scale(c, v))  # type: ignore[misc]


def text_is_honoured(subject: Subject) -> None:
    """The text form means what the mapping means, to the byte."""
    text = "sex=female, age>=30, age<50, plan=gold|family"
    mapping = {"sex": "female", "age": (30, 49), "plan": ["family", "gold"]}
    same(subject.draw(40, given=text), subject.draw(40, given=mapping), "conditions as a text and as a mapping")
    _honoured(subject, "joined=2020-01-01..2021-12-31", lambda t: t.numbers("joined") >= 18_262)


def nothing_asked_is_no_condition(subject: Subject) -> None:
    """An empty mapping and an empty text ask for nothing."""
    nothings: tuple[Any, ...] = ({}, "", "  ")
    for nothing in nothings:
        same(subject.draw(20, given=nothing), subject.draw(20), f"given={nothing!r}")


def conditions_are_seeded(subject: Subject) -> None:
    """Conditioned rows follow the seed as others do."""
    given = {"sex": "male", "age": (20, 60)}
    same(subject.draw(30, given=given, seed=4), subject.draw(30, given=given, seed=4), "one seed, drawn twice")
    one, other = (subject.draw(30, given=given, seed=seed).digest() for seed in (4, 5))
    expect(one != other, "seeds 4 and 5 drew the same rows")


def unknown_columns_are_refused(subject: Subject) -> None:
    """A column that is not there is refused, and the nearest name is given."""
    for given in ({"agee": 3}, "agee>3", pa.table({"agee": [3]})):
        error = hinted(lambda given=given: subject.draw(1, given=given), f"given {given!r}")  # type: ignore[misc]
        expect(error.where == "agee" and "`age`" in (error.hint or ""), f"the error does not lead to `age`: {error}")


def the_impossible_is_refused_at_once(subject: Subject) -> None:
    """Unseen levels and empty or impossible ranges are refused by name, at once, with the nearest that is possible."""
    for name, wanted, hint in (
        ("sex", "femal", "female"),
        ("plan", ["gold", "silver"], ""),
        ("age", (500, 600), ""),
        ("age", "<-3", ""),
        ("age", (40, 30), ""),
        ("age", [], ""),
        ("age", "old", ""),
        ("age", None, ""),
        ("joined", "tomorrow", ""),
        ("joined", (dt.date(2150, 1, 1), None), ""),
        ("wakes", "23:59", ""),
    ):
        start = time.process_time()
        error = hinted(lambda n=name, w=wanted: subject.draw(9, given={n: w}), f"given {name}={wanted!r}")  # type: ignore[misc]
        took = time.process_time() - start
        expect(error.where == name, f"the error for {name}={wanted!r} points at {error.where}")
        expect(hint in (error.hint or ""), f"the hint for {name}={wanted!r} does not name {hint}: {error.hint}")
        expect(took < AT_ONCE, f"refusing {name}={wanted!r} took {took:.0f} s")


def what_cannot_hold_together_is_refused(subject: Subject) -> None:
    """Conditions that each can hold but never together end in an error, not in rows or in silence."""
    rows = subject.rows
    data = pa.table({"left": ["a", "b"] * (rows // 2), "right": ["x", "y"] * (rows // 2)})
    model = subject.fit(data)
    try:
        drawn = Table.from_any(model.sample(20, given={"left": "a", "right": "y"}))
    except LikewiseError as error:
        expect(bool(error.hint), f"the error {error.code} has no hint")
        return
    expect(set(_texts(drawn, "left")) == {"a"} and set(_texts(drawn, "right")) == {"y"}, "rows break the conditions")


def made_columns_cannot_be_given(subject: Subject) -> None:
    """Keys and free texts are made anew, and refused as conditions by name."""
    for name in (name for name in ("customer", "note", "nothing") if name in subject.table.column_names):
        error = hinted(lambda name=name: subject.draw(1, given={name: "C-000001"}), f"given {name}")  # type: ignore[misc]
        expect(error.where == name, f"the error for {name} points at {error.where}")


def listed_levels_can_be_given(subject: Subject) -> None:
    """Every level that a model's schema lists is honoured, or refused with a hint, rare ones too."""
    codes = [f"A{min(i * i % 97, 60):02d}-{i % 7}" for i in range(subject.rows)]
    model = subject.fit(pa.table({"code": codes, "age": [20 + i % 50 for i in range(subject.rows)]}))
    levels = model.schema["code"].levels or ()
    for level in levels[:3] + levels[-3:]:
        try:
            drawn = sample(model, 20, given={"code": level})
        except LikewiseError as error:
            expect(bool(error.hint), f"the error {error.code} has no hint")
            continue
        expect(set(_texts(drawn, "code")) == {level}, "rows of another level came for a level of the schema")


def partial_rows_are_completed(subject: Subject) -> None:
    """Partial rows are completed in their order, what is known kept; or refused with a hint."""
    known = pa.table(
        {"age": [25, None, 70], "sex": ["male", "female", None], "joined": [None, dt.date(2021, 5, 5), None]}
    )
    try:
        drawn = subject.draw(3, given=known, seed=2)
    except LikewiseError as error:
        expect(error.code == "given.rows-unsupported" and bool(error.hint), f"partial rows ended in {error.code}")
        return
    expect(drawn.names == subject.model.schema.names, "the completed rows lack columns")
    for name in known.column_names:
        pairs = zip(known[name].to_pylist(), drawn.column(name).to_pylist(), strict=True)
        expect(all(k is None or k == d for k, d in pairs), f"known cells of `{name}` were changed")
    same(drawn, subject.draw(3, given=known, seed=2), "partial rows completed twice")
    hinted(lambda: subject.draw(4, given=known), "more rows than are given")
    hinted(lambda: subject.draw(1, given=pa.table({"sex": ["femal"]})), "a partial row with an unseen level")


def _honoured(subject: Subject, given: Any, check: Check) -> None:
    drawn = subject.draw(60, given=given, seed=3)
    expect(drawn.rows == 60, f"{drawn.rows} rows came for 60 given {given!r}")
    met = np.asarray(check(drawn), dtype=bool)
    expect(bool(met.all()), f"{(~met).sum()} of 60 rows break {given!r}")
    expect(drawn.names == subject.model.schema.names, f"{listed(drawn.names)} came given {given!r}")


def _texts(table: Table, name: str) -> Any:
    return np.array(table.column(name).to_pylist(), dtype=object)


PROMISES: tuple[Promise, ...] = (
    values_are_honoured,
    ranges_are_honoured,
    text_is_honoured,
    nothing_asked_is_no_condition,
    conditions_are_seeded,
    unknown_columns_are_refused,
    the_impossible_is_refused_at_once,
    what_cannot_hold_together_is_refused,
    made_columns_cannot_be_given,
    listed_levels_can_be_given,
    partial_rows_are_completed,
)
