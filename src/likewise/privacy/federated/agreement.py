"""What all parties agree to before any of them counts a row."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any, Self

from pydantic import Field, model_validator

from likewise.core.spec import Spec
from likewise.privacy.accountant import Account
from likewise.privacy.answers import Clique

VERSION = 1
"""The version of the protocol; parties of different versions do not talk."""

SLACK = 1e-6
"""The part of delta that is kept for what a sum of shares differs by from the noise that is accounted."""

WIDEST = 2**16
"""The most cells of a column."""


class Agreement(Spec):
    """Say what is fitted together and on what terms; its `digest` is what every party confirms.

    `contract` declares the columns, with `sizes` cells each; `parties` take part, of which any `threshold` can open a
    sum, and `colluding` of which may share all they know with the leader. A party holds at most `rows` rows, a unit (a
    person) at most `most` of them at each of at most `overlap` parties. A question has at most `entries` counts.

    >>> Agreement(contract={}, sizes=(2, 3), epsilon=1.0, delta=1e-6, parties=3, threshold=2, colluding=1).honest
    1
    """

    contract: dict[str, Any]
    sizes: tuple[int, ...] = Field(min_length=1)
    epsilon: float = Field(gt=0, le=20)
    delta: float = Field(gt=0, lt=0.1)
    parties: int = Field(ge=2, le=100)
    threshold: int = Field(ge=1)
    colluding: int = Field(ge=0)
    most: int = Field(default=1, ge=1, le=10_000)
    overlap: int = Field(default=1, ge=1)
    rows: int = Field(default=10_000_000, ge=1, le=2**40)
    entries: int = Field(default=2**22, ge=1, le=2**26)
    wait: float = Field(default=60.0, gt=0, le=3600)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not self.colluding < self.threshold <= self.parties:
            raise ValueError("the threshold is to be more than the colluding parties and at most all parties")
        if self.overlap > self.parties or not all(1 <= size <= WIDEST for size in self.sizes):
            raise ValueError("a unit is at no more places than there are parties, and columns have 1 to 65,536 cells")
        return self

    @property
    def honest(self) -> int:
        """How many shares of noise are in any sum that is opened, whatever the colluding parties know."""
        return self.threshold - self.colluding

    @property
    def bits(self) -> int:
        """Modulo what power of two is summed, the least that no sum can come near."""
        return 32 if self.parties * self.rows * self.most < 2**29 else 64

    def norm(self, cliques: int) -> float:
        """Return the L2 sensitivity of the counts of some cliques: a unit moves one or more entries of each."""
        return self.most * self.overlap * math.sqrt(cliques)

    def touched(self, cliques: int) -> int:
        """Return how many entries of the counts of some cliques a unit can move."""
        return self.most * self.overlap * cliques

    def account(self) -> Account:
        """Return a new account of the budget that is agreed."""
        return Account(self.epsilon, self.delta, slack=self.delta * SLACK)

    def digest(self) -> str:
        """Return the SHA-256 of all that is agreed, in hexadecimal digits."""
        plain = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()

    def allows(self, cliques: tuple[Clique, ...], sizes: tuple[int, ...]) -> bool:
        """Return whether a question is one that may be asked, with axes of some sizes."""
        known = all(clique and len(set(clique)) == len(clique) and all(0 <= axis < len(sizes) for axis in clique)
                    for clique in cliques)  # fmt: skip
        return bool(cliques) and known and len(set(cliques)) == len(cliques) and entries(cliques, sizes) <= self.entries


def entries(cliques: tuple[Clique, ...], sizes: tuple[int, ...]) -> int:
    """Return how many counts a question asks for."""
    return sum(math.prod(sizes[axis] for axis in clique) for clique in cliques)


def usual_threshold(parties: int) -> int:
    """Return the threshold where none is said: two thirds of the parties, rounded up."""
    return -(-2 * parties // 3)
