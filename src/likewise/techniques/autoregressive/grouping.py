"""Rows of many groups at once: what comes before the columns that tell the groups apart is drawn once for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.picking import picked
from likewise.techniques.autoregressive.boosted.step import Boosted
from likewise.techniques.autoregressive.saving import Step
from likewise.techniques.autoregressive.steps import Grown

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

PILOT = 4096
"""Rows that are drawn first, to see how many are needed."""

ROUNDS = 16
"""Rows drawn to choose from at most, in multiples of those of the largest group (or of `PILOT`)."""

APART = 4
"""Rows drawn at most, in multiples of those wanted, so that no two groups share any; with more, groups share them."""


@dataclass(frozen=True, eq=False)
class Stage:
    """Hold what one column asks: each branch, of a branch of the stage before, wants symbols by their weight."""

    column: int
    above: Longs
    wanted: tuple[Floats, ...]


@dataclass(frozen=True, eq=False)
class Drawn:
    """Hold symbols (columns, rows), branch after branch of the last stage, and how the branches fared.

    `sizes` are rows of each last branch; `rates`, a stage each, are the shares of rows that a branch could keep.
    """

    symbols: Ints
    sizes: Longs
    rates: tuple[Floats, ...]


def draw_together(
    steps: Sequence[Step], wanted: Sequence[Mapping[int, Floats]], counts: Longs, rng: np.random.Generator
) -> Drawn:
    """Draw `counts` rows of each group; a group that nothing drawn meets gets none.

    `wanted` holds for each group the weights of symbols, of the same columns in all groups. Rows are drawn up to the
    first such column, and each group keeps some by how likely they make what it wants: by rejection, which is exact,
    or by weighted draws where too few would be kept. So on to the next such column, and to the end.
    """
    stages, last = _stages(steps, wanted)
    pilot = _run(steps, stages, PILOT, [np.full(len(s.wanted), max(16, PILOT // len(s.wanted))) for s in stages], rng)
    demands, windows = [np.bincount(last, weights=counts).astype(np.int64)], list[Floats]()
    total, most = demands[0], demands[0]  # of the groups below a branch: all their rows, and those of the largest
    for stage, rates in zip(reversed(stages), reversed(pilot.rates), strict=True):
        with np.errstate(divide="ignore"):
            window = np.where(demands[0] > 0, 1.1 * demands[0] / rates + 50, 0.0)
        total, most = _above(np.add, stage, total), _above(np.maximum, stage, most)
        apart, shared = _above(np.add, stage, window), _above(np.maximum, stage, window)
        shared = np.clip(shared, total, np.maximum(total, ROUNDS * np.maximum(most, PILOT)))
        demands.insert(0, np.where(apart <= APART * total, apart, shared).astype(np.int64))
        windows.insert(0, window)
    drawn = _run(steps, stages, int(demands[0][0]), demands[1:], rng, windows)
    ends = np.cumsum(drawn.sizes)
    order = np.concatenate([np.arange(ends[branch] - drawn.sizes[branch], ends[branch]) for branch in last.tolist()])
    return Drawn(drawn.symbols[:, order.astype(np.int64)], drawn.sizes[last], drawn.rates)


def can_be(steps: Sequence[Step], wanted: Sequence[Mapping[int, Floats]], rng: np.random.Generator) -> Mask:
    """Return which groups some rows can be drawn of: of few rows first, then of as many as one group would try."""
    stages, last = _stages(steps, wanted)
    found = np.zeros(len(wanted), dtype=bool)
    for rows in (PILOT, ROUNDS * PILOT):
        each = [np.full(len(stage.wanted), max(16, rows // len(stage.wanted))) for stage in stages]
        found |= _run(steps, stages, rows, each, rng).sizes[last] > 0
        if found.all():
            break
    return found


def _stages(steps: Sequence[Step], wanted: Sequence[Mapping[int, Floats]]) -> tuple[list[Stage], Longs]:
    """Return the stages in the order of drawing, and the last branch of each group."""
    branch = np.zeros(len(wanted), dtype=np.int64)
    stages = []
    for step in steps:
        if step.column in wanted[0]:
            paths = [(int(b), group[step.column].tobytes()) for b, group in zip(branch, wanted, strict=True)]
            place = {path: number for number, path in enumerate(dict.fromkeys(sorted(paths)))}
            branch = np.array([place[path] for path in paths])
            above = np.array([path[0] for path in place])
            stages.append(Stage(step.column, above, tuple(np.frombuffer(path[1]) for path in place)))
    return stages, branch


def _above(gather: np.ufunc, stage: Stage, below: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return for each branch of the stage before what its own branches sum up to, or the most of them."""
    found = np.zeros(int(stage.above.max()) + 1, dtype=below.dtype)
    gather.at(found, stage.above, below)
    return found


