from __future__ import annotations

import numpy as np
import pytest

from likewise.evaluation.fidelity.readouts import alpha_precision, beta_recall, readout_scores


def shuffle_all(arrays, rng):
    for name in arrays:
        arrays[name] = rng.permutation(arrays[name])


def test_read_outs_are_labelled_and_near_their_floor_for_fresh_rows(changed):
    scores = readout_scores(changed(rows=800), seed=0)
    assert [s.name for s in scores] == ["alpha_precision", "beta_recall", "logistic_c2st"]
    for score in scores:
        assert score.readout
        assert score.verdict == "unknown"
        assert score.value == pytest.approx(score.floor, abs=0.12)
    assert scores[0].value > 0.9
    assert scores[2].value > 0.85


def test_a_linear_detector_is_blind_to_shuffled_columns(changed):
    assert readout_scores(changed(shuffle_all), seed=0)[2].value > 0.85


def test_alpha_and_beta_are_those_of_the_definition():
    rng = np.random.default_rng(0)
    real = rng.normal(size=(300, 2))
    assert alpha_precision(real, real) == pytest.approx(1, abs=0.01)
    assert alpha_precision(real, np.full((50, 2), 9.0)) == pytest.approx(1 - 29 / 2 * 1 / (29 / 2) + 1 / 14.5, abs=0.07)
    assert beta_recall(real, real) > 0.9
    assert beta_recall(real, np.full((50, 2), 9.0)) == pytest.approx(0, abs=0.1)


def test_few_rows_have_no_read_out(staff, paired_of):
    assert readout_scores(paired_of(staff(49, 0), staff(80, 1), None), seed=0) == ()
