"""Draw a column such that a share of the rows repeats the value of a column drawn before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from likewise.constraints.mining.copies import is_repeated
from likewise.core.conditions import Given
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.modalities.tabular.codec import Codec, decode_numbers
from likewise.modalities.tabular.levels import LevelsCodec
from likewise.modalities.tabular.numbers import NumberCodec
from likewise.techniques.autoregressive.steps import LEAST_SHARE, Draw

if TYPE_CHECKING:
    from likewise.techniques.autoregressive.saving import Step

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

FIRST, MIDDLE, LAST = range(3)


@dataclass(frozen=True, eq=False)
class Repeats:
    """Say what column repeats which sources, `of`, and how; the choice among them is drawn as column `which`.

    A choice of 0 is a value of its own, `s` the value of source `s` and what `beyond` adds to it. No table has the
    column `which`: its number comes after those of the table's. `lands[s - 1]` holds the first, middle and last of the
    own symbols that values of each of the source's symbols are read as, (3, symbols + 1). `common` says which own
    symbols are values that many rows share: to agree in these is no choice.
    """

    column: int
    which: int
    of: tuple[int, ...]
    beyond: tuple[float, ...]
    lands: tuple[Ints, ...]
    common: Mask

    def landing(self, symbols: Ints) -> Ints:
        """Return the first, middle and last symbol of what each row repeats, (3, rows); 0 where it repeats none."""
        found = np.zeros((3, symbols.shape[1]), dtype=np.int32)
        for number, (of, lands) in enumerate(zip(self.of, self.lands, strict=True), start=1):
            rows = np.flatnonzero(symbols[self.which] == number)
            found[:, rows] = lands[:, symbols[of, rows]]
        return found

    def shut(self, symbols: Ints, choice: Ints) -> Mask:
        """Return which choices cannot be: where the source is missing, or where its value is a common one here."""
        found = np.zeros(len(choice), dtype=bool)
        for number, (of, lands) in enumerate(zip(self.of, self.lands, strict=True), start=1):
            never = self.common[lands[MIDDLE]] & (lands[FIRST] == lands[LAST])
            never[-1] = True
            found |= (choice == number) & never[symbols[of]]
        return found

    def chosen(self, own: Ints, values: Floats, sources: Sequence[Floats]) -> Ints:
        """Return the choice that rows of these symbols and values show: the first source whose value they repeat."""
        found = np.zeros(len(own), dtype=np.int32)
        for number in range(len(sources), 0, -1):
            found[is_repeated(values, sources[number - 1], self.beyond[number - 1]) & ~self.common[own]] = number
        return found

    def repeated(self, values: Floats, symbols: Ints, sources: Sequence[Floats], codec: NumberCodec) -> Floats:
        """Return the values with those of the sources where they are repeated.

        A source's value that the column cannot have, beyond its bounds or off its grid, is not.
        """
        first, _, last = self.landing(symbols)
        within = (symbols[self.column] >= first) & (symbols[self.column] <= last)
        for number, (of, beyond) in enumerate(zip(sources, self.beyond, strict=True), start=1):
            source = of + beyond
            fits = within & (symbols[self.which] == number) & (source >= codec.low[0]) & (source <= codec.high.max())
            if codec.step:
                places = (source - codec.low[0]) / codec.step
                fits &= np.abs(places - np.round(places)) < 1e-6
            values = np.where(fits, source, values)
        return values


@dataclass(frozen=True, eq=False)
class Choice:
    """Draw, as a hidden column, whether the next column has a value of its own or repeats one drawn before."""

    step: Step
    repeats: Repeats

    @property
    def column(self) -> int:
        """The hidden column that is drawn."""
        return self.step.column

    def drawn(
        self, symbols: Ints, rng: np.random.Generator, wanted: Floats | None, fixed: Ints | None, blur: int = 0
    ) -> Draw:
        """Draw the choice; a source that cannot be repeated leaves the column a value of its own."""
        found = self.step.drawn(symbols, rng, wanted, fixed, blur)
        shut = self.repeats.shut(symbols, found.symbols)
        if fixed is not None:
            shut &= fixed < 0
        return Draw(np.where(shut, 0, found.symbols).astype(np.int32), found.mass)

    def share(self, symbols: Ints, own: Ints) -> Floats:
        """Return how likely each row's choice is: a value of its own takes over what cannot be repeated."""
        share = np.where(self.repeats.shut(symbols, own), 0.0, self.step.share(symbols, own))
        for number in range(1, len(self.repeats.of) + 1):
            other = np.full_like(own, number)
            taken = (own == 0) & self.repeats.shut(symbols, other)
            share = share + np.where(taken, self.step.share(symbols, other), 0.0)
        return share

    def between(self, symbols: Ints) -> tuple[Ints, Ints] | None:
        """Return the first and last symbol that the limits allow each row, None without limits."""
        return self.step.between(symbols)

    def looks_at(self, column: int) -> bool:
        """Whether what is drawn depends on a column drawn before."""
        return column in self.repeats.of or self.step.looks_at(column)


