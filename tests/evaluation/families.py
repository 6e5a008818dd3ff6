"""The scores of one family alone, as `evaluate` takes them: what is asked whether it finds a control."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.evaluation.conftest import Split

from likewise.core.progress import quiet
from likewise.core.table import Table
from likewise.evaluation.fairness.suite import fairness_scores
from likewise.evaluation.fidelity.detection import detect, detection_score
from likewise.evaluation.fidelity.suite import fidelity_scores
from likewise.evaluation.pairing import Paired, pair_tables
from likewise.evaluation.privacy.copies import copies_score, count_copies, row_keys
from likewise.evaluation.privacy.suite import privacy_scores
from likewise.evaluation.score import Family, Score
from likewise.evaluation.utility.suite import utility_scores


def fidelity(paired: Paired, target: str, seed: int) -> Sequence[Score]:
    """Return the scores of fidelity, with those of detection."""
    found, floor = (detect(paired.columns, paired.holdout, p, seed=seed) for p in (paired.synthetic, paired.real))
    return (detection_score(found, floor, against="holdout"), *fidelity_scores(paired, seed=seed))


def privacy(paired: Paired, target: str, seed: int) -> Sequence[Score]:
    """Return the scores of privacy, with exact copies."""
    keys = [row_keys(part) for part in (paired.real, paired.synthetic, paired.holdout)]
    return (copies_score(count_copies(*keys)), *privacy_scores(paired, seed=seed, progress=quiet))


FAMILIES: dict[Family, Callable[[Paired, str, int], Sequence[Score]]] = {
    "fidelity": fidelity,
    "utility": lambda paired, target, seed: utility_scores(paired, target, seed=seed),
    "privacy": privacy,
    "fairness": lambda paired, target, seed: fairness_scores(paired, target, (), seed=seed),
}


def findings(family: Family, parts: Split, synthetic: Table, seed: int) -> list[Score]:
    """Return the scores of a family that are fair or poor, read-outs aside."""
    paired = pair_tables(parts.train, synthetic, parts.holdout)
    scores = FAMILIES[family](paired, parts.train.schema.target or "", seed)
    return [score for score in scores if score.verdict in ("fair", "poor") and not score.readout]
