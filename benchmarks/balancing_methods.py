"""What is done about rare classes before a learner sees the rows: a method is a function from a table to a table."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from metering import metered
from rare_sets import CLASS, RareSet, is_rare

HERE = Path(__file__).resolve().parent
Method = Callable[[pa.Table, int], pa.Table]
"""Takes rows to learn from, whose `class` is `rare` or `usual`, and a seed; returns what a learner is given."""


def resampled(technique: str, *, clean: str = "none", **settings: Any) -> Method:
    """Return the method that balances with a technique and its settings, and perhaps cleans all rows."""
    from likewise.sklearn import Resampler

    def method(table: pa.Table, seed: int) -> pa.Table:
        sampler = Resampler(technique, settings=settings, clean=clean, random_state=seed)
        features, classes = sampler.fit_resample(table.drop_columns([CLASS]), table[CLASS])
        return features.append_column(CLASS, classes)

    return method


def recipe(document: Any, **parameters: Any) -> Method:
    """Return the method that runs a recipe: the name of one that is shipped, or a document."""
    import likewise

    def method(table: pa.Table, seed: int) -> pa.Table:
        with tempfile.TemporaryDirectory(prefix="likewise-bench-") as folder:
            return likewise.run(document, source=table, target=CLASS, work=folder, seed=seed, **parameters).data

    return method


def with_noise(technique: str, **settings: Any) -> Method:
    """Return the method that balances with a technique and then changes each row that it added by noise."""
    from likewise.techniques.noise import Noise

    balanced = resampled(technique)

    def method(table: pa.Table, seed: int) -> pa.Table:
        made = balanced(table, seed)
        noise = Noise(**settings).fit(table.drop_columns([CLASS]), seed=seed)
        added = made.slice(table.num_rows)
        changed = noise.perturb(added.drop_columns([CLASS]), seed=seed).append_column(CLASS, added[CLASS])
        return pa.concat_tables([table, changed.cast(table.schema)])

    return method


def as_it_is(table: pa.Table, seed: int) -> pa.Table:
    """Return the rows themselves."""
    return table


METHODS: dict[str, Method] = {
    "nothing": as_it_is,
    "threshold": as_it_is,
    "weights": as_it_is,
    "bootstrap": resampled("bootstrap"),
    "smote": resampled("smote"),
    "borderline-1": resampled("smote", variant="borderline-1"),
    "borderline-2": resampled("smote", variant="borderline-2"),
    "svm": resampled("smote", variant="svm"),
    "kmeans": resampled("smote", variant="kmeans"),
    "adasyn": resampled("smote", variant="adasyn"),
    "safe-level": resampled("smote", variant="safe-level"),
    "g-smote": resampled("smote", variant="g-smote"),
    "smote codes": resampled("smote", space="codes"),
    "smote+enn": resampled("smote", clean="enn"),
    "smote+tomek": resampled("smote", clean="tomek"),
    "autoregressive": resampled("autoregressive"),
    "smote+discriminator": recipe("smote-discriminator"),
    "bootstrap+noise": with_noise("bootstrap"),
    "vae": resampled("vae"),
    "gan": resampled("gan"),
    "vae+smote": recipe("vae-smote"),
    "gan+smote": recipe("gan-smote"),
    "auto": resampled("auto"),
}
"""Methods by name; `threshold` and `weights` leave the rows and change the learner instead."""

USUAL = tuple(name for name in METHODS if name not in ("auto", "vae", "gan", "vae+smote", "gan+smote"))
"""Those that are measured when none are named: `auto` fits 24 models for each of the ten halves, networks take long."""

PARTS = (
    ("smote+discriminator", "smote"),
    ("smote+enn", "smote"),
    ("smote+tomek", "smote"),
    ("bootstrap+noise", "bootstrap"),
    ("smote codes", "smote"),
    ("smote codes", "autoregressive"),
    ("vae+smote", "vae"),
    ("vae+smote", "smote"),
    ("gan+smote", "gan"),
    ("gan+smote", "smote"),
)
"""Hybrids, and a part of each alone."""

PEERS = {
    "random": "bootstrap",
    "SMOTE": "smote",
    "Borderline": "borderline-1",
    "ADASYN": "adasyn",
    "SMOTEENN": "smote+enn",
}
"""Methods of imbalanced-learn, and ours that each is compared with."""


def balanced_by_peer(python: str, method: str, rows: RareSet) -> tuple[list[pa.Table], float]:
    """Return what a peer makes of the training rows of each fold, and its CPU seconds; in a process of its own."""
    coded = rows.levels
    given: dict[str, Any] = {}
    names = [name for name in rows.table.column_names if name != CLASS]
    for i, (train, _) in enumerate(rows.folds()):
        part = rows.table.take(train)
        given[f"X{i}"] = np.column_stack([_codes(part[name], coded.get(name)) for name in names])
        given[f"y{i}"] = is_rare(part)
    with tempfile.TemporaryDirectory(prefix="likewise-bench-") as folder:
        before, after = Path(folder) / "folds.npz", Path(folder) / "resampled.npz"
        np.savez(before, categorical=np.array([name in coded for name in names]), **given)
        metered([python, HERE / "peers" / "imbalanced_learn.py", before, after, method])
        made = np.load(after)
        tables = [_table(made[f"X{i}"], made[f"y{i}"], names, coded) for i in range(len(given) // 2)]
        return tables, float(made["seconds"])


def balanced_by_us(method: Method, rows: RareSet) -> tuple[list[pa.Table], float]:
    """Return what a method makes of the training rows of each fold, and its CPU seconds."""
    begun = time.process_time()
    tables = [method(rows.table.take(train), seed) for seed, (train, _) in enumerate(rows.folds())]
    return tables, time.process_time() - begun


def _codes(column: pa.ChunkedArray, levels: list[str] | None) -> np.ndarray[Any, np.dtype[np.float64]]:
    values = column.to_numpy() if levels is None else np.searchsorted(levels, column.to_pylist())
    return np.asarray(values, dtype=np.float64)


def _table(X: Any, y: Any, names: list[str], coded: dict[str, list[str]]) -> pa.Table:
    columns = {n: np.asarray(coded[n])[X[:, i].astype(int)] if n in coded else X[:, i] for i, n in enumerate(names)}
    return pa.table({**columns, CLASS: np.where(y, "rare", "usual")})
