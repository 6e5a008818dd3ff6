"""Recipes, balancing and augmenting from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from likewise.cli.main import exit_code

RECIPE = """\
likewise: 1
source: people.csv
target: churn
parameters:
  share: {type: number, default: 1.0}
steps:
  - balance: {technique: bootstrap, ratio: $share}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    ages = [20 + 7 * i % 60 for i in range(300)]
    frame = pd.DataFrame({"age": ages, "sex": ["F", "M", "M"] * 100, "churn": ["no", "no", "no", "yes"] * 75})
    frame.to_csv(tmp_path / "people.csv", index=False)
    (tmp_path / "even.yaml").write_text(RECIPE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_recipe_is_run_and_then_taken_from_what_is_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["run", "even.yaml"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "  1  balance the target by bootstrap to a ratio of 1  450 rows" in said.err
    assert "wrote   people.even.csv" in said.err
    assert pd.read_csv("people.even.csv")["churn"].value_counts().to_dict() == {"no": 225, "yes": 225}
    assert exit_code(["run", "even.yaml", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["steps"][0]["kept"]
    assert (told["rows"], told["made"], told["representative"]) == (450, 150, False)
    assert told["outputs"] == ["people.even.csv"]


def test_what_is_given_takes_the_place_of_what_the_recipe_says(folder: Path) -> None:
    (folder / "elsewhere").mkdir()
    (folder / "even.yaml").rename(folder / "elsewhere" / "even.yaml")
    arguments = ["--source", "people.csv", "--set", "share=0.5", "-o", "half.parquet", "--mark", "made", "--seed", "3"]
    assert exit_code(["run", "elsewhere/even.yaml", *arguments]) == 0
    half = pd.read_parquet("half.parquet")
    assert half["churn"].value_counts().to_dict() == {"no": 225, "yes": 113}
    assert half["made"].sum() == 38
    assert (folder / "elsewhere" / ".likewise" / "even").is_dir()


def test_a_shipped_recipe_is_run_by_its_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["run", "smote-enn", "--source", "people.csv", "--target", "churn", "--set", "ratio=0.8"]) == 0
    assert "clean by enn" in capsys.readouterr().err
    assert Path("people.smote-enn.csv").exists()
    assert Path(".likewise/smote-enn").is_dir()


def test_a_table_that_exists_is_refused_before_anything_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["run", "even.yaml", "-o", "sqlite:///shop.db#even"]
    assert exit_code(arguments) == 0
    assert exit_code([*arguments, "--seed", "9"]) == 1
    assert "$.outputs[0]: there is already a table `even`" in capsys.readouterr().err
    assert len(list(Path(".likewise/even").glob("*.json"))) == 1
    assert exit_code([*arguments, "--seed", "9", "--replace"]) == 0


def test_a_plan_is_printed_and_nothing_is_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["plan", "even.yaml"]) == 0
    said = capsys.readouterr()
    assert "balance the target by bootstrap to a ratio of 1          ~450 rows" in said.out
    assert "results of steps are kept in .likewise/even" in said.out
    assert {path.name for path in folder.iterdir()} == {"people.csv", "even.yaml"}
    assert exit_code(["plan", "even.yaml", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["steps"][0]["rows"] == 450


def test_a_gate_that_is_not_passed_ends_in_3(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "gates.yaml").write_text("gates:\n  - {score: exact_copies, at_most: 0}\n")
    document = "likewise: 1\nsource: people.csv\ngates: gates.yaml\nsteps: [{fit: bootstrap}, {sample: same}]\n"
    (folder / "copy.yaml").write_text(document)
    assert exit_code(["run", "copy.yaml", "--report", "r.md"]) == 3
    assert "is not passed" in capsys.readouterr().err
    assert (folder / "r.md").exists()


def test_rules_that_made_rows_break_end_in_3(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    columns = {"low": [7 * i % 90 for i in range(400)], "high": [7 * i % 90 + i % 5 for i in range(400)]}
    pd.DataFrame(columns).to_csv("spans.csv", index=False)
    steps = "steps: [{perturb: {steps: [{gaussian: {sd: 2}}]}}]\n"
    Path("rough.yaml").write_text(f"likewise: 1\nsource: spans.csv\nconstraints: found\n{steps}")
    assert exit_code(["run", "rough.yaml"]) == 3
    assert "`low` is never above `high`: broken in" in capsys.readouterr().err


def test_classes_are_evened_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["balance", "people.csv", "--target", "churn", "-t", "bootstrap", "--ratio", "0.5", "--mark", "made"]
    assert exit_code([*arguments, "-o", "out.csv"]) == 0
    assert "rows    300 real, 38 made\n" in capsys.readouterr().err
    out, text = pd.read_csv("out.csv"), Path("people.csv").read_text().splitlines()
    assert out["churn"].value_counts().to_dict() == {"no": 225, "yes": 113}
    assert Path("out.csv").read_text().splitlines()[1:301] == [f"{line},false" for line in text[1:]]
    assert exit_code([*arguments, "--clean", "none"]) == 0
    assert capsys.readouterr().out.splitlines() == Path("out.csv").read_text().splitlines()


def test_a_fair_table_is_marked_and_weighted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["balance", "people.csv", "--target", "churn", "--fair", "sex", "-t", "bootstrap", "-o", "fair.csv"]
    assert exit_code([*arguments, "--weight", "w"]) == 0
    assert "not population-representative: every group of `sex`" in capsys.readouterr().err
    fair = pd.read_csv("fair.csv")
    assert fair.groupby(["sex", "churn"]).size().groupby("sex").nunique().eq(1).all()
    assert fair["w"].sum() == pytest.approx(300)
    assert exit_code([*arguments, "--json"]) == 0
    assert not json.loads(capsys.readouterr().out)["representative"]


def test_a_table_is_enlarged(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["augment", "people.csv", "-n", "50", "-t", "bootstrap", "-o", "more.csv"]) == 0
    assert len(pd.read_csv("more.csv")) == 350
    assert "privacy of the new rows" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "evn.yaml"], "did you mean `even.yaml`"),
        (["run", "smote-en"], "did you mean `smote-enn`"),
        (["run", "even.yaml", "--set", "shar=1"], "$.parameters.shar: the recipe has no such parameter"),
        (["run", "even.yaml", "--target", "chrun"], "$.target: there is no column `chrun` (did you mean `churn`?)"),
        (["run", "even.yaml", "-o", "people.csv"], "is the source itself"),
        (["run", "even.yaml", "-o", "no/where.csv"], "there is no folder"),
        (["run", "even.yaml", "--gate", "shere"], "did you mean `share`"),
        (["run", "even.yaml", "-o", "-", "--json"], "cannot both go to stdout"),
        (["plan", "even.yaml", "--source", "peple.csv"], "did you mean `people.csv`"),
        (["balance", "people.csv", "--target", "chrun"], "target: there is no column `chrun`"),
        (
            ["balance", "people.csv", "--target", "churn", "-t", "smot"],
            "error[settings.technique]: there is no technique `smot`",
        ),
        (["balance", "people.csv", "--target", "churn", "--ratio", "2"], "ratio: at most 1 is wanted"),
        (["balance", "people.csv", "--target", "churn", "--ratio", "0.1"], "lies below the present one"),
        (
            ["balance", "people.csv", "--target", "churn", "--clean", "enm"],
            "clean: one of 'enn' or 'tomek' is wanted (did you mean `enn`?)",
        ),
        (
            ["balance", "people.csv", "--target", "churn", "--fair", "age"],
            "error[settings.fair]: `age` (integer) has no groups",
        ),
        (["balance", "peple.csv", "--target", "churn"], "error[source.no-such-file]: there is no file `peple.csv`"),
        (["balance", "people.csv", "--target", "churn", "-o", "people.csv"], "error[settings.same-place]"),
        (
            ["balance", "people.csv", "--target", "churn", "-o", "o.csv", "--mark", "age"],
            "[settings.invalid]: out.mark: ",
        ),
        (["augment", "peple.csv"], "error[source.no-such-file]: there is no file `peple.csv`"),
        (["augment", "people.csv", "-n", "5", "--times", "2"], "give either `n` or `times`"),
    ],
)
def test_what_cannot_be_done_is_said_with_a_way_out(
    arguments: list[str], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path.name for path in folder.iterdir()}
    assert exit_code(arguments) == 1
    told = capsys.readouterr().err if "--json" not in arguments else capsys.readouterr().out
    assert said in told
    assert "hint" in told
    assert {path.name for path in folder.iterdir()} - {".likewise"} == before
