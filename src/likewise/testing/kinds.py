"""Promises about data: what goes in comes out, of the same kinds and in the same form; awkward tables are taken."""

from __future__ import annotations

import copy
import importlib.util
from typing import Any

import numpy as np
import pyarrow as pa

from likewise.core.draw import sample
from likewise.core.scale import reach
from likewise.core.schema import Column, Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.testing.subject import Promise, Subject, expect, hinted, listed, people


def schema_is_kept(subject: Subject) -> None:
    """Names, order, kinds and types come back, and every value lies in the levels and bounds of the schema."""
    real = Table.from_any(subject.table)
    drawn = subject.draw(200)
    expect(drawn.names == real.names, f"the columns are {listed(drawn.names)}")
    alike = {("category", "constant")} if subject.is_private else set()  # one value is a level like others
    kinds = {c.name: (drawn.schema[c.name].kind, c.kind) for c in real.schema.columns}
    odd = [name for name, (now, before) in kinds.items() if now != before and (now, before) not in alike]
    expect(not odd, f"{listed(odd)} came back as another kind")
    expect(drawn.to_arrow().schema.types == subject.table.schema.types, "the Arrow types are not those that came in")
    unbounded = [c.name for c in real.schema.columns if c.bounds and drawn.schema[c.name].bounds is None]
    expect(not unbounded, f"{listed(unbounded)} lost their bounds")
    values_fit(drawn)


def values_fit(drawn: Table) -> None:
    """Raise AssertionError where a value lies outside the levels or bounds, or is missing where none may be."""
    for column in drawn.schema.columns:
        missing = drawn.missing(column.name)
        expect(column.nullable or not missing.any(), f"`{column.name}` is missing in {missing.sum()} rows")
        if column.is_number and not missing.all():
            _in_bounds(column, drawn.numbers(column.name)[~missing])
        if column.is_levels and column.levels is not None:
            strange = {*drawn.column(column.name).drop_null().to_pylist()} - {*column.levels}
            expect(not strange, f"`{column.name}` holds {len(strange)} levels that the schema does not list")


def _in_bounds(column: Column, values: Any) -> None:
    ends = reach(column)
    if ends is None:
        return
    slack = 1e-9 * max(abs(ends[0]), abs(ends[1]), 1)
    expect(
        bool(values.min() >= ends[0] - slack and values.max() <= ends[1] + slack), f"`{column.name}` leaves its bounds"
    )


def missing_values_stay(subject: Subject) -> None:
    """Columns with missing values have them again, in about the same share; an empty column stays empty."""
    drawn, real = subject.draw(400), Table.from_any(subject.table)
    for name in ("income", "plan"):
        share, wanted = drawn.missing(name).mean(), real.missing(name).mean()
        expect(abs(share - wanted) < 0.12, f"`{name}` is missing in {share:.0%} of rows, in the data in {wanted:.0%}")
    expect("nothing" not in drawn.names or bool(drawn.missing("nothing").all()), "an empty column got values")


def containers_come_back(subject: Subject) -> None:
    """The kind of object that was fitted comes back: Arrow for Arrow, a dict for a dict, a Table for a Table."""
    columns = subject.table.to_pydict()
    looked_at = () if subject.is_private else (Table.from_arrow(subject.table),)
    for data in (subject.table, columns, *looked_at):
        drawn = subject.fit(data).sample(7)
        expect(type(drawn) is type(data), f"a {type(drawn).__name__} came for a {type(data).__name__}")
    drawn = subject.fit(columns).sample(7)
    kinds = {n: {type(v) for v in column} - {type(None)} for n, column in columns.items()}
    odd = [n for n, column in drawn.items() if not {type(v) for v in column} - {type(None)} <= kinds[n]]
    expect(not odd, f"the values of {listed(odd)} are of another Python type")