def _run(
    steps: Sequence[Step], stages: Sequence[Stage], rows: int, demands: Sequence[Longs], rng: np.random.Generator,
    windows: Sequence[Floats] | None = None,
) -> Drawn:  # fmt: skip
    """Draw rows through all steps, keeping at each stage as many of each branch as are asked for."""
    symbols = np.zeros((1 + max(step.column for step in steps), rows), dtype=np.int32)
    sizes, rates, done = np.array([rows]), list[Floats](), 0
    for step in steps:
        if done == len(stages) or stages[done].column != step.column:
            symbols[step.column] = step.drawn(symbols, rng, None, None).symbols
            continue
        window = np.full(len(demands[done]), np.inf) if windows is None else windows[done]
        chosen, own, sizes, rate = _branched(step, stages[done], symbols, sizes, demands[done], window, rng)
        symbols = symbols[:, chosen]
        symbols[step.column] = own
        rates.append(rate)
        done += 1
    return Drawn(symbols, sizes, tuple(rates))


def _branched(
    step: Step, stage: Stage, symbols: Ints, sizes: Longs, demand: Longs, window: Floats, rng: np.random.Generator
) -> tuple[Longs, Ints, Longs, Floats]:
    """Return the rows that go on and their symbols, branch after branch, how many each has, and the shares kept."""
    starts, offset = np.cumsum(sizes) - sizes, np.zeros(len(sizes), dtype=np.int64)
    simple = isinstance(step, Grown) and not step.limits
    leaves = step.tree.leaves(step.features(symbols)) if isinstance(step, Grown) and simple else None
    chances = step.chances(symbols) if isinstance(step, Boosted) and not step.by_leaf else None
    chosen, owns, rates = list[Longs](), list[Ints](), np.zeros(len(demand))
    for branch, (above, wanted) in enumerate(zip(stage.above.tolist(), stage.wanted, strict=True)):
        size = int(sizes[above])
        looked = int(min(window[branch], size))
        rows = starts[above] + (offset[above] + np.arange(looked)) % max(size, 1)
        offset[above] += looked
        if isinstance(step, Grown) and leaves is not None:
            mass, own = _in_leaves(step, wanted)[leaves[rows]], None
        elif chances is not None:
            mass, own = chances[rows] @ wanted, None
        else:
            found = step.drawn(np.ascontiguousarray(symbols[:, rows]), rng, wanted, None)
            mass, own = np.ones(looked) if found.mass is None else found.mass, found.symbols
        if not mass.any() or not demand[branch]:
            chosen.append(rows[:0])
            owns.append(np.empty(0, dtype=np.int32))
            continue
        rates[branch] = mass.mean() / mass.max()
        place = picked(mass, int(demand[branch]), rng)
        chosen.append(rows[place])
        owns.append(_within(step, symbols, rows[place], wanted, rng) if own is None else own[place])
    return np.concatenate(chosen), np.concatenate(owns), np.array([len(own) for own in owns]), rates


def _in_leaves(step: Grown, wanted: Floats) -> Floats:
    """Return what share of each leaf's donors is wanted."""
    totals = np.append(0.0, np.cumsum(wanted[step.tree.donors]))[step.tree.start]
    share: Floats = np.diff(totals) / np.maximum(np.diff(step.tree.start), 1)
    return share


def _within(step: Step, symbols: Ints, rows: Longs, wanted: Floats, rng: np.random.Generator) -> Ints:
    """Return a wanted symbol for each row."""
    only = np.flatnonzero(wanted)
    if len(only) == 1:
        return np.full(len(rows), only[0], dtype=np.int32)
    return step.drawn(np.ascontiguousarray(symbols[:, rows]), rng, wanted, None).symbols
