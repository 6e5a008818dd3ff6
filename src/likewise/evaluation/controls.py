"""Break real rows on purpose: what a metric must find, each fault alone, beside fresh real rows that must pass.

Copies take rows of the table that a generator would have learned from; every other fault is laid upon fresh real rows
that are in neither that table nor the holdout, so that nothing but the fault is wrong with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.schema import Column
from likewise.core.seeds import generator
from likewise.core.table import Table, concat
from likewise.errors import EvaluationError, suggest
from likewise.evaluation.score import Family
from likewise.evaluation.utility.target import guess_target

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]
Rng = np.random.Generator
Fault = Callable[[Table, Table, Rng], Table | None]

PARITY = ("parity_a", "parity_b", "parity_c")
"""Columns that `plant_parity` adds: the third is mostly the exclusive or of the others, so that pairs tell nothing."""


@dataclass(frozen=True)
class Control:
    """Name a fault and the family of metrics that must find it; None for fresh rows, in which nothing may be found.

    `make` takes the real table, the fresh rows to break and a generator, and returns as many rows as are fresh, or None
    where the table has no place for the fault.
    """

    name: str
    owner: Family | None
    what: str
    make: Fault


def make_control(name: str, train: Table, reserve: Table, n: int, *, seed: int = 0) -> Table | None:
    """Return `n` rows with one fault; None where the table has no place for it (no number to clip, no label to flip).

    `reserve` are real rows, `n` at least, that stand neither in `train` nor in the holdout. Raises EvaluationError for
    an unknown name or too small a reserve. The same tables, name and seed give the same rows.

    >>> rows = Table.from_any({"age": list(range(60)), "sex": ["F", "M"] * 30})
    >>> make_control("memoriser", rows.slice(0, 30), rows.slice(30), 20).rows
    20
    """
    if name not in CONTROLS:
        raise EvaluationError("evaluate.unknown-control", f"there is no control `{name}`",
                              hint=suggest(name, list(CONTROLS), "control"))  # fmt: skip
    if reserve.rows < n:
        raise EvaluationError("evaluate.small-reserve", f"{n:,} fresh rows are wanted and {reserve.rows:,} there",
                              hint="hold more rows back")  # fmt: skip
    fresh = reserve.take(generator(seed, "control", "fresh").permutation(reserve.rows)[:n])
    return CONTROLS[name].make(train, fresh, generator(seed, "control", name))


def plant_parity(table: Table, *, seed: int = 0) -> Table:
    """Add three columns of which every pair is independent and the third is the exclusive or of the others in 95 %."""
    rng = generator(seed, "parity")
    first, second, off = (rng.random(table.rows) < share for share in (0.5, 0.5, 0.05))
    columns, schema = table.columns, table.schema
    for name, bits in zip(PARITY, (first, second, first ^ second ^ off)):
        columns = columns.append_column(name, pa.array(bits))
        schema = schema.model_copy(
            update={"columns": (*schema.columns, Column(name=name, kind="boolean", dtype="bool"))}
        )
    return Table(columns, schema)


# -- whole tables -------------------------------------------------------------------------------------------------
def _fresh(train: Table, fresh: Table, rng: Rng) -> Table:
    return fresh


def _noise(train: Table, fresh: Table, rng: Rng) -> Table:
    changed = fresh
    for column in _plain(fresh):
        if column.is_number:
            known = _known(train.numbers(column.name))
            if len(known):
                changed = _with_numbers(changed, column, rng.uniform(known.min(), known.max(), fresh.rows))
        else:
            codes, holders = np.unique(train.codes(column.name), return_index=True)
            if len(holders := holders[codes >= 0]):
                picked = train.column(column.name).take(pa.array(rng.choice(holders, fresh.rows)))
                changed = _with_array(changed, train.schema[column.name], picked)
    return changed


def independent_columns(train: Table, fresh: Table, rng: Rng) -> Table:
    """Return rows whose every column is drawn from the real column by itself; texts and keys are those of `fresh`."""
    changed = fresh
    for column in _plain(fresh):
        picked = train.column(column.name).take(pa.array(rng.integers(0, train.rows, fresh.rows)))
        changed = _with_array(changed, train.schema[column.name], picked)
    return changed


def _memoriser(train: Table, fresh: Table, rng: Rng) -> Table:
    return train.take(_spread_out(train.rows, fresh.rows, rng))


def _jittered_memoriser(train: Table, fresh: Table, rng: Rng) -> Table:
    return _jittered(_memoriser(train, fresh, rng), train, rng, 0.01)


def _mode_collapse(train: Table, fresh: Table, rng: Rng) -> Table:
    modes = fresh.take(rng.permutation(fresh.rows)[:50])
    return _jittered(modes.take(rng.integers(0, modes.rows, fresh.rows)), train, rng, 0.002)


# -- copies -------------------------------------------------------------------------------------------------------
def _planted(dose: float, *, jitter: float = 0.0, outliers: bool = False) -> Fault:
    def plant(train: Table, fresh: Table, rng: Rng) -> Table:
        size = max(1, round(dose * fresh.rows))
        order = np.argsort(-_outlyingness(train), kind="stable") if outliers else rng.permutation(train.rows)
        copied = _jittered(train.take(order[:size]), train, rng, jitter)
        mixed = concat([fresh.slice(0, fresh.rows - copied.rows), copied])
        return mixed.take(rng.permutation(mixed.rows))

    return plant


def _outlyingness(table: Table) -> Floats:
    """Return how far out each row lies: the sum over columns of how rare its level or how far its number is."""
    total = np.zeros(table.rows)
    for column in _plain(table):
        if column.is_number:
            values = table.numbers(column.name)
            known = _known(values)
            if len(known):
                low, middle, high = np.quantile(known, [0.1, 0.5, 0.9])
                total += np.nan_to_num(np.log1p(np.abs(values - middle) / ((high - low) or 1.0)))
        else:
            codes = table.codes(column.name)
            counts = np.bincount(codes + 1)
            total -= np.log(counts[codes + 1] / table.rows) / 2
    return total


# -- labels and groups --------------------------------------------------------------------------------------------
def _shuffled_labels(train: Table, fresh: Table, rng: Rng) -> Table | None:
    target = guess_target(train.schema, train)
    if target is None:
        return None
    labels = fresh.column(target[0]).take(pa.array(rng.permutation(fresh.rows)))
    return _with_array(fresh, fresh.schema[target[0]], labels)


def _flipped_labels(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Give a fifth of the rows another label: another class, or a number of another row."""
    target = guess_target(train.schema, train)
    if target is None:
        return None
    column, hit = fresh.schema[target[0]], rng.random(fresh.rows) < 0.2
    if column.is_number:
        values = fresh.numbers(column.name)
        return _with_numbers(fresh, column, np.where(hit, rng.permutation(values), values))
    codes = fresh.codes(column.name)
    classes = np.unique(codes[codes >= 0])
    if len(classes) < 2:
        return None
    step = rng.integers(1, len(classes), fresh.rows)
    moved = classes[(np.searchsorted(classes, codes) + step) % len(classes)]
    return _with_codes(fresh, column, np.where(hit & (codes >= 0), moved, codes))


