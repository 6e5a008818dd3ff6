from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from likewise.core.table import Table
from likewise.errors import EvaluationError, SourceError
from likewise.evaluation.certificate import Certificate, certificate_of, verify_certificate
from likewise.evaluation.gates import PROFILES
from likewise.evaluation.report.model import PairSummary, Report
from likewise.evaluation.score import Score

SCORE = Score(name="c2st", title="Detection", family="fidelity", value=0.52, unit="AUC", ideal=0.5, n=100,
              interval=(0.49, 0.55), verdict="good", meaning="So it is.")  # fmt: skip


@pytest.fixture
def tables(people: Callable[..., Table]) -> dict[str, Table]:
    return {"real": people(60), "synthetic": people(60, 1), "holdout": people(30, 2)}


@pytest.fixture
def certificate(tables: dict[str, Table]) -> Certificate:
    return certificate_of(report(), tables, seed=3, target="churn", sensitive=("job",), quasi=("age",),
                          limits=PROFILES["test"], model=b"model")  # fmt: skip


def report(*scores: Score, **changes: Any) -> Report:
    judged = scores or (SCORE,)
    plain = Report(title="t", headline="h", scores=judged, columns=(), pairs=PairSummary(names=(), errors=()),
                   gate=PROFILES["test"].judge((SCORE,)))  # fmt: skip
    return plain.model_copy(update=changes)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [leaf for name, part in inner for leaf in leaves(part, (*path, name))]
    yield from found or [path]


def test_a_change_of_any_field_is_found(certificate: Certificate, tmp_path: Path) -> None:
    plain = json.loads(certificate.save(tmp_path / "c.json").read_text())
    assert Certificate.read(tmp_path / "c.json") == certificate
    assert verify_certificate(certificate).agrees
    for path in leaves(plain):
        changed = json.loads(json.dumps(plain))
        place = changed
        for part in path[:-1]:
            place = place[part]
        old = place[path[-1]]
        place[path[-1]] = {bool: lambda v: not v, int: lambda v: v + 1, float: lambda v: v + 1e-6,
                           str: lambda v: v + "!"}.get(type(old), lambda v: "x")(old)  # fmt: skip
        try:
            tampered = Certificate.model_validate(changed)
        except ValueError:  # no longer a certificate at all
            continue
        assert not verify_certificate(tampered).agrees, path


def test_other_rows_and_another_model_differ_and_the_same_agree(
    certificate: Certificate, tables: dict[str, Table], people: Callable[..., Table]
) -> None:
    found = verify_certificate(certificate, tables, model=b"model", again=report())
    assert found.agrees and all(c.outcome == "agrees" for c in found.checks)
    other = verify_certificate(certificate, {"real": people(60, 9)}, model=b"other")
    assert [c.what for c in other.checks if c.outcome == "differs"] == ["the real rows", "the model"]
    assert "Not checked: the synthetic rows, the holdout rows, the scores." in other.told()


def test_a_judgement_made_again_is_compared_in_all_that_it_says(certificate: Certificate) -> None:
    for apart in ({"value": 0.53}, {"verdict": "fair"}, {"value": None}, {"name": "other"}, {"meaning": "No."},
                  {"interval": (0.5, 0.55)}, {"floor": 0.5}, {"chance": 0.5}, {"n": 101}):  # fmt: skip
        again = report(SCORE.model_copy(update=apart))
        assert differing(certificate, again) == ["the scores"], apart
    near = SCORE.model_copy(update={"value": 0.52 + 1e-12, "interval": (0.49, 0.55 - 1e-12)})
    assert differing(certificate, report(near)) == []
    assert differing(certificate, report(headline="All is well.")) == ["the headline"]
    assert differing(certificate, report(gate=None)) == ["the gate"]
    failed = PROFILES["test"].judge((SCORE.model_copy(update={"verdict": "poor"}),))
    assert differing(certificate, report(gate=failed)) == ["the gate"]


def test_other_versions_are_named_where_scores_differ(certificate: Certificate) -> None:
    old = certificate.model_copy(update={"versions": {**certificate.versions, "numpy": "0"}})
    checks = verify_certificate(old, again=report(SCORE.model_copy(update={"value": 0.6}))).checks
    assert "versions of numpy differ" in next(c.said for c in checks if c.what == "the scores")


def differing(certificate: Certificate, again: Report) -> list[str]:
    return [c.what for c in verify_certificate(certificate, again=again).checks if c.outcome == "differs"]


def test_columns_of_another_role_differ(certificate: Certificate, tables: dict[str, Table]) -> None:
    real = tables["real"]
    other = real.with_schema(real.schema.replace("pay", role="ignore"))
    found = verify_certificate(certificate, {"real": other})
    assert [c.what for c in found.checks if c.outcome == "differs"] == ["the roles"]
    assert "`pay`" in next(c.said for c in found.checks if c.what == "the roles")


def test_rows_that_were_not_judged_differ(certificate: Certificate, tables: dict[str, Table]) -> None:
    less = certificate.model_copy(update={"data": {"real": certificate.data["real"]}})
    found = verify_certificate(less, {"holdout": tables["holdout"]})
    assert any(c.what == "the holdout rows" and c.outcome == "differs" for c in found.checks)


def test_what_is_no_certificate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        Certificate.read(tmp_path / "none.json")
    for text in ("{}", "[", "3", '{"format": 2}'):
        (tmp_path / "c.json").write_text(text)
        with pytest.raises(EvaluationError) as fault:
            Certificate.read(tmp_path / "c.json")
        assert fault.value.code == "evaluate.invalid" and "$" in fault.value.what


def test_it_says_that_it_is_no_signature(certificate: Certificate) -> None:
    assert "no signature" in certificate.said
