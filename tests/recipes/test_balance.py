"""Balancing: real rows first, exact counts, any technique, and every bad target refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import likewise
from likewise.core.table import Table
from likewise.errors import FitError, LikewiseError, SettingsError
from likewise.recipes.balance import Balancing, balanced, filled, lacking
from likewise.recipes.rows import Rows


def cards(rows: int = 400, rare: int = 30) -> pd.DataFrame:
    draw = np.random.Generator(np.random.PCG64(7))
    label = np.array(["fine"] * (rows - rare) + ["fraud"] * rare)
    draw.shuffle(label)
    return pd.DataFrame({
        "amount": np.round(draw.lognormal(3, 1, rows) + 30 * (label == "fraud"), 2),
        "country": draw.choice(["DE", "FR", "IT"], rows),
        "label": label,
    })  # fmt: skip


@pytest.mark.parametrize("technique", ["smote", "bootstrap", "autoregressive", "noise"])
def test_real_rows_come_first_and_counts_are_exact(technique: str) -> None:
    frame = cards()
    made = likewise.balance(frame, target="label", ratio=0.5, technique=technique, seed=1)
    pd.testing.assert_frame_equal(made.data.iloc[:400], frame)
    assert made.data["label"].value_counts().to_dict() == {"fine": 370, "fraud": 185}
    assert made.made.tolist() == [False] * 400 + [True] * 155
    assert set(made.data["label"].iloc[400:]) == {"fraud"}
    assert not made.representative
    assert "real rows are among them" in made.notes[-1]


def test_the_same_seed_gives_the_same_rows_and_another_one_others() -> None:
    frame = cards()
    first, second, third = (likewise.balance(frame, target="label", seed=seed).data for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, second)
    assert not first.equals(third)


def test_the_mark_says_which_rows_were_made() -> None:
    made = likewise.balance(cards(), target="label", technique="bootstrap", mark="synthetic")
    assert made.data["synthetic"].tolist() == made.made.tolist()


def test_surplus_draws_more_than_lacks() -> None:
    table = Table.from_any(cards()).with_schema(Table.from_any(cards()).schema.with_target("label"))
    for technique in ("smote", "bootstrap"):
        asked = Balancing(ratio=0.5, technique=technique, surplus=2)
        assert balanced(Rows.real(table), asked).added == 310


def test_several_classes_are_all_lifted() -> None:
    rows = {"x": [0.37 * i for i in range(120)], "y": ["a"] * 70 + ["b"] * 30 + ["c"] * 20}
    for technique in ("smote", "bootstrap"):
        data = likewise.balance(rows, target="y", technique=technique).data
        assert [data["y"].count(level) for level in "abc"] == [70, 70, 70]


def test_rows_without_a_label_stay_and_count_for_no_class() -> None:
    rows = {"x": [0.37 * i for i in range(100)], "y": ["a"] * 70 + ["b"] * 20 + [None] * 10}
    data = likewise.balance(rows, target="y", technique="bootstrap").data
    assert (data["y"].count("b"), data["y"].count(None)) == (70, 10)


def test_new_rows_have_ids_of_their_own() -> None:
    rows = {"user_id": list(range(1, 401)), **cards().to_dict("list")}
    data = likewise.balance(rows, target="label", technique="bootstrap").data
    assert len(set(data["user_id"])) == len(data["user_id"])


def test_a_number_is_balanced_by_smote_alone() -> None:
    draw = np.random.Generator(np.random.PCG64(3))
    rows = {"x": draw.normal(size=300).tolist(), "price": np.round(draw.lognormal(3, 1, 300), 2).tolist()}
    for technique in ("smote", "auto"):
        made = likewise.balance(rows, target="price", technique=technique)
        assert made.data["price"][:300] == rows["price"]
        rare = np.array(made.data["price"][300:])
        assert len(rare) > 0 and np.median(rare) > np.quantile(rows["price"], 0.8)
    with pytest.raises(SettingsError, match="is a number, which `bootstrap` cannot balance"):
        likewise.balance(rows, target="price", technique="bootstrap")


def test_classes_that_are_even_already_are_left_as_they_are() -> None:
    made = likewise.balance({"x": list(range(60)), "y": ["a", "b"] * 30}, target="y", technique="bootstrap")
    assert not made.made.any()
    assert "nothing was added" in made.notes[0]


@pytest.mark.parametrize(
    ("rows", "options", "kind", "said"),
    [
        ({"y": ["a"] * 30}, {}, FitError, "has one class only"),
        ({"y": ["a"] * 20 + ["b"] * 10}, {"ratio": 0.2}, SettingsError, "lies below the present one"),
        ({"y": ["a"] * 20 + ["b"] * 10}, {"ratio": float("inf")}, SettingsError, "ratio: "),
        ({"y": ["a"] * 20 + ["b"] * 10}, {"ratio": 0}, SettingsError, "ratio: "),
        ({"y": ["a"] * 20 + ["b"] * 10}, {"technique": "smot"}, SettingsError, "did you mean `smote`"),
        (
            {"y": ["a"] * 20 + ["b"] * 10},
            {"settings": {"nope": 1}},
            SettingsError,
            "settings.nope: there is no such field",
        ),
        ({"y": ["a"] * 20 + ["b"] * 10}, {"target": "yy"}, SettingsError, "did you mean `y`"),
        ({"y": [f"note {i} of many words that differ" for i in range(30)]}, {}, SettingsError, "has no classes"),
        ({"y": [None] * 30}, {}, SettingsError, "has no classes to balance"),
        ({"y": []}, {}, SettingsError, "`y` .empty. has no classes"),
    ],
)
def test_what_cannot_be_balanced_is_said(
    rows: dict[str, list[object]], options: dict[str, object], kind: type[LikewiseError], said: str
) -> None:  # fmt: skip
    data = {**rows, "x": [0.5 * i for i in range(len(rows["y"]))]}
    with pytest.raises(kind, match=said) as fault:
        likewise.balance(data, **{"target": "y", "technique": "bootstrap", **options})  # type: ignore[arg-type]
    assert fault.value.hint


def test_what_lacks_is_counted_by_level() -> None:
    assert lacking(Table.from_any({"y": ["a"] * 10 + ["b"] * 3 + ["c"] * 9}), "y", 0.95) == {"b": 7, "c": 1}


def test_auto_says_what_every_candidate_scored() -> None:
    made = likewise.balance(cards(600, 60), target="label", technique="auto", seed=2)
    assert made.data["label"].value_counts().to_dict() == {"fine": 540, "fraud": 540}
    said = next(note for note in made.notes if "was chosen" in note)
    assert all(name in said for name in ("none ", "smote ", "autoregressive "))


def test_auto_does_not_race_on_a_handful_of_rows() -> None:
    rows = {"x": [0.37 * i for i in range(64)], "y": ["a"] * 60 + ["b"] * 4}
    made = likewise.balance(rows, target="y", technique="auto")
    assert any("too few for a race" in note for note in made.notes)
    assert made.data["y"].count("b") == 60


@pytest.mark.parametrize("technique", ["smote", "bootstrap", "auto"])
def test_counts_may_be_asked_for_level_by_level(technique: str) -> None:
    table = Table.from_any({"x": [0.37 * i % 29 for i in range(120)], "y": ["a"] * 70 + ["b"] * 30 + ["c"] * 20})
    wanted = {"a": 0, "b": 3, "c": 40}
    made = filled(Rows.real(table), Balancing(column="y", technique=technique), wanted).table
    assert made.slice(0, 120).columns.equals(table.columns)
    added = made.slice(120).texts("y").to_pylist()
    assert {level: added.count(level) for level in wanted} == wanted


def test_the_largest_class_can_be_asked_for_too() -> None:
    table = Table.from_any({"x": [0.37 * i % 29 for i in range(60)], "y": ["a"] * 30 + ["b"] * 30})
    made = filled(Rows.real(table), Balancing(column="y"), {"a": 5})
    assert made.added == 5 and set(made.table.slice(60).texts("y").to_pylist()) == {"a"}


def test_nothing_asked_for_is_nothing_added() -> None:
    table = Table.from_any({"x": [0.37 * i % 29 for i in range(60)], "y": ["a"] * 40 + ["b"] * 20})
    assert filled(Rows.real(table), Balancing(column="y"), {"b": 0}).added == 0
