"""Fair targets: parity by construction, and weights that undo it exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import likewise
from likewise.core.table import Table
from likewise.errors import LikewiseError
from likewise.recipes.fair import evened
from likewise.recipes.rows import UNREPRESENTATIVE


def people(rows: int = 600) -> pd.DataFrame:
    draw = np.random.Generator(np.random.PCG64(5))
    sex = draw.choice(["F", "M"], rows, p=[0.3, 0.7])
    rate = np.where(sex == "F", 0.15, 0.45)
    return pd.DataFrame({
        "age": draw.integers(18, 90, rows),
        "sex": sex,
        "loan": np.where(draw.random(rows) < rate, "yes", "no"),
    })  # fmt: skip


@pytest.mark.parametrize("technique", ["smote", "bootstrap", "autoregressive"])
def test_every_group_has_the_same_rates_and_weights_give_the_real_counts_back(technique: str) -> None:
    frame = people()
    made = likewise.balance(frame, target="loan", fair="sex", technique=technique)
    rates = made.data.groupby("sex")["loan"].apply(lambda loan: (loan == "yes").mean())
    assert rates["F"] == rates["M"] == 0.5
    weighted = made.data.groupby(["sex", "loan"])["weight"].sum()
    pd.testing.assert_series_equal(
        weighted, frame.groupby(["sex", "loan"]).size().astype(float), check_names=False, rtol=1e-12
    )
    assert not made.representative
    assert any(note.startswith(UNREPRESENTATIVE) for note in made.notes)


@pytest.mark.parametrize("settings", [{}, {"variant": "borderline-1"}, {"space": "codes"}])
def test_a_group_that_its_neighbours_outvote_is_made_too(settings: dict[str, Any]) -> None:
    frame = people()
    frame.loc[frame.index % 40 == 0, "sex"] = "X"
    made = likewise.balance(frame, target="loan", fair="sex", settings=settings)
    assert made.data.groupby("sex")["loan"].apply(lambda loan: (loan == "yes").mean()).eq(0.5).all()


def test_groups_can_be_made_as_large_as_one_another() -> None:
    made = likewise.balance(people(), target="loan", fair="sex", technique="bootstrap", equal_groups=True)
    assert made.data.groupby(["sex", "loan"]).size().nunique() == 1


def test_a_low_ratio_keeps_the_rates_of_all_rows() -> None:
    frame = people()
    made = likewise.balance(frame, target="loan", fair="sex", ratio=0.01, technique="bootstrap")
    rates = made.data.groupby("sex")["loan"].apply(lambda loan: (loan == "yes").mean())
    assert abs(rates["F"] - rates["M"]) < 0.005
    assert abs(rates["F"] - (frame["loan"] == "yes").mean()) < 0.005


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(1, 60), min_size=3, max_size=3), min_size=2, max_size=4),
    st.floats(0.01, 1.0),
    st.booleans(),
)
def test_rates_agree_to_within_a_row_and_nothing_is_taken(counts: list[list[int]], ratio: float, equal: bool) -> None:
    rows = [(f"g{i}", f"l{j}") for i, row in enumerate(counts) for j, count in enumerate(row) for _ in range(count)]
    table = Table.from_any({"group": [g for g, _ in rows], "label": [label for _, label in rows]})
    cells = evened(table, "label", "group", ratio=ratio, equal=equal)
    assert (cells.wanted >= cells.real).all()
    sizes = cells.wanted.sum(axis=1, keepdims=True)
    rates = cells.wanted / sizes
    assert (abs(rates - rates[0]) <= 2 / sizes.min()).all()
    if equal:
        assert np.ptp(sizes) <= len(counts[0])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"fair": "sexx"}, "did you mean `sex`"),
        ({"fair": "age"}, "has no groups"),
        ({"fair": "loan"}, "both the label and the group"),
        ({"fair": "sex", "weight": "age"}, "there is a column `age` already"),
        ({"fair": "sex", "clean": "enn"}, "clean: rows were made fair before"),
        ({"equal_groups": True}, "`equal_groups` belongs to a `fair` balance"),
        ({"fair": "sex", "technique": "auto"}, "name a technique"),
        ({"fair": "one"}, "has one level only"),
        ({"fair": "hollow"}, "combinations of `hollow` and `loan` have no real row"),
    ],
)
def test_what_cannot_be_fair_is_said(options: dict[str, Any], said: str) -> None:
    frame = people().assign(one="x")
    frame["hollow"] = np.where(frame["loan"] == "yes", "b", np.where(frame["age"] > 50, "b", "a"))
    with pytest.raises(LikewiseError, match=said) as fault:
        likewise.balance(frame, **{"target": "loan", "technique": "bootstrap", **options})  # type: ignore[arg-type]
    assert fault.value.hint


def test_rows_of_no_group_keep_their_weight() -> None:
    frame = people()
    frame.loc[:9, "sex"] = None
    made = likewise.balance(frame, target="loan", fair="sex", technique="bootstrap")
    assert made.data["weight"][:10].eq(1.0).all()
    assert made.data["weight"].sum() == pytest.approx(len(frame))
