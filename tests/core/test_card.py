from __future__ import annotations

import json

from likewise.core.card import Card, Privacy, card_for, versions
from likewise.core.table import Table

TABLE = Table.from_any({"age": [31, 45], "sex": ["f", "m"]})
CARD = card_for(TABLE, "bootstrap", {}, 5, Privacy(statement="none"), ("for tests",))


def test_a_card_goes_to_json_and_back() -> None:
    assert Card.from_dict(json.loads(CARD.model_dump_json())) == CARD
    assert Card.from_dict(CARD.to_dict()) == CARD


def test_a_card_holds_no_clock_and_no_value() -> None:
    assert card_for(TABLE, "bootstrap", {}, 5, Privacy(statement="none"), ("for tests",)) == CARD
    assert "31" not in json.dumps({k: v for k, v in CARD.to_dict().items() if k not in ("data_digest", "versions")})


def test_a_card_reads_well() -> None:
    judged = CARD.model_copy(update={"evaluation": {"shape_error": 0.01234}, "settings": {"min_leaf": 3}})
    said = judged.to_text()
    for part in (
        "bootstrap",
        "{'min_leaf': 3}",
        "2 rows x 2 columns",
        CARD.data_digest[:16],
        "seed 5",
        "0.01234",
        "for tests",
    ):
        assert part in said
    assert "defaults" in CARD.to_text()
    assert all(len(line.split(maxsplit=1)) == 2 for line in said.splitlines())


def test_a_declared_model_was_fitted_on_nothing() -> None:
    said = CARD.model_copy(update={"rows": 0}).to_text()
    assert "declared    2 columns, sha256" in said and "fitted" not in said and " rows" not in said


def test_versions_are_those_a_result_depends_on() -> None:
    assert list(versions()) == ["likewise", "python", "numpy", "pyarrow"] and all(versions().values())
