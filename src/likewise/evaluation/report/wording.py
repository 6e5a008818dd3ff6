"""Put the figures of a report into words and into order, the same in every face of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from likewise.evaluation.privacy.copied_rows import CopiedRow
from likewise.evaluation.report.headline import weighs
from likewise.evaluation.report.model import ColumnSummary, GroupSummary, PairSummary, Report
from likewise.evaluation.score import Family, Score, Verdict

PERCENT = "\u00a0%"
"""A percent sign that stays on the line of its number."""

FAMILIES: dict[Family, tuple[str, str]] = {
    "fidelity": ("Fidelity", "Does it look like the real data?"),
    "utility": ("Utility", "Can it be used like the real data?"),
    "privacy": ("Privacy", "Does it keep real records to itself?"),
    "fairness": ("Fairness", "Does it treat groups alike?"),
    "drift": ("Drift", "Has the data moved since?"),
}
"""The title of each family of scores and the question that it answers."""

AUDIENCES = {
    "internal": "internal: for the owner of the data, not to be passed on",
    "releasable": "releasable: no row, exact count or rare level",
}
"""Whom a version of the report is for."""

OUTCOMES: dict[str, Verdict] = {"passed": "good", "failed": "poor", "skipped": "unknown"}
"""The verdict whose sign and colour an outcome of a gate is shown in."""

READING: tuple[tuple[str, str], ...] = (
    (
        "Floor",
        "What a fresh sample of real rows scores on the same data. Two samples of the same source never agree "
        "exactly, so a score near its floor is as good as the data can show; below it is luck, or a smaller fresh "
        "sample.",
    ),
    ("Ideal", "The value that a perfect result would have with endless data."),
    ("n", "How many rows, columns or pairs a figure rests on. The smaller n, the more of a figure is chance."),
    (
        "Shape error",
        "How far the synthetic histogram of one column is from the real one: the share of rows that would have to "
        "move to another bin. 0\u00a0% is the same, 100\u00a0% has nothing in common.",
    ),
    (
        "Trend error",
        "The same for two columns at a time, so that it sees whether columns still belong together: age with income, "
        "city with postcode.",
    ),
    (
        "Marks of 0 to 100",
        "Where a family of scores stands between a known fault (0: columns drawn each by itself, or for privacy the "
        "real rows themselves) and fresh real rows (100), on your own data. There is no total: privacy cannot be paid "
        "for in likeness.",
    ),
    (
        "Good, fair, poor",
        "Good is close to the floor or to the ideal; fair is enough for tests and demonstrations, look at the "
        "columns that matter to you; poor says what to mend before use.",
    ),
    (
        "What this report does not prove",
        "Privacy scores look for signs of copying; they are not a guarantee. Only a run with a privacy budget "
        "(epsilon) carries one. The charts are built from binned counts. An internal report lists copied rows and "
        "exact counts for the owner of the data; the releasable one holds neither.",
    ),
)
"""How to read a report: a term and what it means."""


@dataclass(frozen=True)
class PairError:
    """Name the trend error of one pair of columns, in percent, with its floor."""

    first: str
    second: str
    error: float
    floor: float | None


def figure(value: float | None, unit: str) -> str:
    """Write a score's value with its unit, or a dash where it was not measured.

    >>> figure(0.7312, "%"), figure(0.5, "AUC"), figure(None, "%")
    ('0.73\\xa0%', '0.500', '–')
    """
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:.2f}{PERCENT}" if unit == "%" else f"{value:.4f}" if unit == "distance" else f"{value:.3f}"


def ideal(value: float, unit: str) -> str:
    """Write an ideal value without needless zeros.

    >>> ideal(0.0, "%"), ideal(0.5, "AUC"), ideal(1.0, "ratio")
    ('0\\xa0%', '0.5', '1')
    """
    return f"{value:g}{PERCENT}" if unit == "%" else f"{value:g}"


def share(value: float) -> str:
    """Write a share of rows as percent with one decimal; a share that is there but tiny is not written as none.

    >>> share(0.1234), share(0.0), share(0.0001)
    ('12.3\\xa0%', '0\\xa0%', '<0.1\\xa0%')
    """
    if not math.isfinite(value):
        return "–"
    if 0 < value < 0.0005:
        return f"<0.1{PERCENT}"
    return f"{value * 100:.1f}{PERCENT}" if value else f"0{PERCENT}"


def ratio(value: float | None) -> str:
    """Write how many times as far as two real samples something is, with two digits.

    >>> ratio(1.04), ratio(23.4), ratio(None)
    ('1.0', '23', '–')
    """
    return "–" if value is None else f"{value:.1f}" if value < 10 else f"{value:,.0f}"


def distance(value: float) -> str:
    """Write a distance in spreads, or a share that lies elsewhere.

    >>> distance(0.03456), distance(2.5)
    ('0.035', '2.500')
    """
    return f"{value:.3f}"


def family_verdict(scores: Sequence[Score]) -> Verdict:
    """Return the worst verdict of a family's scores; read-outs have no part in it.

    What could not be judged counts where the headline says so: throughout privacy, where the underpowered is not good,
    and of the figures that a family rests on.
    """
    own = [s for s in scores if not s.readout]
    given: set[Verdict] = {s.verdict for s in own}
    weighed = any(weighs(s) for s in own)
    order: tuple[Verdict, ...] = ("poor", "fair", "unknown", "good") if weighed else ("poor", "fair", "good", "unknown")
    return next((v for v in order if v in given), "unknown")


def by_family(report: Report) -> list[tuple[Family, list[Score]]]:
    """Return the families that have scores, in their fixed order, with their scores."""
    grouped = ((family, [s for s in report.scores if s.family == family]) for family in FAMILIES)
    return [(family, scores) for family, scores in grouped if scores]


def parted(scores: Sequence[Score]) -> tuple[list[Score], list[Score]]:
    """Return the scores that have a value, and those that were not measured."""
    return [s for s in scores if s.value is not None], [s for s in scores if s.value is None]


def beside_media(report: Report) -> list[ColumnSummary]:
    """Return the columns without those whose cells are shown and scored in sections of their own."""
    media = {one.name for one in report.media}
    return [column for column in report.columns if column.name not in media]


def measure(found: tuple[float, float, float] | None) -> str:
    """Write a figure with its interval.

    >>> measure((0.52, 0.5, 0.54)), measure(None)
    ('0.520 (0.500 to 0.540)', '–')
    """
    return "–" if found is None else f"{found[0]:.3f} ({found[1]:.3f} to {found[2]:.3f})"


def places(row: CopiedRow) -> str:
    """Write where the real rows stand that a row equals.

    >>> places(CopiedRow(synthetic=7, real=(3, 90), equals=4, values=()))
    '3, 90 and 2 more'
    """
    more = row.equals - len(row.real)
    return ", ".join(f"{place:,}" for place in row.real) + (f" and {more:,} more" if more else "")


def rows_from_1(rows: Sequence[int]) -> str:
    """Write the numbers of rows as people count them.

    >>> rows_from_1((0, 1041))
    '1, 1,042'
    """
    return ", ".join(f"{row + 1:,}" for row in rows)


def worst_first(columns: Sequence[ColumnSummary]) -> list[ColumnSummary]:
    """Sort columns by their error, the largest first; columns without one come last, in their own order."""
    return sorted(columns, key=lambda c: -c.error if c.error is not None and math.isfinite(c.error) else math.inf)


def standing_out(columns: Sequence[ColumnSummary], most: int = 3) -> list[ColumnSummary]:
    """Return the worst columns that have something to draw."""
    return [c for c in worst_first(columns) if c.error and c.labels][:most]


def worst_pairs(pairs: PairSummary, most: int = 10) -> list[PairError]:
    """Return the pairs of columns with the largest trend errors, the largest first."""
    found = [
        PairError(pairs.names[j], pairs.names[i], error, pairs.floors[i][j] if pairs.floors else None)
        for i, row in enumerate(pairs.errors)
        for j, error in enumerate(row)
        if math.isfinite(error)
    ]
    return sorted(found, key=lambda p: -p.error)[:most]


def worst_groups(groups: Sequence[GroupSummary], most: int = 10) -> list[GroupSummary]:
    """Return the groups beyond chance, the largest error beside its floor first."""
    return sorted((g for g in groups if g.beyond), key=lambda g: g.floor - g.error)[:most]


def mean_errors(pairs: PairSummary) -> tuple[float, float] | None:
    """Return the mean trend error in percent and the mean floor (NaN without one), or None without pairs."""
    errors = [e for row in pairs.errors for e in row if math.isfinite(e)]
    floors = [e for row in pairs.floors for e in row if math.isfinite(e)]
    if not errors:
        return None
    return sum(errors) / len(errors), sum(floors) / len(floors) if floors else math.nan


def shorten(text: str, most: int = 60) -> str:
    """Cut a long name or level, with an ellipsis that says so.

    >>> shorten("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= most else text[: most - 1] + "…"


def biggest_difference(column: ColumnSummary) -> str:
    """Say in one sentence in which bin the two histograms differ most.

    >>> biggest_difference(ColumnSummary(name="sex", kind="category", role="feature", error=2.0, numeric=False,
    ...                                  labels=("F", "M"), real=(0.3, 0.7), synthetic=(0.32, 0.68)))
    'The biggest difference: F makes up 32.0\\xa0% of the synthetic rows and 30.0\\xa0% of the real ones.'
    """
    if not column.labels:
        return ""
    gaps = [abs(r - s) for r, s in zip(column.real, column.synthetic, strict=True)]
    at = gaps.index(max(gaps))
    if gaps[at] == 0:
        return "The two histograms are the same."
    return (
        f"The biggest difference: {shorten(column.labels[at])} makes up {share(column.synthetic[at])} of the "
        f"synthetic rows and {share(column.real[at])} of the real ones."
    )


def beside_floor(column: ColumnSummary) -> str:
    """Say how a column's error compares with that of a fresh real sample."""
    if column.error is None or not column.floor:
        return ""
    times = column.error / column.floor
    if times < 1.05:
        return "That is no more than a fresh real sample differs."
    return f"That is {times:.1f} times what a fresh real sample differs."


def missing(column: ColumnSummary) -> str:
    """Say how many values are missing in both tables, or nothing where none is."""
    if "missing" not in column.labels:
        return ""
    at = column.labels.index("missing")
    if not column.real[at] and not column.synthetic[at]:
        return ""
    return f"missing: {share(column.real[at])} real, {share(column.synthetic[at])} synthetic"


def interval(score: Score) -> str:
    """Write a score's 95 % interval, or nothing where it has none."""
    return "" if score.interval is None else " to ".join(figure(end, score.unit) for end in score.interval)


def spoken(column: ColumnSummary) -> str:
    """Say what a column's chart shows, for readers who cannot see it."""
    floor = f"; a fresh real sample scores {figure(column.floor, '%')}" if column.floor is not None else ""
    return f"{shorten(column.name)}: shape error {figure(column.error, '%')}{floor}. {biggest_difference(column)}"
