"""Editing and links, by hand and by a naive reading of their definitions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from likewise.core.table import Table
from likewise.errors import FitError, SchemaError, SettingsError
from likewise.techniques.smote import SMOTE, cleaned, uncontradicted

LINE = {"x": [0.0, 0.1, 0.2, 0.3, 5.0, 5.1, 5.2, 5.3, 0.14], "y": ["a"] * 4 + ["b"] * 5}
"""The last row of b lies among those of a, nearest to the second of them, whose nearest it is."""


def test_editing_leaves_out_rows_among_another_class() -> None:
    assert cleaned(LINE, "y")["x"] == LINE["x"][:-1]


def test_a_link_goes_with_both_its_ends() -> None:
    assert cleaned(LINE, "y", method="tomek")["x"] == [0.0, 0.2, 0.3, 5.0, 5.1, 5.2, 5.3]


@pytest.mark.parametrize("method", ["enn", "tomek"])
def test_rows_are_judged_as_by_the_definitions(method: str) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(150, 2)), columns=["u", "v"])
    frame["y"] = np.where(frame.u + rng.normal(0, 0.7, 150) > 0, "p", "q")
    rare = frame.y == frame.y.value_counts().index[-1]
    spread = (frame[["u", "v"]][rare].quantile(0.9) - frame[["u", "v"]][rare].quantile(0.1)).to_numpy()
    where, of = frame[["u", "v"]].to_numpy() / spread, frame.y.to_numpy()
    gap = np.linalg.norm(where[:, None] - where, axis=2)
    np.fill_diagonal(gap, np.inf)
    near = np.argsort(gap, axis=1)
    if method == "enn":
        goes = (of[near[:, :3]] != of[:, None]).sum(axis=1) >= 2
    else:
        first = near[:, 0]
        goes = (first[first] == np.arange(150)) & (of[first] != of)
    left = cleaned(frame, "y", method=method)  # type: ignore[arg-type]
    assert 0 < goes.sum() < 150 and left.equals(frame[~goes].reset_index(drop=True))


def test_ids_and_dtypes_stay() -> None:
    frame = pd.DataFrame({**LINE, "id": [f"K-{i:05}" for i in range(9)], "n": np.arange(9, dtype="int8") % 2})
    left = cleaned(frame, "y")
    assert left.dtypes.equals(frame.dtypes) and left.id.tolist() == frame.id.tolist()[:-1]


@pytest.mark.parametrize("clean", ["enn", "tomek"])
def test_drawn_rows_are_clean(clean: str) -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"u": np.r_[rng.normal(0, 1, 300), rng.normal(1.5, 1, 60)], "y": ["q"] * 300 + ["p"] * 60})
    frame["v"] = rng.normal(size=360)
    plain = SMOTE(target="y", ratio=1.0).fit(frame)
    model = SMOTE(target="y", ratio=1.0, clean=clean).fit(frame)  # type: ignore[arg-type]
    assert model.lacking == plain.lacking == 240
    drawn = model.sample(240)
    assert len(drawn) == 240 and set(drawn.y) == {"p"}
    assert drawn.u.mean() > plain.sample(240).u.mean()  # farther from the other class


def test_the_card_tells_how_many_rows_are_left() -> None:
    rows = {"x": [*range(60), *[v + 0.5 for v in range(40, 70)]], "y": ["p"] * 60 + ["q"] * 30}
    model = SMOTE(target="y", ratio=1.0, clean="enn").fit(rows)
    assert any(note.startswith("cleaning leaves ") for note in model.card.notes)


def test_a_class_that_cleaning_leaves_nothing_of_is_refused() -> None:
    rows = {"x": [i / 7 for i in range(300)], "y": [("q" if i % 10 == 5 else "p") for i in range(300)]}
    with pytest.raises(FitError, match=r"fit\.clean.*`q`"):
        SMOTE(target="y", ratio=0.12, clean="enn").fit(rows)


def test_what_cannot_be_cleaned_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"settings\.method.*\n.*\n.*enn"):
        cleaned(LINE, "y", method="wilson")  # type: ignore[arg-type]
    for k in (0, 1.5, True):
        with pytest.raises(SettingsError, match=r"settings\.k-neighbors"):
            cleaned(LINE, "y", k_neighbors=k)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match=r"settings\.target"):
        cleaned(LINE)
    with pytest.raises(SchemaError, match="did you mean `y`"):
        cleaned(LINE, "yy")
    with pytest.raises(FitError, match=r"fit\.one-class"):
        cleaned({"x": [1.0, 2.0, 3.5], "y": ["a", "a", "a"]}, "y")


def test_places_are_those_of_the_rows_that_cleaning_keeps() -> None:
    rng = np.random.default_rng(2)
    label = np.where(rng.random(300) < 0.3, "yes", "no")
    load = rng.normal(size=300) + (label == "yes")
    rows = {"place": [f"p-{n:04d}" for n in range(300)], "load": np.round(load, 2), "fault": label}
    table = Table.from_any(rows)
    for method in ("enn", "tomek"):
        kept = uncontradicted(table, "fault", method=method)
        assert 100 < len(kept) < 300 and np.all(np.diff(kept) > 0)
        assert table.take(kept).to_dict() == cleaned(table, "fault", method=method)
