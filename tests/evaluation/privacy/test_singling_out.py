from __future__ import annotations

import numpy as np
import pytest

from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.privacy.singling_out import singling_out, singling_out_score


def singled(real, synthetic, holdout, seed=0):
    pair = pair_tables(real, synthetic, holdout)
    return singling_out(pair.columns, pair.real, pair.synthetic, pair.holdout, seed=seed)


@pytest.mark.parametrize("seed", range(3))
def test_fresh_rows_single_out_members_no_more_often_than_others(patients, seed):
    found = singled(patients(800, seed), patients(800, seed + 50), patients(800, seed + 100), seed)
    assert found.tried > 1_000
    assert singling_out_score(found).verdict == "good"


def test_a_memoriser_singles_out_its_members(patients):
    real = patients(600)
    assert singling_out_score(singled(real, real, patients(600, 1))).verdict == "poor"


def test_gaps_are_described_too(table_of):
    rng = np.random.default_rng(0)

    def table(rows):
        return table_of(gone=("float", np.full(rows, np.nan)), x=("float", rng.normal(size=rows)))

    assert singling_out_score(singled(table(300), table(300), table(300))).verdict == "good"


def test_few_rows_give_no_verdict(patients):
    assert singled(patients(20), patients(100), patients(100)) is None
    assert singling_out_score(None).verdict == "unknown"
