from __future__ import annotations

import pytest

from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.privacy.nndr import nndr, nndr_score


def test_the_ratio_is_nought_for_copies_and_as_for_real_rows_for_fresh_ones(patients):
    pair = pair_tables(patients(800), patients(800, 1), patients(800, 2))
    values = [nndr(pair.columns, pair.real, p, seed=0) for p in (pair.real, pair.synthetic, pair.holdout)]
    assert values[0] == 0
    assert values[1] == pytest.approx(values[2], abs=0.1)
    score = nndr_score(values[1], values[2], 800)
    assert score.readout
    assert "no evidence of anonymity" in score.meaning
    assert nndr_score(None, None, 0).value is None
