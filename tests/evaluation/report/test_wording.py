from __future__ import annotations

import pytest

from likewise.evaluation.report.model import PairSummary, Report
from likewise.evaluation.report.wording import family_verdict
from likewise.evaluation.score import Family, Score, Verdict


def scores(*verdicts: Verdict) -> list[Score]:
    return [
        Score(name=f"s{i}", title="Score", family="privacy", value=0.5, unit="share", ideal=0.5, n=60, verdict=verdict,
              meaning="It was measured.")
        for i, verdict in enumerate(verdicts)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("verdicts", "badge"),
    [
        (("good", "good"), "good"),
        (("good", "unknown"), "unknown"),
        (("fair", "unknown"), "fair"),
        (("unknown", "poor", "good"), "poor"),
        ((), "unknown"),
    ],
)
def test_an_unknown_score_is_not_passed_over(verdicts: tuple[Verdict, ...], badge: Verdict) -> None:
    assert family_verdict(scores(*verdicts)) == badge


@pytest.mark.parametrize(
    ("name", "family", "value", "badge"),
    [
        ("tstr_ratio", "utility", 0.93, "unknown"),
        ("tstr_ratio", "utility", None, "good"),
        ("tstr_linear", "utility", 0.8, "good"),
        ("c2st", "fidelity", None, "unknown"),
    ],
)
def test_what_the_headline_calls_too_little_is_no_good_badge(
    name: str, family: Family, value: float | None, badge: Verdict
) -> None:
    first, second = scores("good", "unknown")
    own = [
        first.model_copy(update={"family": family}),
        second.model_copy(update={"name": name, "family": family, "value": value}),
    ]
    assert family_verdict(own) == badge


def test_the_badge_says_what_the_headline_says() -> None:
    headline = "There is too little to judge whether it gives anybody away."
    report = Report(title="t", headline=headline, scores=tuple(scores("good", "unknown")), columns=(),
                    pairs=PairSummary(names=(), errors=()))  # fmt: skip
    badge = report.to_html().split("<li>", 1)[1].split("</li>")[0]
    assert "too little to judge" in badge and "Privacy" in badge
    assert "| **unknown** |" in report.to_markdown()
