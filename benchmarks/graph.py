"""Measure what it costs to estimate a joint distribution from noisy counts, and how near its rows come to the truth.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/graph.py [--epsilon 0.1,1,10] [--data FOLDER]

Adult's fourteen columns in 85, 9, 100, 16, 7, 15, 6, 5, 2, 100, 100, 99, 42 and 2 cells, four fifths of its rows, and a
made-up table of 100 columns in ten blocks. Counts of single columns and of pairs get Gaussian noise for an epsilon at
delta 1e-9, all alike; which pairs are counted is taken as known: a tree of the strongest beside each pair with the
target, or all. Each line is measured in a process of its own. Distances are total variation, of as many rows as were
learned from; `others` are pairs that were not counted.
"""

from __future__ import annotations

import argparse
import itertools
import math
import multiprocessing
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from tables import DATA, load, split  # noqa: E402

from likewise.privacy.accountant import mu_for  # noqa: E402
from likewise.techniques.marginals.graph import Graph, Measurement, size_of  # noqa: E402
from likewise.techniques.marginals.wide import Chain  # noqa: E402

CELLS = {
    "age": 85, "workclass": 9, "fnlwgt": 100, "education": 16, "marital-status": 7, "occupation": 15,
    "relationship": 6, "race": 5, "sex": 2, "capital-gain": 100, "capital-loss": 100, "hours-per-week": 99,
    "native-country": 42, "income": 2,
}  # fmt: skip
Rows = NDArray[np.int64]
Clique = tuple[int, ...]


