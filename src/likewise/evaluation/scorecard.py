"""Put each family of scores on a scale that the user's own data sets: from a known fault, 0, to fresh rows, 100."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

from likewise.core.spec import Spec
from likewise.core.table import Table
from likewise.evaluation.controls import make_control
from likewise.evaluation.score import Family, Score, Verdict

ZEROS: dict[Family, tuple[str, ...]] = {
    "fidelity": ("independent", "noise"),
    "utility": ("independent", "noise"),
    "privacy": ("memoriser",),
    "fairness": ("independent", "noise"),
}
"""The controls that stand for 0 in a family; the first one that a metric finds is its own, for no metric sees all."""

CARD_ROWS = 5_000
"""Rows a control is drawn with for the card at most: enough to place 0, which is far from 100."""

LITTLE = 25.0
"""Marks of fidelity or utility below which figures of privacy say nothing."""


CEILING: dict[Verdict, float] = {"good": 100.0, "fair": 80.0, "poor": 50.0}
"""The most that a verdict lets a score have: 1 % of copies is near none on a line that ends where all are copies."""


class Mark(Spec):
    """Hold one score's place between a control (`zero`, 0) and fresh real rows (`hundred`, 100)."""

    name: str
    title: str
    mark: float
    zero: float
    hundred: float
    control: str


class FamilyCard(Spec):
    """Hold one family's marks: their mean beside the worst of them; `unplaced` and `unjudged` scores have no mark.

    A score is `unjudged` where there was too little to judge it, and `unplaced` where no control moves it.
    """

    family: Family
    mean: float
    worst: Mark
    marks: tuple[Mark, ...]
    unplaced: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()

    def said(self) -> str:
        """Say it in a line: `fidelity 93, worst part Detection 71`."""
        return f"{self.family} {self.mean:.0f}, worst part {self.worst.title} {self.worst.mark:.0f}"


class ScoreCard(Spec):
    """Hold a mark of 0 to 100 for each family; there is no grand total, for privacy cannot be paid for in fidelity."""

    families: tuple[FamilyCard, ...]
    words: tuple[str, ...] = ()

    def of(self, family: Family) -> FamilyCard | None:
        """Return the card of a family, None where it has no marks."""
        return next((card for card in self.families if card.family == family), None)


def scorecard(scores: Sequence[Score], control_scores: Mapping[str, Sequence[Score]]) -> ScoreCard:
    """Return the card of some scores, given what controls score in the same metrics on the same real data.

    A mark is 100 (value - control) / (fresh - control), kept within 0 and 100; `fresh` is the floor of the score, or
    its ideal where no rows were held back. A fair score has 80 at most and a poor one 50, so that no mark gainsays a
    verdict; one that could not be judged has none. `control_scores` are by the names of `controls.CONTROLS`; a control
    counts for a metric where the metric finds it (`fair` or `poor`), so one that no control can move is given none.

    >>> def auc(value, verdict):
    ...     return Score(name="c2st", title="Detection", family="fidelity", value=value, unit="AUC", ideal=0.5,
    ...                  floor=0.5, n=100, verdict=verdict, meaning="")
    >>> scorecard([auc(0.6, "fair")], {"independent": [auc(0.9, "poor")]}).families[0].said()
    'fidelity 75, worst part Detection 75'
    """
    found = {name: {s.name: s for s in listed} for name, listed in control_scores.items()}
    cards = []
    for family in ZEROS:
        own = [s for s in scores if s.family == family and not s.readout]
        marks = [mark for s in own if (mark := _mark(s, found)) is not None]
        if marks:
            placed = {m.name for m in marks}
            worst = min(marks, key=lambda m: m.mark)
            left = [s for s in own if s.name not in placed]
            cards.append(
                FamilyCard(
                    family=family,
                    mean=round(fmean(m.mark for m in marks), 1),
                    worst=worst,
                    marks=tuple(marks),
                    unplaced=tuple(s.title for s in left if s.verdict != "unknown"),
                    unjudged=tuple(s.title for s in left if s.verdict == "unknown"),
                )
            )
    return ScoreCard(families=tuple(cards), words=_words(cards))


def control_tables(real: Table, fresh: Table, rows: int, *, seed: int = 0) -> dict[str, Table]:
    """Return the controls that set the zeros, of at most 5,000 rows each and never more than are judged.

    `fresh` are real rows whose texts and keys stand beside what is made, such as the holdout.
    """
    wanted = dict.fromkeys(name for names in ZEROS.values() for name in names)
    n = min(rows, CARD_ROWS, fresh.rows)
    made = {name: make_control(name, real, fresh, n, seed=seed) for name in wanted}
    return {name: table for name, table in made.items() if table is not None}


def _mark(score: Score, controls: Mapping[str, Mapping[str, Score]]) -> Mark | None:
    if score.value is None or score.verdict == "unknown":
        return None
    fresh = score.ideal if score.floor is None else score.floor
    for name in ZEROS[score.family]:
        zero = controls.get(name, {}).get(score.name)
        if zero is None or zero.value is None or zero.verdict not in ("fair", "poor"):
            continue
        # Fresh rows that do better than the ideal do so by luck.
        hundred = max(fresh, score.ideal) if zero.value > score.ideal else fresh
        if zero.value == hundred:
            continue
        mark = 100 * (score.value - zero.value) / (hundred - zero.value)
        # A score on the good side of fresh rows is as good as they are; one beyond the control is as bad as it is.
        mark = round(min(CEILING[score.verdict], max(0.0, mark)), 1)
        return Mark(name=score.name, title=score.title, mark=mark, zero=zero.value, hundred=hundred, control=name)
    return None


def _words(cards: Iterable[FamilyCard]) -> tuple[str, ...]:
    """Say what must not be read into marks: rows that say nothing of the real data keep every secret."""
    of = {card.family: card for card in cards}
    privacy = of.get("privacy")
    if privacy is None:
        return ()
    words = []
    empty = [f for f in (of.get("fidelity"), of.get("utility")) if f is not None and f.mean < LITTLE]
    if empty:
        named = " and ".join(card.family for card in empty)
        words.append(
            f"Its {named} {'is' if len(empty) == 1 else 'are'} near that of columns drawn each by itself: rows that "
            "say little of the real data, random noise too, score well for privacy. That is no safety."
        )
    if "fidelity" not in of and "utility" not in of:
        words.append("Nothing says how much of the real data it keeps, so its mark for privacy cannot be read alone.")
    if privacy.unjudged:
        words.append(
            f"Its mark for privacy leaves out what there was too little to judge: {', '.join(privacy.unjudged)}. "
            "Underpowered is not safe."
        )
    return tuple(words)
