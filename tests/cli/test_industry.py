"""`likewise generate INDUSTRY`: its parameters are options."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from likewise.cli.main import exit_code


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


SMALL = ["generate", "finance", "--customers", "40", "--days", "6", "--fraud-rate", "0.01"]


def test_a_bank_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code([*SMALL, "--start", "2026-03-02", "--seed", "4", "--format", "parquet", "-o", "bank"]) == 0
    said = capsys.readouterr()
    assert said.out == "" and "rows of 17 tables to bank" in said.err
    card = json.loads(Path("bank/card.json").read_text())
    assert (card["parameters"]["customers"], card["parameters"]["start"], card["seed"]) == (40, "2026-03-02", 4)
    assert Path("bank/transactions.parquet").exists()


def test_typologies_are_told_as_yaml(capsys: pytest.CaptureFixture[str]) -> None:
    told = "{cycle: {share: 2, stealth: 0.9}, smurfing: {}}"
    assert (
        exit_code([*SMALL, "--days", "30", "--typologies", told, "--tables", "rings,banks", "-o", "bank", "--json"])
        == 0
    )
    assert json.loads(capsys.readouterr().out)["tables"]["banks"] == 24
    names = {line.split(",")[1] for line in Path("bank/rings.csv").read_text().splitlines()[1:]}
    assert names <= {"cycle", "smurfing"} and names


def test_help_lists_what_an_industry_takes_and_that_of_documents_stays(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["generate", "finance", "--help"]) == 0
    own = capsys.readouterr().out
    assert "--fraud-rate" in own and "from 0 to 0.05" in own and "--dialect" not in own
    assert exit_code(["generate", "--help"]) == 0
    usual = capsys.readouterr().out
    assert "--fraud-rate" not in usual and "--dialect" in usual and "finance" in usual


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (["--fraud-rate", "2", "-o", "bank"], 1, "a number from 0 to 0.05 is wanted"),
        (["--days", "0", "-o", "bank"], 1, "a number from 1 to 3,650 is wanted"),
        (["--customers", "100000000", "-o", "bank"], 1, "customers would fit"),
        (["--custmers", "5", "-o", "bank"], 2, "--customers"),
        (["-o", "bank.csv"], 1, "name a folder"),
        (["--start", "2026-13-40", "-o", "bank"], 1, "at --start 2026-13-40"),
        (["--start", "9999-12-01", "-o", "bank"], 1, "a day from 1950-01-01"),
        (["--typologies", "[1,2", "-o", "bank"], 1, "at --typologies [1,2"),
        (["--typologies", "{cycel: {}}", "-o", "bank"], 1, "did you mean `cycle`"),
        (["--stealth", "2", "-o", "bank"], 1, "hint: `likewise generate finance --help`"),
        (["--tables", "trans", "-o", "bank"], 1, "did you mean `transactions`"),
        ([], 2, "--out"),
    ],
)
def test_wrong_options_end_in_a_few_lines(
    asked: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(["generate", "finance", *asked]) == code
    assert said in capsys.readouterr().err
    assert list(Path().iterdir()) == []


def test_a_file_in_the_place_of_the_folder_is_named_and_kept(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bank").write_text("mine")
    assert exit_code([*SMALL, "-o", "bank"]) == 1
    assert "`bank` is a file, not a folder" in capsys.readouterr().err
    assert Path("bank").read_text() == "mine" and len(list(Path().iterdir())) == 1


def test_a_file_of_that_name_is_still_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    Path("finance").write_text("columns: {age: {poisson: 40}}")
    assert exit_code(["generate", "finance", "-n", "2"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "age"
