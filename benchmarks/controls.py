"""Break three shapes of table on purpose, and count how often the family that owns a fault finds it.

    python benchmarks/controls.py [--shapes small,mixed,wide] [--seeds 5] [--first 0] [--controls fresh,far-values]
        [--families fidelity,utility,privacy,fairness]

A fault is found where a score of its family is fair or poor, read-outs aside; in fresh rows nothing may be, and each
score that errs is printed with its seed. As many rows are held back as are learned from. Prints one row a control and
shape: how many seeds found it, the scores that did, and CPU seconds.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "evaluation"))

from conftest import split_of

from likewise.core.progress import quiet
from likewise.evaluation.controls import CONTROLS, make_control
from likewise.evaluation.fairness.suite import fairness_scores
from likewise.evaluation.fidelity.detection import detect, detection_score
from likewise.evaluation.fidelity.suite import fidelity_scores
from likewise.evaluation.pairing import Paired, pair_tables
from likewise.evaluation.privacy.copies import copies_score, count_copies, row_keys
from likewise.evaluation.privacy.suite import privacy_scores
from likewise.evaluation.score import Family, Score
from likewise.evaluation.utility.suite import utility_scores

ROWS = {"small": 1_000, "mixed": 20_000, "wide": 3_000}


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


def found_by(name: str, shape: str, seed: int, families: Sequence[str]) -> list[Score] | None:
    """Return the scores that are fair or poor in the family that owns a fault, of fresh rows in any of `families`.

    None where the fault has no place.
    """
    parts = split_of(shape, seed, rows=ROWS[shape], held=ROWS[shape], parity=name == "wrong-triples")
    broken = make_control(name, parts.train, parts.reserve, parts.train.rows, seed=seed)
    if broken is None:
        return None
    paired, owner = pair_tables(parts.train, broken, parts.holdout), CONTROLS[name].owner
    asked = [f for name, f in FAMILIES.items() if (name in families if owner is None else name == owner)]
    scores = [score for family in asked for score in family(paired, parts.train.schema.target or "", seed)]
    return [score for score in scores if score.verdict in ("fair", "poor") and not score.readout]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", default=",".join(ROWS))
    parser.add_argument("--controls", default=",".join(CONTROLS))
    parser.add_argument("--families", default=",".join(FAMILIES))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    print("| shape | control | owner | found | by | CPU s |\n|---|---|---|---|---|---|")
    for shape in asked.shapes.split(","):
        for name in asked.controls.split(","):
            begun = time.process_time()
            seeds = range(asked.first, asked.first + asked.seeds)
            tried = {seed: found_by(name, shape, seed, asked.families.split(",")) for seed in seeds}
            runs = {seed: run for seed, run in tried.items() if run is not None}
            by = Counter(score.name for run in runs.values() for score in run)
            told = ", ".join(f"{score} {times}" for score, times in by.most_common(6))
            took = (time.process_time() - begun) / max(1, len(runs))
            hits = f"{sum(map(bool, runs.values()))} of {len(runs)}"
            print(f"| {shape} | {name} | {CONTROLS[name].owner or 'none'} | {hits} | {told} | {took:.0f} |", flush=True)
            for seed, score in ((s, score) for s, run in runs.items() for score in run if name == "fresh"):
                print(f"seed {seed}: {score.name} is {score.verdict} (chance {score.chance}): {score.meaning}")


if __name__ == "__main__":
    main()
