"""The making of one document: its random numbers, how large it has grown and how long it may still take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field

from likewise.core.counted import Counted
from likewise.techniques.rules.documents.draws import Draws

DEEPEST, LARGEST, LONGEST = 60, 400, 20_000
"""How many levels a document may have; values beyond which it takes only what it must; steps until it is given up."""


class Exhausted(Exception):
    """Say that a document took too many steps."""


@dataclass
class Work:
    """Follow the making of one document of a number; `attempt` counts from 0.

    `inside` counts the schemas that what is being made lies in, `taken` what was taken from each pool.
    """

    draws: Draws
    number: int = 0
    attempt: int = 0
    values: int = 0
    steps: int = 0
    inside: Counter[Hashable] = field(default_factory=Counter)
    taken: Counter[Hashable] = field(default_factory=Counter)

    @classmethod
    def blank(cls) -> Work:
        """Return the making of a first document."""
        return cls(Draws(Counted(0, "blank"), 0))

    @property
    def strict(self) -> bool:
        """Whether all that must fail is made to fail, and not only looked at in the end."""
        return self.attempt > 0

    def step(self) -> None:
        """Count one step. Raises Exhausted."""
        self.steps += 1
        if self.steps > LONGEST:
            raise Exhausted

    def share(self, goal: Hashable, depth: int) -> float:
        """Return how often what may be left out is there: half of the time, less often within itself, never in the end.

        Later attempts make smaller documents, which are more likely to be valid.
        """
        again = self.inside[goal] - 1
        if self.values > LARGEST or depth > DEEPEST // 4 or again > 4 or self.attempt > 6:
            return 0.0
        return 0.5 ** (1 + max(again, 0) + max(self.attempt - 1, 0))

    def least(self, goal: Hashable, depth: int) -> bool:
        """Return whether only what must be there is made."""
        return self.share(goal, depth) == 0.0
