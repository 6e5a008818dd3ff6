from __future__ import annotations

import json

import pytest

from likewise import audit, fit, load
from likewise.cli.app import invoke
from likewise.errors import SchemaError

ROWS = {"age": [20 + (7 * row) % 50 for row in range(400)], "pay": [(row * row) % 977 for row in range(400)]}


@pytest.fixture
def place(tmp_path):
    fit(ROWS, technique="bootstrap").save(tmp_path / "m.likewise")
    text = "age,pay\n" + "\n".join(f"{a},{p}" for a, p in zip(ROWS["age"], ROWS["pay"]))
    (tmp_path / "train.csv").write_text(text)
    return tmp_path


def test_a_bootstrap_leaks_and_the_model_stays_as_it_is(place):
    model = load(place / "m.likewise")
    report = audit(model, ROWS, shadows=False)
    assert report.headline.startswith("It leaks")
    assert ("Technique", "bootstrap") in report.facts
    assert report == audit(place / "m.likewise", place / "train.csv", shadows=False)


def test_other_rows_than_the_model_was_fitted_to_are_told(place):
    fewer = {name: values[:300] for name, values in ROWS.items()}
    assert "400 rows and these are 300" in audit(place / "m.likewise", fewer, shadows=False).notes[0]
    others = {**ROWS, "age": ROWS["age"][::-1]}
    assert "other rows than these" in audit(place / "m.likewise", others, shadows=False).notes[0]
    more = {"more": ["x", "y"] * 200, **ROWS}
    assert audit(place / "m.likewise", more, shadows=False) == audit(place / "m.likewise", ROWS, shadows=False)


def test_rows_without_a_column_that_was_learned_are_refused(place):
    for rows in ({"age": ROWS["age"]}, {"p": [1] * 400, "q": [2] * 400}):
        with pytest.raises(SchemaError) as fault:
            audit(place / "m.likewise", rows, shadows=False)
        assert fault.value.code == "schema.missing-column"


def test_the_command_prints_and_writes(place, capsys):
    model, train, out = (str(place / name) for name in ("m.likewise", "train.csv", "audit.html"))
    assert invoke(["audit", model, "--train", train, "--no-shadows", "--report", out]) == 0
    assert "It leaks" in capsys.readouterr().out
    assert (place / "audit.html").exists()
    assert invoke(["audit", model, "--train", train, "--no-shadows", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["scores"][0]["name"] == "exact_copies"
    assert invoke(["audit", model, "--train", train, "--report", train]) == 1
