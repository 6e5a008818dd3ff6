"""Entities: drawn whole, told apart, and blocks within them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from likewise.core.draw import BLOCK, block, sample
from likewise.core.table import Table, concat
from likewise.errors import ConditionError, FitError, LikewiseError
from likewise.techniques.bootstrap import Bootstrap

RNG = np.random.default_rng(0)
SIZES = RNG.integers(10, 30, size=40)
OWNER = np.repeat(np.arange(40), SIZES)
FRAME = pd.DataFrame(
    {
        "user": [f"U{owner:03d}" for owner in OWNER],
        "sex": np.where(OWNER % 3 == 0, "female", "male"),
        "step": np.concatenate([np.arange(size) for size in SIZES]),
        "level": OWNER * 10.0 + np.round(RNG.random(len(OWNER)), 3),
    }
).sample(frac=1, random_state=0)


def drawn(frame: pd.DataFrame = FRAME, n: int = 2000, **settings: Any) -> pd.DataFrame:
    new: pd.DataFrame = (
        Bootstrap(**{"method": "cluster", "entity": "user", "order": "step", **settings}).fit(frame).sample(n)
    )
    return new


def test_every_drawn_entity_is_a_real_one_whole() -> None:
    new = drawn()
    real = {int(k): g.sort_values("step")["level"].tolist() for k, g in FRAME.groupby(FRAME["level"] // 10)}
    groups = [group for _, group in new.groupby("user", sort=False)]
    for group in groups[:-1]:
        assert group["level"].tolist() == real[int(group["level"].iloc[0] // 10)]
    assert groups[-1]["level"].tolist() == real[int(groups[-1]["level"].iloc[0] // 10)][: len(groups[-1])]


def test_two_draws_of_one_entity_are_told_apart() -> None:
    new = drawn(n=5000)
    assert new["user"].nunique() > 150 > new["level"].floordiv(10).nunique()
    assert new["user"].str.fullmatch(r"U\d+").all()


def test_ids_are_unique_over_the_blocks_of_a_sample() -> None:
    model = Bootstrap(method="cluster", entity="user").fit(Table.from_any(FRAME), seed=1)
    n = BLOCK + 500
    whole = sample(model, n, seed=3)
    assert whole.digest() == concat([block(model, i, n, None, 3) for i in (0, 1)]).digest()
    first, second = (set(part.column("user").to_pylist()) for part in (whole.slice(0, BLOCK), whole.slice(BLOCK)))
    assert not first & second


IDS = [
    OWNER,
    OWNER.astype(np.int8),
    OWNER + 0.5,
    [f"shop {'abcdefgh'[o % 8]}{o // 8}" for o in OWNER],
    pd.Categorical(OWNER.astype(str)),
    pd.Categorical(OWNER),
    pd.array(OWNER, dtype="Int64"),
    np.zeros(len(OWNER)),
]


@pytest.mark.parametrize("ids", IDS, ids=lambda ids: str(getattr(ids, "dtype", "texts"))[:20])
def test_any_column_may_name_entities(ids: Any) -> None:
    frame = pd.DataFrame({"who": ids, "level": OWNER * 10.0 + 0.5})
    new = Bootstrap(method="cluster", entity="who").fit(frame).sample(800, seed=4)
    groups = new.groupby("who", sort=False)["level"]
    if len(set(ids)) > 2:
        assert (groups.nunique() == 1).all()
        assert new["who"].nunique() > new["level"].nunique()


def test_conditions_pick_entities_all_of_whose_rows_meet_them() -> None:
    model = Bootstrap(method="cluster", entity="user", order="step").fit(FRAME)
    assert set(model.sample(300, given={"sex": "female"})["sex"]) == {"female"}
    with pytest.raises(ConditionError, match="no entity of which every row meets"):
        model.sample(3, given={"step": (3, 4)})
    with pytest.raises(ConditionError, match="generated anew"):
        model.sample(3, given={"user": "U001"})
    even = model.sample(1000, balance="sex")
    assert even["sex"].value_counts().tolist() == [500, 500]


@pytest.mark.parametrize("method", ["moving", "circular", "stationary"])
def test_blocks_are_drawn_within_entities_on_their_own_times(method: str) -> None:
    new = drawn(method=method, block=4)
    for _, group in list(new.groupby("user", sort=False))[:-1]:
        owner = int(group["level"].iloc[0] // 10)
        assert (group["level"] // 10 == owner).all()
        assert group["step"].tolist() == list(range(SIZES[owner]))
    assert (new["level"].value_counts() > 1).any()


def test_an_automatic_block_is_the_middle_one() -> None:
    assert "blocks of" in " ".join(Bootstrap(method="stationary", entity="user", order="step").fit(FRAME).card.notes)


@pytest.mark.parametrize(
    ("asked", "frame", "code"),
    [
        ({"entity": "usr"}, FRAME, "fit.entity"),
        ({}, FRAME.assign(user=FRAME["user"].where(FRAME["step"] > 0)), "fit.entity"),
        ({"method": "moving", "block": 15}, FRAME, "fit.short-series"),
        ({"method": "moving"}, FRAME[FRAME["step"] < 3], "settings.block"),
        ({"order": "sex"}, FRAME, "fit.order"),
        ({}, FRAME.assign(user=FRAME["step"] > 12), "fit.entity"),
        ({}, FRAME.assign(user=pd.to_datetime("2020-01-01") + pd.to_timedelta(FRAME["step"], "D")), "fit.entity"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_makes_no_entities_is_refused(asked: dict[str, Any], frame: pd.DataFrame, code: str) -> None:
    with pytest.raises(LikewiseError) as caught:
        drawn(frame, **asked)
    assert caught.value.code == code and caught.value.hint


def test_rows_with_ids_of_their_own_are_no_entities() -> None:
    frame = pd.DataFrame({"id": [f"K-{i:05d}" for i in range(50)], "x": range(50)})
    with pytest.raises(FitError, match="not a column that is learned"):
        Bootstrap(method="cluster", entity="id").fit(frame)
