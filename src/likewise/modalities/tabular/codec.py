"""Any learned column as symbols and back, whatever its kind."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.conditions import Condition
from likewise.core.scale import from_scale
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import ConditionError
from likewise.modalities.tabular.levels import LevelsCodec, coded, fit_levels_codec
from likewise.modalities.tabular.numbers import NumberCodec, fit_number_codec, typed_numbers

Codec = NumberCodec | LevelsCodec
Symbols = npt.NDArray[np.int32]


def fit_codec(table: Table, column: Column, *, k: int, rng: np.random.Generator) -> Codec:
    """Learn how one column becomes symbols; every value that can come back is one of `k` rows' or more."""
    if column.is_number:
        return fit_number_codec(table.numbers(column.name), column, k=k)
    if column.kind == "empty":
        return LevelsCodec(())
    return fit_levels_codec(table, column, k=k, rng=rng)


def encode(codec: Codec, table: Table, name: str) -> Symbols:
    """Return the symbols of one column of a table."""
    if isinstance(codec, NumberCodec):
        return codec.encode(table.numbers(name))
    if table.schema[name].kind == "empty":
        return np.full(table.rows, codec.symbols, dtype=np.int32)
    return codec.encode(*coded(table, name))


def decode(
    codec: Codec, column: Column, symbols: Symbols, rng: np.random.Generator, condition: Condition | None = None
) -> pa.Array:
    """Return the typed Arrow array of some symbols; with a condition, values that it allows."""
    if isinstance(codec, NumberCodec):
        return typed_numbers(decode_numbers(codec, column, symbols, rng, condition), column, arrow_type(column))
    if column.kind == "empty":
        return pa.nulls(len(symbols))
    if not column.is_levels:
        return codec.decode_texts(symbols, rng)
    positions = codec.decode(symbols, rng, None if condition is None else condition.levels)
    if column.kind == "boolean":
        return pa.array(positions == 1, mask=positions < 0)
    levels = pa.array(codec.output_levels, type=pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(positions, mask=positions < 0), levels)


def decode_numbers(
    codec: NumberCodec, column: Column, symbols: Symbols, rng: np.random.Generator, condition: Condition | None = None
) -> npt.NDArray[np.float64]:
    """Return the values of some symbols on the scale of `Table.numbers`, rounded as the column's values are."""
    return rounded(
        codec.decode(symbols, rng) if condition is None else _decode_within(codec, symbols, rng, condition), column
    )


def rounded(values: npt.NDArray[np.float64], column: Column) -> npt.NDArray[np.float64]:
    """Return values rounded to the decimals of their column."""
    return values if column.kind == "float" else np.round(values, column.decimals or 0)


def weights(codec: Codec, condition: Condition) -> npt.NDArray[np.float64]:
    """Return for each symbol, missing last, the share of its values that a condition allows; refuse when it is none."""
    wanted = np.zeros(codec.symbols + 1)
    wanted[-1] = condition.missing
    if isinstance(codec, NumberCodec):
        for low, high in condition.ranges:
            inside = codec.allowed(low, high)
            if low == high and not codec.step:  # a single point of a continuous column: any interval around it will do
                inside = ((codec.low <= low) & (codec.high >= low)).astype(float)
            wanted[:-1] = np.minimum(1, wanted[:-1] + inside)
    else:
        names = ("false", "true") if condition.column.kind == "boolean" else codec.levels
        wanted[: len(names)] = [name in condition.levels for name in names]
        if any(level in condition.levels for level in codec.made):
            wanted[len(codec.levels)] = sum(m in condition.levels for m in codec.made) / len(codec.made)
    if not wanted.any():
        raise _never_seen(codec, condition)
    return wanted


def known_symbols(codec: Codec) -> npt.NDArray[np.float64]:
    """Return 1 for each symbol that can fill a gap, missing last: real values, and stand-ins where there is no other.

    A level invented for a rare one fills no gap beside real ones; free text is filled with stand-ins.
    """
    wanted = np.append(np.ones(codec.symbols), 0.0)
    if isinstance(codec, LevelsCodec) and codec.template is None and codec.levels:
        wanted[len(codec.levels)] = 0.0
    elif codec.rare is not None:
        wanted[codec.rare] = 0.0
    return wanted


