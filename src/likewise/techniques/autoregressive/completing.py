"""Complete partial rows: whole rows drawn in order and weighed, then cell after cell given all others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from likewise.core.table import Table
from likewise.modalities.tabular.codec import encode, known_symbols
from likewise.techniques.autoregressive.copied import MIDDLE, known_choices, repeats_in
from likewise.techniques.autoregressive.ended import ways_in
from likewise.techniques.autoregressive.fitting import fitting
from likewise.techniques.autoregressive.gates import Gated
from likewise.techniques.autoregressive.steps import Lookup

if TYPE_CHECKING:
    from likewise.techniques.autoregressive.model import AutoregressiveModel

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

CANDIDATES, FEWER = 32, 8
"""Completions drawn for a partial row, one of which is kept; fewer where its cells are drawn again afterwards."""

SWEEPS = 5
"""Times that the unknown cells of a row are drawn again, given all its other cells."""

AT_ONCE = 1024
"""Rows whose distributions are held in memory at a time."""


def completed(model: AutoregressiveModel, rows: Table, rng: np.random.Generator, *, fill: bool) -> Ints:
    """Return symbols (columns, rows) of partial rows: known cells as they are, the others drawn beside them.

    Candidates are drawn in the order of the columns, and one is kept by how likely the known cells are beside it
    (sampling importance resampling; Rubin, 1988). Where all that is known comes first, one does. Where at least
    half of a row is known, its unknown cells are then drawn again, one after another, given all others (Gibbs sampling;
    Geman and Geman, 1984).
    """
    fixed = _known_cells(model, rows)
    wanted = _to_fill(model, fixed) if fill else {}
    again, exact = _drawn_again(model, fixed), ~_is_late(fixed[[step.column for step in model.steps]] >= 0)
    symbols = np.zeros((len(model.all_codecs), rows.rows), dtype=np.int32)
    for whose, candidates in ((again, FEWER), (exact & ~again, 1), (~exact & ~again, CANDIDATES)):
        part = np.flatnonzero(whose)
        if len(part):
            symbols[:, part] = _resampled(model, fixed[:, part], wanted, candidates, rng)
    part = np.flatnonzero(again)
    if len(part):
        chain = Chain(model, fixed[:, part] >= 0, wanted, fill, symbols[:, part])
        chain.run(rng)
        symbols[:, part] = chain.symbols
    return symbols


def _known_cells(model: AutoregressiveModel, rows: Table) -> Ints:
    """Return the symbols of known cells, -1 elsewhere, of the learned columns and of the hidden ones."""
    names = model.learned.names
    fixed = np.full((len(model.all_codecs), rows.rows), -1, dtype=np.int32)
    for name in rows.names:
        place = names.index(name)
        fixed[place] = np.where(rows.missing(name), -1, encode(model.codecs[place], rows, name))
    for which, choice in known_choices(repeats_in(model.steps), model.codecs, names, rows).items():
        fixed[which] = choice
    ways = ways_in(model.codecs, names, rows)
    for (number, which), own in zip(model.endings.items(), ways, strict=True):
        fixed[which] = np.where(fixed[number] < 0, -1, own)
    return fixed


def _to_fill(model: AutoregressiveModel, fixed: Ints) -> dict[int, Floats]:
    """Return what may fill the gaps of each column that has any: all symbols but the missing and the rare one."""
    gaps = [place for place in range(len(model.codecs)) if (fixed[place] < 0).any()]
    found = {place: known_symbols(model.codecs[place]) for place in gaps}
    return {place: can_be for place, can_be in found.items() if can_be.any()}


def _drawn_again(model: AutoregressiveModel, fixed: Ints) -> Mask:
    """Return the rows that are known for at least a half, and of which a known cell comes after an unknown one.

    So are those of which a decided cell is known and the deciding one is not: few candidates would fit it.
    """
    order = [step.column for step in model.steps if step.column < len(model.codecs)]
    known: Mask = fixed >= 0
    in_turn = known[order]
    found: Mask = _is_late(in_turn) & (2 * in_turn.sum(axis=0) >= len(order))
    for step in model.steps:
        if isinstance(step, Lookup):
            found |= known[step.column] & ~known[step.by]
    return found


def _is_late(known: Mask) -> Mask:
    """Return the rows of which a known cell comes after an unknown one, of cells in turn (cells, rows)."""
    return np.asarray((np.logical_or.accumulate(~known, axis=0) & known).any(axis=0))


def _resampled(
    model: AutoregressiveModel, fixed: Ints, wanted: dict[int, Floats], candidates: int, rng: np.random.Generator
) -> Ints:
    """Draw candidates for each row and keep one of them by its weight."""
    rows = fixed.shape[1]
    told = [place for place, own in enumerate(fixed) if place in wanted or (own >= 0).any()]
    given = {place: np.repeat(fixed[place], candidates) for place in told}
    symbols, mass = model.propose(rows * candidates, rng, wanted, given)
    totals: Floats = np.cumsum(mass.reshape(rows, candidates), axis=1)
    numbers = rng.random((rows, 1)) * totals[:, -1:]
    picked = np.minimum((numbers >= totals).sum(axis=1), candidates - 1)
    kept: Ints = symbols[:, np.arange(rows) * candidates + picked]
    return kept


@dataclass(eq=False)
class Chain:
    """Draw the unknown cells of rows again, column after column, from forests and within what rules allow.

    `known` (columns, rows) are cells that stay. Cells of a column that repeats another one stay as they were drawn
    where the other one is unknown too: what is repeated and whether it is have to be drawn together.
    """

    model: AutoregressiveModel
    known: Mask
    wanted: dict[int, Floats]
    fill: bool
    symbols: Ints

    def run(self, rng: np.random.Generator) -> None:
        """Sweep over the columns there and back; one sweep does for rows with one unknown cell."""
        open_cells = self._open()
        sites = [step for step in self.model.gated_steps if open_cells[step.column].any()]
        several = open_cells.sum(axis=0) > 1
        for sweep in range(SWEEPS):
            for step in sites if sweep % 2 == 0 else sites[::-1]:
                rows = np.flatnonzero(open_cells[step.column] & (several | (sweep == 0)))
                for start in range(0, len(rows), AT_ONCE):
                    self._draw(step, rows[start : start + AT_ONCE], rng)

    def _open(self) -> Mask:
        """Return the cells that are drawn again."""
        open_cells = ~self.known
        decided = [step.column for step in self.model.steps if isinstance(step, Lookup)]
        open_cells[decided] = False
        for repeats in repeats_in(self.model.steps):
            both = ~self.known[repeats.which] & ~self.known[list(repeats.of)].all(axis=0)
            for column in (repeats.which, repeats.column, *repeats.of):
                open_cells[column] &= ~both
        drawn = {step.column for step in self.model.steps}
        open_cells[[place for place in range(len(open_cells)) if place not in drawn]] = False
        return open_cells

    def _draw(self, step: Any, rows: Longs, rng: np.random.Generator) -> None:
        """Draw one column of some rows again, and then what it decides; where nothing fits, it stays as it was."""
        beside = np.ascontiguousarray(self.symbols[:, rows])
        drawn, fits = self._drawn(step, beside, rows, rng)
        if step.column in self.wanted:
            fits &= self.wanted[step.column][drawn] > 0
        beside[step.column] = np.where(fits, drawn, beside[step.column])
        for other in self.model.gated_steps:
            if self._decides(other) == step.column:
                follows = other.drawn(beside, rng, None, None).symbols
                fits = ~self.known[other.column, rows]
                if other.column in self.wanted:
                    fits &= self.wanted[other.column][follows] > 0
                beside[other.column] = np.where(fits, follows, beside[other.column])
        self.symbols[:, rows] = beside

    def _drawn(self, step: Any, beside: Ints, rows: Longs, rng: np.random.Generator) -> tuple[Ints, Mask]:
        """Return a symbol for each row, and where it is one: by the step itself where none that follows looks at it."""
        column, wanted = step.column, self.wanted.get(step.column)
        if not any(other.looks_at(column) for other in self.model.gated_steps):
            return step.drawn(beside, rng, wanted, None).symbols, np.ones(len(rows), dtype=bool)
        forest = self.model.forests.of(column, known=wanted is not None)
        if forest is None:
            return beside[column], np.ones(len(rows), dtype=bool)
        fits = fitting(self.model, column, beside, self.known[:, rows], fill=self.fill)
        shares = np.where(fits, forest.shares(beside) if wanted is None else forest.shares(beside) * wanted, 0.0)
        none = np.flatnonzero(~shares.any(axis=1))
        shares[none] = fits[none] * (forest.overall if wanted is None else forest.overall * wanted)
        sums = np.cumsum(shares, axis=1)
        drawn = (sums <= (rng.random(len(rows)) * sums[:, -1])[:, None]).sum(axis=1)
        drawn, possible = np.minimum(drawn, forest.count - 1).astype(np.int32), sums[:, -1] > 0
        for repeats in repeats_in(self.model.steps):
            if repeats.column == column:
                repeated = beside[repeats.which] > 0
                drawn = np.where(repeated, repeats.landing(beside)[MIDDLE], drawn)
                possible |= repeated
        return drawn, possible

    def _decides(self, step: Any) -> int | None:
        """Return the column that a step looks up its own by, None where it does not."""
        inner = step.step if isinstance(step, Gated) else step
        return inner.by if isinstance(inner, Lookup) else None
