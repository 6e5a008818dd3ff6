from __future__ import annotations

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from likewise.core.table import Table, concat
from likewise.errors import EvaluationError
from likewise.evaluation.evaluate import evaluate_tables
from likewise.evaluation.gates import KNOWN_SCORES
from likewise.evaluation.report.model import Report


def judged(*tables, **asked):
    """Judge briefly: what frames the metrics is tested here, and they by themselves."""
    return evaluate_tables(*tables, **{"brief": True, **asked})


def scores_of(report):
    return {s.name: s for s in report.scores}


def test_fresh_rows_pass_every_metric(people):
    told = []
    report = judged(
        people(1_500),
        people(1_500, 1),
        holdout=people(700, 2),
        brief=False,
        progress=lambda *step: told.append(step),
    )
    scores = scores_of(report)
    assert {s.family for s in report.scores} == {"fidelity", "utility", "privacy", "fairness"}
    assert {*scores} <= {*KNOWN_SCORES}
    assert {s.verdict for s in report.scores if not s.readout} <= {"good", "unknown"}
    assert all(s.meaning.endswith(".") for s in report.scores)
    assert "hard to tell" in report.headline
    assert report.card is not None
    assert {card.family for card in report.card.families} >= {"fidelity", "utility"}
    assert told[-1] == ("evaluate", 1, 1)


def test_the_report_is_the_same_twice_and_survives_json(people):
    tables = people(400, gaps=0.1), people(300, 1, gaps=0.1)
    first, second = (judged(*tables, holdout=people(200, 2), seed=4) for _ in range(2))
    assert first.to_json() == second.to_json()
    assert Report.from_json(first.to_json()) == first
    assert judged(*tables, holdout=people(200, 2), seed=5) != first


ONE_THREAD = """
import likewise
from threadpoolctl import threadpool_info, threadpool_limits

def threads():
    return {pool["num_threads"] for pool in threadpool_info()}

real, other = ({"age": [(7 * k + s) % 60 for k in range(60)], "pay": [k * k % 97 for k in range(60)]} for s in (0, 1))
likewise.evaluate(real, other)  # loads all that has threads
seen = set()
with threadpool_limits(2):
    likewise.evaluate(real, other, progress=lambda *_: seen.update(threads()))
    print(seen, threads())
"""


