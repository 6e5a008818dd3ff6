"""Reports made by hand, as an evaluation would fill them."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from likewise.core.seeds import generator
from likewise.evaluation.report.behaviour import BehaviourSummary, Picture, PropertyRow, StatisticRow
from likewise.evaluation.report.model import ColumnSummary, GroupSummary, PairSummary, Report
from likewise.evaluation.score import Score

LEVELS = {
    "workclass": "Private Self-emp-not-inc Local-gov ? State-gov Self-emp-inc Federal-gov Without-pay Never-worked",
    "education": "HS-grad Some-college Bachelors Masters Assoc-voc 11th Assoc-acdm 10th 7th-8th Prof-school 9th 12th "
    "Doctorate 5th-6th 1st-4th Preschool",
    "marital-status": "Married-civ-spouse Never-married Divorced Separated Widowed Married-spouse-absent "
    "Married-AF-spouse",
    "occupation": "Prof-specialty Craft-repair Exec-managerial Adm-clerical Sales Other-service Machine-op-inspct ? "
    "Transport-moving Handlers-cleaners Farming-fishing Tech-support Protective-serv Priv-house-serv Armed-Forces",
    "relationship": "Husband Not-in-family Own-child Unmarried Wife Other-relative",
    "race": "White Black Asian-Pac-Islander Amer-Indian-Eskimo Other",
    "sex": "Male Female",
    "native-country": " ".join(["United-States", "Mexico", "?", *(f"Country-of-origin-number-{i}" for i in range(39))]),
    "income": "<=50K >50K",
}
NUMBERS = {
    "age": (17, 90),
    "fnlwgt": (12285, 1484705),
    "education-num": (1, 16),
    "capital-gain": (0, 99999),
    "capital-loss": (0, 4356),
    "hours-per-week": (1, 99),
}


def column(
    name: str, noise: float, *, levels: tuple[str, ...] = (), bounds: tuple[float, float] = (0, 1)
) -> ColumnSummary:
    rng = generator(7, name)
    if levels:
        labels, real = levels, 1.0 / np.arange(1, len(levels) + 1) ** 1.5
    else:
        edges = np.linspace(*bounds, 21)
        labels = (*(f"{low:,.0f} to {high:,.0f}" for low, high in pairwise(edges)), "missing")
        real = np.append(np.exp(-(((np.arange(20) - 6) / 5) ** 2)) + 0.02, 0.1)
    synthetic = real * np.exp(rng.normal(0, noise, len(real)))
    real, synthetic = real / real.sum(), synthetic / synthetic.sum()
    return ColumnSummary(
        name=name,
        kind="category" if levels else "integer",
        role="target" if name == "income" else "feature",
        error=float(50 * np.abs(real - synthetic).sum()),
        floor=0.6,
        numeric=not levels,
        labels=labels,
        real=tuple(real),
        synthetic=tuple(synthetic),
    )


def pairs_of(names: tuple[str, ...]) -> PairSummary:
    rng = generator(7, "pairs")
    errors = tuple(tuple(float(e) for e in rng.gamma(2, 1.1, i)) for i in range(len(names)))
    floors = tuple(tuple(float(e) for e in rng.gamma(4, 0.35, i)) for i in range(len(names)))
    return PairSummary(names=names, errors=errors, floors=floors)


def groups_of(named: str) -> tuple[GroupSummary, ...]:
    rng = generator(7, "groups", named)
    rows = (float(r) for r in np.exp(rng.uniform(np.log(50), np.log(20_000), 300)))
    return tuple(
        GroupSummary(
            name=f"`sex` = {named} and `age` in its second quarter" if i % 2 else f"`{named}` missing",
            rows=int(r),
            error=float(60 / np.sqrt(r) * rng.gamma(9, 0.11)) + (6 if i < 9 else 0),
            floor=float(60 / np.sqrt(r) * rng.gamma(9, 0.11)),
            beyond=i < 9,
        )
        for i, r in enumerate(rows)
    )


def score(name: str, title: str, family: str, value: float | None, unit: str, ideal: float, **more: object) -> Score:
    meaning = more.pop("meaning", "A sentence that says what this figure means.")
    return Score.model_validate(
        {"name": name, "title": title, "family": family, "value": value, "unit": unit, "ideal": ideal,
         "n": 6513, "verdict": "good", "meaning": meaning, **more}
    )  # fmt: skip


SCORES = (
    score("shape", "Shape error", "fidelity", 0.73, "%", 0, floor=0.70, n=15, of="columns",
          meaning="On average 0.73 % of the rows would have to move to another bin to make a column's histogram real."),
    score("trend", "Trend error", "fidelity", 2.31, "%", 0, floor=1.52, n=105, of="pairs", verdict="fair",
          meaning="Pairs of columns differ by 2.31 % on average; two real samples differ by 1.52 %."),
    score("c2st", "Detection (C2ST)", "fidelity", 0.561, "AUC", 0.5, floor=0.502, n=13026,
          meaning="A boosted classifier tells synthetic from real rows with AUC 0.561; 0.5 is guessing."),
    score("tstr", "Train on synthetic, test on real", "utility", 0.991, "ratio", 1, floor=0.998,
          meaning="A model trained on synthetic rows reaches 99.1 % of the score of one trained on real rows."),
    score("dcr", "Closer to training than to holdout", "privacy", 0.503, "share", 0.5, floor=0.5,
          meaning="50.3 % of synthetic rows lie closer to a training row than to a holdout row; 50 % is no copying."),
    score("copies", "Exact copies", "privacy", 4.1, "%", 0, floor=3.9, n=32561, verdict="poor",
          meaning="4.10 % of synthetic rows equal a training row; 3.90 % of fresh real rows do as well."),
    score("leak", "Membership inference", "privacy", None, "AUC", 0.5, verdict="unknown",
          meaning="Not measured: no holdout was kept."),
)  # fmt: skip

TITLE = "adult: 32,561 synthetic rows beside 32,561 real ones"
HEADLINE = (
    "Good to work with: single columns are as close as fresh real data, pairs of columns nearly so. "
    "Look at exact copies before sharing it."
)


def report_of(columns: tuple[ColumnSummary, ...], **more: object) -> Report:
    names = tuple(c.name for c in columns if c.labels)
    return Report.model_validate(
        {"title": TITLE, "headline": HEADLINE, "scores": SCORES, "columns": columns, "pairs": pairs_of(names), **more}
    )


def adult_report() -> Report:
    """Fifteen columns like Adult's, and one that was left to a pattern."""
    columns = [
        *(column(n, 0.1, levels=tuple(v.split())) for n, v in LEVELS.items()),
        *(column(n, 0.08, bounds=b) for n, b in NUMBERS.items()),
        ColumnSummary(name="record", kind="id", role="key", error=None, numeric=False,
                      note="A key: new values were made in the pattern of the real ones."),
    ]  # fmt: skip
    return report_of(
        tuple(columns),
        notes=("The target `income` was guessed: it is the last column and has two levels.",),
        facts=(("technique", "autoregressive"), ("real rows", "32,561"), ("holdout rows", "6,513"), ("seed", "0"),
               ("likewise", "0.1.0")),
        groups=groups_of("Female"),
    )  # fmt: skip