def output_column(codec: Codec, column: Column) -> Column:
    """Return the column as it may be shown: with the bounds and levels that can come back, and no reason."""
    if isinstance(codec, NumberCodec):
        bounds: tuple[Any, Any] | None = None
        if codec.symbols:
            bounds = (bound_of(column, float(codec.low[0])), bound_of(column, float(codec.high.max())))
        return column.model_copy(update={"bounds": bounds, "reason": ""})
    # Where all values are protected and have no stand-in, they come back as missing.
    changes: dict[str, Any] = {
        "reason": "",
        "nullable": column.nullable or (codec.rare == 0 and column.kind != "empty"),
    }
    if column.is_levels and column.kind != "boolean":
        changes["levels"] = codec.output_levels
    return column.model_copy(update=changes)


def arrow_type(column: Column) -> pa.DataType:
    """Return the typed Arrow type of a number column (see `Table`)."""
    return {
        "integer": pa.int64(),
        "decimal": pa.float64(),
        "float": pa.float64(),
        "date": pa.date32(),
        "time": pa.time64("us"),
        "datetime": pa.timestamp("us", tz=column.zone),
        "duration": pa.duration("us"),
    }[column.kind]


def save_codecs(codecs: list[Codec]) -> tuple[list[dict[str, Any]], dict[str, npt.NDArray[Any]]]:
    """Return what a model file keeps of a list of codecs."""
    metas, arrays = [], {}
    for number, codec in enumerate(codecs):
        meta, own = codec.state()
        metas.append({"form": "number" if isinstance(codec, NumberCodec) else "levels", **meta})
        arrays.update({f"codec.{number}.{name}": array for name, array in own.items()})
    return metas, arrays


def load_codecs(metas: list[dict[str, Any]], arrays: dict[str, npt.NDArray[Any]]) -> list[Codec]:
    """Rebuild codecs from a model file."""
    codecs: list[Codec] = []
    for number, meta in enumerate(metas):
        prefix = f"codec.{number}."
        own = {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
        form = NumberCodec if meta["form"] == "number" else LevelsCodec
        codecs.append(form.from_state(meta, own))
    return codecs


def output_schema(codecs: list[Codec], schema: Schema) -> Schema:
    """Return the schema as it may be shown (see `output_column`)."""
    return Schema(columns=tuple(output_column(c, column) for c, column in zip(codecs, schema.columns, strict=True)))


def _decode_within(codec: NumberCodec, symbols: Symbols, rng: np.random.Generator, condition: Condition) -> Any:
    """Draw each value inside one of the ranges that its symbol overlaps, chosen by how much they overlap."""
    shares = np.array([_overlap(codec, low, high) for low, high in condition.ranges]).reshape(-1, codec.symbols)
    totals = np.cumsum(np.hstack([shares, np.ones((len(shares), 1))]), axis=0)
    picked = (rng.random(len(symbols)) * totals[-1][symbols] >= totals[:, symbols]).sum(axis=0) if len(totals) else 0
    values = np.full(len(symbols), np.nan)
    for number, (low, high) in enumerate(condition.ranges):
        rows = np.flatnonzero((picked == number) & (symbols < codec.symbols))
        values[rows] = codec.narrowed(low, high).decode(symbols[rows], rng)
    return values


def _overlap(codec: NumberCodec, low: float, high: float) -> npt.NDArray[np.float64]:
    if low == high and not codec.step:
        return ((codec.low <= low) & (codec.high >= low)).astype(float)
    return codec.allowed(low, high)


def bound_of(column: Column, value: float) -> int | float | str:
    """Return a value on the scale of `Table.numbers` as a schema writes a bound."""
    if column.kind == "integer":
        return int(value)
    if column.kind == "decimal" and column.decimals is not None:
        return round(value, column.decimals)
    return value if column.kind in ("decimal", "float") else from_scale(column, value)


def _never_seen(codec: Codec, condition: Condition) -> ConditionError:
    name, hint = condition.column.name, "loosen the condition"
    if isinstance(codec, NumberCodec) and codec.symbols and condition.ranges:
        low, high = condition.ranges[0]
        gap = np.maximum(codec.low - high, low - codec.high)
        place = int(np.argmin(gap))
        nearest = codec.low[place] if codec.low[place] > high else codec.high[place]
        if condition.column.role != "sensitive":
            hint = f"the nearest value that can be drawn is {from_scale(condition.column, float(nearest))}"
    elif condition.levels:
        hint = "its rows are too few to be drawn without giving them away"
    elif condition.missing:
        hint = "the column is never missing"
    return ConditionError("given.unseen", f"no row that was learned meets {condition}", where=name, hint=hint)