def _broken_subgroup(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Shuffle every other column within one group of about a tenth to a third of the rows."""
    sensitive = [c for c in _plain(fresh) if c.is_levels and c.role == "sensitive"]
    for column in sensitive or [c for c in _plain(fresh) if c.is_levels and c.role != "target"]:
        codes = fresh.codes(column.name)
        shares = np.bincount(codes[codes >= 0], minlength=1) / fresh.rows
        sized = np.flatnonzero((shares >= 0.08) & (shares <= 0.5))
        if not len(sized):
            continue
        rows = np.flatnonzero(codes == sized[np.argmin(np.abs(shares[sized] - 0.2))])
        changed = fresh
        for other in _plain(fresh):
            if other.name != column.name:
                places = np.arange(fresh.rows)
                places[rows] = rng.permutation(rows)
                changed = _with_array(changed, other, fresh.column(other.name).take(pa.array(places)))
        return changed
    return None


# -- single columns -----------------------------------------------------------------------------------------------
def _each_number(change: Callable[[Column, Floats, Floats], Floats | None]) -> Fault:
    """Return a fault of every number column; `change` takes the column, its fresh and its real known values."""

    def make(train: Table, fresh: Table, rng: Rng) -> Table | None:
        changed = fresh
        for column in _measures(fresh):
            known = _known(train.numbers(column.name))
            values = change(column, fresh.numbers(column.name), known) if len(known) else None
            changed = changed if values is None else _with_numbers(changed, column, values)
        return None if changed is fresh else changed

    return make


def _clipped(column: Column, values: Floats, known: Floats) -> Floats | None:
    low, high = np.quantile(known, [0.02, 0.98])
    return np.clip(values, low, high)


def _scaled(column: Column, values: Floats, known: Floats) -> Floats | None:
    return values * 1.1


def _rounded(column: Column, values: Floats, known: Floats) -> Floats | None:
    """Drop the decimals, or as many of them as a column of small numbers can lose without becoming one value."""
    if column.kind == "integer":
        return None
    spread = float(known.std())
    step = min(1.0, 10.0 ** np.floor(np.log10(spread))) if spread > 0 else 1.0
    return np.round(values / step) * step


def _invented_levels(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Write a level that no real row has into a twentieth of the rows of one category."""
    column = next((c for c in _by_levels(fresh) if c.kind == "category" and c.role != "target"), None)
    if column is None:
        return None
    levels = (*(column.levels or ()), "a level made up")
    codes = np.where(rng.random(fresh.rows) < 0.05, len(levels) - 1, fresh.codes(column.name))
    return _with_codes(fresh, column.model_copy(update={"levels": levels}), codes.astype(np.int32))


def _lost_levels(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Replace the level nearest to a tenth of the rows, in each category of three levels or more, by the others."""
    changed = fresh
    for column in _by_levels(fresh):
        codes = fresh.codes(column.name)
        shares = np.bincount(codes[codes >= 0], minlength=1) / fresh.rows
        if column.role == "target" or (shares > 0).sum() < 3:
            continue
        lost = int(np.argmin(np.abs(np.log(np.maximum(shares, 1e-9) / 0.1))))
        rest = codes[(codes >= 0) & (codes != lost)]
        changed = _with_codes(changed, column, np.where(codes == lost, rng.choice(rest, fresh.rows), codes))
    return None if changed is fresh else changed


# -- columns together ---------------------------------------------------------------------------------------------
def _wrong_triples(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Shuffle the third column of a planted parity: no pair changes, the triple is gone."""
    if PARITY[-1] not in fresh.schema:
        return None
    column = fresh.schema[PARITY[-1]]
    return _with_array(fresh, column, fresh.column(column.name).take(pa.array(rng.permutation(fresh.rows))))


def _moved_missingness(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Move each column's gaps to other rows, as many; what was missing gets values of other rows."""
    changed = fresh
    for column in _plain(fresh):
        gone = fresh.missing(column.name)
        if not gone.any() or gone.all():
            continue
        places = np.arange(fresh.rows)
        places[gone] = rng.choice(np.flatnonzero(~gone), int(gone.sum()))
        filled = fresh.column(column.name).take(pa.array(places))
        moved = pa.compute.if_else(pa.array(rng.permutation(gone)), pa.scalar(None, filled.type), filled)
        changed = _with_array(changed, column, moved)
    return None if changed is fresh else changed


def _invented_correlation(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Sort one column by another in half of the rows, of the two that depend least on anything."""
    columns = [c for c in _plain(fresh) if c.role != "target"]
    ranks = np.array([_ranks(fresh, c) for c in columns])
    alive = [i for i in range(len(columns)) if ranks[i].std() > 0 and len(np.unique(ranks[i])) >= 5]
    if len(alive) < 2:
        return None
    tied = np.abs(np.corrcoef(ranks[alive]))
    np.fill_diagonal(tied, 0)
    second = int(np.argmin(tied.sum(axis=1)))
    first = int(np.argmin(np.where(np.arange(len(alive)) == second, np.inf, tied[second])))
    rows = np.flatnonzero(rng.random(fresh.rows) < 0.5)
    places = np.arange(fresh.rows)
    by_first = rows[np.argsort(ranks[alive[first]][rows], kind="stable")]
    places[by_first] = rows[np.argsort(ranks[alive[second]][rows], kind="stable")]
    column = columns[alive[second]]
    return _with_array(fresh, column, fresh.column(column.name).take(pa.array(places)))


def _ranks(table: Table, column: Column) -> Floats:
    """Return average ranks of a column, missing values in the middle; levels rank in their own order."""
    from scipy.stats import rankdata

    values = table.numbers(column.name) if column.is_number else table.codes(column.name).astype(np.float64)
    known = _known(values)
    filled = np.where(np.isnan(values), np.median(known) if len(known) else 0.0, values)
    return np.asarray(rankdata(filled), dtype=np.float64)


# -- what faults are made of --------------------------------------------------------------------------------------
def _plain(table: Table) -> list[Column]:
    """Return the columns that are compared: numbers and levels that are no identifier."""
    return [c for c in table.schema.columns if (c.is_number or c.is_levels) and c.role not in ("key", "ignore")
            and not c.is_pseudonymous]  # fmt: skip


def _measures(table: Table) -> list[Column]:
    return [c for c in _plain(table) if c.kind in ("integer", "decimal", "float") and c.role != "target"]


def _by_levels(table: Table) -> list[Column]:
    """Return the columns of levels, the one with most levels first."""
    return sorted((c for c in _plain(table) if c.is_levels), key=lambda c: -len(c.levels or ()))


def _known(values: Floats) -> Floats:
    return values[np.isfinite(values)]


def _spread_out(of: int, n: int, rng: Rng) -> npt.NDArray[np.int64]:
    """Return `n` positions among `of`, each as often as any other."""
    rounds = [rng.permutation(of) for _ in range(-(-n // of))]
    return np.concatenate(rounds)[:n]


def _jittered(table: Table, train: Table, rng: Rng, share: float) -> Table:
    """Move every number by up to a share of its real range."""
    if not share:
        return table
    for column in _plain(table):
        known = _known(train.numbers(column.name)) if column.is_number else np.empty(0)
        if len(known) and known.min() < known.max():
            moved = table.numbers(column.name) + share * np.ptp(known) * rng.uniform(-1, 1, table.rows)
            table = _with_numbers(table, column, np.clip(moved, known.min(), known.max()))
    return table


def _with_numbers(table: Table, column: Column, values: Floats) -> Table:
    """Return the table with other values in a number column, rounded as the column is written."""
    dtype, gone = table.column(column.name).type, ~np.isfinite(values)
    if pa.types.is_floating(dtype):
        plain = pa.array(values if column.decimals is None else np.round(values, column.decimals), mask=gone)
        return _with_array(table, column, plain.cast(dtype))
    whole = pa.array(np.where(gone, 0, np.round(values)).astype(np.int64), mask=gone)
    return _with_array(table, column, (whole.cast(pa.int32()) if pa.types.is_date32(dtype) else whole).cast(dtype))


def _with_codes(table: Table, column: Column, codes: Codes) -> Table:
    gone = codes < 0
    if column.kind == "boolean":
        return _with_array(table, column, pa.array(codes == 1, mask=gone))
    indices = pa.array(np.where(gone, 0, codes).astype(np.int32), mask=gone)
    coded = pa.DictionaryArray.from_arrays(indices, pa.array(column.levels or (), pa.string()))
    return _with_array(table, column, coded)


def _with_array(table: Table, column: Column, array: pa.Array[Any]) -> Table:
    place = table.names.index(column.name)
    changed = tuple(column if c.name == column.name else c for c in table.schema.columns)
    columns = table.columns.set_column(place, column.name, array)
    return Table(columns, table.schema.model_copy(update={"columns": changed}), table.container)


_ALL = (
    Control("fresh", None, "fresh real rows: nothing may be found", _fresh),
    Control("noise", "fidelity", "uniform noise over the range of each column", _noise),
    Control("independent", "fidelity", "each column drawn by itself", independent_columns),
    Control("mode-collapse", "fidelity", "fifty rows over and over", _mode_collapse),
    Control("clipped-tails", "fidelity", "numbers cut off at the 2nd and the 98th percentile", _each_number(_clipped)),
    Control("changed-scale", "fidelity", "every number a tenth larger", _each_number(_scaled)),
    Control("changed-rounding", "fidelity", "decimals dropped", _each_number(_rounded)),
    Control("invented-levels", "fidelity", "a level that is not real in 5 % of one category", _invented_levels),
    Control("lost-levels", "fidelity", "one level of each category never drawn", _lost_levels),
    Control("wrong-triples", "fidelity", "all pairs right, one triple wrong", _wrong_triples),
    Control("moved-missingness", "fidelity", "gaps in other rows, as many", _moved_missingness),
    Control("invented-correlation", "fidelity", "two unrelated columns made to go together", _invented_correlation),
    Control("shuffled-labels", "utility", "the target shuffled", _shuffled_labels),
    Control("flipped-labels", "utility", "the target wrong in a fifth of the rows", _flipped_labels),
    Control("memoriser", "privacy", "the real rows themselves", _memoriser),
    Control("jittered-memoriser", "privacy", "the real rows, numbers moved by 1 % of the range", _jittered_memoriser),
    Control("copies-0.5", "privacy", "real rows planted as 0.5 % of the rows", _planted(0.005)),
    Control("copies-1", "privacy", "real rows planted as 1 % of the rows", _planted(0.01)),
    Control("jittered-copies", "privacy", "1 % planted, numbers moved by 1 %", _planted(0.01, jitter=0.01)),
    Control("outlier-copies", "privacy", "the outermost real rows planted as 1 %", _planted(0.01, outliers=True)),
    Control("broken-subgroup", "fairness", "columns shuffled within one group", _broken_subgroup),
)

CONTROLS: dict[str, Control] = {control.name: control for control in _ALL}
"""Every control by its name."""
