from __future__ import annotations

import numpy as np
import pytest

from likewise.evaluation.fidelity.rules import unique_rule
from likewise.evaluation.fidelity.suite import fidelity_scores

BRIEF = ["marginal_1", "marginal_2", "tails", "atoms", "digits", "levels", "dependence_lost", "dependence_invented",
         "missing_rates", "missing_places"]  # fmt: skip


def test_it_runs_in_order_and_depends_on_the_seed_alone(changed):
    told = []
    paired = changed(rows=300)
    scores = fidelity_scores(paired, seed=3, progress=lambda *step: told.append(step))
    assert scores == fidelity_scores(paired, seed=3)
    assert [s.name for s in scores[: len(BRIEF)]] == BRIEF
    assert {"marginal_3", "precision", "coverage", "recall", "crowding", "alpha_precision"} <= {s.name for s in scores}
    assert [t[1] for t in told] == list(range(len(told)))
    assert [s.name for s in fidelity_scores(paired, seed=3, brief=True)] == BRIEF
    assert all(s.family == "fidelity" for s in scores)


def test_declared_rules_are_judged_apart(changed):
    rule = unique_rule("`id` is unique", [1] * 300, list(range(300)))
    scores = fidelity_scores(changed(rows=300), seed=0, brief=True, rules=[rule])
    assert (scores[-1].name, scores[-1].verdict) == ("declared_rules", "poor")


def odd_tables():
    rng = np.random.default_rng(0)
    n = 120
    good = {"n": rng.normal(size=n), "c": rng.integers(0, 3, n).astype(np.int32)}
    gone = {"n": np.full(n, np.nan), "c": np.full(n, -1, dtype=np.int32)}
    flat = {"n": np.zeros(n), "c": np.zeros(n, dtype=np.int32)}
    one = {k: v[:1] for k, v in good.items()}
    huge = {"n": good["n"] * 1e300, "c": good["c"]}
    return {"good": good, "gone": gone, "flat": flat, "one": one, "huge": huge}


@pytest.mark.parametrize("first", ["good", "gone", "flat", "one", "huge"])
def test_odd_tables_are_survived(paired_of, first):
    tables = odd_tables()
    for second in tables:
        for held in (None, "good", "one", "gone"):
            paired = paired_of(tables[first], tables[second], tables[held] if held else None, 3)
            for score in fidelity_scores(paired, seed=0):
                assert score.value is None or np.isfinite(score.value)
                assert score.chance is None or 0 <= score.chance <= 1
                if second == "one":
                    assert score.verdict == "unknown"


@pytest.mark.parametrize("kept", [["n"], ["c"]])
def test_tables_of_one_kind_are_survived(paired_of, kept):
    good = {k: v for k, v in odd_tables()["good"].items() if k in kept}
    assert all(s.verdict in ("good", "unknown") for s in fidelity_scores(paired_of(good, good, None), seed=0))


def test_ten_thousand_levels_are_survived(paired_of):
    rng = np.random.default_rng(0)

    def draw(rows):
        return {"c": rng.integers(0, 10**5, rows).astype(np.int32), "n": rng.normal(size=rows)}

    scores = fidelity_scores(paired_of(draw(3_000), draw(3_000), draw(1_500), 10**5), seed=0)
    assert {s.name for s in scores if s.verdict in ("fair", "poor")} == set()
