"""Aligned tables whose columns hang together, made without files."""

from __future__ import annotations

import numpy as np

from likewise.core.schema import Column
from likewise.evaluation.pairing import Compared, Paired, Part

PLACES = {"age": 0, "pay": 1, "job": 2, "sex": 3, "churn": 4}
COLUMNS = (
    Compared(Column(name="age", kind="float"), True),
    Compared(Column(name="pay", kind="float"), True),
    Compared(Column(name="job", kind="category"), False, ("clerk", "nurse", "pilot")),
    Compared(Column(name="sex", kind="category", role="sensitive"), False, ("f", "m")),
    Compared(Column(name="churn", kind="category"), False, ("no", "yes")),
)


def rows_of(rows: int, seed: int) -> Part:
    rng = np.random.default_rng(seed)
    job, sex = rng.choice(3, rows, p=[0.4, 0.3, 0.3]), rng.choice(2, rows, p=[0.6, 0.4])
    age = np.round(20 + 40 * rng.beta(2, 3, rows), 1)
    pay = np.round(np.exp(7 + 0.03 * age + 0.5 * job + 0.3 * sex + 0.2 * rng.normal(size=rows)), 2)
    churn = rng.random(rows) < 1 / (1 + np.exp(6 - 0.1 * age - 1.5 * job - 1.5 * sex))
    return Part((age, pay, *(c.astype(np.int32) for c in (job, sex, churn))), rows)


def swapped(part: Part, **columns: np.ndarray) -> Part:
    """Return the rows with columns exchanged."""
    arrays = list(part.arrays)
    for name, values in columns.items():
        arrays[PLACES[name]] = values
    return Part(tuple(arrays), part.rows)


def shuffled(part: Part, *names: str, within: np.ndarray | None = None) -> Part:
    """Return the rows with columns shuffled, each on its own, among the rows of a mask."""
    rng = np.random.default_rng(0)
    where = np.flatnonzero(np.ones(part.rows, bool) if within is None else within)
    made = {}
    for name in names:
        values = part.arrays[PLACES[name]].copy()
        values[where] = values[rng.permutation(where)]
        made[name] = values
    return swapped(part, **made)


def flipped(part: Part, where: np.ndarray) -> Part:
    churn = part.arrays[PLACES["churn"]]
    return swapped(part, churn=np.where(where, 1 - churn, churn).astype(np.int32))


def paired(synthetic: Part, *, rows: int = 1_500, seed: int = 0, held: bool = True, columns=COLUMNS) -> Paired:
    holdout = rows_of(rows, 1_000 + seed) if held else None
    return Paired(columns, rows_of(rows, 2_000 + seed), synthetic, holdout, (), ())


def odd_tables() -> list[Paired]:
    """Return pairs of tables that have broken other metrics."""
    whole = rows_of(300, 0)
    gone = swapped(whole, pay=np.full(300, np.nan), job=np.full(300, -1, np.int32))
    flat = swapped(whole, age=np.full(300, 4.0), churn=np.zeros(300, np.int32))
    one = whole.take(np.array([0]))
    few = whole.take(np.arange(60))
    many = Compared(COLUMNS[2].column, False, tuple(str(i) for i in range(300)))
    listed = swapped(whole, job=np.arange(300, dtype=np.int32))
    unseen = swapped(whole, job=np.full(300, 2, np.int32))
    real = swapped(whole, job=np.minimum(whole.arrays[2], 1))
    numbers = [Part(p.arrays[:2], p.rows) for p in (whole, few)]
    levels = [Part(p.arrays[2:], p.rows) for p in (whole, few)]
    alone = Part(whole.arrays[4:], 300)
    return [
        *(Paired(COLUMNS, whole, s, h, (), ()) for s in (gone, flat, one) for h in (whole, None)),
        *(Paired(COLUMNS, t, whole, whole, (), ()) for t in (gone, flat, one)),
        Paired(COLUMNS, whole, few, whole, (), ()),
        Paired(COLUMNS, whole, whole, one, (), ()),
        Paired(COLUMNS, real, unseen, real, (), ()),
        Paired((*COLUMNS[:2], many, *COLUMNS[3:]), listed, listed, listed, (), ()),
        Paired(COLUMNS[:2], numbers[0], numbers[0], numbers[1], (), ()),
        Paired(COLUMNS[2:], levels[0], levels[1], levels[0], (), ()),
        Paired(COLUMNS[4:], alone, alone, alone, (), ()),
        Paired((), Part((), 300), Part((), 300), None, (), ()),
    ]  # fmt: skip
