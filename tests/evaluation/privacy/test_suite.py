from __future__ import annotations

from likewise.core.progress import quiet
from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.privacy.suite import privacy_scores

ALL = ["near_copies", "membership", "attribute_inference", "singling_out", "linkability", "nndr"]


def scored(*tables, **named):
    return privacy_scores(pair_tables(*tables), seed=0, progress=quiet, **named)


def test_all_metrics_run_in_order_and_repeat(patients):
    tables = patients(160), patients(160, 1), patients(160, 2)
    scores = scored(*tables)
    assert [s.name for s in scores if s.name in ALL] == ALL
    assert {s.verdict for s in scores} <= {"good", "unknown"}
    assert scores == scored(*tables)
    assert [s.name for s in scored(*tables, brief=True)] == ["near_copies"]


def test_roles_of_the_schema_say_what_is_known_and_what_is_secret(patients):
    real = patients(300)
    schema = real.schema.replace("sex", role="quasi-identifier").replace("ill", role="sensitive")
    names = [s.name for s in scored(real.with_schema(schema), patients(300, 1), patients(300, 2))]
    assert {"k_map", "rep_u", "disco"} <= set(names)


def test_without_a_holdout_nothing_is_known(patients):
    scores = scored(patients(300), patients(300, 1), None)
    assert {s.verdict for s in scores} == {"unknown"}
    assert "held back" in scores[0].meaning
    assert len(scored(patients(300), patients(300, 1), None, brief=True)) == 1
