"""Which symbols of a column rules leave to a row, given all its other columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from likewise.techniques.autoregressive.copied import Choice, Copied
from likewise.techniques.autoregressive.ended import Ended
from likewise.techniques.autoregressive.gates import Gate, Gated
from likewise.techniques.autoregressive.steps import Grown, Lookup
from likewise.techniques.autoregressive.structure import Limit

if TYPE_CHECKING:
    from likewise.techniques.autoregressive.model import AutoregressiveModel

Ints = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


def fitting(model: AutoregressiveModel, column: int, symbols: Ints, known: Mask, *, fill: bool) -> Mask:
    """Return (rows, symbols of the column): what orders, gates and decided columns allow beside the others.

    `known` (columns, rows) says which cells are given: these have to fit, and so have drawn ones but for what a gate
    leaves missing, which is filled all the same if `fill`.
    """
    found = np.ones((symbols.shape[1], model.all_codecs[column].symbols + 1), dtype=bool)
    for step in model.gated_steps:
        gates, inner = (step.gates, step.step) if isinstance(step, Gated) else ((), step)
        if step.column == column:
            _of_itself(found, inner, gates, symbols, fill=fill)
            continue
        own = symbols[step.column]
        for limit in _limits_of(inner):
            if limit.by == column:
                found &= _within(limit, own, model.all_codecs[step.column].symbols)
        if isinstance(inner, Lookup) and inner.by == column:
            found &= ~known[step.column][:, None] | (inner.symbols[None, :] == own[:, None])
        for gate in gates:
            if gate.by == column:
                found &= _opened(gate, own == model.all_codecs[step.column].symbols, known[step.column], fill=fill)
    return found


def _of_itself(found: Mask, inner: Any, gates: tuple[Gate, ...], symbols: Ints, *, fill: bool) -> None:
    """Take from what a column may be what its own limits, gates and sources do not allow."""
    line, missing = np.arange(found.shape[1]), found.shape[1] - 1
    for limit in _limits_of(inner):
        bound = limit.symbols[symbols[limit.by]][:, None]
        found &= (line <= bound if limit.upper else line >= bound) | (line == missing)
    for gate in gates if not fill else ():
        shut = gate.shut[symbols[gate.by]][:, None]
        found &= ~shut | (line == missing)
        if gate.exactly:
            found &= shut | (line != missing)
    if isinstance(inner, Choice):
        for choice in range(1, missing):
            found[:, choice] &= ~inner.repeats.shut(symbols, np.full(len(found), choice, dtype=np.int32))


def _limits_of(step: Any) -> tuple[Limit, ...]:
    inner = step
    while isinstance(inner, Copied | Ended):
        inner = inner.step
    grown = inner if isinstance(inner, Grown) else getattr(inner, "grown", None)
    return () if grown is None else grown.limits


def _within(limit: Limit, bounded: Ints, missing: int) -> Mask:
    """Return (rows, symbols of the column that limits): beside which of them a limited symbol can stand."""
    own = bounded[:, None]
    fits = own <= limit.symbols[None, :] if limit.upper else own >= limit.symbols[None, :]
    return np.asarray(fits | (own == missing))


def _opened(gate: Gate, missing: Mask, known: Mask, *, fill: bool) -> Mask:
    """Return (rows, symbols of the gate's column): beside which of them a cell can be known, or missing."""
    bound = (known | (not fill))[:, None]
    is_known = ~missing[:, None]
    fits = ~bound | ~is_known | ~gate.shut[None, :]
    if gate.exactly and not fill:
        fits &= is_known | gate.shut[None, :]
    return fits
