"""Measure how well hidden cells of held-out rows are filled, on four real tables, beside other ways to fill them.

    python benchmarks/imputation.py [--tables adult,magic_gamma] [--rows 2000] [--draws 4] [--systems likewise,trees]

Each table's model is fitted to 80 % of the rows. In others, cells are hidden at random (1, 3 or half of each row, or
the column that is drawn first) and filled `--draws` times. Scores are proper ones that need no more than the draws: the
CRPS of numbers, on the ranks of the learned rows, and its like for levels (half the Brier score). Both are divided by
what draws from the learned column score, so that 1 is knowing nothing and less is better; they are means over the
columns. C2ST tells rows that were completed once from other held-out ones; seconds are those of all draws.

Peers: `trees` are chained equations with a decision tree a column, a donor drawn from its leaf (as `cart` in R's mice),
`regressions` scikit-learn's IterativeImputer with draws from the posterior of a Bayesian ridge, levels as numbers.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from tables import DATA, TABLES, load, split  # noqa: E402

import likewise  # noqa: E402
from likewise.core.table import Table  # noqa: E402
from likewise.evaluation.fidelity.detection import detect  # noqa: E402
from likewise.evaluation.pairing import pair_tables  # noqa: E402

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Filling = Callable[[Table, int], Table]

HIDDEN = ("first", "1", "3", "half")
FEWEST_CELLS = 20
"""Hidden cells of a column below which it is not scored."""
SWEEPS, LEAF = 5, 5


def main() -> None:
    """Measure, and print one Markdown table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tables", default=",".join(TABLES))
    parser.add_argument("--systems", default="likewise,trees,regressions")
    parser.add_argument("--rows", type=int, default=2000, help="held-out rows that cells are hidden in")
    parser.add_argument("--draws", type=int, default=4, help="times that the cells are filled")
    parser.add_argument("--data", type=Path, default=DATA)
    asked = parser.parse_args()
    print("| table | hidden | system | numbers | levels | levels right % | C2ST | CPU s |")
    print("|---|---|---|---|---|---|---|---|")
    for name in asked.tables.split(","):
        learned, kept = split(load(name, asked.data))
        train = Table.from_arrow(learned)
        holdout = Table.from_arrow(kept, schema=train.schema)
        rows, others = holdout.slice(0, asked.rows), holdout.slice(asked.rows, 3 * asked.rows)
        start = time.process_time()
        model = likewise.fit(train, seed=0)
        print(f"| {name} | none | real rows | | | | {_told(train, rows, others):.3f} | |", flush=True)
        print(f"| {name} | | fit | | | | | {time.process_time() - start:.1f} |", flush=True)
        for hidden in HIDDEN:
            for system in asked.systems.split(","):
                mask = _mask(rows, hidden, model)
                start = time.process_time()
                fill = SYSTEMS[system](train, model)
                filled = [fill(_without(rows, mask), seed) for seed in range(asked.draws)]
                spent = time.process_time() - start
                scores = _scores(train, rows, mask, filled)
                told = _told(train, filled[0], others)
                shown = " | ".join("" if np.isnan(s) else f"{s:.3f}" for s in scores[:2])
                right = "" if np.isnan(scores[2]) else f"{scores[2]:.1f}"
                print(f"| {name} | {hidden} | {system} | {shown} | {right} | {told:.3f} | {spent:.1f} |", flush=True)


def _mask(rows: Table, hidden: str, model: Any) -> Mask:
    """Return (rows, columns): which cells are hidden."""
    rng, shape = np.random.default_rng(0), (rows.rows, len(rows.names))
    if hidden == "half":
        return rng.random(shape) < 0.5
    if hidden == "first":
        return np.broadcast_to(np.arange(shape[1]) == model.steps[0].column, shape)
    return np.argsort(np.argsort(rng.random(shape), axis=1), axis=1) < int(hidden)


def _without(rows: Table, mask: Mask) -> Table:
    columns = []
    for number, name in enumerate(rows.names):
        own = rows.column(name)
        kept = pa.array(np.where(mask[:, number], None, np.arange(rows.rows)), pa.int64())
        columns.append(own.take(kept))
    return Table(pa.table(columns, names=list(rows.names)), rows.schema)


def _told(train: Table, rows: Table, others: Table) -> float:
    paired = pair_tables(others, rows, None)
    found = detect(paired.columns, paired.real, paired.synthetic, seed=0, explain=False)
    assert found is not None
    return found.auc


def _values(table: Table, train: Table) -> list[npt.NDArray[Any]]:
    """Return numbers as ranks among the learned rows, NaN where missing, and levels as texts, "" where missing."""
    found = list[npt.NDArray[Any]]()
    for column in train.schema.columns:
        if not column.is_number:
            texts = table.column(column.name).to_pylist()
            found.append(np.array(["" if text is None else str(text) for text in texts], dtype=object))
            continue
        known, values = np.sort(train.numbers(column.name)), table.numbers(column.name)
        known = known[~np.isnan(known)]
        ranks = (np.searchsorted(known, values, "left") + np.searchsorted(known, values, "right")) / 2 / len(known)
        found.append(np.where(np.isnan(values), np.nan, ranks))
    return found


