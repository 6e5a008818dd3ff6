"""What candidates would cost: measured on few rows, carried forward to many."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from likewise.core.protocol import Synthesizer
from likewise.core.table import Table
from likewise.errors import LikewiseError
from likewise.recipes.race.clock import SPARE, Limit, OutOfTime, guard
from likewise.recipes.race.measure import Field, drawn_from, field_of, measure

PARTS = ((16, 200, 2_000), (8, 400, 4_000))
"""Candidates are first tried on a sixteenth and on an eighth of the rows, of so many at least and at most."""
MOST_OF_TIME = 0.05
"""Share of the time left that one trial may take, or its share of the rows: what takes longer cannot end in time."""
MOST_TO_JUDGE = 100_000
"""Rows from which judging takes no longer, for it works on samples."""
LEAST_MEASURING = 0.1
"""What a further row adds at least when candidates are measured: most of that work is the same for any table."""
JUDGING = 1.7
"""How often the work of measuring a candidate goes into the report: it takes floors as well."""


@dataclass(frozen=True)
class Line:
    """Hold seconds measured on two numbers of rows, and carry them forward.

    A further row costs at least the share `least` of what rows cost on average: short work is all noise.
    """

    rows: tuple[int, int]
    seconds: tuple[float, float]
    least: float = 0.5

    def at(self, rows: int) -> float:
        """Return the seconds that so many rows would take, with something to spare; never fewer than were measured.

        >>> Line((100, 200), (1.0, 1.5)).at(400) / SPARE
        2.5
        """
        (few, many), (first, second) = self.rows, self.seconds
        average = second / many
        slope = average if few == many else max((second - first) / (many - few), self.least * average)
        return SPARE * (second + slope * max(0, rows - many))

    def beyond(self, rows: int, seconds: float) -> Line:
        """Return the line to a further measurement, itself where it is of no more rows."""
        if rows <= self.rows[1]:
            return self
        return replace(self, rows=(self.rows[1], rows), seconds=(self.seconds[1], seconds))

    def times(self, factor: float) -> Line:
        """Return the same with all seconds so many times as long."""
        return replace(self, seconds=(factor * self.seconds[0], factor * self.seconds[1]))


@dataclass
class Costs:
    """Hold what candidates cost by their place, what measuring costs, and what could not be tried, with the reason.

    What the race itself takes is noted as it goes on, for it tells more than the trials did.
    """

    learning: dict[int, Line] = field(default_factory=dict)
    drawing: dict[int, Line] = field(default_factory=dict)
    measuring: Line | None = None
    failed: dict[int, str] = field(default_factory=dict)

    def race(self, place: int, learned: int) -> float:
        """Return the seconds that racing one candidate takes."""
        return self.making(place, learned, learned) + (self.measuring.at(learned) if self.measuring else 0.0)

    def making(self, place: int, learned: int, drawn: int) -> float:
        """Return the seconds that learning some rows and drawing some take."""
        return self.learning[place].at(learned) + (self.drawing[place].at(drawn) if drawn else 0.0)

    def times(self, factor: float) -> Costs:
        """Return the same with all seconds so many times as long."""
        learning, drawing = (
            {place: line.times(factor) for place, line in lines.items()} for lines in (self.learning, self.drawing)
        )
        return Costs(learning, drawing, self.measuring and self.measuring.times(factor), self.failed)

    def learned(self, place: int, rows: int, seconds: float) -> None:
        """Note how long learning took in the race."""
        self.learning[place] = self.learning[place].beyond(rows, seconds)

    def measured(self, rows: int, seconds: float) -> None:
        """Note how long measuring took in the race."""
        self.measuring = None if self.measuring is None else self.measuring.beyond(rows, seconds)

    def judging(self, rows: int) -> float:
        """Return the seconds that the report takes."""
        return JUDGING * self.measuring.at(min(rows, MOST_TO_JUDGE)) if self.measuring else 0.0


def probe(candidates: Sequence[Synthesizer], table: Table, limit: Limit, *, target: str | None, seed: int) -> Costs:
    """Learn two small samples of the rows with each candidate, and measure the first that comes through.

    What work costs is taken from CPU seconds, which others on the machine hardly change, and how long a CPU second
    takes on it from the measuring, which reads no files and loads nothing.
    """
    costs, measuring = Costs(), None
    parts = [field_of(table, seed, min(table.rows, max(few, min(table.rows // n, most)))) for n, few, most in PARTS]
    rows = (parts[0].learned.rows, parts[1].learned.rows)
    with suppress(OutOfTime, LikewiseError):
        _tried(candidates[0], parts[0], table.rows, limit, seed)  # what is loaded once is not counted as work
    pace = 1.0
    for place, candidate in enumerate(candidates):
        try:
            first, second = (_tried(candidate, part, table.rows, limit, seed) for part in parts)
        except OutOfTime:
            costs.failed[place] = "it would not end in time"
            continue
        except LikewiseError as fault:
            costs.failed[place] = f"it cannot learn this table: {fault.what}"
            continue
        costs.learning[place] = Line(rows, (first.learning, second.learning))
        costs.drawing[place] = Line(rows, (first.drawing, second.drawing))
        if measuring is None:
            wall, cpu = limit.clock.wall(), limit.clock.cpu()
            least = _measured(parts[0], first, limit, target, seed)
            most = _measured(parts[1], second, limit, target, seed) if limit.left > least else least
            measuring = Line(rows, (least, most), LEAST_MEASURING)
            spent = limit.clock.cpu() - cpu
            pace = (limit.clock.wall() - wall) / spent if spent > 0 else 1.0
    return replace(costs, measuring=measuring).times(pace)


@dataclass(frozen=True, eq=False)
class _Tried:
    """Hold the CPU seconds that learning and drawing took, and the rows."""

    learning: float
    drawing: float
    rows: Table


def _tried(candidate: Synthesizer, part: Field, rows: int, limit: Limit, seed: int) -> _Tried:
    if limit.left <= 0:
        raise OutOfTime
    start, share = limit.clock.cpu(), max(MOST_OF_TIME, part.learned.rows / rows)
    model = candidate.for_trial().fit(part.learned, seed=seed, progress=guard(share * limit.left, limit.clock))
    middle = limit.clock.cpu()
    drawn = drawn_from(model, part, seed)
    return _Tried(middle - start, limit.clock.cpu() - middle, drawn)


def _measured(part: Field, tried: _Tried, limit: Limit, target: str | None, seed: int) -> float:
    """Return the CPU seconds that measuring takes."""
    start = limit.clock.cpu()
    measure(part, tried.rows, goal="test", target=target, seed=seed)  # the goal that leaves nothing out
    return limit.clock.cpu() - start
