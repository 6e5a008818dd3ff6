"""What single steps do to rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import likewise
from likewise.errors import LikewiseError


def test_perturbed_rows_keep_their_order_and_count_as_made(adult: pd.DataFrame) -> None:
    made = likewise.run(
        {"target": "income", "steps": [{"perturb": {"steps": [{"gaussian": {"sd": 0.1}}]}}]}, source=adult
    )
    assert made.made.all()
    assert len(made.data) == len(adult)
    assert made.data["sex"].equals(adult["sex"])
    assert np.corrcoef(made.data["age"], adult["age"])[0, 1] > 0.95
    assert not made.data["age"].equals(adult["age"])


def test_rows_with_gaps_are_filled_and_count_as_made() -> None:
    rows = {"age": [20, 30, 40, 40] * 60, "grown": ["no", "yes", None, "yes"] * 60}
    made = likewise.run({"steps": [{"impute": {}}]}, source=rows)
    assert None not in made.data["grown"]
    assert made.made.tolist() == [False, False, True, False] * 60


@pytest.mark.parametrize("method", ["enn", "tomek"])
def test_cleaning_removes_rows_among_another_class(method: str) -> None:
    draw = np.random.Generator(np.random.PCG64(2))
    rows = {"x": np.round(draw.normal(size=300), 3).tolist(), "y": ["a"] * 200 + ["b"] * 100}
    made = likewise.run({"target": "y", "steps": [{"balance": {}}, {"clean": {"method": method}}]}, source=rows)
    assert 0 < len(made.data["x"]) < 400
    assert any("rows were removed because" in note for note in made.notes)
    kept = likewise.run({"target": "y", "steps": [{"clean": {"method": method}}]}, source=rows)
    place = 0
    for pair in zip(kept.data["x"], kept.data["y"], strict=True):  # what stays is as it came, in its order
        place = next(i for i in range(place, 300) if (rows["x"][i], rows["y"][i]) == pair) + 1
    assert not kept.made.any()


def test_a_filter_keeps_real_rows_and_the_share_of_every_class(adult: pd.DataFrame) -> None:
    steps = [{"balance": {"technique": "bootstrap", "surplus": 2}}, {"filter": {"discriminator": "rejection"}}]
    made = likewise.run({"target": "income", "steps": steps}, source=adult)
    assert made.data["income"].value_counts().nunique() == 1
    assert (~made.made).sum() == len(adult)
    pd.testing.assert_frame_equal(made.data.iloc[: len(adult)], adult)


def test_a_filter_by_condition_may_keep_nothing(adult: pd.DataFrame) -> None:
    made = likewise.run(
        {"steps": [{"filter": {"where": {"age": [90], "sex": "Female", "hours_per_week": 99}}}]}, source=adult
    )
    assert len(made.data) == 0
    assert list(made.data.columns) == list(adult.columns)
    with pytest.raises(LikewiseError) as fault:
        likewise.run({"steps": [{"filter": {"where": "age=90,hours_per_week=99"}}, {"fit": "bootstrap"}]}, source=adult)
    assert fault.value.code == "fit.no-rows"


def test_a_mix_has_exactly_the_rows_asked_for_in_their_shares(adult: pd.DataFrame) -> None:
    steps: list[dict[str, Any]] = [
        {"fit": "bootstrap"}, {"sample": 500, "as": "drawn"},
        {"mix": {"weights": {"drawn": 0.7, "source": 0.3}, "n": 999}},
    ]  # fmt: skip
    made = likewise.run({"steps": steps}, source=adult)
    assert (len(made.data), int(made.made.sum())) == (999, 699)
    del steps[2]["mix"]["n"]
    made = likewise.run({"steps": steps}, source=adult)
    assert (len(made.data), int(made.made.sum())) == (714, 500)  # all 500 drawn ones, and no row twice
    steps[1]["sample"] = 0
    steps[2]["mix"]["n"] = 10
    with pytest.raises(LikewiseError, match="`drawn` has no rows to mix"):
        likewise.run({"steps": steps}, source=adult)


def test_a_mix_of_more_rows_than_there_are_repeats_each_as_rarely_as_can_be(adult: pd.DataFrame) -> None:
    rows = adult.head(10).assign(number=[3, 1, 4, 15, 9, 2, 6, 5, 35, 8])
    steps = [{"filter": {"where": "age>0"}, "as": "all"}, {"mix": {"weights": {"all": 1, "source": 1}, "n": 50}}]
    made = likewise.run({"steps": steps}, source=rows)
    assert set(made.data["number"].value_counts()) <= {4, 5, 6}


def test_augmenting_keeps_real_rows_first(adult: pd.DataFrame) -> None:
    made = likewise.augment(adult, times=1.5, technique="bootstrap", mark="new")
    assert len(made.data) == 1800
    pd.testing.assert_frame_equal(made.data.iloc[:1200].drop(columns="new"), adult)
    assert made.data["new"].tolist() == [False] * 1200 + [True] * 600
    assert any(note.startswith("privacy of the new rows: ") for note in made.notes)
    assert made.notes[-1].startswith("real rows are among them")
    assert len(likewise.augment(adult, n=0, technique="bootstrap").data) == 1200
    assert not any("`auto`" in note for note in made.notes)
    assert any("made by autoregressive" in note for note in likewise.augment(adult[["age", "sex"]], n=5).notes)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"n": 5, "times": 2}, "give either `n` or `times`"),
        ({"times": 0.5}, "times: at least 1 is wanted"),
        ({"times": float("inf")}, "times: "),
        ({"n": -1}, "n: at least 0 is wanted"),
        ({"target": "agee"}, "did you mean `age`"),
        ({"mark": "age"}, "there is a column `age` already"),
    ],
)
def test_what_cannot_be_augmented_is_said(options: dict[str, Any], said: str, adult: pd.DataFrame) -> None:
    with pytest.raises(LikewiseError, match=said) as fault:
        likewise.augment(adult, **options)
    assert fault.value.code == "settings.invalid"
    assert "$" not in fault.value.what
    assert "faults" not in fault.value.what


def test_frames_come_back_as_they_came(adult: pd.DataFrame) -> None:
    import polars as pl

    made = likewise.augment(pl.from_pandas(adult), n=5, technique="bootstrap", mark="new").data
    assert isinstance(made, pl.DataFrame)
    assert made["new"].dtype == pl.Boolean
    assert made.drop("new").schema == pl.from_pandas(adult).schema


def test_pictures_are_augmented_by_noise_and_kept_between_runs(tmp_path: Path) -> None:
    pictures = np.random.Generator(np.random.PCG64(1)).integers(0, 255, (40, 6, 6), dtype=np.uint8)
    rows = {"picture": pictures, "label": ["cat"] * 30 + ["dog"] * 10}
    more = likewise.augment(rows, n=10)
    assert np.shape(more.data["picture"]) == (50, 6, 6)
    assert (more.data["picture"][:40] == pictures).all()
    assert any("made by noise" in note for note in more.notes)
    turned = likewise.augment(rows, n=40, settings={"steps": [{"mirror": {"across": 1}}]})  # settings of what auto is
    kept = {picture.tobytes(): label for picture, label in zip(pictures[:, :, ::-1], rows["label"])}
    assert all(kept[p.tobytes()] == label for p, label in zip(turned.data["picture"][40:], turned.data["label"][40:]))
    document = {"target": "label", "steps": [{"balance": {"technique": "noise"}}, {"filter": {"where": "label=dog"}}]}
    first, second = (likewise.run(document, source=rows, work=tmp_path) for _ in range(2))
    assert [step.kept for step in second.steps] == [True, True]
    assert (first.data["picture"] == second.data["picture"]).all()
    with pytest.raises(LikewiseError, match=r"technique: `smote` cannot learn `picture`, of kind image"):
        likewise.balance(rows, target="label")


def test_balancing_another_column_leaves_the_target_what_it_is(adult: pd.DataFrame) -> None:
    steps: list[dict[str, Any]] = [{"balance": {"column": "sex", "technique": "bootstrap"}}, {"clean": {}}]
    made = likewise.run({"target": "income", "steps": steps}, source=adult)
    assert made.rows is not None and made.rows.table.schema.target == "income"
    with pytest.raises(LikewiseError, match="which column has the classes"):
        likewise.run({"steps": steps}, source=adult)
