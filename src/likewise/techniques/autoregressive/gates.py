"""Draw a column such that it is missing where another one says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from likewise.constraints.kinds import Constraints, Missing
from likewise.core.schema import Schema
from likewise.modalities.tabular.codec import Codec, known_symbols
from likewise.modalities.tabular.levels import LevelsCodec
from likewise.techniques.autoregressive.steps import LEAST_SHARE, Draw, Lookup

if TYPE_CHECKING:
    from likewise.techniques.autoregressive.saving import Step

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Gate:
    """Say beside which symbols of column `by` a column has to be missing, and whether it is known beside all others."""

    by: int
    shut: npt.NDArray[np.bool_]
    exactly: bool


def gates_of(constraints: Constraints, codecs: Sequence[Codec], schema: Schema) -> dict[int, tuple[Gate, ...]]:
    """Return the gates of each column that has any."""
    found: dict[int, tuple[Gate, ...]] = {}
    for absence in constraints.absences:
        column, by = schema.names.index(absence.column), schema.names.index(absence.by)
        gate = Gate(by, _shut(absence, codecs[by]), absence.exactly)
        found[column] = (*found.get(column, ()), gate)
    return found


def _shut(absence: Missing, by: Codec) -> npt.NDArray[np.bool_]:
    shut = np.zeros(by.symbols + 1, dtype=bool)
    if isinstance(by, LevelsCodec):
        shut[: len(by.levels)] = [level in absence.levels for level in by.levels]
    shut[-1] = absence.missing
    return shut


@dataclass(frozen=True, eq=False)
class Gated:
    """Draw a step's column: missing in rows that a gate shuts, and known in the others where a gate says exactly.

    `can_be` is 1 for the symbols that a known cell can take. Known cells stand, and make a row that is shut unlikely.
    """

    step: Step
    gates: tuple[Gate, ...]
    can_be: Floats

    @property
    def column(self) -> int:
        """The column that is drawn."""
        return self.step.column

    def drawn(
        self, symbols: Ints, rng: np.random.Generator, wanted: Floats | None, fixed: Ints | None, blur: int = 0
    ) -> Draw:
        """Draw the rows that no gate shuts."""
        missing = len(self.can_be) - 1
        shut = self._shut(symbols)
        closed, free = np.flatnonzero(shut), np.flatnonzero(~shut)
        weights = wanted
        if any(gate.exactly for gate in self.gates):
            weights = np.ones(missing + 1) if wanted is None else wanted.copy()
            weights[missing] = 0
        part = None if fixed is None else fixed[free]
        drawn = self.step.drawn(np.ascontiguousarray(symbols[:, free]), rng, weights, part, blur)
        own, mass = np.full(len(shut), missing, dtype=np.int32), np.ones(len(shut))
        untouched = wanted is not None or weights is None
        own[free] = drawn.symbols if untouched else _known(drawn.symbols, self.can_be, part, rng)
        if drawn.mass is not None:
            mass[free] = drawn.mass
        if fixed is not None:
            own[closed] = np.where(fixed[closed] >= 0, fixed[closed], missing)
            mass[closed] = np.where(own[closed] == missing, 1.0, LEAST_SHARE)
        elif wanted is not None:
            mass[closed] = wanted[missing]
        return Draw(own, None if wanted is None and fixed is None else mass)

    def share(self, symbols: Ints, own: Ints) -> Floats:
        """Return how likely each row's `own` symbol is to be drawn: missing is certain where a gate is shut."""
        missing, shut, share = own == len(self.can_be) - 1, self._shut(symbols), self.step.share(symbols, own)
        if any(gate.exactly for gate in self.gates):
            blank = self.step.share(symbols, np.full_like(own, len(self.can_be) - 1))
            share = np.where(missing, 0.0, share / np.maximum(1 - blank, LEAST_SHARE))
        return np.where(shut, missing.astype(np.float64), share)

    def looks_at(self, column: int) -> bool:
        """Whether what is drawn depends on a column drawn before."""
        return any(gate.by == column for gate in self.gates) or self.step.looks_at(column)

    def _shut(self, symbols: Ints) -> npt.NDArray[np.bool_]:
        shut: npt.NDArray[np.bool_] = np.any([gate.shut[symbols[gate.by]] for gate in self.gates], axis=0)
        return shut


def gated(steps: Sequence[Step], constraints: Constraints, codecs: Sequence[Codec], schema: Schema) -> tuple[Any, ...]:
    """Return the steps, those of columns that have gates within them; parts are missing exactly where dates are."""
    gates = gates_of(constraints, codecs, schema)
    drawn = {step.column: step for step in steps}
    for part in constraints.parts:
        column, date = schema.names.index(part.column), schema.names.index(part.of)
        if date in drawn and not isinstance(drawn[column], Lookup):
            gates[column] = (Gate(date, np.arange(codecs[date].symbols + 1) == codecs[date].symbols, True),)
    return tuple(
        Gated(step, gates[step.column], known_symbols(codecs[step.column])) if step.column in gates else step
        for step in steps
    )


def _known(drawn: Ints, can_be: Floats, fixed: Ints | None, rng: np.random.Generator) -> Ints:
    """Return the symbols with those that are missing, where the leaf knew no other, taken from other rows' draws."""
    astray = np.flatnonzero((drawn == len(can_be) - 1) & (True if fixed is None else fixed < 0))
    if not len(astray):
        return drawn
    usable = drawn[can_be[drawn] > 0]
    pool = usable if len(usable) else np.flatnonzero(can_be)
    drawn = drawn.copy()
    drawn[astray] = pool[rng.integers(len(pool), size=len(astray))]
    return drawn
