from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from likewise.core.schema import Column
from likewise.evaluation.pairing import Compared, Paired, Part

Arrays = dict[str, np.ndarray[Any, Any]]
JOBS = 12
NUMBERS = {"pay": "decimal", "age": "integer", "debt": "integer"}


def draw_staff(rows: int, seed: int) -> Arrays:
    """Return mixed columns that depend on one another: pay is missing where people are old, x is a xor b."""
    rng = np.random.default_rng(seed)
    rank = rng.normal(size=rows)
    age = np.round(40 + 10 * (0.6 * rank + 0.8 * rng.normal(size=rows)))
    pay = np.round(50 + 12 * (0.7 * rank + 0.7 * rng.normal(size=rows)), 2)
    owes = rank + rng.normal(size=rows)
    job = np.minimum(JOBS - 1, np.abs(rank + 0.5 * rng.normal(size=rows)) * JOBS / 3).astype(np.int32)
    a, b = (rng.integers(0, 2, rows).astype(np.int32) for _ in range(2))
    return {
        "pay": np.where(rng.random(rows) < np.where(age > 48, 0.4, 0.03), np.nan, pay),
        "age": age,
        "debt": np.where(owes < 0.5, 0.0, np.round(np.exp(6 + 0.8 * owes))),
        "job": job,
        "a": a,
        "b": b,
        "x": np.where(rng.random(rows) < 0.05, 1 - (a ^ b), a ^ b).astype(np.int32),
    }


def compare(real: Arrays, synthetic: Arrays, holdout: Arrays | None, levels: int = 0) -> Paired:
    """Return tables given as arrays side by side; integers are codes of `levels` levels or as many as occur."""
    tables = [t for t in (real, synthetic, holdout) if t is not None]
    columns = []
    for name, values in real.items():
        if values.dtype.kind == "f":
            columns.append(Compared(Column(name=name, kind=NUMBERS.get(name, "float")), True))  # type: ignore[arg-type]
            continue
        size = max(levels, *(int(t[name].max(initial=-1)) + 1 for t in tables))
        columns.append(Compared(Column(name=name, kind="category"), False, tuple(f"v{k}" for k in range(size))))
    parts = [Part(tuple(t[n] for n in real), len(next(iter(t.values())))) for t in tables]
    return Paired(tuple(columns), parts[0], parts[1], parts[2] if holdout is not None else None, (), ())


def change_staff(change: Callable[[Arrays, np.random.Generator], None], rows: int, seed: int) -> Paired:
    """Return staff beside fresh staff that was changed in place, and half as many rows held back."""
    synthetic = draw_staff(rows, 3 * seed + 1)
    change(synthetic, np.random.default_rng(seed))
    return compare(draw_staff(rows, 3 * seed), synthetic, draw_staff(rows // 2, 3 * seed + 2))


def leave(synthetic: Arrays, rng: np.random.Generator) -> None:
    """Change nothing."""


@pytest.fixture
def staff() -> Callable[..., Arrays]:
    return draw_staff


@pytest.fixture
def paired_of() -> Callable[..., Paired]:
    return compare


@pytest.fixture
def changed() -> Callable[..., Paired]:
    """Return a maker of staff whose synthetic rows are changed by a function of (arrays, generator), or are fresh."""

    def make(
        change: Callable[[Arrays, np.random.Generator], None] = leave, *, rows: int = 1_000, seed: int = 0
    ) -> Paired:
        return change_staff(change, rows, seed)

    return make
