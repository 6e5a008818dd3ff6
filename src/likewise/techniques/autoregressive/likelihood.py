"""How likely rows are under a fitted table: the chain rule over the steps that draw it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from likewise.core.alike import rows_like
from likewise.core.draw import BLOCK
from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.errors import ConditionError, suggest
from likewise.modalities.tabular.codec import Codec, encode
from likewise.modalities.tabular.levels import LevelsCodec
from likewise.modalities.tabular.numbers import NumberCodec
from likewise.techniques.autoregressive.copied import choices_made, repeats_in
from likewise.techniques.autoregressive.ended import ways_in

if TYPE_CHECKING:
    from likewise.techniques.autoregressive.model import AutoregressiveModel

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

SPREAD = 1e-2
"""Share of each column's probability that is spread evenly over all its symbols, so that no row is impossible."""

BROKEN = float(np.log(1e-12))
"""What a computed column adds where it is not what its formula says."""


def log_prob(model: AutoregressiveModel, data: Any) -> Floats:
    """Return the natural logarithm of each row's probability, in column after column (see the model's method)."""
    rows = rows_like(data, model.learned, wanted=model.learned.names)
    return np.concatenate([_of_block(model, block) for block in _blocks(rows)])


def predict_proba(model: AutoregressiveModel, data: Any, target: str) -> tuple[tuple[str, ...], Floats]:
    """Return the target's levels and their probabilities (rows, levels) given all other columns (see the model)."""
    place, levels = _levels_of(model, target)
    others = [name for name in model.learned.names if name != target]
    rows = rows_like(data, model.learned.select(others), wanted=others)
    found = np.concatenate([_joint(model, block, place, len(levels)) for block in _blocks(rows)])
    found = np.exp(found - found.max(axis=1, keepdims=True))
    return levels, found / found.sum(axis=1, keepdims=True)


def _of_block(model: AutoregressiveModel, rows: Table) -> Floats:
    """Return log probabilities of the rows of one block."""
    symbols, possible, inside = _encoded(model, rows)
    total = np.zeros(rows.rows)
    in_dates = {model.learned.names.index(part.column) for part in model.constraints.parts}
    for step in (step for step in model.gated_steps if step.column not in in_dates):
        share = np.where(possible[step.column], step.share(symbols, symbols[step.column]), 0.0)
        total += _log(share, model.all_codecs[step.column]) + inside[step.column]
    for rule in model.constraints.computed:
        total += np.where(rule.holds(rows), 0.0, BROKEN)
    return total


def _joint(model: AutoregressiveModel, rows: Table, place: int, levels: int) -> Floats:
    """Return the log joint probability (rows, levels) of each row with each level, up to what all levels share."""
    symbols, possible, _ = _encoded(model, rows)
    steps = [step for step in model.gated_steps if step.column == place or step.looks_at(place)]
    found = np.zeros((rows.rows, levels))
    for level in range(levels):
        symbols[place] = level
        for step in steps:
            share = np.where(possible[step.column], step.share(symbols, symbols[step.column]), 0.0)
            found[:, level] += _log(share, model.all_codecs[step.column])
    return found


def _encoded(model: AutoregressiveModel, rows: Table) -> tuple[Ints, npt.NDArray[np.bool_], Floats]:
    """Return symbols (columns, rows), whether each cell can be drawn, and its log density within its symbol."""
    schema, shape = model.learned, (len(model.all_codecs), rows.rows)
    symbols, possible, inside = np.zeros(shape, dtype=np.int32), np.ones(shape, dtype=bool), np.zeros(shape)
    for place, (codec, column) in enumerate(zip(model.codecs, schema.columns, strict=True)):
        if column.name in rows.schema:
            symbols[place] = encode(codec, rows, column.name)
            possible[place], inside[place] = _within(codec, rows, column, symbols[place])
    for which, ways in zip(model.endings.values(), ways_in(model.codecs, schema.names, rows), strict=True):
        symbols[which] = ways
    all_repeats = repeats_in(model.steps)
    for which, choice in choices_made(all_repeats, model.codecs, schema.names, rows).items():
        symbols[which] = choice
    for repeats in all_repeats:  # a value that is repeated has no density of its own
        inside[repeats.column, symbols[repeats.which] > 0] = 0
    return symbols, possible, inside


def _within(codec: Codec, rows: Table, column: Column, symbols: Ints) -> tuple[Mask, Floats]:
    """Return which cells can be drawn, and the log density of their value among those of their symbol."""
    if isinstance(codec, NumberCodec):
        values, blank = rows.numbers(column.name), symbols == codec.symbols
        low, high = np.append(codec.low, np.nan)[symbols], np.append(codec.high, np.nan)[symbols]
        slack = 1e-9 * np.maximum(np.abs(low), np.abs(high)) + 1e-3 * codec.step
        width = high - low
        spread = np.round(width / codec.step) + 1 if codec.step else np.where(width > 0, width, 1.0)
        inside = (values >= low - slack) & (values <= high + slack)
        return inside | blank, np.where(blank, 0.0, -np.log(np.where(blank, 1.0, spread)))
    rare = symbols == len(codec.levels)
    return np.ones(len(symbols), dtype=bool), np.where(rare, -np.log(max(len(codec.made), 1)), 0.0)


def _log(share: Floats, codec: Codec) -> Floats:
    """Return the logarithm of shares mixed with a little of the even distribution over all symbols."""
    logs: Floats = np.log((1 - SPREAD) * share + SPREAD / (codec.symbols + 1))
    return logs


def _levels_of(model: AutoregressiveModel, target: str) -> tuple[int, tuple[str, ...]]:
    """Return the place of a target among the learned columns, and its levels; refuse what has none."""
    names = model.learned.names
    if target not in names:
        raise ConditionError("given.unknown-column", f"no column `{target}` was learned", where=target,
                             hint=suggest(target, names, "learned column"))  # fmt: skip
    column, codec = model.learned[target], model.codecs[names.index(target)]
    if not column.is_levels or not isinstance(codec, LevelsCodec) or not codec.levels:
        raise ConditionError("given.kind", f"`{target}` ({column.kind}) has no levels that can be told apart",
                             where=target, hint="name a category or boolean column")  # fmt: skip
    return names.index(target), ("false", "true") if column.kind == "boolean" else codec.levels


def _blocks(rows: Table) -> Iterator[Table]:
    for start in range(0, max(rows.rows, 1), BLOCK):
        yield rows.slice(start, BLOCK)