def main() -> None:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--epsilon", default="0.1,1,10", help="privacy budgets, joined by commas")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder that holds the tables")
    asked = parser.parse_args()
    print("| table | epsilon | model | pairs | fit CPU s | draw CPU s | peak MB | 1-way | 2-way | others | 3-way |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for epsilon in map(float, asked.epsilon.split(",")):
        for case in ("columns alone", "graph", "chain", "chain, all pairs"):
            line("Adult", epsilon, case, asked.data)
        for case in ("columns alone", "graph", "chain"):
            line("blocks", epsilon, case, asked.data)


def line(table: str, epsilon: float, case: str, data: Path) -> None:
    """Measure one case in a process of its own, and print it."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pairs, figures = pool.apply(measured, (table, epsilon, case, data))
    print(f"| {table} | {epsilon:g} | {case} | {pairs} | " + " | ".join(figures) + " |", flush=True)


def measured(table: str, epsilon: float, case: str, data: Path) -> tuple[int, list[str]]:
    """Return the number of pairs and the figures of one case."""
    rows, sizes, tree, strong = adult(data) if table == "Adult" else blocks()
    every = list(itertools.combinations(range(len(sizes)), 2))
    pairs = {"columns alone": [], "chain, all pairs": every}.get(case, tree)
    if table == "blocks" and case == "graph":
        pairs = held(sizes, strong)
    known = noisy(rows, sizes, [(a,) for a in range(len(sizes))] + pairs, epsilon)
    rng, begin = np.random.default_rng(1), time.process_time()
    model: Any = (Chain if case.startswith("chain") else Graph).fit(sizes, known)
    model.draw(1, rng)
    fitted = time.process_time()
    drawn = model.draw(len(rows), rng)
    end = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    triples = list(itertools.combinations(range(len(sizes)), 3))
    groups = [[(a,) for a in range(len(sizes))], every, [c for c in every if c not in set(pairs)], triples]
    figures = [distance(rows, drawn, sizes, some(cliques)) for cliques in groups]
    return len(pairs), [f"{fitted - begin:.2f}", f"{end - fitted:.2f}", f"{peak:.0f}", *figures]


def some(cliques: list[Clique], most: int = 400) -> list[Clique]:
    """Return all sets of columns, or as many of them as are judged, chosen by chance."""
    if len(cliques) <= most:
        return cliques
    return [cliques[i] for i in np.random.default_rng(0).choice(len(cliques), most, replace=False)]


def noisy(rows: Rows, sizes: Sequence[int], cliques: Sequence[Clique], epsilon: float) -> list[Measurement]:
    """Return counts with noise, each of the same cost in privacy."""
    rng, sigma = np.random.default_rng(0), math.sqrt(len(cliques)) / mu_for(epsilon, 1e-9)
    tables = [counts(rows, sizes, clique) for clique in cliques]
    return [Measurement(c, np.rint(t + rng.normal(0, sigma, t.shape)), sigma) for c, t in zip(cliques, tables)]


def counts(rows: Rows, sizes: Sequence[int], clique: Clique) -> NDArray[np.float64]:
    """Return how many rows are in each cell of some columns."""
    shape = [sizes[a] for a in clique]
    code = np.ravel_multi_index(tuple(rows[:, a] for a in clique), shape)
    return np.bincount(code, minlength=math.prod(shape)).reshape(shape).astype(np.float64)


def distance(rows: Rows, drawn: Rows, sizes: Sequence[int], cliques: Sequence[Clique]) -> str:
    """Return the mean total variation between two tables' shares of the cells of some columns."""
    far = [np.abs(counts(rows, sizes, c) / len(rows) - counts(drawn, sizes, c) / len(drawn)).sum() / 2 for c in cliques]
    return f"{np.mean(far):.4f}" if far else "-"


def adult(data: Path) -> tuple[Rows, tuple[int, ...], list[Clique], list[Clique]]:
    """Return Adult's rows as cells, the cells of each column, and the pairs of a tree and of the target."""
    table, _ = split(load("adult", data))
    columns = []
    for name, cells in CELLS.items():
        text = np.array(table[name.replace("-", "_") if name not in table.column_names else name].to_pylist(), str)
        try:
            numbers = text.astype(float)
        except ValueError:
            columns.append(np.unique(text, return_inverse=True)[1] % cells)
        else:
            low, high = numbers.min(), numbers.max()
            columns.append(np.minimum((numbers - low) / (high - low) * cells, cells - 1).astype(np.int64))
    rows, sizes = np.stack(columns, axis=1), tuple(CELLS.values())
    target = len(sizes) - 1
    tree = spanning(rows, sizes, list(range(target)))
    pairs = tree + [(a, target) for a in range(target)]
    return rows, sizes, pairs, pairs


def spanning(rows: Rows, sizes: Sequence[int], columns: list[int]) -> list[Clique]:
    """Return the tree of the pairs that lie farthest from independence."""
    far = {}
    for pair in itertools.combinations(columns, 2):
        table = counts(rows, sizes, pair) / len(rows)
        far[pair] = float(np.abs(table - np.outer(table.sum(axis=1), table.sum(axis=0))).sum())
    inside, tree = {columns[0]}, list[Clique]()
    while len(inside) < len(columns):
        tree.append(max((p for p in far if len(inside & set(p)) == 1), key=far.__getitem__))
        inside |= set(tree[-1])
    return tree


def blocks() -> tuple[Rows, tuple[int, ...], list[Clique], list[Clique]]:
    """Return 40,000 rows of ten blocks of ten columns, each hanging on two earlier ones of its block."""
    rng, n, d = np.random.default_rng(0), 40_000, 100
    sizes = tuple(rng.integers(2, 17, d).tolist())
    rows = np.zeros((n, d), np.int64)
    for a in range(d):
        first = a // 10 * 10
        parents = rng.choice(np.arange(first, a), min(2, a - first), replace=False) if a > first else [a - 10] * (a > 0)
        weights = rng.normal(0, 0.7, sizes[a]) + np.zeros((n, 1))
        for parent in parents:
            weights = weights + rng.normal(0, 1.2, (sizes[parent], sizes[a]))[rows[:, parent]]
        heights = np.exp(weights).cumsum(axis=1)
        rows[:, a] = (heights[:, :-1] < rng.random((n, 1)) * heights[:, -1:]).sum(axis=1)
    pairs = [c for c in itertools.combinations(range(d), 2) if c[0] // 10 == c[1] // 10]
    pairs += [(a, a + 10) for a in range(0, d - 10, 10)]
    tree = spanning(rows, sizes, list(range(d)))
    return rows, sizes, pairs, tree + [c for c in pairs if c not in set(tree)]


def held(sizes: Sequence[int], pairs: Sequence[Clique], most: int = 16 << 20) -> list[Clique]:
    """Return as many of the pairs, in their order, as a tree of cliques holds in some bytes."""
    kept: list[Clique] = []
    for pair in pairs:
        if size_of(sizes, [*kept, pair]) <= most:
            kept.append(pair)
    return kept


if __name__ == "__main__":
    main()
