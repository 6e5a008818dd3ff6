"""What every class of a released table has to meet, decided for many classes at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from likewise.core.spec import Spec

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

CLOSE = 1e-9
"""By how much rounding may make an entropy or a distance miss its limit."""


class Diversity(Spec):
    """Say how diverse each sensitive column is in every class.

    `distinct` values at least; an entropy of at least log(`entropy`); or the commonest value in fewer rows than `c`
    times those of the `recursive`-th commonest and rarer. Machanavajjhala et al., 2007, ACM TKDD 1.
    """

    distinct: int = Field(default=1, ge=1)
    entropy: float = Field(default=1.0, ge=1, allow_inf_nan=False)
    recursive: int = Field(default=1, ge=1)
    c: float | None = Field(default=None, gt=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _both_of_recursive(self) -> Self:
        if (self.recursive > 1) != (self.c is not None):
            raise ValueError("`recursive` (2 or more) and `c` go together")
        return self


class Criteria(Spec):
    """Say what a class has to meet: at least `k` rows, diverse (`l`) and close (`t`) in each sensitive column.

    >>> Criteria(k=5, l=2).l.distinct
    2
    """

    k: int = Field(default=5, ge=2)
    l: Diversity = Diversity()  # noqa: E741 - its name in all papers
    t: float | None = Field(default=None, gt=0, le=1)

    @model_validator(mode="before")
    @classmethod
    def _number_of_distinct(cls, fields: Any) -> Any:
        """Take `l: 3` for `l: {distinct: 3}`."""
        if isinstance(fields, dict) and isinstance(fields.get("l"), int) and not isinstance(fields["l"], bool):
            return {**fields, "l": {"distinct": fields["l"]}}
        return fields

    @property
    def of_secrets(self) -> bool:
        """Whether anything is asked of sensitive columns."""
        return self.l != Diversity() or self.t is not None


@dataclass(frozen=True, eq=False)
class Secret:
    """Hold one sensitive column: codes of its values from 0, in their order where `ordered`."""

    name: str
    codes: Ints
    count: int
    ordered: bool


@dataclass(frozen=True, eq=False)
class Tally:
    """Hold how many rows of each of some classes have each value that occurs there, by class and value."""

    of: Ints
    code: Ints
    rows: Floats
    sizes: Floats

    @classmethod
    def of_rows(cls, classes: Ints, count: int, secret: Secret, rows: Ints | None = None) -> Tally:
        """Count the values of a secret in classes numbered from 0 to `count`; `rows` are those of the secret."""
        codes = secret.codes if rows is None else secret.codes[rows]
        pairs, found = np.unique(classes * secret.count + codes, return_counts=True)
        return cls._of_pairs(pairs, found.astype(np.float64), count, secret.count)

    def merged(self, into: Ints, count: int, values: int) -> Tally:
        """Return the tally of classes that were put together: class i is part of class `into[i]`."""
        pairs, inverse = np.unique(into[self.of] * values + self.code, return_inverse=True)
        return self._of_pairs(pairs, summed(inverse.reshape(-1), self.rows, len(pairs)), count, values)

    @classmethod
    def _of_pairs(cls, pairs: Ints, rows: Floats, count: int, values: int) -> Tally:
        of = pairs // values
        return cls(of, pairs % values, rows, summed(of, rows, count))

    def values(self, count: int) -> Floats:
        """Return how many rows have each value in all classes together."""
        return summed(self.code, self.rows, count)


def summed(places: Ints, values: Floats, count: int) -> Floats:
    """Return the sum of the values at each place from 0 to `count`."""
    found: Floats = np.bincount(places, weights=values, minlength=count).astype(np.float64, copy=False)
    return found


def meets(tally: Tally, secret: Secret, whole: Floats, criteria: Criteria) -> Mask:
    """Return which classes are diverse and close enough; `whole` are the shares of the values in all rows."""
    count, asked = len(tally.sizes), criteria.l
    met = np.bincount(tally.of, minlength=count) >= asked.distinct
    share = tally.rows / np.maximum(tally.sizes, 1)[tally.of]
    if asked.entropy > 1:
        entropy = summed(tally.of, -share * np.log(share), count)
        met &= entropy >= np.log(asked.entropy) - CLOSE
    if asked.c is not None:
        order = np.lexsort((-tally.rows, tally.of))
        own, rows = tally.of[order], tally.rows[order]
        rank = np.arange(len(own)) - np.searchsorted(own, own)
        rare = summed(own, np.where(rank >= asked.recursive - 1, rows, 0.0), count)
        commonest = np.zeros(count)
        commonest[own[rank == 0]] = rows[rank == 0]
        met &= commonest < asked.c * rare
    if criteria.t is not None:
        met &= _away(tally, secret, whole, share) <= criteria.t
    return met


def _away(tally: Tally, secret: Secret, whole: Floats, share: Floats) -> Floats:
    """Return how far the distribution of each class is from that of all rows."""
    count = len(tally.sizes)
    if not secret.ordered:
        over = np.maximum(share - whole[tally.code], 0)
        return summed(tally.of, over, count)
    # Between two values that occur, what a class has summed up stays, and what all have goes on rising.
    upto = np.cumsum(whole)
    area = np.concatenate([[0.0], np.cumsum(upto)])
    total = np.cumsum(share)
    first = np.searchsorted(tally.of, np.arange(count))
    first = np.minimum(first, max(0, len(total) - 1))
    own = total - (total - share)[first][tally.of]
    last = np.append(tally.of[1:] != tally.of[:-1], True)
    start, end = tally.code, np.where(last, secret.count, np.append(tally.code[1:], secret.count))
    cross = np.clip(np.searchsorted(upto, own), start, end)
    work = own * (2 * cross - start - end) - 2 * area[cross] + area[start] + area[end]
    before = area[tally.code] * np.append(True, tally.of[1:] != tally.of[:-1])
    return summed(tally.of, work + before, count) / max(1, secret.count - 1)