@dataclass(frozen=True, eq=False)
class Copied:
    """Draw a column from its step where the choice is 0, and repeat the chosen source elsewhere.

    Here a symbol is repeated, the middle one of those that the source's can be; the value itself when rows are decoded.
    Where other columns bound this one such that it cannot be repeated, a value of its own is drawn.
    """

    step: Step
    repeats: Repeats

    @property
    def column(self) -> int:
        """The column that is drawn."""
        return self.step.column

    def drawn(
        self, symbols: Ints, rng: np.random.Generator, wanted: Floats | None, fixed: Ints | None, blur: int = 0
    ) -> Draw:
        """Repeat what is to be repeated, and draw the others; a repeated symbol weighs by how much of it is wanted."""
        first, own, last, repeated = self._landing(symbols)
        free = np.flatnonzero(~repeated)
        part = None if fixed is None else fixed[free]
        drawn = self.step.drawn(np.ascontiguousarray(symbols[:, free]), rng, wanted, part, blur)
        own[free] = drawn.symbols
        if wanted is None and fixed is None:
            return Draw(own)
        mass = np.ones(len(own)) if wanted is None else wanted[own]
        if fixed is not None:
            met = (fixed < 0) | ((fixed >= first) & (fixed <= last))
            mass = np.where(met, 1.0, LEAST_SHARE)
            own = np.where(fixed >= 0, fixed, own)
        mass[free] = 1.0 if drawn.mass is None else drawn.mass
        return Draw(own, mass)

    def share(self, symbols: Ints, own: Ints) -> Floats:
        """Return how likely each row's `own` symbol is: certain where it is that of the value to be repeated."""
        first, _, last, repeated = self._landing(symbols)
        fits = (own >= first) & (own <= last)
        found: Floats = np.where(repeated, fits, self.step.share(symbols, own))
        return found

    def _landing(self, symbols: Ints) -> tuple[Ints, Ints, Ints, Mask]:
        """Return first, middle and last symbol of what each row repeats, within bounds, and which rows repeat any."""
        first, middle, last = self.repeats.landing(symbols)
        repeated: Mask = symbols[self.repeats.which] > 0
        between = self.step.between(symbols)
        if between is not None:
            repeated &= (first <= between[1]) & (last >= between[0])
            first, last = np.maximum(first, between[0]), np.minimum(last, between[1])
            middle = np.clip(middle, between[0], between[1])
        return first, middle, last, repeated

    def between(self, symbols: Ints) -> tuple[Ints, Ints] | None:
        """Return the first and last symbol that the limits allow each row, None without limits."""
        return self.step.between(symbols)

    def looks_at(self, column: int) -> bool:
        """Whether what is drawn depends on a column drawn before."""
        return column == self.repeats.which or column in self.repeats.of or self.step.looks_at(column)


def repeats_in(steps: Sequence[Any]) -> list[Repeats]:
    """Return what repeats what, in the order of drawing."""
    return [step.repeats for step in steps if isinstance(step, Copied)]


def hidden_codecs(steps: Sequence[Any]) -> tuple[LevelsCodec, ...]:
    """Return a codec for each hidden column, in the order of their numbers."""
    return tuple(choice_codec(repeats) for repeats in sorted(repeats_in(steps), key=lambda repeats: repeats.which))


def choice_codec(repeats: Repeats) -> LevelsCodec:
    """Return the codec of a choice: its levels are the numbers of the sources, after that of an own value."""
    return LevelsCodec(tuple(str(number) for number in range(len(repeats.of) + 1)))


def choices_made(
    all_repeats: Sequence[Repeats], codecs: Sequence[Codec], names: Sequence[str], table: Table
) -> dict[int, Ints]:
    """Return the choices that the values of a table show, by the number of the hidden column."""
    found = {}
    for repeats in all_repeats:
        values, *sources = (table.numbers(names[column]) for column in (repeats.column, *repeats.of))
        codec = codecs[repeats.column]
        assert isinstance(codec, NumberCodec)
        found[repeats.which] = repeats.chosen(codec.encode(values), values, sources)
    return found


def known_choices(
    all_repeats: Sequence[Repeats], codecs: Sequence[Codec], names: Sequence[str], rows: Table
) -> dict[int, Ints]:
    """Return the choices that partial rows show, -1 where a cell that would tell is unknown."""
    told = [r for r in all_repeats if {names[column] for column in (r.column, *r.of)} <= {*rows.names}]
    found = choices_made(told, codecs, names, rows)
    for repeats in told:
        for column in (repeats.column, *repeats.of):
            found[repeats.which][rows.missing(names[column])] = -1
    return found


def asked_through(
    all_repeats: Sequence[Repeats], source: int, values: Floats, symbols: Ints, codec: NumberCodec, schema: Schema,
    given: Given | None, rng: np.random.Generator,
) -> Floats:  # fmt: skip
    """Return a source's values such that those that are repeated meet what is asked of the columns that repeat them.

    They are drawn again among those of their symbol that do, where there are any.
    """
    for repeats in all_repeats:
        asked = given.conditions.get(schema.names[repeats.column]) if given else None
        place = next((s for s, of in enumerate(zip(repeats.of, repeats.beyond)) if of == (source, 0)), None)
        if asked is None or place is None:
            continue
        rows = np.flatnonzero(symbols[repeats.which] == 1 + place)
        fresh = decode_numbers(codec, schema.columns[source], symbols[source, rows], rng, asked)
        values = values.copy()
        values[rows] = np.where(np.isnan(fresh), values[rows], fresh)
    return values
