"""Rows from a document alone, in memory and in files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import likewise
from likewise.errors import ConditionError, LikewiseError, SettingsError, SourceError
from likewise.recipes.generate import generate, generate_to_file
from likewise.recipes.verbs import read
from likewise.techniques.sampling.declared import Declared

SPEC: dict[str, Any] = {
    "columns": {"age": {"poisson": 40}, "sex": {"categorical": {"F": 2, "M": 1}}, "pay": {"gamma": [2, 900]}},
    "correlation": [["age", "pay", 0.4]],
}
YAML = """
columns:
  age: {poisson: 40}
  sex: {categorical: {F: 2, M: 1}}
  pay: {gamma: [2, 900]}
correlation: [[age, pay, 0.4]]
n: 70
seed: 3
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "spec.yaml"
    path.write_text(YAML)
    return path


def test_a_path_a_mapping_and_an_object_are_one(spec: Path) -> None:
    rows = likewise.generate(spec)
    assert rows.rows == 70
    assert rows == generate(str(spec))
    assert rows == generate(SPEC, n=70, seed=3)
    assert rows == generate(Declared.of(spec))
    assert rows == Declared.of(spec).model().sample(70, seed=3)
    assert rows != generate(spec, seed=4)
    assert generate(spec, n=5).rows == 5
    assert generate(SPEC).rows == 1000


def test_rows_meet_conditions_and_shares(spec: Path) -> None:
    assert {*generate(spec, given="sex=M,age>=45").to_dict()["sex"]} == {"M"}
    assert generate(spec, n=40, balance="sex").to_dict()["sex"].count("M") == 20
    with pytest.raises(ConditionError):
        generate(spec, given={"age": -1})


@pytest.mark.parametrize("design", ["latin-hypercube", "sobol", {"kind": "latin-hypercube", "optimize": "maximin"}])
def test_designs_may_be_asked_for_or_declared(spec: Path, design: Any) -> None:
    rows = generate(spec, n=50, design=design)
    assert rows == generate({**SPEC, "design": design, "n": 50, "seed": 3})
    assert rows == Declared.of(spec).model().design(50, kind=design, seed=3)


def test_a_full_factorial_has_as_many_rows_as_its_levels_make(spec: Path) -> None:
    assert generate(SPEC, design={"kind": "full-factorial", "levels": 3}).rows == 18
    assert generate(SPEC, n=18, design={"kind": "full-factorial", "levels": 3}).rows == 18
    with pytest.raises(SettingsError, match="n is 70, and the levels make 8 rows"):
        generate(spec, design="full-factorial")


@pytest.mark.parametrize("suffix", ["csv", "csv.gz", "parquet", "jsonl", "arrow"])
def test_files_hold_the_same_rows(spec: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"rows.{suffix}"
    steps: list[str] = []
    made = generate_to_file(spec, out, n=500, progress=lambda step, done, total: steps.append(step))
    assert made.rows == 500
    assert steps
    rows = generate(spec, n=500)
    found = read(out)
    assert found.to_dict()["age"] == rows.to_dict()["age"]
    assert found.to_dict()["pay"] == pytest.approx(rows.to_dict()["pay"])
    again = tmp_path / f"again.{suffix}"
    generate_to_file(spec, again, n=500)
    assert again.read_bytes() == out.read_bytes()


def test_a_design_and_the_model_go_to_files(spec: Path, tmp_path: Path) -> None:
    made = generate_to_file(spec, tmp_path / "runs.csv", n=20, design="halton", model=tmp_path / "made.likewise")
    assert made.rows == read(tmp_path / "runs.csv").rows == 20
    assert likewise.load(tmp_path / "made.likewise").sample(70, seed=3) == generate(spec)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"n": -1}, "settings.n"), ({"n": 2.5}, "settings.n"), ({"seed": -1}, "settings.seed"),
        ({"design": "lhs"}, "settings.invalid"), ({"design": "sobol", "given": "sex=F"}, "settings.design"),
        ({"design": "sobol", "balance": "sex"}, "settings.design"), ({"given": "seks=F"}, "given.unknown-column"),
        ({"design": "sobol", "n": -1}, "settings.n"), ({"design": "sobol", "n": 10**9}, "settings.design-size"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused(spec: Path, wanted: dict[str, Any], code: str) -> None:
    with pytest.raises(LikewiseError) as found:
        generate(spec, **wanted)
    assert found.value.code == code


def test_nothing_is_written_over_or_half(spec: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"settings\.same-place"):
        generate_to_file(spec, spec)
    with pytest.raises(SettingsError, match=r"settings\.same-place"):
        generate_to_file(spec, tmp_path / "x.csv", model=tmp_path / "x.csv")
    with pytest.raises(SourceError, match=r"source\.no-such-folder"):
        generate_to_file(spec, tmp_path / "none" / "x.csv")
    with pytest.raises(SourceError, match=r"source\.no-such-file"):
        generate_to_file(tmp_path / "none.yaml", tmp_path / "x.csv")
    assert not (tmp_path / "x.csv").exists()
