"""What a report shows of how entities behave: every statistic beside its floor, and a few charts."""

from __future__ import annotations

from typing import Literal

from likewise.core.spec import Spec

Part = Literal["timing", "bursts", "sharing", "velocity"]

PARTS: dict[Part, tuple[str, str]] = {
    "timing": ("Timing", "When do events come?"),
    "bursts": ("Bursts", "How do they crowd?"),
    "sharing": ("Sharing", "What do entities have in common?"),
    "velocity": ("Velocity rules", "How often do rules fire?"),
}
"""The title of each property and the question that it answers."""


class StatisticRow(Spec):
    """Show one statistic: its value on both sides in words, and how far apart they are.

    `floor` is the median distance of two halves of the real entities, `low` and `high` its quartiles, `distance` that
    of synthetic entities from as many real ones, in spreads of the real values or as a share; `ratio` is the quotient,
    and `fresh` that of entities held back (None without any).
    """

    part: Part
    title: str
    real: str
    synthetic: str
    floor: float
    low: float
    high: float
    distance: float
    ratio: float
    fresh: float | None = None


class PropertyRow(Spec):
    """Show one property: the geometric mean of its statistics' ratios, and that of entities held back."""

    part: Part
    ratio: float
    fresh: float | None = None


class Picture(Spec):
    """Show one distribution of real and of synthetic entities; `n` is how many real values it is of.

    `numeric` says that bins have an order; else each is a rate of its own, and they need not sum to 1.
    """

    title: str
    numeric: bool
    labels: tuple[str, ...]
    real: tuple[float, ...]
    synthetic: tuple[float, ...]
    n: int


class BehaviourSummary(Spec):
    """Show how entities behave: `entities` are those of the real table, `size` those of a sample on either side.

    `deals` is how often the real entities were dealt into halves.
    """

    entity: str
    order: str
    entities: int
    size: int
    deals: int
    properties: tuple[PropertyRow, ...]
    statistics: tuple[StatisticRow, ...]
    pictures: tuple[Picture, ...] = ()

    def of(self, part: Part) -> tuple[StatisticRow, ...]:
        """Return the statistics of one property."""
        return tuple(row for row in self.statistics if row.part == part)
