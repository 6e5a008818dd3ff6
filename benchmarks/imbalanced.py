"""Measure what balancing is worth: PR-AUC and F1 of the rare class on eleven imbalanced sets, beside imbalanced-learn.

    python benchmarks/imbalanced.py [--sets glass5,yeast4] [--methods nothing,smote] [--peer PYTHON] [--earlier]
                                    [--repeats 1]

Each of five repeats (fewer with `--repeats`) parts a set into two halves with the same share of rare rows; a method
changes the rows of one half, a learner is trained on them and judged on the other half, which nobody else sees. Peers
resample the same rows with the same seeds in a process of their own. `--earlier` shows what was measured before, with
as many repeats, beside what is measured now.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from balancing_methods import METHODS, PARTS, PEERS, USUAL, balanced_by_peer, balanced_by_us  # noqa: E402
from five_by_two import Floats, holm, over_sets, p_value, ranks  # noqa: E402
from rare_sets import DATA, LEARNERS, METRICS, REPEATS, SETS, RareSet, is_rare, scores, scores_at_best  # noqa: E402

RESULTS = HERE / "results" / "imbalanced"
LEVEL, TIE = 0.05, 0.0005
"""The chance of an error that is taken, and the difference of means below which two methods tie."""
Found = dict[str, dict[str, Any]]
"""By method: `seconds`, and by learner and metric the scores of a set, one for each half."""


def main() -> int:
    """Measure and print; 1 when a method is significantly worse than its peer on some set."""
    asked = _arguments()
    folder = RESULTS / f"{asked.repeats} times"
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, Found] = {}
    for name in asked.sets.split(","):
        file = folder / f"{name}.json"
        earlier = json.loads(file.read_text()) if file.is_file() else {}
        methods = dict.fromkeys(["nothing", *asked.methods.split(",")])
        now = _measured(RareSet.read(name, asked.data, asked.repeats), [m for m in METHODS if m in methods], asked.peer)
        file.write_text(json.dumps({**earlier, **now}) + "\n")
        found[name] = {**earlier, **now} if asked.earlier else now
    for metric in METRICS:
        print("\n".join(_table(found, metric)))
    print("\n".join(_summary(found)))
    print("\n".join(_beside(found, PARTS, "Hybrids beside their parts")[0]))
    peers = [(ours, f"imblearn {peer}") for peer, ours in PEERS.items()]
    lines, worse = _beside(found, peers, "Beside imbalanced-learn: same rows, same seeds")
    print("\n".join(lines))
    return 1 if worse else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sets", default=",".join(SETS), help="names, joined by commas")
    parser.add_argument("--methods", default=",".join(USUAL), help="names, joined by commas")
    parser.add_argument("--peer", metavar="PYTHON", help="the interpreter that has imbalanced-learn")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="how many times each set is parted into halves")
    parser.add_argument("--earlier", action="store_true", help="show what was measured before as well")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder that holds the sets")
    asked = parser.parse_args()
    unknown = [*({*asked.sets.split(",")} - {*SETS}), *({*asked.methods.split(",")} - {*METHODS})]
    if unknown:
        parser.error(
            f"there is no {', '.join(sorted(unknown))}; sets: {', '.join(SETS)}; methods: {', '.join(METHODS)}"
        )
    return asked


def _measured(rows: RareSet, methods: Sequence[str], peer: str | None) -> Found:
    found: Found = {}
    for method in methods:
        made = balanced_by_us(METHODS[method], rows)
        found[method] = _judged(rows, method, *made)
    for method in PEERS if peer else ():
        found[f"imblearn {method}"] = _judged(rows, method, *balanced_by_peer(peer, method, rows))
    return found


def _judged(rows: RareSet, method: str, tables: Sequence[Any], seconds: float) -> dict[str, Any]:
    judged: dict[str, Any] = {"seconds": seconds, "rows": [table.num_rows for table in tables]}
    for learner in LEARNERS:
        halves: dict[str, list[float]] = {metric: [] for metric in METRICS}
        for table, (_, held) in zip(tables, rows.folds(), strict=True):
            test = rows.table.take(held)
            pairs = [(rows.matrix(part), is_rare(part)) for part in (table, test)]
            how = {"class_weight": "balanced"} if method == "weights" else {}
            judge = scores_at_best if method == "threshold" else scores
            for metric, value in judge(learner, *pairs, **how).items():
                halves[metric].append(value)
        judged[learner] = halves
    print(f"{rows.name}: {method} done", file=sys.stderr)
    return judged


def _methods(found: dict[str, Found]) -> list[str]:
    return [m for m in next(iter(found.values())) if all(m in one for one in found.values())]


def _means(found: dict[str, Found], methods: Sequence[str], learner: str, metric: str) -> Floats:
    """Return the mean over halves of each method (a row) on each set (a column)."""
    return np.array([[np.mean(one[m][learner][metric]) for one in found.values()] for m in methods])


def _table(found: dict[str, Found], metric: str) -> Iterator[str]:
    """Yield a table: what `nothing` scores, and what each method gains beyond it, for each learner."""
    methods = _methods(found)
    for learner in LEARNERS:
        means = _means(found, methods, learner, metric)
        base = means[methods.index("nothing")]
        yield f"\n## {metric}, {learner} learner: the score of `nothing`, and what is gained beyond it"
        yield f"| method | {' | '.join(found)} |"
        yield "|---" * (len(found) + 1) + "|"
        for method, own in zip(methods, means):
            cells = (f"{value:.3f}" if method == "nothing" else f"{value - low:+.3f}" for value, low in zip(own, base))
            yield f"| {method} | {' | '.join(cells)} |"


def _summary(found: dict[str, Found]) -> Iterator[str]:
    """Yield a table of mean gains, mean ranks, and the sets on which a method is significantly better or worse."""
    methods = _methods(found)
    columns = [(metric, learner) for metric in METRICS for learner in LEARNERS]
    means = {column: _means(found, methods, column[1], column[0]) for column in columns}
    yield f"\n## Mean gain beyond `nothing` over {len(found)} sets (mean rank; sets better / worse after Holm)"
    yield f"| method | {' | '.join(f'{metric}, {learner}' for metric, learner in columns)} | CPU s |"
    yield "|---" * (len(columns) + 2) + "|"
    for place, method in enumerate(methods):
        cells = []
        for column in columns:
            gain = (means[column][place] - means[column][methods.index("nothing")]).mean()
            better, worse = _significant(found, column[1], column[0], method, "nothing")
            cells.append(f"{gain:+.3f} ({ranks(means[column])[place]:.1f}; {better} / {worse})")
        yield f"| {method} | {' | '.join(cells)} | {sum(one[method]['seconds'] for one in found.values()):.1f} |"


def _significant(found: dict[str, Found], learner: str, metric: str, one: str, other: str) -> tuple[int, int]:
    """Return in how many sets a method is better and worse than another, after Holm's correction over the sets."""
    pairs = [(each[one][learner][metric], each[other][learner][metric]) for each in found.values() if other in each]
    chances = holm([p_value(*pair) for pair in pairs])
    signs = [np.mean(first) - np.mean(second) for first, second in pairs]
    sure = [sign for sign, chance in zip(signs, chances) if chance < LEVEL]
    return sum(sign > 0 for sign in sure), sum(sign < 0 for sign in sure)


