"""Measure SMOTE: CPU seconds and peak memory to balance a table of two classes, beside imbalanced-learn.

    python benchmarks/smote.py [--peer PYTHON] [--rows 100000,1000000] [--works smote,smote-nc,borderline,adasyn]
                               [--share 0.05] [--levels 5] [--turns 3]

`PYTHON` is an interpreter that has imbalanced-learn. The table has ten columns of numbers made by scikit-learn's
`make_classification` (seed 0), of which `smote-nc` cuts half into `--levels` levels of equal frequency; `--share` of
the rows are of the rare class. Each side starts from arrays in memory, in a process of its own on one thread, the two
in turn; seconds are user and system time of the work alone, the least of the turns, memory is the peak of the process.
`balance` is fitting and drawing from a table whose columns are typed; `with typing` begins with the arrays.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
WORKS = {"smote": "smote", "smote-nc": "smote", "borderline": "borderline-1", "adasyn": "adasyn"}
"""What is measured, and the variant that does it here."""
Figures = dict[str, float]


def main() -> int:
    """Print a line for each work and size."""
    asked = _arguments()
    if asked.side:
        print(json.dumps((ours if asked.side == "likewise" else peers)(Path(asked.data), asked.work)))
        return 0
    print(f"{'work':<12}{'rows':>10}{'balance':>10}{'with typing':>13}{'peer':>9}{'ratio':>8}{'MB':>7}{'peer MB':>9}")
    for rows in (int(part) for part in asked.rows.split(",")):
        for work in asked.works.split(","):
            with tempfile.TemporaryDirectory(prefix="likewise-bench-") as folder:
                _written(Path(folder), rows, asked.share, asked.levels if work == "smote-nc" else 0)
                mine, other = _measured(folder, work, asked)
            _print(work, rows, mine, other)
    return 0


def ours(folder: Path, work: str) -> Figures:
    """Return what balancing costs here."""
    import pyarrow as pa

    from likewise.core.table import Table
    from likewise.techniques.smote import SMOTE

    X, y = np.load(folder / "X.npy"), np.load(folder / "y.npy")
    settings: Any = {"target": "class", "ratio": 1.0, "variant": WORKS[work]}
    few = {"x": [0.5 * i**1.5 for i in range(40)], "class": ["a"] * 30 + ["b"] * 10}
    SMOTE(**settings).fit(few).sample(5)  # what is imported late is no work
    columns = {f"x{place}": column for place, column in enumerate(X.T)}
    if work == "smote-nc":
        names = pa.array([f"level {code}" for code in range(int(X[:, 5:].max()) + 1)])
        for place in range(5, 10):
            codes = pa.array(X[:, place].astype(np.int32))
            columns[f"x{place}"] = pa.DictionaryArray.from_arrays(codes, names)
    classes = pa.DictionaryArray.from_arrays(pa.array(y.astype(np.int32)), pa.array(["usual", "rare"]))
    raw = pa.table({**columns, "class": classes})
    start = time.process_time()
    table = Table.from_any(raw)
    typed = time.process_time()
    model = SMOTE(**settings).fit(table)
    drawn = model.sample(model.lacking)
    end = time.process_time()
    assert drawn.num_rows == model.lacking > 0
    return {"cpu": end - typed, "typing": end - start, "mb": _peak()}


def peers(folder: Path, work: str) -> Figures:
    """Return what balancing costs with imbalanced-learn."""
    from imblearn.over_sampling import ADASYN, SMOTE, SMOTENC, BorderlineSMOTE

    samplers: dict[str, Callable[[], Any]] = {
        "smote": lambda: SMOTE(random_state=0),
        "smote-nc": lambda: SMOTENC(categorical_features=[5, 6, 7, 8, 9], random_state=0),
        "borderline": lambda: BorderlineSMOTE(random_state=0),
        "adasyn": lambda: ADASYN(random_state=0),
    }
    X, y = np.load(folder / "X.npy"), np.load(folder / "y.npy")
    if work != "smote-nc":
        samplers[work]().fit_resample(X[:2000], y[:2000])
    start = time.process_time()
    samplers[work]().fit_resample(X, y)
    return {"cpu": time.process_time() - start, "mb": _peak()}


def _written(folder: Path, rows: int, share: float, levels: int) -> None:
    """Write the made-up table as two arrays."""
    from sklearn.datasets import make_classification

    X, y = make_classification(rows, 10, weights=[1 - share], random_state=0)
    for place in range(5, 10) if levels else ():
        ends = np.quantile(X[:, place], np.linspace(0, 1, levels + 1)[1:-1])
        X[:, place] = np.searchsorted(ends, X[:, place])
    np.save(folder / "X.npy", X)
    np.save(folder / "y.npy", y)


def _measured(folder: str, work: str, asked: argparse.Namespace) -> tuple[Figures, Figures | None]:
    """Return the least of some turns of both sides, taken in turn."""
    sides = {"likewise": sys.executable} | ({"peer": asked.peer} if asked.peer else {})
    found: dict[str, list[Figures]] = {side: [] for side in sides}
    for _ in range(asked.turns):
        for side, python in sides.items():
            command = [python, __file__, "--side", side, "--work", work, "--data", folder]
            done = subprocess.run(command, env={**os.environ, **THREADS}, capture_output=True, text=True, check=True)
            found[side].append(json.loads(done.stdout.splitlines()[-1]))
    least = {side: {name: min(run[name] for run in runs) for name in runs[0]} for side, runs in found.items()}
    return least["likewise"], least.get("peer")


def _print(work: str, rows: int, mine: Figures, other: Figures | None) -> None:
    line = f"{work:<12}{rows:>10,}{mine['cpu']:>10.3f}{mine['typing']:>13.3f}"
    if other is None:
        print(f"{line}{'':>17}{mine['mb']:>7.0f}", flush=True)
        return
    ratio = mine["cpu"] / other["cpu"]
    print(f"{line}{other['cpu']:>9.3f}{ratio:>8.2f}{mine['mb']:>7.0f}{other['mb']:>9.0f}", flush=True)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--peer", help="a Python that has imbalanced-learn")
    parser.add_argument("--rows", default="100000,1000000")
    parser.add_argument("--works", default=",".join(WORKS))
    parser.add_argument("--share", type=float, default=0.05)
    parser.add_argument("--levels", type=int, default=5)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--side", choices=("likewise", "peer"), help=argparse.SUPPRESS)
    parser.add_argument("--work", choices=tuple(WORKS), help=argparse.SUPPRESS)
    parser.add_argument("--data", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
