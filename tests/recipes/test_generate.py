"""Rows from a document alone, in memory and in files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import likewise
from likewise.errors import ConditionError, LikewiseError, SettingsError, SourceError
from likewise.recipes.generate import explained, generate, generate_to_file, lines_at, previewed
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


SHOP: dict[str, Any] = {
    "seed": 2,
    "tables": {
        "customers": {"rows": 20, "columns": {"id": "sequence", "age": {"poisson": 40}}, "key": "id"},
        "orders": {"columns": {"id": "uuid", "customer": {"refers": "customers.id", "children": {"poisson": 3}}}},
    },
}


def test_several_tables_are_a_dataset() -> None:
    shop = generate(SHOP)
    assert list(shop) == ["customers", "orders"]
    assert set(shop["orders"].to_dict()["customer"]) <= set(range(1, 21))
    assert generate(SHOP, tables=["orders"])["orders"] == shop["orders"]
    assert generate(SHOP, seed=3)["orders"] != shop["orders"]
    with pytest.raises(SettingsError, match="conditions and shares are of one table"):
        generate(SHOP, given="age>=3")


@pytest.mark.parametrize(("place", "suffix"), [("shop", "csv"), ("shop/", "parquet"), ("shop", "jsonl")])
def test_several_tables_go_to_a_folder(tmp_path: Path, place: str, suffix: str) -> None:
    made = generate_to_file(SHOP, f"{tmp_path}/{place}", format=suffix)
    assert sorted(path.name for path in (tmp_path / "shop").iterdir()) == [f"customers.{suffix}", f"orders.{suffix}"]
    assert made.tables["customers"] == 20
    assert read(tmp_path / "shop" / f"orders.{suffix}").rows == made.tables["orders"]


def test_several_tables_go_to_a_database_in_one_transaction(tmp_path: Path) -> None:
    place = f"sqlite:///{tmp_path}/shop.db"
    made = generate_to_file(SHOP, place)
    assert read(f"{place}#orders").rows == made.tables["orders"]
    with pytest.raises(SourceError, match=r"source\.table-exists"):
        generate_to_file(SHOP, place)
    generate_to_file(SHOP, tmp_path / "shop.db", replace=True, seed=9)
    assert read(f"{place}#customers").rows == 20


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    broken = {**SHOP, "constraints": ["customers.age < 0"]}
    with pytest.raises(SettingsError):
        generate_to_file(broken, tmp_path / "shop")
    for place, code in ((tmp_path / "all.parquet", "several-tables"), ("-", "several-tables")):
        with pytest.raises(SourceError, match=code):
            generate_to_file(SHOP, place)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note.txt").write_text("mine")
    with pytest.raises(SourceError, match="folder-not-empty"):
        generate_to_file(SHOP, tmp_path / "full")
    assert [path.name for path in tmp_path.rglob("*")] == ["full", "note.txt"]


def test_one_table_of_several_goes_to_a_file_and_to_standard_output(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    made = generate_to_file(SHOP, tmp_path / "orders.csv", tables=["orders"])
    assert read(tmp_path / "orders.csv").rows == made.rows == generate(SHOP)["orders"].rows
    generate_to_file(SHOP, "-", tables=["orders"])
    assert capfdbinary.readouterr().out == (tmp_path / "orders.csv").read_bytes()


def test_a_rule_is_explained_once_and_each_column_by_what_its_own_words_leave_out() -> None:
    document = {"columns": {"x": {"normal": [50, 20]}, "y": {"formula": "x * 2"}}, "constraints": ["0 <= x <= 100"]}
    (table,) = explained(document).tables
    assert [rule.said for rule in table.rules] == ["`0 <= x <= 100`"]
    assert "in which `x` is made again" in table.rules[0].held
    counted = {**SHOP["tables"]["customers"]["columns"], "orders": {"formula": "count(orders)"}}
    tables = {**SHOP["tables"], "customers": {**SHOP["tables"]["customers"], "columns": counted}}
    told = {column.name: column for column in explained({**SHOP, "tables": tables}).tables[0].columns}
    assert told["orders"].said == "= count(orders)" and told["orders"].needs == ()


def test_looks_before_rows_are_made() -> None:
    shown = dict(previewed(SHOP, 3))
    assert [table.rows for table in shown.values()] == [3, 3]
    assert shown["orders"] == generate(SHOP)["orders"].slice(0, 3)
    assert dict(previewed(SPEC, 4))["table"] == generate(SPEC).slice(0, 4)
    lines = [*explained(SHOP).lines()]
    assert any("refers to customers.id, poisson, 3 for each" in line for line in lines)


def test_lines_come_at_a_rate() -> None:
    now, slept = [0.0], list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    lines = [*lines_at(SHOP, 50, clock=lambda: now[0], sleep=sleep)]
    assert sum(slept) == pytest.approx((len(lines) - 5) / 50, abs=0.11)
    assert json.loads(lines[0]) == {"table": "customers", "id": 1, "age": json.loads(lines[0])["age"]}
    with pytest.raises(SettingsError, match=r"settings\.rate"):
        next(lines_at(SHOP, 0))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("columns:\n  a: {formula: 'a + 1'}\n", "bad.yaml:2:6"),
        ("columns:\n  a: {pattern: '[0-9]', unique: true}\nrows: 11\n", "bad.yaml:2:6"),
        ("columns:\n  a: {uniform: [0, 1]}\n  b: {uniform: [5, 6]}\nconstraints:\n- a >= 0\n- a > b\n", "bad.yaml:6:3"),
    ],
)
def test_faults_that_are_found_in_compiling_have_their_line_and_column(tmp_path: Path, text: str, place: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    for verb in (generate, explained, lambda spec: list(previewed(spec, 3)), lambda spec: list(lines_at(spec, 10))):
        with pytest.raises(SettingsError) as fault:
            verb(path)
        assert fault.value.where == f"{tmp_path}/{place}"
