"""Who wins: what a goal asks, among figures that chance alone may have parted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from likewise.recipes.race.result import Entry, Figure, Figures, Goal

ALIKE = 1.1
"""Errors of shape and trend that lie within this factor of the best are as good."""
CHEAPER, SECOND = 2.0, 1.0
"""A candidate is cheaper only by this factor and by a second at least, so that no clock's jitter decides."""
MOST_COPIED = 0.5
"""How far from the natural rate towards all rows copies may lie; beyond it a candidate serves no goal."""


@dataclass(frozen=True)
class Choice:
    """Hold the place of the winner, why it won, and whether it meets what the goal asks of privacy."""

    place: int
    why: str
    kept: bool = True


def fault(goal: Goal, figures: Figures) -> str:
    """Return why a candidate cannot win for a goal, or nothing.

    No goal is served by the real rows themselves. To be shared, a candidate may neither repeat rows nor lie nearer to
    learned ones than chance explains: the natural value must lie in the interval, or above it.
    """
    copies = figures.copies
    natural = copies.natural or 0.0
    if copies.value > natural + MOST_COPIED * (1 - natural):
        return "it repeats the rows that it learned from"
    if goal != "share":
        return ""
    if figures.repeats:
        return "it repeats more rows than chance explains"
    if figures.all_copies:
        return "every row that it draws is among those that it learned from"
    if figures.closeness is not None and figures.closeness.interval[0] > 0.5:
        return "its rows lie nearer to the rows that it learned from than chance explains"
    return ""


def choose(goal: Goal, entries: Sequence[Entry]) -> Choice | None:
    """Return the winner among entries that were measured; None where none can be taken.

    `share` and `test` take the most faithful: the lowest AUC of the detector, then the lowest errors of shape and
    trend. `augment` takes the best TSTR, or the lowest AUC where nothing is predicted. What lies within the intervals
    is a tie, and a tie goes to the cheaper.
    """
    measured = [(place, entry, entry.figures) for place, entry in enumerate(entries) if entry.figures is not None]
    able = [_Runner(place, entry, found) for place, entry, found in measured if not fault(goal, found)]
    if not able:
        return _least_bad(goal, [_Runner(*runner) for runner in measured])
    predicts = goal == "augment" and all(runner.figures.tstr is not None for runner in able)
    ahead = _best(able, _prediction if predicts else _detection)
    reasons = [f"{_led(ahead, able, predicts)}"]
    if goal != "augment":
        closest = min(runner.figures.error for runner in ahead)
        ahead = _narrowed(ahead, lambda r: r.figures.error <= ALIKE * closest, "the lowest shape and trend errors",
                          reasons)  # fmt: skip
    least = min(runner.seconds for runner in ahead)
    most = max(CHEAPER * least, least + SECOND)
    ahead = _narrowed(ahead, lambda r: r.seconds <= most, "the lowest cost", reasons)
    if len(ahead) > 1:
        reasons.append({
            "share": "of those the one whose rows lie least near to learned ones",
            "test": "of those the one with the lowest shape and trend errors",
            "augment": "of those the best figure",
        }[goal])  # fmt: skip
    winner = min(ahead, key=lambda runner: _last(goal, runner, predicts))
    return Choice(winner.place, "; ".join(reasons))


@dataclass(frozen=True)
class _Runner:
    place: int
    entry: Entry
    figures: Figures

    @property
    def seconds(self) -> float:
        return self.entry.cpu_seconds or 0.0


def _detection(figures: Figures) -> Figure | None:
    """Return the detector's AUC, of which nothing lies below guessing."""
    found = figures.c2st
    return None if found is None else found.model_copy(update={"value": max(found.value, 0.5)})


def _prediction(figures: Figures) -> Figure | None:
    """Return what is lost in predicting, so that less is better."""
    found = figures.tstr
    return None if found is None else found.model_copy(update={"value": -found.value})


def _best(able: Sequence[_Runner], figure: Callable[[Figures], Figure | None]) -> list[_Runner]:
    """Return the runner with the lowest figure and those that chance alone may have put behind it."""
    found = [figure(runner.figures) for runner in able]
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        return list(able)
    best = min(known, key=lambda one: one.value)
    apart = [one.value - best.value > 1.96 * float(np.hypot(one.error, best.error)) for one in known]
    return [runner for runner, behind in zip(able, apart, strict=True) if not behind]


def _led(ahead: Sequence[_Runner], able: Sequence[_Runner], predicts: bool) -> str:
    figure = "training worth" if predicts else "likeness to rows held back"
    if len(able) == 1:
        return "it alone could be taken"
    if len(ahead) == 1:
        return f"it leads in {figure} by more than chance explains"
    return f"{len(ahead)} of {len(able)} candidates lead in {figure} and differ by no more than chance explains"


def _narrowed(
    ahead: list[_Runner], keep: Callable[[_Runner], bool], what: str, reasons: list[str]
) -> list[_Runner]:  # fmt: skip
    kept = [runner for runner in ahead if keep(runner)]
    if len(kept) < len(ahead):
        reasons.append(f"{len(kept)} of those {'has' if len(kept) == 1 else 'have'} {what}")
    return kept


def _last(goal: Goal, runner: _Runner, predicts: bool) -> tuple[float, int]:
    """Return what parts the last ties, so that equal tables give equal winners."""
    figures = runner.figures
    if goal == "augment":
        found = _prediction(figures) if predicts else _detection(figures)
        return (0.0 if found is None else found.value, runner.place)
    if goal == "share" and figures.closeness is not None:
        return figures.closeness.value, runner.place
    return figures.error, runner.place


def _least_bad(goal: Goal, measured: list[_Runner]) -> Choice | None:
    """Return what comes nearest to being fit for sharing where nothing is; nothing for other goals."""
    if goal != "share":
        return None
    own = [runner for runner in measured if not fault("test", runner.figures)]
    if not own:
        return None
    winner = min(own, key=_exposed)
    said = fault(goal, winner.figures)
    why = f"no candidate keeps its rows as far from learned ones as fresh rows are; it comes nearest, but {said}"
    return Choice(winner.place, f"{why}: read the report before you share anything", kept=False)


def _exposed(runner: _Runner) -> tuple[bool, bool, float, int]:
    figures = runner.figures
    near = 0.5 if figures.closeness is None or figures.all_copies else figures.closeness.value
    return figures.repeats, figures.all_copies, near, runner.place
