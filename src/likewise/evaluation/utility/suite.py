"""Run every metric of usefulness, in order."""

from __future__ import annotations

from likewise.core.progress import Progress, quiet
from likewise.evaluation.pairing import Paired
from likewise.evaluation.score import Score
from likewise.evaluation.utility.augmentation import augment, augmentation_score
from likewise.evaluation.utility.coefficients import coefficients_score, compare_coefficients
from likewise.evaluation.utility.global_utility import global_utility, global_utility_scores
from likewise.evaluation.utility.importance import importance_score
from likewise.evaluation.utility.learners import MODELS
from likewise.evaluation.utility.model_scores import model_scores, trts_score
from likewise.evaluation.utility.models import train_models
from likewise.evaluation.utility.prediction import predict_target, prediction_scores
from likewise.evaluation.utility.queries import queries_scores, random_queries

STEPS = ("models", "coefficients", "augmentation", "global utility", "queries")


def utility_scores(
    paired: Paired, target: str | None, *, seed: int, progress: Progress = quiet, brief: bool = False
) -> tuple[Score, ...]:
    """Return the scores of usefulness; without a target only global utility and the random queries are left.

    `brief` takes only what is cheap: TSTR and TRTS with boosted trees.
    """
    scores: list[Score] = []

    def begin(step: str) -> None:
        progress(f"evaluate: utility, {step}", STEPS.index(step), len(STEPS))

    if target is not None:
        begin("models")
        found = train_models(paired, target, seed=seed, models=("boosted",) if brief else MODELS)
        scores.extend(prediction_scores(predict_target(paired, target, seed=seed), found.family("boosted")))
        scores.extend([trts_score(found)] if brief else model_scores(found))
        if not brief:
            scores.append(importance_score(found.importances, target))
            begin("coefficients")
            scores.append(coefficients_score(compare_coefficients(paired, target, seed=seed)))
            begin("augmentation")
            scores.append(augmentation_score(augment(paired, target, seed=seed)))
    if not brief:
        begin("global utility")
        scores.extend(global_utility_scores(global_utility(paired, seed=seed)))
        begin("queries")
        scores.extend(queries_scores(random_queries(paired, seed=seed)))
    return tuple(scores)
