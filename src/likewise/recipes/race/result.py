"""What a race found: a row a candidate, who won and why, as data and in plain sentences."""

from __future__ import annotations

from typing import Any, Literal

from likewise.core.protocol import Synthesizer
from likewise.core.spec import Spec

Goal = Literal["share", "test", "augment"]

Verdict = Literal["chosen", "beaten", "out", "not tried"]


class Figure(Spec):
    """Hold one measured figure, its standard error, and the value that fresh real rows have where one is known."""

    value: float
    error: float = 0.0
    natural: float | None = None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        return self.value - 1.96 * self.error, self.value + 1.96 * self.error


class Figures(Spec):
    """Hold what was measured of a candidate on rows held back within those that it may learn from.

    `copies` is the share of drawn rows that equal a learned one, `repeats` says that this is more than by nature;
    `closeness` the share that lies nearer to learned than to held-back rows; `shape` and `trend` are errors in percent;
    `c2st` is the AUC of a detector, `tstr` how well models trained on drawn rows predict the target. None: it was not
    measured.
    """

    copies: Figure
    repeats: bool = False
    closeness: Figure | None = None
    shape: Figure | None = None
    trend: Figure | None = None
    c2st: Figure | None = None
    tstr: Figure | None = None

    @property
    def all_copies(self) -> bool:
        """Whether every row that was drawn equals a learned one."""
        return self.copies.value == 1.0

    @property
    def error(self) -> float:
        """The errors of shape and trend together, in percent."""
        return sum(found.value for found in (self.shape, self.trend) if found is not None)

    def said(self) -> str:
        """Say the figures in a line."""
        parts = [_said("AUC", self.c2st, ".3f"), _said("TSTR", self.tstr, ".3f")]
        if self.shape is not None and self.trend is not None:
            parts.append(f"shape and trend error {self.shape.value:.2f} % and {self.trend.value:.2f} %")
        if self.closeness is not None:
            low, high = self.closeness.interval
            near = f"nearer to learned rows in {100 * self.closeness.value:.1f} %"
            parts.append(f"{near} ({100 * low:.1f} to {100 * high:.1f}, natural 50)")
        parts.append(f"copies {100 * self.copies.value:.2f} % (natural {100 * (self.copies.natural or 0):.2f})")
        return ", ".join(part for part in parts if part)


class Entry(Spec):
    """Hold one candidate of a race: its settings, what was measured, the CPU seconds it took, and what became of it.

    `cpu_seconds` are those of learning and drawing in the race. They are never written into a model or a report.
    """

    technique: str
    settings: dict[str, Any] = {}
    figures: Figures | None = None
    cpu_seconds: float | None = None
    verdict: Verdict = "beaten"
    why: str = ""

    @property
    def name(self) -> str:
        """The technique with the settings that differ from its defaults."""
        return " ".join([self.technique, *(f"{name}={value}" for name, value in self.settings.items())])

    def said(self) -> str:
        """Say in a sentence what became of it."""
        figures = "" if self.figures is None else f" ({self.figures.said()})"
        return f"{self.name}: {self.verdict}{f', {self.why}' if self.why else ''}{figures}"


class Race(Spec):
    """Hold what a race found: the goal, a row a candidate, and why the winner won.

    `learned` and `held` count the rows that candidates learned from and were measured on; both are rows that the final
    model learns from, none is of the holdout that the report is judged by. `kept` says that the winner met what the
    goal asks of privacy. `seconds` is the time that was allowed.

    >>> Race(goal="test", why="nothing else was tried", entries=(Entry(technique="a", verdict="chosen"),)).notes()[0]
    'a was chosen for the goal `test`: nothing else was tried'
    """

    goal: Goal
    entries: tuple[Entry, ...]
    why: str
    kept: bool = True
    learned: int = 0
    held: int = 0
    seconds: float | None = None

    @property
    def winner(self) -> Entry:
        """The candidate that was chosen."""
        return next(entry for entry in self.entries if entry.verdict == "chosen")

    def notes(self) -> tuple[str, ...]:
        """Return it as sentences for a model's card and a report: without seconds, for those carry no clock."""
        first = f"{self.winner.name} was chosen for the goal `{self.goal}`: {self.why}"
        if not self.held:
            return (first,)
        how = f"raced on {self.learned:,} rows learned from and {self.held:,} held back within the rows to learn from"
        return (first, f"candidates were {how}", *(f"candidate {entry.said()}" for entry in self.entries))


def entry_of(synthesizer: Synthesizer, **fields: Any) -> Entry:
    """Return the row of a candidate."""
    inside = synthesizer.inside
    return Entry(technique=inside.technique, settings=inside.to_dict(), **fields)


def _said(name: str, figure: Figure | None, form: str) -> str:
    if figure is None:
        return ""
    low, high = figure.interval
    natural = "" if figure.natural is None else f", natural {figure.natural:{form}}"
    return f"{name} {figure.value:{form}} ({low:{form}} to {high:{form}}{natural})"
