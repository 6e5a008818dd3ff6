from __future__ import annotations

import numpy as np
import pytest

from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.privacy.closeness import closeness, closeness_score


def measured(real, synthetic, holdout, seed=0):
    paired = pair_tables(real, synthetic, holdout)
    return closeness(paired.columns, paired.real, paired.synthetic, paired.holdout, seed=seed)


def test_fresh_rows_are_as_near_to_either_part(people):
    found = measured(people(2_000), people(2_000, 1), people(500, 2))
    assert found.queries == 2_000
    assert found.share == pytest.approx(0.5, abs=0.03)
    assert found.error > 0.5 / np.sqrt(500)
    assert closeness_score(found).verdict in ("good", "unknown")


def test_a_copier_gets_the_copiers_share_whatever_the_order_of_its_rows(people):
    real = people(2_000)
    ordered = real.take(np.argsort(real.numbers("pay")))
    found = measured(ordered, real, people(500, 2))
    assert found.copier == pytest.approx(0.625)
    assert found.share == pytest.approx(found.copier, abs=0.03)
    score = closeness_score(found)
    assert score.verdict == "poor"
    assert "not evidence of anonymity" in score.meaning


def test_a_holdout_larger_than_the_real_part_is_cut_to_its_size(people):
    assert measured(people(400), people(400, 1), people(1_600, 2)).share == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize("held", [310, 505, 790])
def test_a_holdout_that_does_not_divide_the_real_part_is_compared_with_equally_many(people, held):
    shares = [measured(people(1_000, s), people(2_000, s + 100), people(held, s + 200)).share for s in range(8)]
    assert np.mean(shares) == pytest.approx(0.5, abs=0.025)


def test_too_few_rows_and_untrusted_holdouts_give_no_verdict(people):
    assert measured(people(400), people(40), people(400, 1)) is None
    assert closeness_score(None).value is None
    found = measured(people(400), people(400, 1), people(400, 2))
    score = closeness_score(found, trouble="The holdout is not to be trusted.")
    assert score.verdict == "unknown"
    assert score.meaning.endswith("trusted.")
