"""Random expressions over a small table, for the laws of the language."""

from __future__ import annotations

import datetime as dt

import hypothesis.strategies as st

from likewise.constraints.language.expression import (
    Absent,
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Every,
    Expression,
    Matches,
    Name,
    Negative,
    Not,
    Some,
    Value,
    Within,
)
from likewise.core.schema import Column, Schema
from likewise.core.table import Table

SCHEMA = Schema(
    columns=(
        Column(name="count", kind="integer", dtype="int64", nullable=True),
        Column(name="price", kind="decimal", dtype="double", decimals=2, nullable=True),
        Column(name="unit price", kind="decimal", dtype="double", decimals=2, nullable=True),
        Column(name="rate", kind="float", dtype="double", nullable=True),
        Column(name="name", kind="text", nullable=True),
        Column(name="size", kind="category", levels=("1", "10", "2"), nullable=True),
        Column(name="vip", kind="boolean", dtype="bool", nullable=True),
        Column(name="start", kind="date", dtype="date32[day]", nullable=True),
        Column(name="end", kind="date", dtype="date32[day]", nullable=True),
    )
)

numbers = [Name("count"), Name("price"), Name("unit price"), Name("size")]
texts = [Name("name")]
moments = [Name("start"), Name("end")]

steps = st.integers(-500, 500).map(lambda step: step / 100)
days = st.dates(dt.date(1999, 12, 1), dt.date(2001, 2, 1))
words = st.sampled_from(["", "a", "Ab", "ß", "x1", "it's", "émile", "  b "])


def tables(rows: int = 8) -> st.SearchStrategy[Table]:
    def column(values: st.SearchStrategy[object]) -> st.SearchStrategy[list[object]]:
        return st.lists(st.none() | values, min_size=rows, max_size=rows)

    return st.fixed_dictionaries(
        {
            "count": column(st.integers(-5, 5)), "price": column(steps), "unit price": column(steps),
            "rate": column(st.sampled_from([0.0, 0.5, 1.25, -2.0, 3.75])), "name": column(words),
            "size": column(st.sampled_from(["1", "10", "2"])), "vip": column(st.booleans()),
            "start": column(days), "end": column(days),
        }
    ).map(lambda columns: Table.from_any(columns, SCHEMA))  # fmt: skip


def number() -> st.SearchStrategy[Expression]:
    leaves = st.sampled_from([*numbers, Name("rate")]) | st.integers(-4, 9).map(Value) | steps.map(Value)
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(Arithmetic, st.sampled_from(["+", "-", "*"]), inner, inner),
            inner.filter(lambda of: not isinstance(of, Value)).map(Negative),
            st.builds(Call, st.sampled_from(["abs", "sign", "floor", "ceil"]), st.tuples(inner)),
            st.builds(Call, st.sampled_from(["min", "max", "coalesce"]), st.tuples(inner, inner)),
            st.builds(Call, st.just("round"), st.tuples(inner, st.integers(0, 2).map(Value))),
        ),
        max_leaves=4,
    ) | st.one_of(
        st.builds(Call, st.sampled_from(["year", "month", "day", "weekday", "week"]), moment().map(lambda m: (m,))),
        st.builds(Call, st.sampled_from(["days_between", "age"]), st.tuples(moment(), moment())),
        text().map(lambda of: Call("len", (of,))),
    )


def moment() -> st.SearchStrategy[Expression]:
    return st.sampled_from(moments) | st.builds(
        Arithmetic, st.sampled_from(["+", "-"]), st.sampled_from(moments), st.integers(0, 40).map(Value)
    )


def text() -> st.SearchStrategy[Expression]:
    return st.recursive(
        st.sampled_from(texts) | words.map(Value),
        lambda inner: st.one_of(
            st.builds(Call, st.sampled_from(["lower", "upper", "trim"]), st.tuples(inner)),
            st.builds(Call, st.just("concat"), st.tuples(inner, inner)),
            st.builds(Call, st.just("substring"), st.tuples(inner, st.just(Value(1)), st.integers(0, 3).map(Value))),
        ),
        max_leaves=3,
    )


def truth() -> st.SearchStrategy[Expression]:
    signs = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    leaves = st.one_of(
        st.just(Name("vip")),
        st.builds(Comparison, signs, number(), number()),
        st.builds(Comparison, signs, text(), text()),
        st.builds(Comparison, signs, moment(), moment() | days.map(lambda day: Value(day.isoformat()))),
        st.builds(Within, st.sampled_from(texts), st.lists(words.map(Value), min_size=1, max_size=3).map(tuple)),
        st.builds(Within, number(), st.lists(st.integers(-3, 3).map(Value), min_size=1, max_size=3).map(tuple)),
        st.builds(Matches, text(), st.sampled_from(["[a-z]+", "", ".*1", r"\w\w", "A|b"])),
        st.builds(Absent, st.sampled_from([*numbers, *texts, *moments])),
        st.builds(Call, st.sampled_from(["starts_with", "ends_with", "contains"]), st.tuples(text(), words.map(Value))),
        st.builds(Call, st.just("is_integer"), st.tuples(st.sampled_from(numbers))),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            inner.map(Not),
            st.lists(inner, min_size=2, max_size=3).map(lambda of: Every(tuple(of))),
            st.lists(inner, min_size=2, max_size=3).map(lambda of: Some(tuple(of))),
            st.builds(Choice, inner, inner, inner),
        ),
        max_leaves=3,
    )
