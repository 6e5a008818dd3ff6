"""Change the levels of categories: post-randomisation, and noise of labels."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field, model_validator

from likewise.core.conditions import levels_of
from likewise.core.schema import Column, Kind
from likewise.core.table import Table
from likewise.errors import SettingsError, suggest
from likewise.techniques.noise.operation import ColumnOperation, Dice, Learned

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


class LevelOperation(ColumnOperation):
    """Change levels: missing cells and levels that were not learned stay as they are."""

    kinds: ClassVar[frozenset[Kind]] = frozenset({"category", "boolean"})

    def learn_column(self, table: Table, column: Column) -> Learned:
        """Learn how often each level occurs."""
        codes = table.codes(column.name)
        counts = np.bincount(codes[codes >= 0], minlength=len(levels_of(table.schema[column.name])))
        return Learned({}, {"shares": counts / max(counts.sum(), 1)})

    def change_column(self, rows: Table, column: Column, learned: Learned, dice: Dice) -> pa.Array:
        """Return the column with new levels."""
        codes = rows.codes(column.name)
        shares = learned.arrays["shares"]
        free = (codes >= 0) & (codes < len(shares))
        new = self.drawn(np.where(free, codes, 0), learned, dice.rng) if len(shares) else codes
        return relevelled(rows.column(column.name), np.where(free, new, codes))

    @abstractmethod
    def drawn(self, codes: Codes, learned: Learned, rng: np.random.Generator) -> Codes:
        """Return the new level of each cell."""


class Pram(LevelOperation):
    """Draw the levels of a share of cells anew (PRAM, the post-randomisation method).

    `to` says from what: "marginal" draws from all levels as they are, so that the marginal is kept in expectation
    (invariant PRAM); "uniform" takes any other level. `invariant` makes "uniform" keep the marginal too: what was
    changed is changed once more, backwards (two-stage). Some cells draw the level that they had.

    Use when categories may be wrong in a known share of rows: a model or a table can be corrected for it. Gouweleeuw,
    Kooiman, Willenborg and de Wolf, 1998, Journal of Official Statistics 14.
    """

    op: ClassVar[str] = "pram"

    share: float = Field(default=0.1, ge=0, le=1)
    to: Literal["marginal", "uniform"] = "marginal"
    invariant: bool = True

    def drawn(self, codes: Codes, learned: Learned, rng: np.random.Generator) -> Codes:
        """Draw levels."""
        shares = learned.arrays["shares"]
        place = rng.random((len(codes), 2))
        known = np.flatnonzero(shares)
        if len(known) < 2:
            return codes
        if self.to == "marginal":
            return _by_share(shares, place[:, 0])
        of = np.full(len(shares), -1)
        of[known] = np.arange(len(known))
        step = (of[codes] + 1 + np.floor(place[:, 0] * (len(known) - 1)).astype(np.int64)) % len(known)
        other: Codes = known[step].astype(np.int32)
        return _by_share_except(shares, other, place[:, 1]) if self.invariant else other


class Flip(LevelOperation):
    """Make a share of labels wrong: the target's, where no columns are named.

    Without `flips` a wrong label is any other, evenly (symmetric noise). `flips` says for each true level into which
    it turns and how often: `{"cat": {"dog": 0.2}}` (class-conditional noise); what is not listed stays. With `flips`
    leave `share` at 1. Use when trying how a learner stands wrong labels. Natarajan et al., 2013, NeurIPS 26.
    """

    op: ClassVar[str] = "flip"

    share: float = Field(default=1.0, ge=0, le=1)
    flips: dict[str, dict[str, float]] | None = None

    @model_validator(mode="before")
    @classmethod
    def _share_of_flips(cls, fields: Any) -> Any:
        if isinstance(fields, dict) and fields.get("flips") is None and "share" not in fields:
            return {**fields, "share": 0.1}
        return fields

    @model_validator(mode="after")
    def _rates_are_shares(self) -> Flip:
        for own in (self.flips or {}).values():
            if any(not 0 <= rate <= 1 for rate in own.values()) or sum(own.values()) > 1 + 1e-9:
                raise ValueError("the rates of one level are from 0 to 1 and sum to at most 1")
        return self

    def takes(self, column: Column) -> bool:
        """Return whether it changes a column that nobody named: the target."""
        return column.role == "target" and self.reaches(column)

    def wants(self) -> str:
        """Return what it changes, for a hint."""
        return "name the labels, of kind category or boolean, in `columns`, or declare the target"

    def learn_column(self, table: Table, column: Column) -> Learned:
        """Learn the levels, and check that those of `flips` are among them."""
        learned = super().learn_column(table, column)
        levels = levels_of(table.schema[column.name])
        for name in {*(self.flips or {}), *(to for own in (self.flips or {}).values() for to in own)}:
            if name not in levels:
                hint = None if column.role == "sensitive" else suggest(name, levels, "level")
                raise SettingsError("settings.unknown-level", f"`flips` names a level that `{column.name}` lacks",
                                    where=column.name, hint=hint)  # fmt: skip
        return Learned({"levels": list(levels)}, learned.arrays)

    def drawn(self, codes: Codes, learned: Learned, rng: np.random.Generator) -> Codes:
        """Draw wrong levels."""
        place = rng.random(len(codes))
        if self.flips is None:
            known = np.flatnonzero(learned.arrays["shares"])
            if len(known) < 2:
                return codes
            of = np.full(len(learned.arrays["shares"]), -1)
            of[known] = np.arange(len(known))
            step = (of[codes] + 1 + np.floor(place * (len(known) - 1)).astype(np.int64)) % len(known)
            other: Codes = known[step].astype(np.int32)
            return other
        number = {name: code for code, name in enumerate(learned.meta["levels"])}
        new = codes.copy()
        for name, own in self.flips.items():
            here = np.flatnonzero(codes == number[name])
            ends = np.cumsum(list(own.values()))
            targets = np.array([*(number[to] for to in own), number[name]], dtype=np.int32)
            new[here] = targets[np.searchsorted(ends, place[here], side="right")]
        return new


def relevelled(own: pa.Array, codes: Codes) -> pa.Array:
    """Return a column of levels with other codes, -1 for missing."""
    if pa.types.is_boolean(own.type):
        return pa.array(codes == 1, mask=codes < 0)
    indices = pa.array(codes, pa.int32(), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, own.dictionary, ordered=own.type.ordered)


def _by_share(shares: Floats, place: Floats) -> Codes:
    """Return a level for each place from 0 to 1, as often as its share says."""
    ends = np.cumsum(shares)
    return _within(np.searchsorted(ends, place * ends[-1], side="right"), shares)


def _by_share_except(shares: Floats, but: Codes, place: Floats) -> Codes:
    """Return a level other than `but` for each place, as often as its share says."""
    ends = np.cumsum(shares)
    left = place * (ends[-1] - shares[but])
    left = np.where(left >= (ends - shares)[but], left + shares[but], left)
    return _within(np.searchsorted(ends, left, side="right"), shares)


def _within(places: npt.NDArray[np.int64], shares: Floats) -> Codes:
    """Return places that rounding did not carry past the last level that occurs."""
    found: Codes = np.minimum(places, int(np.flatnonzero(shares)[-1])).astype(np.int32)
    return found
