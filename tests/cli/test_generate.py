"""`likewise generate`: rows to a file or to stdout, talk to stderr."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from likewise.cli.main import exit_code

YAML = """
columns:
  age: {poisson: 40}
  sex: {categorical: {F: 2, M: 1}}
  pay: {gamma: [2, 900], decimals: 2}
"""
TORN = YAML + "correlation: {measure: scores, pairs: [[age, pay, 0.9], [age, sex, 0.9], [pay, sex, -0.9]]}\n"


@pytest.fixture(autouse=True)
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("spec.yaml").write_text(YAML)
    Path("torn.yaml").write_text(TORN)


def test_rows_go_to_stdout_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["generate", "spec.yaml", "-n", "3"]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[0] == "age,sex,pay"
    assert len(said.out.splitlines()) == 4
    assert said.err == ""


def test_a_file_and_a_model_are_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["generate", "spec.yaml", "-n", "20", "-o", "a.csv", "--model", "a.likewise", "--seed", "4"]
    assert exit_code(asked) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "wrote 20 rows to a.csv\nwrote a.likewise\n"
    assert exit_code(["sample", "a.likewise", "-n", "20", "--seed", "4", "-o", "b.csv"]) == 0
    assert Path("a.csv").read_bytes() == Path("b.csv").read_bytes()


def test_correlations_that_contradict_one_another_are_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["generate", "torn.yaml", "-n", "3"]) == 0
    assert "note: the correlations contradict one another" in capsys.readouterr().err


def test_conditions_shares_and_designs(capsys: pytest.CaptureFixture[str]) -> None:
    Path("known.csv").write_text("sex\nF\nM\nM\n")
    assert exit_code(["generate", "spec.yaml", "--given", "@known.csv"]) == 0
    assert [line.split(",")[1] for line in capsys.readouterr().out.splitlines()] == ["sex", "F", "M", "M"]
    assert exit_code(["generate", "spec.yaml", "--given", "sex=M,age>=50", "-n", "2"]) == 0
    assert capsys.readouterr().out.count(",M,") == 2
    assert exit_code(["generate", "spec.yaml", "--balance", "sex", "-n", "6"]) == 0
    assert capsys.readouterr().out.count(",M,") == 3
    assert exit_code(["generate", "spec.yaml", "--design", "full-factorial"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 9


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["none.yaml"], "error[source.no-such-file]"),
        (["spec.yaml", "--design", "lhs"], "error[settings.invalid]"),
        (["spec.yaml", "--design", "sobol", "--given", "sex=F"], "error[settings.design]"),
        (["spec.yaml", "--given", "sex=X"], "error[given."),
        (["spec.yaml", "-o", "spec.yaml"], "error[settings.same-place]"),
        (["spec.yaml", "-o", "x.nope"], "error[source."),
        (["spec.yaml", "-n", "-1"], "error[settings.n]"),
    ],
)
def test_what_cannot_be_done_ends_in_one_error(
    asked: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    assert exit_code(["generate", *asked]) == 1
    found = capsys.readouterr()
    assert said in found.err
    assert found.out == ""


SHOP = """
tables:
  a: {rows: 5, columns: {id: sequence}, key: id}
  b: {columns: {a: {refers: a.id, children: 2}}}
"""


def test_several_tables_and_looks(capsys: pytest.CaptureFixture[str]) -> None:
    Path("shop.yaml").write_text(SHOP)
    assert exit_code(["generate", "shop.yaml", "-o", "out"]) == 0
    assert capsys.readouterr().err == "wrote 15 rows of 2 tables to out\n"
    assert Path("out/b.csv").read_text().splitlines()[:3] == ["a", "1", "1"]
    assert exit_code(["generate", "shop.yaml", "--preview", "2"]) == 0
    assert capsys.readouterr().out.splitlines()[:4] == ["a:", "  id", "  1", "  2"]
    assert exit_code(["generate", "shop.yaml", "--explain"]) == 0
    assert "refers to a.id, 2 for each" in capsys.readouterr().out
    assert exit_code(["generate", "shop.yaml", "--explain", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tables"][0]["rows"] == 5
    assert exit_code(["generate", "shop.yaml", "--tables", "b", "--rate", "100000"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == '{"table":"b","a":1}'
    assert exit_code(["generate", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out)["$defs"]
    assert exit_code(["generate"]) == 1
    assert "error[settings.spec]" in capsys.readouterr().err


def test_faults_name_line_and_column(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.yaml").write_text("tables:\n  a:\n    columns:\n      id: sequense\n")
    assert exit_code(["generate", "bad.yaml"]) == 1
    said = capsys.readouterr().err
    assert "there is no maker `sequense`" in said
    assert "bad.yaml:4:11" in said
    assert "did you mean `sequence`?" in said