def pandas_comes_back(subject: Subject) -> None:
    """A pandas frame gives a pandas frame with the same dtypes, or its contract's (tried where pandas is installed)."""
    if importlib.util.find_spec("pandas") is None:
        return
    frame = subject.table.select([n for n in subject.table.column_names if n != "nothing"]).to_pandas()
    frame["grade"] = frame["plan"].astype("category")
    frame["visits"] = frame["age"].astype("Int64").mask(frame["vip"])
    frame["small"] = frame["age"].astype("int8")
    before = frame.copy(deep=True)
    drawn = subject.fit(frame).sample(400)
    expect(type(drawn) is type(frame), f"a {type(drawn).__name__} came for a pandas frame")
    expect(list(drawn.columns) == list(frame.columns), "the columns are others, or in another order")
    wanted = subject.fit(frame.astype(str), like=frame).sample(400) if subject.is_private else frame
    odd = [f"{n} ({drawn[n].dtype} for {wanted[n].dtype})" for n in frame.columns
           if str(drawn[n].dtype) != str(wanted[n].dtype)]  # fmt: skip
    expect(not odd, f"dtypes changed: {', '.join(odd)}")
    expect(before.equals(frame), "the frame that was fitted was changed")


def polars_comes_back(subject: Subject) -> None:
    """A polars frame gives a polars frame with the same dtypes (tried where polars is installed)."""
    if importlib.util.find_spec("polars") is None:
        return
    import polars as pl

    frame = pl.DataFrame(pl.from_arrow(subject.table)).with_columns(
        pl.col("plan").cast(pl.Categorical).alias("grade"), pl.col("age").cast(pl.UInt8).alias("small")
    )
    drawn = subject.fit(frame).sample(50)
    expect(isinstance(drawn, pl.DataFrame), f"a {type(drawn).__name__} came for a polars frame")
    odd = [f"{n} ({drawn.schema[n]} for {t})" for n, t in frame.schema.items() if drawn.schema.get(n) != t]
    expect(not odd, f"dtypes changed: {', '.join(odd)}")


def data_is_not_changed(subject: Subject) -> None:
    """Fitting leaves the data as it was."""
    columns = subject.table.to_pydict()
    arrays: dict[str, Any] = {"age": np.arange(subject.rows), "income": np.linspace(0, 1, subject.rows)}
    for data in (columns, arrays):
        before = copy.deepcopy(data)
        subject.fit(data).sample(5)
        kept = all(np.array_equal(np.asarray(before[n], object), np.asarray(data[n], object)) for n in data)
        expect(kept and list(before) == list(data), "the columns that were fitted were changed")


def awkward_columns(rows: int) -> dict[str, pa.Array]:
    """Return one column of every kind that trips techniques up."""
    rng = generator(0, "testing", "awkward")
    level = rng.integers(10_000, size=rows)
    return {
        "constant": pa.array(["always"] * rows),
        "constant_number": pa.array([7] * rows),
        "empty": pa.nulls(rows),
        "empty_number": pa.nulls(rows, pa.float64()),
        "one_value": pa.array([3.5] + [None] * (rows - 1), pa.float64()),
        "not_numbers": pa.array(np.where(rng.random(rows) < 0.1, np.inf, rng.normal(size=rows))),
        "all_unique": pa.array(rng.permutation(rows * 10)[:rows] * 1.000001),
        "unique_words": pa.array([f"word{a:x} of{b:x}" for a, b in rng.integers(1 << 60, size=(rows, 2))]),
        "huge": pa.array(rng.normal(size=rows) * 1e300),
        "tiny": pa.array(rng.normal(size=rows) * 1e-300),
        "big_whole": pa.array(rng.integers(2**62, size=rows)),
        "atoms": pa.array(np.where(rng.random(rows) < 0.7, 0.0, rng.lognormal(size=rows))),
        "many_levels": pa.array([f"L{v:05d}x" for v in level]).dictionary_encode(),
        "bytes": pa.array([row.tobytes() for row in rng.integers(256, size=(rows, 5), dtype=np.uint8)]),
        "lists": pa.array([[int(v)] * int(v % 3) for v in level]),
        "records": pa.array([{"a": int(v), "b": None if v % 5 else "x"} for v in level]),
        "narrow_float": pa.array(rng.normal(size=rows).round(3).astype(np.float32)),
        "cents": pa.array([f"{v}.{v % 97:02d}" for v in level]).cast(pa.decimal128(12, 2)),
        "beyond_int64": pa.array(rng.integers(2**63, 2**64, size=rows, dtype=np.uint64)),
        "days_as_levels": pa.array(level.astype(np.int32)).cast(pa.date32()).dictionary_encode(),
        "nanoseconds": pa.array(level * 1_000_000_007).cast(pa.timestamp("ns", "Asia/Tokyo")),
        "truth": pa.array([None if v < 0.2 else bool(v < 0.6) for v in rng.random(rows)]),
        "strange name, = `x`": pa.array(rng.choice(["α", "β", "🙂", ""], size=rows)),
    }


