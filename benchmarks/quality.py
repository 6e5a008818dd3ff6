"""Measure fidelity, utility, privacy and cost on four real tables, beside the peers' published figures.

    python benchmarks/quality.py [--tables adult,magic_gamma] [--seeds 3]
                                 [--techniques autoregressive,autoregressive:min_leaf=80,bootstrap]
                                 [--peer NAME=PYTHON] [--with-judge SCRIPT --judge-python PYTHON]

80 % of the rows (seed 0) are learned from, as many are drawn, and the remaining 20 % judge them. Each seed fits and
draws anew, in processes of their own on one thread, from and to CSV; figures are medians over seeds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from metering import THREADS, CommandFailed, Cost, metered  # noqa: E402
from tables import DATA, TABLES, load, split  # noqa: E402

from likewise.core.registry import DEFAULT  # noqa: E402

RESULTS = HERE / "results"
COLUMNS = ("shape_error", "trend_error", "c2st", "tstr", "tstr_ratio", "dcr_share", "exact_copies",
           "fit_cpu_s", "sample_cpu_s", "peak_mb")  # fmt: skip
GOALS: dict[str, tuple[str, Callable[[float], bool]]] = {
    "shape_error": ("<= 0.5", lambda v: v <= 0.5),
    "trend_error": ("<= 1.0", lambda v: v <= 1.0),
    "c2st": ("<= 0.59", lambda v: v <= 0.59),
    "tstr_ratio": (">= 0.98", lambda v: v >= 0.98),
    "dcr_share": ("<= 0.545", lambda v: v <= 0.545),
}
JUDGED = {
    "judge_shape": ("shape_trend_vs_train", "shape_error_pct"),
    "judge_trend": ("shape_trend_vs_train", "trend_error_pct"),
    "judge_c2st": ("c2st_vs_holdout", "gbdt_auc"),
    "judge_tstr": ("tstr", "auc"),
    "judge_dcr_share": ("privacy", "dcr_share"),
    "judge_copy_rate": ("privacy", "exact_copy_rate"),
}
"""Where the other judge's JSON holds its figures."""
Figures = dict[str, float]


@dataclass(frozen=True)
class Parts:
    """Hold where one table's train, holdout and synthetic rows are, as CSV."""

    train: Path
    holdout: Path
    synthetic: Path
    target: str
    rows: int


def main() -> int:
    """Run what was asked for; 1 when the default technique misses a goal."""
    asked = _arguments()
    names, techniques = asked.tables.split(","), asked.techniques.split(",")
    missing = [name for name in names if not all((asked.data / f).is_file() for f in TABLES[name].files)]
    if missing:
        print(f"left out, not in {asked.data}: {', '.join(missing)}", file=sys.stderr)
    peers = dict(pair.split("=", 1) for pair in asked.peer)
    found: dict[str, dict[str, Any]] = {}
    for name in (n for n in names if n not in missing):
        with tempfile.TemporaryDirectory(prefix="likewise-bench-") as folder:
            parts = _written(name, asked.data, Path(folder))
            for system in [*techniques, *peers]:
                runs = [_run(system, peers.get(system), parts, seed, asked) for seed in range(asked.seeds)]
                found.setdefault(name, {})[system] = {"median": _medians(runs), "seeds": runs}
                print(f"{name}: {system} done", file=sys.stderr)
    print("\n".join(_lines(found)))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "quality.json").write_text(json.dumps({"seeds": asked.seeds, "tables": found}, indent=1) + "\n")
    if not found or DEFAULT not in techniques:
        print(f"the goals are those of {DEFAULT}, which was not measured" if found else "nothing was measured")
        return 0
    missed = list(_missed(found, DEFAULT))
    print("\n".join(missed) or f"every goal is met by {DEFAULT}")
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tables", default=",".join(TABLES), help="names, joined by commas")
    parser.add_argument("--techniques", default=DEFAULT, help="names, or name:setting=value, joined by commas")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds; medians are shown")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder that holds the tables")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=PYTHON",
                        help="a runner in benchmarks/peers and the interpreter that has the peer")  # fmt: skip
    parser.add_argument("--with-judge", type=Path, metavar="SCRIPT", help="score with another judge as well")
    parser.add_argument("--judge-python", default=sys.executable, help="the interpreter that has what the judge needs")
    return parser.parse_args()


def _written(name: str, data: Path, folder: Path) -> Parts:
    from pyarrow import csv

    train, holdout = split(load(name, data))
    parts = Parts(folder / "train.csv", folder / "holdout.csv", folder / "synthetic.csv", TABLES[name].target,
                  train.num_rows)  # fmt: skip
    for path, table in ((parts.train, train), (parts.holdout, holdout)):
        csv.write_csv(table, path, csv.WriteOptions(quoting_style="needed"))
    return parts


