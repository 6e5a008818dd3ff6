"""Running a recipe: what comes out, that it is the same again, and that what is kept is taken, or not, as it should."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import likewise
from likewise.cli.main import exit_code
from likewise.errors import LikewiseError, RecipeError, SourceError
from likewise.io.connection import DatabaseError
from likewise.recipes.recipe.document import Recipe
from likewise.recipes.recipe.run import Run


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def kept(made: Run) -> list[bool]:
    return [step.kept for step in made.steps]


def test_a_chain_branches_and_joins_and_writes_what_it_promises(folder: Path) -> None:
    made = likewise.run(folder / "chain.yaml")
    out, drawn = (pd.read_csv(folder / name) for name in ("out.csv", "drawn.csv"))
    assert len(drawn) == 600
    assert out["age"].min() >= 30
    assert out["made"].tolist() == made.made.tolist()
    assert [step.rows for step in made.steps][:2] == [1200, 600]
    assert made.steps[3].rows == 300
    assert made.report is None
    assert made.outputs == (str(folder / "out.csv"), str(folder / "drawn.csv"))


def test_the_same_recipe_gives_the_same_bytes_wherever_it_is_run(folder: Path, adult: pd.DataFrame) -> None:
    likewise.run(folder / "chain.yaml")
    first = digest(folder / "out.csv")
    likewise.run(folder / "chain.yaml", work=folder / "elsewhere", out=folder / "again.csv", mark="made")
    assert digest(folder / "again.csv") == first
    recipe = Recipe.read(folder / "chain.yaml").model_copy(update={"source": None, "outputs": ()})
    in_memory = likewise.run(recipe, source=folder / "adult.csv", out=folder / "memory.csv", mark="made")
    assert digest(folder / "memory.csv") == first
    assert kept(in_memory) == [False] * 5
    likewise.run(folder / "chain.yaml", seed=8)
    assert digest(folder / "out.csv") != first


def test_a_second_run_takes_what_is_kept_and_a_changed_step_runs_from_there(folder: Path) -> None:
    recipe = folder / "chain.yaml"
    assert kept(likewise.run(recipe)) == [False] * 5
    first = digest(folder / "out.csv")
    assert kept(likewise.run(recipe)) == [True] * 5
    assert digest(folder / "out.csv") == first
    recipe.write_text(recipe.read_text().replace("ratio: 0.9", "ratio: 0.8"))
    assert kept(likewise.run(recipe)) == [True, True, False, False, False]
    recipe.write_text(recipe.read_text().replace("ratio: 0.8", "ratio: 0.9").replace("as: drawn", "as: drown"))
    recipe.write_text(recipe.read_text().replace("take: drawn", "take: drown"))
    assert kept(likewise.run(recipe)) == [True] * 5  # a name changes nothing


def test_other_rows_in_the_source_are_noticed(folder: Path, adult: pd.DataFrame) -> None:
    likewise.run(folder / "chain.yaml")
    adult.assign(age=adult["age"] + 1).to_csv(folder / "adult.csv", index=False)
    assert kept(likewise.run(folder / "chain.yaml")) == [False] * 5


@pytest.mark.parametrize("harm", ["cut", "edited", "gone", "record", "empty-record"])
def test_a_damaged_or_edited_result_is_noticed_and_made_anew(folder: Path, harm: str) -> None:
    likewise.run(folder / "chain.yaml")
    first = digest(folder / "out.csv")
    work = folder / ".likewise" / "chain"
    record = next(path for path in work.glob("*.json") if json.loads(path.read_text())["step"].startswith("sample"))
    file = record.with_suffix(".made")
    content = file.read_bytes()
    if harm == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif harm == "edited":
        file.write_bytes(content.replace(b"Bachelors", b"Doctorate", 1))
    elif harm == "gone":
        file.unlink()
    elif harm == "record":
        record.write_text(record.read_text().replace('"digest": "', '"digest": "0'))
    else:
        record.write_text("")
    again = likewise.run(folder / "chain.yaml")
    assert kept(again) == [True, False, True, True, True]  # made anew to the byte, so what follows still fits
    assert file.read_bytes() == content
    assert digest(folder / "out.csv") == first


def test_a_run_killed_half_way_goes_on_from_its_last_finished_step(folder: Path) -> None:
    slow = "from likewise.recipes.recipe.steps.mix import Mix; import time; Mix.run = lambda *a: time.sleep(600)"
    script = f"{slow}; import likewise; likewise.run({str(folder / 'chain.yaml')!r})"
    work = folder / ".likewise" / "chain"
    running = subprocess.Popen([sys.executable, "-c", script], env={**os.environ, "OMP_NUM_THREADS": "1"})
    while running.poll() is None and len(list(work.glob("*.json"))) < 3:
        time.sleep(0.05)
    half = work / f".{'0' * 32}.made.{running.pid}-0.part"
    half.write_bytes(b"half")
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    assert not (folder / "out.csv").exists()
    assert kept(likewise.run(folder / "chain.yaml")) == [True, True, True, False, False]
    assert not half.exists()
    killed = digest(folder / "out.csv")
    likewise.run(folder / "chain.yaml", work=folder / "fresh")
    assert digest(folder / "out.csv") == killed


def test_outputs_appear_together_or_not_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(report: Any, path: Any) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("likewise.evaluation.report.model.Report.written_as", broken)
    with pytest.raises(KeyboardInterrupt):
        likewise.run(folder / "chain.yaml", report=folder / "report.html")
    assert {path.name for path in folder.iterdir()} == {"adult.csv", "chain.yaml", ".likewise"}


def test_rows_that_cannot_be_finished_keep_a_report_from_appearing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def full(*given: Any) -> Iterator[Any]:
        blocks: list[Any] = []
        yield blocks.append
        if blocks:
            raise OSError(28, "no room")

    monkeypatch.setattr("likewise.io.csv.csv_writer", full)
    steps = "likewise: 1\nsource: adult.csv\nsteps: [{fit: bootstrap}, {sample: 300}]\n"
    (folder / "two.yaml").write_text(steps + "outputs: [{write: two.csv}, {report: two.html}]\n")
    with pytest.raises(SourceError, match="no room to write"):
        likewise.run(folder / "two.yaml")
    assert not {"two.csv", "two.html"} & {path.name for path in folder.iterdir()}


def test_results_are_kept_for_their_owner_alone_and_out_of_version_control(folder: Path) -> None:
    likewise.run(folder / "chain.yaml")
    work = folder / ".likewise" / "chain"
    assert work.stat().st_mode & 0o077 == 0
    assert (work / ".gitignore").read_text() == "*\n"


def test_a_work_folder_that_is_a_file_is_refused(folder: Path) -> None:
    (folder / "work").write_text("")
    with pytest.raises(SourceError, match=r"not a folder|no folder") as fault:
        likewise.run(folder / "chain.yaml", work=folder / "work")
    assert fault.value.hint


def test_rows_are_judged_against_rows_that_no_step_saw(folder: Path, adult: pd.DataFrame) -> None:
    columns = ["age", "sex", "hours_per_week", "income"]
    document = {
        "target": "income", "steps": [{"fit": "bootstrap"}, {"sample": "same"}],
        "gates": {"gates": [{"score": "exact_copies", "at_most": 0.01}]},
    }  # fmt: skip
    made = likewise.run(document, source=adult[columns].head(300), report=folder / "r.json")
    report = made.report
    assert report is not None and report.gate is not None
    assert not report.gate.passed and not made.holds
    facts = dict(report.facts)
    assert facts["Step 1"] == "fit bootstrap (240 rows)"
    assert facts["Holdout rows"] == "60"
    assert len(made.data) == 240
    assert (folder / "r.json").read_text() == report.to_json()


def test_rules_found_in_real_rows_are_checked_in_made_ones(adult: pd.DataFrame) -> None:
    for technique, broken in (("bootstrap", False), ("smote", True)):
        steps = [{"balance": {"technique": technique}}]
        made = likewise.run({"target": "income", "steps": steps, "constraints": "found"}, source=adult)
        rule = next(rule for rule in made.rules if rule.said == "`education` decides `education_num`")
        assert (rule.broken > 0) == broken
        assert made.holds == (not broken)


def test_made_rows_are_judged_alone_beside_the_real_rows_of_their_class(adult: pd.DataFrame, tmp_path: Path) -> None:
    made = likewise.run({"target": "income", "steps": [{"balance": {"fair": "sex"}}]}, source=adult,
                        report=tmp_path / "r.md")  # fmt: skip
    report = made.report
    assert report is not None
    assert f"Only the {made.made.sum():,} rows that were made are judged" in " ".join(report.notes)
    assert dict(report.facts)["Population"] == "not population-representative"
    assert any(note.startswith("not population-representative") for note in report.notes)
    assert "not population-representative" in (tmp_path / "r.md").read_text()


def test_a_model_can_be_what_a_recipe_makes(adult: pd.DataFrame, tmp_path: Path) -> None:
    document = {"steps": [{"fit": "bootstrap"}], "outputs": [{"model": str(tmp_path / "m.likewise")}]}
    made = likewise.run(document, source=adult)
    assert made.data is None and made.model is not None
    assert likewise.load(tmp_path / "m.likewise").card == made.model.card


def test_weights_are_written_beside_the_rows(adult: pd.DataFrame, tmp_path: Path) -> None:
    out = tmp_path / "fair.parquet"
    document = {"target": "income", "steps": [{"balance": {"fair": "sex", "technique": "bootstrap"}}]}
    likewise.run(document, source=adult, out=out, mark="made")
    written = pq.read_table(out).to_pandas()
    assert written["weight"].sum() == pytest.approx(1200)
    assert (~written["made"]).sum() == 1200
    assert pq.read_schema(out).metadata[b"population"] == b"not population-representative"


def test_rows_of_set_shares_stay_marked_through_a_model(adult: pd.DataFrame) -> None:
    steps = [{"balance": {"technique": "bootstrap"}}, {"fit": "bootstrap"}, {"sample": 9}]
    made = likewise.run({"target": "income", "steps": steps}, source=adult)
    assert not made.representative
    assert likewise.run({"steps": steps[1:]}, source=adult).representative
    drawn = likewise.run({"steps": [{"fit": "bootstrap"}, {"sample": 9, "balance": "sex"}]}, source=adult)
    assert not drawn.representative


def test_two_alike_steps_draw_the_same_and_with_seeds_of_their_own_not(adult: pd.DataFrame) -> None:
    steps = [{"fit": "bootstrap", "as": "m"}, {"sample": 40, "as": "a"}, {"sample": 40, "take": "m", "as": "b"},
             {"mix": {"weights": {"a": 1, "b": 1}}}]  # fmt: skip
    alike = likewise.run({"steps": steps}, source=adult).steps
    assert alike[1].digest == alike[2].digest
    steps[2]["seed"] = 1
    other = likewise.run({"steps": steps}, source=adult).steps
    assert other[1].digest == alike[1].digest != other[2].digest


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([{"sample": 3}], "$.steps[0]: `sample` takes a model, and the source gives rows: put `fit` before it"),
        ([{"fit": "bootstrap"}, {"balance": {"technique": "bootstrap"}}],
         "$.steps[1]: `balance` takes rows, and step 1 (`fit`) gives a model: put `sample` between"),
        ([{"filter": {"discriminator": "top"}}], "$.steps[0].filter: there are no made rows here"),
        ([{"fit": "bootstrap"}, {"sample": 9, "as": "a"}, {"filter": {"discriminator": "top", "against": "a"}}],
         "$.steps[2].filter.against: `a` holds made rows"),
        ([{"filter": {"where": "age>1"}, "take": "b", "as": "a"},
          {"filter": {"where": "age>2"}, "take": "a", "as": "b"}],
         "$.steps: the steps go round in a circle: step 1 (`filter`), which takes from step 2 (`filter`), which takes "
         "from step 1 (`filter`)"),
        ([{"filter": {"where": "age>1"}, "as": "a"}, {"filter": {"where": "age>1"}, "as": "a"}],
         "$.steps[1].as: `a` is the name of what step 1 makes"),
        ([{"filter": {"where": "age>1"}, "as": "source"}],
         "$.steps[0].as: `source` is the name of the rows that are read"),
        ([{"filter": {"where": "age>1"}, "take": "sorce"}], "$.steps[0].take: nothing is called `sorce` (did you mean "
                                                            "`source`?)"),
        ([{"filter": {"where": "age>1"}}, {"filter": {"where": "age>2"}, "take": "source"}],
         "$.steps[0]: nothing takes what `filter` makes"),
        ([{"mix": {"weights": {"a": 1, "source": 1}}}], "$.steps[0].mix.weights.a: nothing is called `a`"),
        ([{"fit": "bootstrap", "as": "m"}, {"mix": {"weights": {"m": 1, "source": 1}}}],
         "$.steps[1].mix.weights.m: `m` is a model, and rows are mixed"),
        ([{"fit": "bootstrap"}, {"sample": 3, "given": {"agee": 3}}],
         "$.steps[1].given: `given` names a column that is not there: `agee` (did you mean `age`?)"),
        ([{"fit": "bootstrap"}, {"sample": 3, "balance": "age"}], "$.steps[1].balance: `age` (integer) has no levels"),
        ([{"balance": {"column": "incom", "technique": "bootstrap"}}],
         "$.steps[0].balance.column: there is no column `incom` (did you mean `income`?)"),
        ([{"balance": {"technique": "bootstrap"}}, {"clean": {"target": "age"}}],
         "$.steps[1].clean.target: `age` (integer) has no classes"),
        ([{"perturb": {"steps": ["gausian"]}}], "$.steps[0].perturb"),
        ([{"balance": {"fair": "sex", "technique": "bootstrap"}}, {"clean": {}}],
         "$.steps[1].clean: rows were made fair before, and their weights would not hold"),
        ([{"balance": {"fair": "sex", "technique": "bootstrap"}}, {"filter": {"discriminator": "top"}}],
         "$.steps[1].filter: rows were made fair before"),
        ([{"balance": {"fair": "sex", "technique": "bootstrap"}}, {"augment": {"technique": "bootstrap"}}],
         "$.steps[1].augment: rows were made fair before"),
        ([{"fit": "bootstrap", "target": "incme"}, {"sample": 3}], "$.steps[0].target: there is no column `incme`"),
    ],
)  # fmt: skip
def test_a_step_whose_output_does_not_fit_is_said_before_anything_runs(
    steps: list[dict[str, Any]], said: str, adult: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ran(*given: Any) -> None:
        raise AssertionError("a step ran")

    for verb in ("fit.Fit", "sample.Sample", "balance.Balance", "filter.Filter", "mix.Mix"):
        monkeypatch.setattr(f"likewise.recipes.recipe.steps.{verb}.run", ran)
    with pytest.raises(RecipeError) as fault:
        likewise.run({"target": "income", "steps": steps}, source=adult)
    assert said in fault.value.what


def test_a_technique_that_cannot_complete_rows_is_said_before_anything_runs(
    adult: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("likewise.techniques.bootstrap.synthesizer.BootstrapModel.conditions", "rejection")
    with pytest.raises(RecipeError, match="`bootstrap` cannot complete rows"):
        likewise.run({"steps": [{"impute": {"technique": "bootstrap"}}]}, source=adult)


def test_columns_that_are_ignored_are_lacking_in_what_is_drawn(adult: pd.DataFrame) -> None:
    schema = likewise.infer_schema(adult).replace("race", role="ignore")
    steps: list[dict[str, Any]] = [
        {"fit": "bootstrap"},
        {"sample": 9, "as": "a"},
        {"mix": {"weights": {"a": 1, "source": 1}}},
    ]
    with pytest.raises(RecipeError, match=r"\$\.steps\[2\]\.mix\.weights\.a: .* it lacks `race`"):
        likewise.run({"steps": steps}, source=adult, schema=schema)
    with pytest.raises(RecipeError, match="names a column that is not there: `race`"):
        likewise.run({"steps": [steps[0], {"sample": 9, "given": "race=White"}]}, source=adult, schema=schema)
    with pytest.raises(LikewiseError, match="`race` is ignored"):
        likewise.balance(adult, target="income", fair="race", schema=schema)
    made = likewise.balance(adult, target="income", technique="bootstrap", schema=schema)
    assert made.data["race"].iloc[len(adult) :].isna().all()


def test_what_needs_no_row_is_said_before_a_row_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("likewise.recipes.recipe.opened.read_source", lambda *given, **named: 1 / 0)
    document = {
        "source": str(folder / "adlt.csv"), "schema": str(folder / "s.yaml"), "gates": "shere",
        "steps": [{"fit": "bootstrap", "settings": {"nope": 1}}],
        "outputs": [{"write": str(folder / "no" / "x.csv")}, {"write": str(folder / "x.docx")}, {"report": "r.pdf"},
                    {"model": str(folder / "m.likewise")}, {"model": str(folder / "m.likewise")}],
    }  # fmt: skip
    with pytest.raises(RecipeError) as fault:
        likewise.run(document)
    for line in (
        "$.source: there is no file", "(did you mean", "$.schema: there is no file",
        "$.gates: there is no gate `shere`", "$.steps[0].settings.nope: there is no such field",
        "$.outputs[0]: there is no folder", "$.outputs[1]: the suffix",
        "$.outputs[2]: a report cannot be written as `.pdf`", "where another result goes",
        "$.outputs[0]: rows cannot be written here, for what is taken is a model",
    ):  # fmt: skip
        assert line in fault.value.what


@pytest.mark.parametrize("recipe", [None, 3, "", [], "smote-en", "no/such/recipe.yaml"])
def test_what_is_no_recipe_is_refused(recipe: Any) -> None:
    with pytest.raises(LikewiseError) as fault:
        likewise.run(recipe, source={"a": [1]})
    assert fault.value.hint


def test_a_recipe_without_a_source_is_refused() -> None:
    with pytest.raises(RecipeError, match=r"\$\.source: nothing is read"):
        likewise.run({"steps": [{"fit": "bootstrap"}]})


def test_columns_that_would_be_added_twice_are_refused(adult: pd.DataFrame, tmp_path: Path) -> None:
    document = {"target": "income", "steps": [{"balance": {"fair": "sex", "technique": "bootstrap"}}]}
    with pytest.raises(RecipeError, match=r"\$\.mark: there is a column `age` already"):
        likewise.run(document, source=adult, mark="age")
    with pytest.raises(RecipeError, match=r"\$\.weight: there is a column `weight` already"):
        likewise.run(document, source=adult.assign(weight=1.5))


def test_urls_of_databases_start_where_the_recipe_lies_and_show_no_password(folder: Path, tmp_path: Path) -> None:
    fields = {"source": "adult.csv", "steps": [{"fit": "bootstrap"}, {"sample": 5}]}
    (folder / "base.yaml").write_text(json.dumps({**fields, "outputs": [{"write": "sqlite:///made.db#t"}]}))
    assert likewise.run(folder / "base.yaml").outputs == (f"sqlite:///{folder}/made.db#t",)
    again = {"source": "sqlite:///made.db#select * from t", "steps": [{"fit": "bootstrap"}, {"sample": 2}]}
    (folder / "again.yaml").write_text(json.dumps(again))
    assert likewise.run(folder / "again.yaml").rows.table.rows == 2  # type: ignore[union-attr]
    given = likewise.run(folder / "again.yaml", out=f"sqlite:///{tmp_path}/own.db#t")
    assert given.outputs == (f"sqlite:///{tmp_path}/own.db#t",)
    twice = [{"write": "postgresql://ann:secret@nowhere.invalid/b#t"}] * 2
    with pytest.raises(RecipeError) as caught:
        likewise.run({**fields, "outputs": twice}, source={"x": [1, 2]})
    assert "secret" not in str(caught.value)


def test_two_tables_of_one_database_file_are_refused_before_anything_runs(tmp_path: Path) -> None:
    places = [{"write": f"sqlite:///{tmp_path}/a.db#one"}, {"write": f"{tmp_path}/a.db"}]
    with pytest.raises(RecipeError, match=r"outputs\[1\]: `.*a.db` takes in one table at a time"):
        likewise.run({"steps": [{"fit": "bootstrap"}, {"sample": 5}], "outputs": places}, source={"x": [1, 2]})


def test_where_a_database_refuses_no_file_appears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(base: Any) -> None:
        assert not (tmp_path / "a.csv").exists()
        raise DatabaseError("disk is full")

    monkeypatch.setattr("likewise.io.sqlite.SQLite.commit", full)
    places = [{"write": f"{tmp_path}/a.db"}, {"write": f"{tmp_path}/a.csv"}]
    with pytest.raises(SourceError, match="disk-full"):
        likewise.run({"steps": [{"fit": "bootstrap"}, {"sample": 5}], "outputs": places}, source={"x": [1, 2]})
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_ends_in_a_slash_is_a_folder(tmp_path: Path) -> None:
    np.savez(tmp_path / "few.npz", image=np.zeros((4, 3, 3, 1), np.uint8))
    fields = {"source": "few.npz", "steps": [{"fit": "bootstrap"}, {"sample": 5}], "outputs": [{"write": "made/"}]}
    (tmp_path / "few.yaml").write_text(json.dumps(fields))
    likewise.run(tmp_path / "few.yaml")
    assert (tmp_path / "made" / "metadata.csv").is_file()
    with pytest.raises(RecipeError, match="is not empty"):
        likewise.plan(tmp_path / "few.yaml")


def test_a_work_folder_that_is_a_file_is_told(folder: Path) -> None:
    with pytest.raises(SourceError, match=r"(?s)is a file, not a folder.*hint: .*--work"):
        likewise.run(folder / "chain.yaml", work=folder / "adult.csv")


def test_what_a_step_cannot_do_says_which_step_it_was() -> None:
    rows = {"x": list(range(40)), "y": ["a"] * 20 + ["b"] * 20}
    steps = [{"perturb": {}}, {"balance": {"ratio": 0.5, "column": "y"}}]
    with pytest.raises(LikewiseError) as caught:
        likewise.run({"steps": steps}, source=rows)
    assert (caught.value.code, caught.value.where) == ("settings.ratio", "$.steps[1] (`balance`), ratio")


def test_a_recipe_that_makes_a_model_alone_writes_no_rows(folder: Path) -> None:
    fields = {"source": "adult.csv", "steps": [{"fit": "bootstrap"}], "outputs": [{"model": "own.likewise"}]}
    (folder / "model.yaml").write_text(json.dumps(fields))
    assert exit_code(["run", str(folder / "model.yaml")]) == 0
    assert (folder / "own.likewise").is_file()


def test_a_simulation_is_a_source_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "town.yaml").write_text("{simulate: sir, parameters: {agents: 300}, until: 30, seed: 3}")
    chain = {"source": "town.yaml", "steps": [{"fit": "bootstrap"}, {"sample": 50}], "outputs": [{"write": "out.csv"}]}
    (tmp_path / "recipe.yaml").write_text(json.dumps(chain))
    likewise.run(tmp_path / "recipe.yaml")
    events = likewise.simulate(tmp_path / "town.yaml").events
    drawn = pd.read_csv(tmp_path / "out.csv")
    assert list(drawn) == list(events.names) and len(drawn) == 50
    assert set(drawn["agent"]) <= set(events.to_dict()["agent"])


def test_a_source_that_says_no_simulation_is_told(tmp_path: Path) -> None:
    (tmp_path / "town.yaml").write_text("{rows: 3}")
    with pytest.raises(LikewiseError, match="rows"):
        likewise.run({"source": str(tmp_path / "town.yaml"), "steps": [{"fit": "bootstrap"}, {"sample": 5}]})