def _scores(train: Table, truth: Table, mask: Mask, filled: Sequence[Table]) -> tuple[float, float, float]:
    """Return the scores of numbers and of levels, beside those of blind draws, and the levels met in percent."""
    true, learned, drawn = _values(truth, train), _values(train, train), [_values(table, train) for table in filled]
    rng, numbers, levels, right = np.random.default_rng(1), list[float](), list[float](), list[float]()
    for place, column in enumerate(train.schema.columns):
        own, pool = true[place], learned[place]
        scored = mask[:, place] & (~np.isnan(own) if column.is_number else own != "")
        if scored.sum() < FEWEST_CELLS:
            continue
        pool = pool[~np.isnan(pool)] if column.is_number else pool[pool != ""]
        found = np.stack([draw[place][scored] for draw in drawn])
        blind = _energy(own[scored], rng.choice(pool, (20, scored.sum())), is_number=column.is_number)
        score = _energy(own[scored], found, is_number=column.is_number) / blind
        (numbers if column.is_number else levels).append(score)
        if not column.is_number:
            right.append(100 * float((found == own[scored]).mean()))
    return tuple(float(np.mean(part)) if part else np.nan for part in (numbers, levels, right))  # type: ignore[return-value]


def _energy(truth: npt.NDArray[Any], draws: npt.NDArray[Any], *, is_number: bool) -> float:
    """Return the mean distance of the draws to the truth, less half of that among themselves (without bias)."""
    apart = (lambda a, b: np.abs(a - b)) if is_number else (lambda a, b: (a != b).astype(np.float64))
    pairs = [apart(a, b) for place, a in enumerate(draws) for b in draws[place + 1 :]]
    return float(np.mean([apart(draw, truth) for draw in draws]) - np.mean(pairs) / 2)


def _coded(table: Table) -> Floats:
    """Return (rows, columns): numbers as they are, levels as codes, NaN where missing."""
    columns = []
    for column in table.schema.columns:
        codes = None if column.is_number else table.codes(column.name).astype(np.float64)
        columns.append(table.numbers(column.name) if codes is None else np.where(codes < 0, np.nan, codes))
    return np.stack(columns, axis=1)


def _decoded(filled: Floats, rows: Table) -> Table:
    """Return rows with their gaps filled by codes."""
    frame = rows.to_dict()
    for place, column in enumerate(rows.schema.columns):
        gone, values = rows.missing(column.name), filled[:, place]
        if not column.is_number:
            levels = np.array(column.levels if column.levels else (False, True), dtype=object)
            values = levels[np.clip(np.round(values), 0, len(levels) - 1).astype(int)]
        elif column.kind == "integer":
            values = np.round(values)
        own = frame[column.name]
        frame[column.name] = [new if gap else old for gap, new, old in zip(gone, values.tolist(), own, strict=True)]
    return Table.from_arrow(Table.from_any(frame).to_arrow(), schema=rows.schema)


def _by_likewise(train: Table, model: Any) -> Filling:
    return lambda rows, seed: model.impute(rows, seed=seed)


def _by_regressions(train: Table, model: Any) -> Filling:
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401
    from sklearn.impute import IterativeImputer

    known = _coded(train)

    def filling(rows: Table, seed: int) -> Table:
        imputer = IterativeImputer(sample_posterior=True, max_iter=SWEEPS, random_state=seed,
                                   min_value=np.nanmin(known, axis=0), max_value=np.nanmax(known, axis=0))  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            filled = imputer.fit_transform(np.vstack([_coded(rows), known]))
        return _decoded(filled[: rows.rows], rows)

    return filling


def _by_trees(train: Table, model: Any) -> Filling:
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    known = _coded(train)
    learned = dict[int, Any]()

    def grown(place: int) -> Any:
        if place not in learned:
            kind = DecisionTreeRegressor if train.schema.columns[place].is_number else DecisionTreeClassifier
            usable = known[~np.isnan(known[:, place])]
            tree = kind(min_samples_leaf=LEAF, random_state=0).fit(np.delete(usable, place, 1), usable[:, place])
            leaves = tree.apply(np.delete(usable, place, 1))
            order = np.argsort(leaves, kind="stable")
            learned[place] = tree, leaves[order], usable[order, place]
        return learned[place]

    def filling(rows: Table, seed: int) -> Table:
        filled, rng = _coded(rows), np.random.default_rng(seed)
        gaps = np.isnan(filled)
        for place in np.flatnonzero(gaps.any(axis=0)):
            pool = known[~np.isnan(known[:, place]), place]
            filled[gaps[:, place], place] = rng.choice(pool, gaps[:, place].sum())
        for _ in range(SWEEPS):
            for place in np.flatnonzero(gaps.any(axis=0)):
                tree, leaves, donors = grown(place)
                own = tree.apply(np.delete(filled[gaps[:, place]], place, 1))
                first, last = np.searchsorted(leaves, own), np.searchsorted(leaves, own, "right")
                filled[gaps[:, place], place] = donors[first + (rng.random(len(own)) * (last - first)).astype(int)]
        return _decoded(filled, rows)

    return filling


SYSTEMS: dict[str, Callable[[Table, Any], Filling]] = {
    "likewise": _by_likewise,
    "trees": _by_trees,
    "regressions": _by_regressions,
}

if __name__ == "__main__":
    main()