def hundred_report() -> Report:
    """One hundred columns with longish names."""
    columns = (
        column(f"measurement_of_station_{i:03d}", 0.12, bounds=(-50, 50))
        if i % 2
        else column(f"answer_to_question_{i:03d}", 0.12, levels=tuple(f"level number {k}" for k in range(24)))
        for i in range(100)
    )
    return report_of(tuple(columns))


def behaviour_of(entity: str, order: str, shared: str) -> BehaviourSummary:
    """How entities behave: a few statistics of each property, a picture of bins in order and one of rates."""
    rows = tuple(
        StatisticRow(part=part, title=title, real="35 days", synthetic="5 days", floor=0.04, low=0.03, high=0.06,
                     distance=0.04 * ratio, ratio=ratio, fresh=1.1)
        for part, title, ratio in (("timing", "Time between events", 13.5), ("bursts", "Events at one moment", 250.0),
                                   ("sharing", f"Entities at the same `{shared}`", 0.7),
                                   ("velocity", f"`{shared}` never used before within 24 hours", 4.0))
    )  # fmt: skip
    return BehaviourSummary(
        entity=entity, order=order, entities=1_799, size=899, deals=15, statistics=rows,
        properties=tuple(PropertyRow(part=row.part, ratio=row.ratio, fresh=1.1) for row in rows),
        pictures=(
            Picture(title=f"Entities at the same `{shared}`", numeric=True, labels=("1", "2", "4 to 7", "8 or more"),
                    real=(0.5, 0.3, 0.15, 0.05), synthetic=(0.9, 0.05, 0.049, 0.001), n=4_000),
            Picture(title="Events of an entity that set a rule off", numeric=False,
                    labels=("count in 24 hours", f"new {shared} in 24 hours"), real=(0.05, 0.049), synthetic=(0.2, 0),
                    n=9_000),
        ),
    )  # fmt: skip


def events_report() -> Report:
    """A table of events, whose behaviour was judged too."""
    columns = (column("paid", 0.1, bounds=(0, 900)), column("channel", 0.1, levels=("web", "shop", "phone")))
    return report_of(columns, behaviour=behaviour_of("card", "time", "device"))


def hostile_report() -> Report:
    """Names and levels that try to become markup, a script or a table; figures that are missing or infinite."""
    name = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">| a *b* 名前"
    columns = (
        column(
            name, 0.1, levels=("<b>bold</b>", "</script>", "]]>", "\u2028", "{{ 7 * 7 }}", "é" * 300, "same", "same")
        ),
        column("x" * 300, 0.1, bounds=(0, 9)),
        ColumnSummary(
            name="<!-- nothing", kind="empty", role="feature", error=None, numeric=False, note="<i>empty</i>"
        ),
    )
    pairs = PairSummary(names=(name, "x" * 300), errors=((), (math.nan,)))
    return report_of(columns, title=name, headline=name, notes=(name,), facts=((name, name),), pairs=pairs,
                     groups=groups_of(name), behaviour=behaviour_of(name, name, name))  # fmt: skip


@pytest.fixture(scope="session")
def adult() -> Report:
    return adult_report()


@pytest.fixture(scope="session")
def hundred() -> Report:
    return hundred_report()


@pytest.fixture(scope="session")
def events() -> Report:
    return events_report()


@pytest.fixture(scope="session")
def hostile() -> Report:
    return hostile_report()
