"""The verdict of a report, in two or three sentences that need no statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from likewise.evaluation.score import ALARM, Family, Score, Verdict


def headline(scores: Mapping[str, Score], *, holdout: bool, trusted: bool) -> str:
    """Say how alike, useful and revealing the synthetic table is; never that it is safe or anonymous."""
    sentences = [
        _columns(scores),
        _fidelity(scores),
        _utility(scores),
        _fairness(scores),
        _privacy(scores, holdout, trusted),
    ]
    return " ".join(s for s in sentences if s)


def weighs(score: Score) -> bool:
    """Say whether a score that could not be judged leaves its family unjudged: headline and badges speak alike."""
    underpowered = score.name == "tstr_ratio" and score.value is not None
    return score.verdict == "unknown" and (score.family == "privacy" or score.name in _ALIKE or underpowered)


def _columns(scores: Mapping[str, Score]) -> str:
    """Return a sentence where columns are missing: what is not there is not good."""
    found = scores.get("columns_compared")
    return "" if found is None or found.verdict == "good" else found.meaning


def _fidelity(scores: Mapping[str, Score]) -> str:
    core = [scores[n] for n in _ALIKE if n in scores]
    if all(s.verdict == "unknown" for s in core):
        return "There is too little to say how alike the tables are."
    poor, fair = (_of(scores, "fidelity", verdict) for verdict in ("poor", "fair"))
    if poor:
        return f"The synthetic data differs clearly from the real data: {_faults(poor)}."
    if fair:
        return f"The synthetic data is like the real data in most respects, but to some degree {_faults(fair)}."
    if any(s.verdict == "unknown" for s in core):
        return "There is too little to say how alike the tables are."
    return (
        "The synthetic data is hard to tell from the real data: its columns and their dependence are as they should be."
    )


_BAD: tuple[Verdict, ...] = ("poor", "fair")

_ALIKE = ("shape_error", "trend_error", "c2st", "media_frechet", "media_precision", "media_coverage")

_FAULTS = {
    "columns_compared": "columns are missing",
    "shape_error": "single columns are distributed differently",
    "trend_error": "columns do not go together as they do in the real data",
    "c2st": "a trained detector can pick synthetic rows out",
    "tails": "extreme values are off",
    "levels": "levels of categories are lost, invented, or too common or rare",
    "dependence_lost": "columns that hang together in the real data do so less",
    "dependence_invented": "columns hang together that do not in the real data",
    "missing_rates": "too many or too few values are missing",
    "missing_places": "values are missing in the wrong rows",
    "media_frechet": "{things} are spread differently over their kinds",
    "media_detail": "the fine structure of {things} is off",
    "media_precision": "some {things} are like no real one",
    "media_coverage": "kinds of real {things} are missing",
    "behaviour_timing": "events of an entity follow one another in other times",
    "behaviour_bursts": "events come in other bursts",
    "behaviour_sharing": "entities have other things in common",
    "behaviour_velocity": "rules on counts and amounts of events fire more or less often",
}
"""What is said of a score that is not good; `things` are what its `n` counts, a side."""


def _of(scores: Mapping[str, Score], family: Family, verdict: Verdict) -> list[Score]:
    """Return the scores of a family with a verdict; read-outs have no part in any."""
    return [s for s in scores.values() if s.family == family and s.verdict == verdict and not s.readout]


def _faults(found: Sequence[Score]) -> str:
    """Say what is wrong: in words where there are any, else by the titles of what is off."""
    said = [_FAULTS[s.name].format(things=s.of.removesuffix(" a side")) for s in found if s.name in _FAULTS]
    titles = [s.title.lower() for s in found if s.name not in _FAULTS]
    if titles:
        said.append(f"there is something wrong with {', '.join(titles)}")
    return "; ".join(said)


def _utility(scores: Mapping[str, Score]) -> str:
    said = f"{_worth(scores.get('tstr_ratio'))} {_taught(scores)}".strip()
    told = ("tstr", "tstr_ratio", "media_tstr")
    found = [s for v in _BAD for s in _of(scores, "utility", v) if s.name.partition(".")[0] not in told]
    if not found:
        return said
    off = ", ".join(_SHORT.get(s.name, s.title.lower()) for s in found)
    return f"{said} It falls short in: {off}.".strip()


_SHORT = {"trts": "how the column to predict hangs on the others"}


def _taught(scores: Mapping[str, Score]) -> str:
    """Say what cells of media are worth for training a classifier."""
    found = [s for name, s in scores.items() if name.partition(".")[0] == "media_tstr" and s.verdict != "unknown"]
    worth = [min(1.0, s.value / s.floor) for s in found if s.value is not None and s.floor]
    if not worth:
        return ""
    things = found[0].of if len(found) == 1 else "cells"
    return f"For training a classifier its {things} are worth {100 * min(worth):.0f} % of the real ones."


def _worth(ratio: Score | None) -> str:
    if ratio is None or ratio.value is None:
        return ""
    if ratio.verdict == "unknown":
        return "There are too few rows to say what it is worth for training models."
    if ratio.verdict == "good" and ratio.value >= 0.995:
        return "For training boosted trees it is as good as the real data."
    worth = f"For training boosted trees it is worth {100 * ratio.value:.0f} % of the real data"
    by_chance = ratio.verdict == "good" and ratio.chance is not None and ratio.chance >= ALARM
    return f"{worth}; by chance fresh real rows may differ as much." if by_chance else f"{worth}."


def _fairness(scores: Mapping[str, Score]) -> str:
    off = [s.title.lower() for verdict in _BAD for s in _of(scores, "fairness", verdict)]
    return f"Groups of rows do not fare alike ({', '.join(off)})." if off else ""


def _privacy(scores: Mapping[str, Score], holdout: bool, trusted: bool) -> str:
    copies = scores.get("exact_copies")
    if copies is None:
        return ""
    if copies.verdict in ("poor", "fair") and copies.value is not None and copies.floor is not None:
        often = "clearly more" if copies.verdict == "poor" else "slightly more"
        return (
            f"It repeats whole real rows {often} often than chance explains ({copies.value:.2f} % against "
            f"{copies.floor:.2f} %): treat it as you would treat the real data."
        )
    if not trusted:
        return "Its privacy could not be judged: the notes say why the comparison cannot be trusted."
    found = [s for s in scores.values() if s.family == "privacy" and not s.readout]
    worst = next((v for v in ("poor", "fair") if any(s.verdict == v for s in found)), None)
    if worst is not None:
        named = ", ".join(s.title.lower() for s in found if s.verdict == worst)
        much = "clearly" if worst == "poor" else "somewhat"
        return (
            f"It gives {much} more away about the rows that it was made from than about others ({named}): look into it "
            "before you share the data."
        )
    if not holdout and copies.verdict != "unknown":
        return (
            "No more rows are repeated than by nature, but without rows held back from training the privacy of the "
            "data was not tested further: this verdict is weak."
        )
    if any(s.verdict == "unknown" for s in found):
        return "There is too little to judge whether it gives anybody away."
    return "What was tried to learn about the rows that it was made from found nothing unusual; that is no guarantee."
