"""The main job in Python: the same kind comes out, the same seed gives the same bytes, and nothing is left behind."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import likewise
from likewise import LikewiseError
from likewise.core.state import to_bytes
from likewise.core.table import Table
from likewise.recipes.synth import Synthesis, prepare, synthesize_to_files
from likewise.techniques.bootstrap import Bootstrap

ROWS = 400


def columns(rows: int = ROWS) -> dict[str, list[Any]]:
    draw = np.random.Generator(np.random.PCG64DXSM(5))
    age = draw.integers(18, 90, rows)
    return {
        "age": age.tolist(),
        "sex": draw.choice(["F", "M"], rows).tolist(),
        "height": np.round(draw.normal(170, 9, rows), 1).tolist(),
        "churn": np.where(age + draw.normal(0, 9, rows) > 60, "yes", "no").tolist(),
    }


@pytest.fixture(scope="module")
def made() -> Synthesis:
    return likewise.synthesize(columns(), seed=3)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (pd.DataFrame(columns()), pd.DataFrame),
        (pl.DataFrame(columns()), pl.DataFrame),
        (pa.table(columns()), pa.Table),
        (columns(), dict),
        (Table.from_any(pa.table(columns())), pa.Table),
    ],
    ids=["pandas", "polars", "arrow", "dict", "table"],
)
def test_the_same_kind_comes_out(source: Any, kind: type) -> None:
    data = likewise.synthesize(source, n=50).data
    assert isinstance(data, kind)
    assert pa.table(data).num_rows == 50 if isinstance(data, dict) else len(data) == 50


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])
def test_types_come_back(make: Any) -> None:
    source = make(columns())
    assert list(likewise.synthesize(source, n=50).data.dtypes) == list(source.dtypes)


def test_a_path_and_a_url_give_a_table(tmp_path: Path) -> None:
    frame = pd.DataFrame(columns())
    frame.to_csv(tmp_path / "people.csv", index=False)
    with sqlite3.connect(tmp_path / "shop.db") as database:
        frame.to_sql("people", database, index=False)
    for source in (tmp_path / "people.csv", str(tmp_path / "people.csv"), f"sqlite:///{tmp_path}/shop.db#people"):
        data = likewise.synthesize(source, n=20).data
        assert isinstance(data, Table)
        assert data.rows == 20
        assert data.to_pandas().dtypes["age"] == np.int64
    database.close()


def test_what_comes_of_it(made: Synthesis) -> None:
    assert len(made.data["age"]) == ROWS
    assert made.report.headline
    assert made.model.card.evaluation
    assert "shape_error" in made.model.card.evaluation
    assert len(made.model.sample(7)["age"]) == 7
    assert "<" in made._repr_html_()


def test_the_same_seed_gives_the_same_data_report_and_model(made: Synthesis) -> None:
    again = likewise.synthesize(columns(), seed=3)
    assert again.data == made.data
    assert again.report == made.report
    assert to_bytes(again.model) == to_bytes(made.model)
    assert likewise.synthesize(columns(), seed=4).data != made.data


@pytest.mark.parametrize("rows", [1, 2, 5, 30])
def test_small_tables(rows: int) -> None:
    made = likewise.synthesize(columns(rows))
    assert len(made.data["age"]) == rows
    assert made.report.headline


def test_no_holdout_is_said_in_the_report() -> None:
    made = likewise.synthesize(columns(), n=60, holdout=0)
    assert all(score.floor is None for score in made.report.scores if score.name == "shape_error")
    assert any("holdout" in note for note in made.report.notes)


def test_the_target_is_the_one_named_or_guessed(made: Synthesis) -> None:
    assert any("`churn`" in note for note in made.report.notes)
    named = likewise.synthesize(columns(), target="sex")
    assert named.model.schema.target == "sex"


def test_conditions_hold_for_every_row() -> None:
    made = likewise.synthesize(columns(), n=300, given={"sex": "F", "age": range(60, 80)})
    assert set(made.data["sex"]) == {"F"}
    assert min(made.data["age"]) >= 60
    assert any("conditions" in note for note in made.report.notes)


def test_balanced_rows_are_even_and_judged_unbalanced(made: Synthesis) -> None:
    even = likewise.synthesize(columns(), n=300, balance=["sex", "churn"], seed=3)
    counted = pa.table(even.data).group_by(["sex", "churn"]).aggregate([([], "count_all")])["count_all"].to_pylist()
    assert counted == [75, 75, 75, 75]
    assert any("balanced" in note for note in even.report.notes)
    shape = {s.name: s.value for s in even.report.scores}["shape_error"]
    assert shape is not None and shape < 5


def test_partial_rows_are_completed() -> None:
    partial = {"sex": ["F", "M", "F"], "age": [30, None, 50]}
    data = likewise.synthesize(columns(), given=pa.table(partial)).data
    assert data["sex"] == partial["sex"]
    assert (data["age"][0], data["age"][2]) == (30, 50)
    assert set(data["churn"]) <= {"yes", "no"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"target": "chrun"}, "schema.unknown-column"),
        ({"n": -1}, "settings.n"),
        ({"balance": "age"}, "given.kind"),
        ({"balance": "sexx"}, "given.unknown-column"),
        ({"balance": {"sex": {"F": 0.4, "M": 0.4}}}, "settings.balance"),
        ({"balance": {"sex": {"F": 0.4, "X": 0.6}}}, "given.unseen"),
        ({"n": 1.5}, "settings.n"),
        ({"holdout": 1.0}, "settings.holdout"),
        ({"technique": "autoregresive"}, "settings.technique"),
        ({"settings": {"min_leef": 3}}, "settings."),
        ({"given": {"sex": "X"}}, "given.unseen"),
        ({"given": {"sexx": "F"}}, "given.unknown-column"),
        ({"seed": -1}, "settings.seed"),
    ],
)
def test_what_cannot_be_done_is_one_of_our_errors(arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(LikewiseError) as caught:
        likewise.synthesize(columns(60), **arguments)
    assert caught.value.code.startswith(code)
    assert caught.value.hint


def test_files_carry_the_name_of_the_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    source = tmp_path / "in" / "people.csv.gz"
    pd.DataFrame(columns(100)).to_csv(source, index=False)
    monkeypatch.chdir(tmp_path)
    written = synthesize_to_files(source)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "in", "people.model.likewise", "people.report.html", "people.synthetic.csv.gz",
    ]  # fmt: skip
    assert written.rows == 100
    assert likewise.read(Path(written.data)).rows == 100
    assert likewise.load(written.model_file).card.evaluation
    assert list((tmp_path / "in").iterdir()) == [source]


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    source = tmp_path / "people.csv"
    pd.DataFrame(columns(100)).to_csv(source, index=False)
    contents = []
    for name in ("a", "b"):
        places = {part: tmp_path / f"{name}.{part}" for part in ("parquet", "html", "likewise")}
        synthesize_to_files(source, out=places["parquet"], report=places["html"], model=places["likewise"], seed=9)
        contents.append([path.read_bytes() for path in places.values()])
    assert contents[0] == contents[1]


def test_older_results_stay_when_a_run_fails(tmp_path: Path) -> None:
    source = tmp_path / "people.csv"
    pd.DataFrame(columns(60)).to_csv(source, index=False)
    older = tmp_path / "report.html"
    older.write_text("older")
    with pytest.raises(LikewiseError):
        synthesize_to_files(source, out="/dev/full", report=older, model=tmp_path / "m.likewise")
    assert older.read_text() == "older"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.csv", "report.html"]


def test_the_end_of_a_series_is_held_back_and_whole_entities() -> None:
    days = [dt.date(2020, 1, 1) + dt.timedelta(days=day) for day in range(200)]
    series = {"day": days[::-1], "x": [float(day * day % 31) for day in range(200)]}
    found = likewise.synthesize(series, n=160, technique="bootstrap", settings={"method": "moving", "block": 10})
    assert found.data["day"] == days[:160]
    assert any("The last 40 rows of the series" in note for note in found.report.notes)
    assert "day" not in {told.name for told in found.report.columns}
    panel = {"who": [f"p{row // 10}" for row in range(200)], "x": series["x"]}
    prepared = prepare(panel, by=Bootstrap(method="cluster", entity="who"))
    assert prepared.holdout is not None and prepared.holdout.rows == 40
    assert not {*prepared.train.to_dict()["who"]} & {*prepared.holdout.to_dict()["who"]}


def test_where_nothing_can_be_held_back_all_is_learned() -> None:
    prepared = prepare({"who": ["p"] * 50, "x": range(50)}, by=Bootstrap(method="cluster", entity="who"))
    assert prepared.train.rows == 50 and prepared.holdout is None


def test_a_recipe_holds_back_the_end_of_a_series_too() -> None:
    days = [dt.date(2020, 1, 1) + dt.timedelta(days=day) for day in range(200)]
    series = {"day": days, "x": [float(day * day % 31) for day in range(200)]}
    steps = [{"fit": "bootstrap", "settings": {"method": "moving", "block": 10}}, {"sample": 160}]
    made = likewise.run({"likewise": 1, "steps": steps, "holdout": 0.2, "gates": "test"}, source=series)
    assert made.report is not None and "day" not in {told.name for told in made.report.columns}
    assert any("The last 40 rows of the series" in note for note in made.report.notes)