def test_a_judgement_keeps_to_one_thread_so_that_sums_are_the_same_on_any_machine():
    """In a process of its own: what other tests have loaded has threads as well."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ONE_THREAD], capture_output=True, text=True, check=True
    )
    assert done.stdout == "{1} {2}\n"


def test_large_tables_are_said_to_be_sampled(people):
    small = people(60, 1)
    assert any("drawn at random" in n for n in judged(people(20_001), small).notes)
    assert not any("drawn at random" in n for n in judged(people(20_000), small).notes)


def test_noise_stands_for_nothing_where_columns_are_independent_already(table_of):
    rng = np.random.default_rng(0)
    parts = [
        table_of(u=("integer", rng.integers(9, size=500)), v=("integer", rng.binomial(9, 0.2, 500))) for _ in "abc"
    ]
    card = judged(*parts[:2], holdout=parts[2], brief=False).card
    assert {m.name: m.control for m in card.of("fidelity").marks}["c2st"] == "noise"


def test_copies_of_the_real_rows_are_called_out(people):
    real = people(1_000)
    report = judged(real, real, holdout=people(500, 2))
    assert scores_of(report)["exact_copies"].verdict == "poor"
    assert scores_of(report)["dcr_share"].verdict == "poor"
    assert "treat it as you would treat the real data" in report.headline
    planted = concat([people(1_900, 1), people(2_000).slice(0, 100)])
    assert scores_of(judged(people(2_000), planted))["exact_copies"].verdict == "poor"


def test_no_report_claims_safety(people):
    for holdout in (None, people(300, 2)):
        report = judged(people(400), people(400, 1), holdout=holdout)
        text = report.to_json().casefold()
        assert "is safe" not in text
        assert "is anonymous" not in text


def test_without_a_holdout_the_verdict_is_weaker_and_says_so(people):
    report = judged(people(1_000), people(1_000, 1))
    scores = scores_of(report)
    assert scores["dcr_share"].verdict == "unknown"
    assert scores["shape_error"].floor is None
    assert any("no holdout" in n for n in report.notes)
    assert "weak" in report.headline


def test_a_holdout_the_generator_saw_is_refused_or_flagged(people):
    real = people(600)
    shuffled = real.take(np.random.default_rng(0).permutation(600))
    for holdout in (real, shuffled):
        with pytest.raises(EvaluationError) as fault:
            judged(real, people(600, 1), holdout=holdout)
        assert fault.value.code == "evaluate.holdout-is-real"
    report = judged(real, people(600, 1), holdout=concat([real.slice(0, 20), people(280, 2)]))
    assert any("cannot be trusted" in n for n in report.notes)
    assert {scores_of(report)[n].verdict for n in ("exact_copies", "dcr_share")} == {"unknown"}
    assert "could not be judged" in report.headline


def test_the_target_is_asked_for_guessed_or_absent(people, table_of):
    real, other = people(300), people(300, 1)
    assert "`churn`" in next(n for n in judged(real, other).notes if "column to predict" in n)
    assert scores_of(judged(real, other, target="pay"))["tstr"].unit == "R2"
    with pytest.raises(EvaluationError) as fault:
        judged(real, other, target="salary")
    assert fault.value.code == "evaluate.unknown-target"
    plain = table_of(u=("float", np.arange(60.0)), v=("float", np.arange(60.0)))
    assert "tstr" not in scores_of(judged(plain, plain))


def test_column_order_and_unseen_levels_do_not_matter(people, table_of):
    real, other = people(400), people(400, 1)
    turned = other.select(list(reversed(other.names)))
    assert judged(real, turned).scores == judged(real, other).scores
    new = table_of(job=("category", ["astronaut"] * 100 + ["clerk"] * 300))
    job = judged(real, new).columns
    assert [c.name for c in job] == ["job"]
    assert "astronaut" not in str(job)


@pytest.mark.parametrize("rows", [1, 2, 20])
def test_tiny_tables_get_a_report(people, rows):
    report = judged(people(rows), people(1, 1), holdout=people(1, 2))
    assert {s.verdict for s in report.scores if s.name != "columns_compared"} == {"unknown"}
    assert "too little to say how alike" in report.headline
    assert scores_of(report)["tstr"].value is None
    assert Report.from_json(report.to_json()) == report


def test_odd_columns_get_a_report(table_of):
    rng = np.random.default_rng(0)

    def odd(rows: int) -> Table:
        return table_of(
            flat=("constant", pa.array(["x"] * rows).dictionary_encode()),
            none=("float", np.full(rows, np.nan)),
            same=("float", np.ones(rows)),
            vast=("float", rng.choice([1e300, -1e300, 1e-300], rows)),
            many=("category", [f"v{i}" for i in rng.integers(0, 5_000, rows)]),
            gone=("category", pa.array([None] * rows, pa.string())),
            text=("text", ["some words"] * rows),
        )

    report = judged(odd(300), odd(200), holdout=odd(100))
    assert {c.name: c.error for c in report.columns}["none"] == 0
    assert Report.from_json(report.to_json()) == report


def test_nothing_to_compare_is_said(table_of):
    words = table_of(a=("empty", pa.nulls(2)), b=("id", ["p1", "p2"]))
    report = judged(words, words)
    assert report.scores == ()
    assert "nothing was compared" in report.headline
    assert len(report.columns) == 2


def test_tables_of_nothing_but_text_are_searched_for_copies(table_of):
    def words(start: int) -> Table:
        return table_of(a=("text", [f"some words {i}" for i in range(start, start + 100)]))

    for other, held, verdict in (
        (words(0), words(100), "poor"),
        (words(200), None, "good"),
        (words(200), words(90), "unknown"),
    ):
        report = judged(words(0), other, holdout=held)
        assert {n: s.verdict for n, s in scores_of(report).items()} == {"exact_copies": verdict}
        assert Report.from_json(report.to_json()) == report
        assert "some words" not in report.releasable().to_json()
    with pytest.raises(EvaluationError, match="same rows"):
        judged(words(0), words(200), holdout=words(0))


@pytest.mark.parametrize("rows", [60, 150, 400])
def test_without_a_holdout_sampling_noise_is_not_called_poor(people, rows):
    report = judged(people(rows), people(rows, 1))
    scores = scores_of(report)
    for name in ("shape_error", "trend_error", "c2st"):
        assert scores[name].verdict in ("good", "fair"), name
        assert scores[name].floor is None
        assert "sampling" in scores[name].meaning
    assert "differs clearly" not in report.headline


def test_without_a_holdout_a_clear_difference_is_still_poor(people):
    real = people(150)
    pay, age = pa.array(people(150, 1).numbers("pay") * 3), pa.array(people(150, 1).numbers("age").astype(int) + 25)
    off = Table(real.columns.set_column(1, "pay", pay).set_column(0, "age", age), real.schema)
    scores = scores_of(judged(real, off))
    assert {scores[n].verdict for n in ("shape_error", "c2st")} == {"poor"}


def test_few_copies_without_a_holdout_are_not_called_natural(people):
    report = judged(people(20), people(20, 1))
    assert "too little to judge" in report.headline
    assert "No more rows" not in report.headline


def test_rows_of_rare_people_do_not_show(people):
    real = people(500)
    levels = pa.DictionaryArray.from_arrays(pa.array([0] * 497 + [1] * 3, pa.int32()), ["clerk", "king"])
    pay = np.append(real.numbers("pay")[:-1], 987_654.32)
    columns = real.columns.set_column(2, "job", levels).set_column(1, "pay", pa.array(pay))
    rare = Table(columns, real.schema.replace("job", levels=("clerk", "king")))
    text = judged(rare, people(500, 1)).to_json()
    assert "king" not in text
    assert "987654" not in text
