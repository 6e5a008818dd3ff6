"""How constraints found in the data shape the draws: the order of columns, look-ups, limits and formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.constraints.calendar import Unit
from likewise.constraints.kinds import Constraint, Constraints, Determined, Formula, Missing, Order, Part
from likewise.constraints.mining.parts import usual_names
from likewise.core.moments import DAY, SECOND
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.modalities.tabular.codec import Codec
from likewise.modalities.tabular.levels import LevelsCodec
from likewise.modalities.tabular.numbers import NumberCodec

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


SPANS: dict[Unit, int] = {"weekday": DAY, "time": 1, "hour": 3600 * SECOND, "minute": 60 * SECOND, "second": SECOND}
"""Microseconds of the units that are drawn as columns of their own: to meet them a moment moves by little."""


@dataclass(frozen=True, eq=False)
class Limit:
    """Say, for each symbol of a column drawn before, how low or how high this column may go.

    `symbols[s]` is the first symbol allowed beside symbol `s` of column `by` (the last one when `upper`).
    """

    by: int
    upper: bool
    symbols: Ints


def kept(constraints: Constraints, codecs: list[Codec], symbols: Ints, schema: Schema) -> Constraints:
    """Return the constraints that still hold once values have become symbols: decided values must be exact ones.

    So must be the names of a date's parts, but for usual ones.
    """
    place = {name: number for number, name in enumerate(schema.names)}

    def exact(found: Determined) -> bool:
        by, column = place[found.by], place[found.column]
        codec = codecs[column]
        usable = symbols[by] != (-1 if codecs[by].rare is None else codecs[by].rare)
        decided = lookup(symbols[by][usable], symbols[column][usable], codecs[by].symbols + 1)
        if not (decided[symbols[by][usable]] == symbols[column][usable]).all():
            return False
        used = np.unique(symbols[column][usable])
        if isinstance(codec, NumberCodec):
            inner = used[used < codec.symbols]
            return bool((codec.low[inner] == codec.high[inner]).all())
        return len(codec.levels) not in used

    held: list[Constraint] = []
    for found in constraints.kept.items:
        if isinstance(found, Missing):
            held.extend(_shareable(found, codecs[place[found.by]]))
        elif isinstance(found, Part):
            held.extend([found] if _may_be_named(found, codecs[place[found.column]]) else [])
        elif not isinstance(found, Determined) or exact(found):
            held.append(found)
    return Constraints(items=tuple(held))


def _may_be_named(part: Part, codec: Codec) -> bool:
    """Return whether all names of a unit may be drawn: usual ones, and those that enough rows hold."""
    if not part.values or part.values in usual_names(part.unit):
        return True
    if isinstance(codec, LevelsCodec):
        return {*part.values} <= {*codec.levels}
    return {float(value) for value in part.values} <= {*codec.low[codec.low == codec.high].tolist()}


def _shareable(found: Missing, by: Codec) -> list[Missing]:
    """Return the constraint without levels that too few rows hold; these are not to be named, nor ever drawn."""
    levels = tuple(level for level in found.levels if isinstance(by, LevelsCodec) and level in by.levels)
    if not levels and not found.missing:
        return []
    exactly = found.exactly and levels == found.levels
    return [found.model_copy(update={"levels": levels, "exactly": exactly})]


def turn_of(codecs: Sequence[Codec], *, falling: bool) -> list[int]:
    """Return the columns in the order they are given, or those of most symbols first."""
    columns = range(len(codecs))
    return sorted(columns, key=lambda column: -codecs[column].symbols) if falling else [*columns]


def drawing_order(constraints: Constraints, names: Sequence[str], turn: Sequence[int]) -> list[int]:
    """Return the columns in the order they are drawn: that of `turn`, but a decided one after the deciding one.

    So do a part of a date, and a column that is missing where another says so. Columns that follow by a formula are
    computed at the end and are not among them.
    """
    place = {name: number for number, name in enumerate(names)}
    formulas = {formula.column for formula in constraints.formulas}
    decided = {part.column: looked_up_by(part, constraints) for part in constraints.parts}
    decided = {column: by for column, by in decided.items() if by not in formulas}
    decided |= {d.column: d.by for d in constraints.determined}
    needs: dict[str, set[str]] = {}
    for found in constraints.absences:
        needs.setdefault(found.column, set()).add(found.by)
    done = formulas | {*decided}
    order: list[str] = []
    in_turn = [names[number] for number in turn]
    while waiting := [name for name in in_turn if name not in done]:
        ready = next(name for name in waiting if needs.get(name, set()) <= {*order})
        follow = [ready]
        for column in follow:  # what follows from it, and what follows from that
            follow += [follower for follower, by in decided.items() if by == column]
        order += follow
        done.add(ready)
    return [place[name] for name in order]


def looked_up_by(part: Part, constraints: Constraints) -> str:
    """Return the column that a part is read off: its date, or another part of the same unit that tells more.

    Of several short parts of one unit only one can be drawn, or they would contradict one another; a time tells all.
    """
    units = {part.unit} if part.unit == "weekday" else {part.unit, "time"}
    alike = [p for p in constraints.parts if p.of == part.of and p.unit in units]
    leader = max(alike, key=lambda p: (p.unit == "time", len({*p.values}) if p.values else np.inf))
    return part.of if part.unit not in SPANS or leader is part else leader.column


def lookup(by: Ints, column: Ints, count: int) -> Ints:
    """Return the commonest symbol of `column` for each symbol of `by`; symbols never seen get the commonest of all."""
    width = int(column.max(initial=0)) + 1
    counts = np.bincount(by.astype(np.int64) * width + column, minlength=count * width).reshape(count, width)
    overall = counts.sum(axis=0).argmax()
    found: Ints = np.where(counts.any(axis=1), counts.argmax(axis=1), overall).astype(np.int32)
    return found


def limits_of(
    column: int, before: list[int], orders: tuple[Order, ...], codecs: list[Codec], schema: Schema
) -> list[Limit]:
    """Return what columns drawn before allow a column to be, so that values within the symbols can be put in order."""
    place = {name: number for number, name in enumerate(schema.names)}
    found = []
    own = codecs[column]
    assert isinstance(own, NumberCodec)
    for order in orders:
        low, high = place[order.low], place[order.high]
        other = codecs[low if high == column else high]
        assert isinstance(other, NumberCodec)
        if high == column and low in before:
            first = np.searchsorted(own.high, other.high, side="left").clip(0, own.symbols - 1)
            found.append(Limit(low, False, np.append(first, 0).astype(np.int32)))
        elif low == column and high in before:
            last = (np.searchsorted(own.low, other.low, side="right") - 1).clip(0, own.symbols - 1)
            found.append(Limit(high, True, np.append(last, own.symbols - 1).astype(np.int32)))
    return found


def put_in_order(name: str, values: Floats, known: dict[str, Floats], orders: tuple[Order, ...]) -> Floats:
    """Return values moved, where they must be, between those of the columns that bound them (missing: no bound)."""
    for order in orders:
        if order.high == name and order.low in known:
            values = np.where(np.isnan(values), values, np.fmax(values, known[order.low]))
    for order in orders:
        if order.low == name and order.high in known:
            values = np.where(np.isnan(values), values, np.fmin(values, known[order.high]))
    return values


def balanced(
    numbers: dict[str, Floats], known: Table, formulas: tuple[Formula, ...], bounds: dict[str, tuple[float, float]]
) -> dict[str, Floats]:
    """Return numbers whose unknown parts make up the known result of a sum or a multiple.

    Of several unknown parts the first keep what was drawn for them, as far as the later ones can make up the rest.
    Known cells are never moved; products and ratios are not taken apart.
    """
    numbers = dict(numbers)
    for formula in reversed(formulas):  # a total is taken apart before those of its parts that are totals too
        if formula.column not in known.names or not numbers.keys() >= {*formula.of}:
            continue
        result = known.numbers(formula.column)
        free = {part: _unknown(known, part) & ~np.isnan(result) for part in formula.of}
        if formula.form == "multiple":
            part = formula.of[0]
            numbers[part] = np.where(free[part], result / formula.factor, numbers[part])
        elif formula.form == "sum":
            numbers |= _made_up(formula, result, {part: numbers[part] for part in formula.of}, free, bounds)
    return numbers


def _made_up(
    formula: Formula,
    result: Floats,
    parts: dict[str, Floats],
    free: dict[str, npt.NDArray[np.bool_]],
    bounds: dict[str, tuple[float, float]],
) -> dict[str, Floats]:
    """Return the parts of a sum with the free ones moved, the last first, until they make up the result."""
    for limits in (bounds, {}):  # within what was learned as far as that goes, then beyond it
        for part in reversed(formula.of):
            low, high = limits.get(part, (-np.inf, np.inf))
            moved = parts[part] + formula.sign(part) * (result - formula.exact(parts))
            parts[part] = np.where(free[part], np.clip(moved, low, high), parts[part])
    return parts


def bounds_of(names: Sequence[str], codecs: Sequence[Codec]) -> dict[str, tuple[float, float]]:
    """Return the least and the greatest value that each drawn number column can take."""
    named = zip(names, codecs, strict=True)
    return {n: (float(c.low[0]), float(c.high.max())) for n, c in named if isinstance(c, NumberCodec) and c.symbols}


def computed_bounds(formula: Formula, bounds: dict[str, tuple[float, float]]) -> tuple[float, float] | None:
    """Return the least and the greatest value that a computed column can take; None where there is none to tell."""
    if not all(part in bounds for part in formula.of):
        return None
    if formula.form == "ratio" and bounds[formula.of[1]][0] <= 0 <= bounds[formula.of[1]][1]:
        return None  # divided by what comes near zero, the result is as large as you like
    if formula.form == "sum":
        ends = [sorted(formula.sign(part) * end for end in bounds[part]) for part in formula.of]
        return sum(low for low, _ in ends), sum(high for _, high in ends)
    corners = np.array(np.meshgrid(*(bounds[part] for part in formula.of))).reshape(len(formula.of), -1)
    found = formula.exact(dict(zip(formula.of, corners, strict=True)))
    return float(found.min()), float(found.max())


def _unknown(known: Table, name: str) -> npt.NDArray[np.bool_]:
    return known.missing(name) if name in known.names else np.ones(known.rows, dtype=bool)