def _beside(found: dict[str, Found], beside: Sequence[tuple[str, str]], title: str) -> tuple[list[str], int]:
    """Return a table of methods beside others, and how many comparisons are significantly worse.

    Holm's correction is over all comparisons of a pair: sets, figures and learners.
    """
    columns = ("method", "beside", "metric", "learner", "mean difference", "p over sets", "wins / ties / losses",
               "p < .05 better / worse", "after Holm", "smallest p of a loss")  # fmt: skip
    lines = [f"\n## {title}", f"| {' | '.join(columns)} |",
             "|---" * len(columns) + "|"]  # fmt: skip
    lost = 0
    for ours, theirs in beside:
        if not all(ours in one and theirs in one for one in found.values()):
            continue
        kinds = [(metric, learner) for metric in METRICS for learner in LEARNERS]
        pairs = [(o[ours][learner][m], o[theirs][learner][m]) for m, learner in kinds for o in found.values()]
        shape = (len(kinds), len(found))
        apart = np.array([np.mean(first) - np.mean(second) for first, second in pairs]).reshape(shape)
        chances = np.array([p_value(*pair) for pair in pairs])
        corrected = holm(chances).reshape(shape)
        lost += int(((corrected < LEVEL) & (apart < 0)).sum())
        for (metric, learner), own, raw, sure in zip(kinds, apart, chances.reshape(shape), corrected):
            losing = raw[own < 0]
            lines.append(
                f"| {ours} | {theirs} | {metric} | {learner} | {own.mean():+.4f} | {over_sets(own):.2f} | "
                f"{(own > TIE).sum()} / {(abs(own) <= TIE).sum()} / {(own < -TIE).sum()} | "
                f"{_better_and_worse(own, raw)} | {_better_and_worse(own, sure)} | "
                f"{losing.min() if len(losing) else 1.0:.3f} |"
            )
    return lines, lost


def _better_and_worse(apart: Floats, chances: Floats) -> str:
    return f"{((chances < LEVEL) & (apart > 0)).sum()} / {((chances < LEVEL) & (apart < 0)).sum()}"


if __name__ == "__main__":
    sys.exit(main())