def _run(system: str, python: str | None, parts: Parts, seed: int, asked: argparse.Namespace) -> Figures:
    """Fit, draw and judge one system with one seed."""
    parts.synthetic.unlink(missing_ok=True)
    costs = _peer(system, python, parts, seed) if python else _technique(system, parts, seed)
    figures = _judged(parts) | costs
    if asked.with_judge:
        figures |= _judged_by_other(parts, asked.with_judge, asked.judge_python)
    return figures


def _technique(system: str, parts: Parts, seed: int) -> Figures:
    name, *settings = system.split(":")
    chosen = [word for setting in settings for word in ("--set", setting)]
    command, model = Path(sys.executable).with_name("likewise"), parts.synthetic.with_name("model.likewise")
    fit = metered([command, "fit", parts.train, "-o", model, "--technique", name, "--seed", str(seed),
                   "--target", parts.target, *chosen])  # fmt: skip
    sample = metered([command, "sample", model, "-n", str(parts.rows), "-o", parts.synthetic, "--seed", str(seed)])
    return _costs(fit, sample)


def _peer(name: str, python: str, parts: Parts, seed: int) -> Figures:
    """Run a peer's runner under the interpreter that has it; it fits and draws in one process."""
    runner = HERE / "peers" / f"{name}.py"
    return _costs(metered([python, runner, parts.train, parts.synthetic, str(parts.rows), str(seed)]), None)


def _costs(fit: Cost, sample: Cost | None) -> Figures:
    if sample is None:
        return {"fit_cpu_s": fit.cpu_s, "peak_mb": fit.peak_mb}
    return {"fit_cpu_s": fit.cpu_s, "sample_cpu_s": sample.cpu_s, "peak_mb": max(fit.peak_mb, sample.peak_mb)}


def _judged(parts: Parts) -> Figures:
    import likewise

    report = likewise.evaluate(parts.train, parts.synthetic, holdout=parts.holdout, target=parts.target, seed=0)
    figures: Figures = {}
    for score in report.scores:
        if score.value is not None:
            figures[score.name] = score.value
        if score.floor is not None:
            figures[f"{score.name}_floor"] = score.floor
    return figures


def _judged_by_other(parts: Parts, script: Path, python: str) -> Figures:
    """Score with a judge that knows nothing of likewise; its figures get names that begin with `judge_`."""
    out = parts.synthetic.with_name("judged.json")
    command = [python, script, "--train", parts.train, "--holdout", parts.holdout, "--synth", parts.synthetic,
               "--target", parts.target, "--out", out]  # fmt: skip
    done = subprocess.run(command, env={**os.environ, **THREADS}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandFailed(done.stderr[-2000:])
    found = json.loads(out.read_text())
    return {name: float(found[part][key]) for name, (part, key) in JUDGED.items() if key in found.get(part, {})}


def _medians(runs: list[Figures]) -> Figures:
    return {name: statistics.median(run[name] for run in runs if name in run) for name in runs[0]}


def _lines(found: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Yield one Markdown table a benchmark table: ours, then the published figures of peers."""
    published = json.loads((HERE / "peers" / "published.json").read_text())
    for name, systems in found.items():
        judged = [k for k in JUDGED if any(k in s["median"] for s in systems.values())]
        columns = [*COLUMNS, *judged]
        yield f"\n## {name}"
        yield f"| system | {' | '.join(columns)} |"
        yield "|---" * (len(columns) + 1) + "|"
        for system, runs in systems.items():
            yield _row(system, runs["median"], columns)
        floors = next(iter(systems.values()))["median"]
        yield _row("fresh real rows", {c: floors[f"{c}_floor"] for c in COLUMNS if f"{c}_floor" in floors}, columns)
        for system, figures in published["tables"].get(name, {}).items():
            yield _row(f"{system} (published)", figures, columns)
    yield f"\npublished: {published['source']}"


def _row(system: str, figures: Figures, columns: list[str]) -> str:
    cells = (f"{figures[c]:.4g}" if figures.get(c) is not None else "-" for c in columns)
    return f"| {system} | {' | '.join(cells)} |"


def _missed(found: dict[str, dict[str, Any]], system: str) -> Iterator[str]:
    for name, systems in found.items():
        figures = systems.get(system, {}).get("median", {})
        for score, (said, holds) in GOALS.items():
            if score in figures and not holds(figures[score]):
                yield f"missed: {name} {score} is {figures[score]:.4g}, the goal is {said}"


if __name__ == "__main__":
    sys.exit(main())
