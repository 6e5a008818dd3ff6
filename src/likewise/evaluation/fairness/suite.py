"""Run every metric of fairness, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from likewise.core.progress import Progress, quiet
from likewise.evaluation.fairness.association import association_score, compare_association
from likewise.evaluation.fairness.detection import detect_in_groups, subgroup_detection_score
from likewise.evaluation.fairness.groups import sensitive_places
from likewise.evaluation.fairness.parity import compare_parity, parity_scores
from likewise.evaluation.fairness.representation import compare_representation, representation_score
from likewise.evaluation.fairness.subgroups import Scan, gather, scan_subgroups, subgroup_score
from likewise.evaluation.pairing import Paired
from likewise.evaluation.score import Score

STEPS = ("models", "groups", "subgroups")


@dataclass(frozen=True, eq=False)
class Fairness:
    """Hold the scores of fairness, and what was found in each group; None where groups were not looked into."""

    scores: tuple[Score, ...]
    scan: Scan | None


def fairness_scores(
    paired: Paired, target: str | None, sensitive: Sequence[str], *, seed: int, progress: Progress = quiet
) -> tuple[Score, ...]:  # fmt: skip
    """Return the scores of `judge_fairness` alone."""
    return judge_fairness(paired, target, sensitive, seed=seed, progress=progress).scores


def judge_fairness(
    paired: Paired, target: str | None, sensitive: Sequence[str], *, seed: int, progress: Progress = quiet,
    brief: bool = False,
) -> Fairness:  # fmt: skip
    """Return what there is to say of fairness; without a sensitive column only scores of the worst subgroup are left.

    `sensitive` names columns beside those whose role says so. `brief` leaves out models and the search of subgroups:
    representation and the association with the target take little time.
    """
    scores: list[Score] = []
    scan = None

    def begin(step: str) -> None:
        progress(f"evaluate: fairness, {step}", STEPS.index(step), len(STEPS))

    places = sensitive_places(paired, sensitive)
    if places and target is not None and not brief:
        begin("models")
        scores.extend(parity_scores(compare_parity(paired, target, places, seed=seed)))
    if places:
        begin("groups")
        if target is not None:
            scores.append(association_score(compare_association(paired, target, places, seed=seed), target))
        scores.append(representation_score(compare_representation(paired, places, seed=seed)))
    if not brief:
        begin("subgroups")
        gathered = gather(paired, places, target, seed=seed)
        scan = scan_subgroups(gathered, seed=seed)
        scores.append(subgroup_score(scan))
        scores.append(subgroup_detection_score(detect_in_groups(gathered, seed=seed)))
    return Fairness(tuple(scores), scan)