def awkward_columns_are_taken(subject: Subject) -> None:
    """Constant, empty, unique, huge, infinite and many-levelled columns are learned, alone and together."""
    columns = awkward_columns(subject.rows)
    if subject.is_private:  # by itself, a column that is made anew leaves nothing to learn
        able = Table.from_arrow(subject.able(pa.table(columns))).schema.columns
        columns = {column.name: columns[column.name] for column in able if not column.is_generated}
    for data in ({"all": columns} | {name: {name: column} for name, column in columns.items()}).values():
        _drawn_whole(subject, pa.table(data), ", ".join(data))


def _drawn_whole(subject: Subject, data: pa.Table, what: str, like: pa.Table | None = None) -> None:
    """Fit to a table, draw from the model and look whether all is there and fits."""
    model = subject.fit(data, like=like)
    drawn, types = sample(model, 50, seed=1), data.schema.types
    expect(drawn.rows == 50, f"{drawn.rows} rows came for 50 from {what}")
    expect(drawn.names == model.schema.names, f"columns changed for {what}")
    expect(drawn.to_arrow().schema.types == types, f"types came back as {drawn.to_arrow().schema.types} for {what}")
    try:
        values_fit(drawn)
    except AssertionError as broken:
        raise AssertionError(f"{broken} (fitted to {what})") from broken


def ten_thousand_levels_are_taken(subject: Subject) -> None:
    """A category of ten thousand levels is learned beside others."""
    rows = 20_000
    rng = generator(0, "testing", "levels")
    codes = np.minimum(rng.zipf(1.3, size=rows), 10_000)
    levels = pa.array([f"level {i}" for i in range(10_001)])
    column = pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), levels)
    _drawn_whole(subject, pa.table({"size": codes % 7, "level": column}), "10,001 levels")


def few_rows_are_taken(subject: Subject) -> None:
    """One row, two rows and one column are enough."""
    for rows in (1, 2, 3):
        _drawn_whole(subject, subject.table.slice(0, rows), f"{rows} rows", like=subject.table)
    for name in (name for name in ("age", "sex", "joined", "note") if name in subject.table.column_names):
        _drawn_whole(subject, subject.table.select([name]), f"`{name}` alone")


def a_key_alone_is_taken(subject: Subject) -> None:
    """A table of nothing but a key gives new keys; it is refused where not even how many there are may be told."""
    if subject.is_private:
        hinted(lambda: subject.fit(subject.table.select(["customer"])), "a key alone")
        return
    _drawn_whole(subject, subject.table.select(["customer"]), "a key alone")


def next_month_is_taken(subject: Subject) -> None:
    """The schema of one month takes the next, with its new levels and wider ranges."""
    late: Any = people(subject.rows, late=True)
    if not subject.is_private:
        late = Table.from_any(late, Table.from_any(subject.table).schema)
    drawn = sample(subject.fit(late), 400)
    values_fit(drawn)
    plans = {*drawn.column("plan").drop_null().to_pylist()}
    expect("student" in plans, "the new level of the later month never came")


def ignored_columns_stay_away(subject: Subject) -> None:
    """A column of role `ignore` is neither learned nor drawn."""
    if subject.is_private:  # whose contract says so, and not a table that was looked at
        return
    table = Table.from_any(subject.narrow)
    columns = tuple(c.model_copy(update={"role": "ignore"}) if c.name == "age" else c for c in table.schema.columns)
    model = subject.fit(table.with_schema(Schema(columns=columns)))
    expect(sample(model, 3).names == ("customer", "sex"), f"the columns are {listed(sample(model, 3).names)}")


PROMISES: tuple[Promise, ...] = (
    schema_is_kept,
    missing_values_stay,
    containers_come_back,
    pandas_comes_back,
    polars_comes_back,
    data_is_not_changed,
    awkward_columns_are_taken,
    ten_thousand_levels_are_taken,
    few_rows_are_taken,
    a_key_alone_is_taken,
    next_month_is_taken,
    ignored_columns_stay_away,
)
