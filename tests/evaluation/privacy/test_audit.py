from __future__ import annotations

import numpy as np
import pytest
from tests.evaluation.privacy.conftest import make_patients, moved

from likewise.core.progress import quiet
from likewise.core.table import concat
from likewise.errors import EvaluationError
from likewise.evaluation.privacy.audit import audit, canary_score, shadow_score
from likewise.evaluation.privacy.canaries import audit_canaries, epsilon_bound, make_canaries, planted
from likewise.evaluation.privacy.shadow import shadow_game


def forgetful(table, n, seed):
    """Return rows that have nothing to do with the table."""
    return make_patients(n, seed + 1_000)


def copying(table, n, seed):
    """Return the table's rows with noise."""
    return moved(table.take(np.random.default_rng(seed).permutation(table.rows)[:n]), 0.005, seed)


def test_canaries_bound_epsilon_of_a_copier_and_not_of_a_stranger(patients):
    real = patients(1_500)
    canaries = make_canaries(real, 200, seed=0)
    inside = planted(canaries, seed=0)
    assert 60 < inside.sum() < 140
    learned = concat([real, canaries.take(inside)])
    betrayed = audit_canaries(real, copying(learned, learned.rows, 0), canaries, inside)
    assert betrayed.epsilon > 2
    assert canary_score(betrayed, None).verdict == "poor"
    assert canary_score(betrayed, 1.0).verdict == "poor"
    safe = audit_canaries(real, forgetful(learned, 1_500, 0), canaries, inside)
    assert safe.epsilon < 0.3
    assert canary_score(safe, None).verdict == "good"


def test_the_bound_holds_as_often_as_it_says():
    rng = np.random.default_rng(0)
    for epsilon in (0.0, 1.0):
        chance = np.exp(epsilon) / (1 + np.exp(epsilon))
        bounds = [epsilon_bound(int(rng.binomial(200, chance)), 200, 0.05) for _ in range(400)]
        assert np.mean(np.array(bounds) > epsilon) < 0.08


def test_the_shadow_game_tells_a_copier_from_a_stranger(patients):
    table = patients(400)
    sizes = {"targets": 6, "fits": 10, "rows": 150}
    told = shadow_game(table, copying, seed=0, progress=quiet, **sizes)
    assert told.mean > 0.9
    assert told.epsilon > 0.5
    assert shadow_score(told, None).verdict == "poor"
    safe = shadow_game(table, forgetful, seed=0, progress=quiet, **sizes)
    assert safe.chance > 0.001
    assert safe.epsilon < 0.5
    assert shadow_game(table.slice(0, 100), copying, seed=0, progress=quiet) is None


def test_an_audit_finds_what_a_copier_tells_and_repeats(patients):
    report = audit(patients(320), copying, shadows=False)
    assert report.headline.startswith("It leaks: Near copies")
    assert report == audit(patients(320), copying, shadows=False)
    assert "<" not in report.to_markdown().split("\n")[0]


def test_an_audit_of_a_stranger_finds_nothing(patients):
    assert audit(patients(1_000), forgetful, shadows=False).headline.startswith("No leak was found")


def test_an_audit_of_many_rows_draws_some_and_says_so(patients, monkeypatch):
    monkeypatch.setattr("likewise.evaluation.privacy.audit.MOST_ROWS", 300)
    report = audit(patients(400), forgetful, shadows=False)
    assert report.title.endswith("300 rows")
    assert "Of 400 rows 300, drawn at random, were audited." in report.notes


def test_an_audit_needs_rows(patients):
    with pytest.raises(EvaluationError, match="200 rows"):
        audit(patients(150), copying)
