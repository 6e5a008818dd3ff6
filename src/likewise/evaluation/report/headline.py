"""The verdict of a report, in two or three sentences that need no statistics."""

from __future__ import annotations

from collections.abc import Mapping

from likewise.evaluation.score import Score


def headline(scores: Mapping[str, Score], *, holdout: bool, trusted: bool) -> str:
    """Say how alike, useful and revealing the synthetic table is; never that it is safe or anonymous."""
    sentences = [_fidelity(scores), _utility(scores.get("tstr_ratio")), _privacy(scores, holdout, trusted)]
    return " ".join(s for s in sentences if s)


def _fidelity(scores: Mapping[str, Score]) -> str:
    found = [scores[n] for n in ("shape_error", "trend_error", "c2st") if n in scores]
    verdicts = {s.verdict for s in found}
    if not found or "unknown" in verdicts:
        return "There is too little to say how alike the tables are."
    if "poor" in verdicts:
        named = " and ".join(_FAULTS[s.name] for s in found if s.verdict == "poor")
        return f"The synthetic data differs clearly from the real data: {named}."
    if "fair" in verdicts:
        named = " and ".join(_FAULTS[s.name] for s in found if s.verdict == "fair")
        return f"The synthetic data is like the real data in most respects, but to some degree {named}."
    return (
        "The synthetic data is hard to tell from the real data: its columns and their dependence are as they should be."
    )


_FAULTS = {
    "shape_error": "single columns are distributed differently",
    "trend_error": "columns do not go together as they do in the real data",
    "c2st": "a trained detector can pick synthetic rows out",
}


def _utility(ratio: Score | None) -> str:
    if ratio is None or ratio.value is None:
        return ""
    if ratio.value >= 0.995:
        return "For training models it is as good as the real data."
    return f"For training models it is worth {100 * ratio.value:.0f} % of the real data."


def _privacy(scores: Mapping[str, Score], holdout: bool, trusted: bool) -> str:
    copies = scores.get("exact_copies")
    if copies is None:
        return ""
    if not trusted:
        return "Its privacy could not be judged, because rows of the holdout are among the rows it was made from."
    if copies.verdict in ("poor", "fair") and copies.value is not None and copies.floor is not None:
        often = "far more" if copies.verdict == "poor" else "slightly more"
        return (
            f"It repeats whole real rows {often} often than chance explains ({copies.value:.2f} % against "
            f"{copies.floor:.2f} %): treat it as you would treat the real data."
        )
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
