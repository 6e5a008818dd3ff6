"""A certificate cannot be bent: whatever is changed, and even where its digest is made anew, verifying finds it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import likewise
from likewise.core.card import Privacy
from likewise.evaluation.certificate import Certificate, Verification

Columns = dict[str, list[Any]]


def rows(seed: int, n: int = 60) -> Columns:
    draw = np.random.default_rng(seed)
    age = draw.integers(18, 80, n)
    churn = np.where(draw.random(n) < age / 100, "yes", "no")
    return {"age": age.tolist(), "sex": draw.choice(["F", "M"], n).tolist(), "churn": churn.tolist()}


TABLES: dict[str, Any] = {"real": rows(0), "synthetic": rows(1), "holdout": rows(2)}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("certify") / "m.likewise"
    likewise.fit(rows(0), technique="bootstrap").save(place)
    return place


@pytest.fixture(scope="module")
def certificate(model: Path) -> Certificate:
    asked = {"target": "churn", "sensitive": ["sex"], "quasi": ["age"], "gate": "test", "seed": 3}
    return likewise.certify(TABLES["real"], TABLES["synthetic"], holdout=TABLES["holdout"], model=model, **asked)[1]


def bent(certificate: Certificate, **changes: Any) -> Certificate:
    """Return the certificate with some fields changed and a digest to match."""
    changed = certificate.model_copy(update=changes)
    return changed.model_copy(update={"digest": changed.own_digest()})


def differing(found: Verification) -> set[str]:
    return {check.what for check in found.checks if check.outcome == "differs"}


def test_what_was_certified_holds_in_all_its_parts(certificate: Certificate, model: Path) -> None:
    found = likewise.verify(certificate, **TABLES, model=model, again=True)
    assert {check.outcome for check in found.checks} == {"agrees"}
    assert {check.what for check in found.checks} == {
        "its own digest", "the real rows", "the synthetic rows", "the holdout rows", "the roles", "the model",
        "the recipe and the budget", "the scores", "the headline", "the gate",
    }  # fmt: skip


@pytest.mark.parametrize("table", ["real", "synthetic", "holdout"])
def test_one_cell_is_found(certificate: Certificate, table: str) -> None:
    other = {name: list(column) for name, column in TABLES[table].items()}
    other["sex"][7] = "M" if other["sex"][7] == "F" else "F"
    assert differing(likewise.verify(certificate, **{table: other})) == {f"the {table} rows"}


def test_another_model_and_another_budget_are_found(certificate: Certificate, model: Path, tmp_path: Path) -> None:
    likewise.fit(rows(9), technique="bootstrap").save(tmp_path / "other.likewise")
    assert differing(likewise.verify(certificate, model=tmp_path / "other.likewise")) == {"the model"}
    private = bent(certificate, budget=Privacy(epsilon=0.1, delta=0.0, statement="very private"))
    assert differing(likewise.verify(private, model=model)) == {"the recipe and the budget"}


def test_a_schema_that_leaves_columns_out_is_found(certificate: Certificate) -> None:
    schema = likewise.infer_schema(TABLES["real"]).replace("age", role="ignore")
    assert differing(likewise.verify(certificate, real=TABLES["real"], schema=schema)) == {"the roles"}


@pytest.mark.parametrize("field", ["scores", "headline", "seed", "target", "sensitive", "quasi", "gate"])
def test_a_field_that_is_bent_is_found_where_it_is_judged_again(certificate: Certificate, field: str) -> None:
    better = certificate.scores[0].model_copy(update={"value": 0.0})
    assert certificate.gate is not None
    changes = {
        "scores": (better, *certificate.scores[1:]), "headline": "All is well.", "seed": 4, "target": "age",
        "sensitive": (), "quasi": (),
        "gate": certificate.gate.model_copy(update={"passed": not certificate.gate.passed}),
    }  # fmt: skip
    found = differing(likewise.verify(bent(certificate, **{field: changes[field]}), **TABLES, again=True))
    assert found & {"the scores", "the headline", "the gate"}


def test_one_that_was_changed_is_not_judged_again(certificate: Certificate) -> None:
    found = likewise.verify(certificate.model_copy(update={"target": "nobody"}), **TABLES, again=True)
    assert differing(found) == {"its own digest"}
    assert "Not checked: the model, the scores." in found.told()
