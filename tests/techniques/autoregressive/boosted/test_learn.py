"""Learning decisions: the same every time, and not at all where there is too little to learn from."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.techniques.autoregressive.boosted import learn
from likewise.techniques.autoregressive.boosted.learn import QUICK, learn_decisions


def table(rows: int, rarer: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    features = rng.integers(0, 9, (2, rows)).astype(np.int32)
    return features, (rng.random(rows) < rarer).astype(np.int32)


@pytest.mark.parametrize(("rows", "rarer"), [(learn.FEWEST_ROWS - 1, 0.5), (2000, 0.0), (2000, 0.01)])
def test_too_few_rows_give_no_decisions(rows: int, rarer: float) -> None:
    assert learn_decisions(*table(rows, rarer), np.arange(2, dtype=np.int32), QUICK, seed=0) is None


def test_the_same_seed_gives_the_same_arrays() -> None:
    features, own = table(3000)
    line = np.arange(2, dtype=np.int32)
    first, second = (learn_decisions(features, own, line, QUICK, seed=7) for _ in range(2))
    assert first is not None
    assert second is not None
    for name, array in first.arrays().items():
        np.testing.assert_array_equal(array, second.arrays()[name])


def test_noise_is_not_learned() -> None:
    features, own = table(4000)
    decisions = learn_decisions(features, own, np.arange(2, dtype=np.int32), QUICK, seed=1)
    assert decisions is not None
    odds = decisions.ensembles.all[0].log_odds(features)
    assert np.abs(odds).mean() < 0.3


def test_large_tables_are_learned_from_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    features, own = table(3000)
    line = np.arange(2, dtype=np.int32)
    whole = learn_decisions(features, own, line, QUICK, seed=7)
    monkeypatch.setattr(learn, "MOST_ROWS", 1000)
    part = learn_decisions(features, own, line, QUICK, seed=7)
    assert whole is not None
    assert part is not None
    assert not np.array_equal(whole.ensembles.all[0].baseline, part.ensembles.all[0].baseline)
