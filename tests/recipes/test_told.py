"""A model's card tells enough to fit its technique anew, with a contract and held to rules too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import likewise
from likewise.core.registry import synthesizer
from likewise.errors import PrivacyError
from likewise.privacy.contract import Contract
from likewise.recipes.told import contract_of, domain_yaml, settings_of

DOMAIN: dict[str, Any] = {
    "sex": {"kind": "category", "levels": ["F", "M"]},
    "low": {"kind": "number", "integer": True, "min": 0, "max": 50},
    "high": {"kind": "number", "integer": True, "min": 0, "max": 100},
}
ROWS = {"sex": ["F", "M"] * 100, "low": [n % 50 for n in range(200)], "high": [50 + n % 50 for n in range(200)]}


def test_a_model_without_a_contract_tells_its_settings() -> None:
    model = likewise.fit(ROWS, technique="bootstrap")
    assert contract_of(model) is None and settings_of(model) == model.card.settings


def test_a_contract_comes_back_in_its_order_from_a_saved_model(tmp_path: Any) -> None:
    likewise.fit(ROWS, epsilon=1.0, delta=1e-6, domain=DOMAIN).save(tmp_path / "m.likewise")
    model = likewise.load(tmp_path / "m.likewise")
    contract = contract_of(model)
    assert contract is not None and contract.names == ("sex", "low", "high")
    assert synthesizer(model.technique, settings_of(model)).technique == "marginals"


def test_a_technique_that_is_held_to_rules_gets_the_contract_inside() -> None:
    model = likewise.fit(ROWS, epsilon=1.0, delta=1e-6, domain=DOMAIN, constraints=["low <= high"])
    found = synthesizer(model.technique, settings_of(model))
    assert found.technique == "constrained" and found.inside.technique == "marginals"


def test_what_was_discovered_can_be_written_out_of_a_model_and_used_again(tmp_path: Path) -> None:
    ages = [str(20 + i % 50) for i in range(3000)]
    rows = pa.table({"wait": ages, "age": ages, "note": [f"a long text {i}" for i in range(3000)]})
    model = likewise.fit(rows, epsilon=50.0, domain="discover")
    assert "`note`: it looks like free text: left out" in model.card.notes
    model.save(tmp_path / "m.likewise")
    (tmp_path / "domain.yaml").write_text(domain_yaml(likewise.load(tmp_path / "m.likewise")))
    again = Contract.of(tmp_path / "domain.yaml")
    assert again.names == ("wait", "age") and not again.is_open
    second = likewise.fit(rows, epsilon=1.0, domain=tmp_path / "domain.yaml")
    assert not [event for event in second.card.privacy.events if ": " in event["what"]]


def test_a_model_without_a_contract_has_none_to_write_out() -> None:
    with pytest.raises(PrivacyError, match="not made under a contract"):
        domain_yaml(likewise.fit(ROWS, technique="bootstrap"))
