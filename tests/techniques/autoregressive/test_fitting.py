"""What rules leave to a cell, given all others: the same that drawing in order allows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from likewise.techniques.autoregressive import Autoregressive
from likewise.techniques.autoregressive.fitting import fitting
from likewise.techniques.autoregressive.model import AutoregressiveModel

START, END, JOB, CODE, LEFT = range(5)


@pytest.fixture(scope="module")
def model() -> AutoregressiveModel:
    rng = np.random.default_rng(0)
    start, job = rng.integers(0, 100, 1500), rng.choice(["cook", "clerk", "judge"], 1500)
    code = [{"cook": "C1", "clerk": "C2", "judge": "J1"}[own] for own in job]
    left = np.where(job == "judge", np.nan, rng.integers(0, 9, 1500))
    frame = {"start": start, "end": start + rng.integers(0, 20, 1500), "job": job, "code": code, "left": left}
    return Autoregressive().fit(pd.DataFrame(frame), seed=0)


def drawn(model: AutoregressiveModel) -> np.ndarray:
    return model.propose(300, np.random.default_rng(1), {}, {})[0]


@pytest.mark.parametrize("fill", [True, False])
@pytest.mark.parametrize("column", [START, END, JOB, LEFT])
def test_what_is_drawn_in_order_fits(model: AutoregressiveModel, column: int, fill: bool) -> None:
    symbols = drawn(model)
    known = np.ones(symbols.shape, dtype=bool)
    known[column] = False
    found = fitting(model, column, symbols, known, fill=fill)
    assert found.shape == (300, model.codecs[column].symbols + 1)
    assert found[np.arange(300), symbols[column]].all()
    assert found.all() == (fill and column == LEFT)  # a gap is filled whatever a gate says


def test_a_known_decided_cell_leaves_what_decides_it(model: AutoregressiveModel) -> None:
    symbols = drawn(model)
    known = np.ones(symbols.shape, dtype=bool)
    real = slice(0, 3)
    assert (fitting(model, JOB, symbols, known, fill=True)[:, real].sum(axis=1) == 1).all()
    known[[CODE, LEFT]] = False
    assert fitting(model, JOB, symbols, known, fill=True)[:, real].all()


def test_a_first_column_stays_below_the_one_that_it_bounds(model: AutoregressiveModel) -> None:
    symbols = drawn(model)
    symbols[END] = 0
    found = fitting(model, START, symbols, np.ones(symbols.shape, dtype=bool), fill=True)
    assert found[:, 0].all() and not found[:, -5:-1].any()
