"""Bootstrap: rows with replacement, and honest about it."""

from __future__ import annotations

import pandas as pd
import pytest

from likewise.errors import ConditionError
from likewise.techniques.bootstrap import Bootstrap

FRAME = pd.DataFrame({"age": [31, 45, 52, 38] * 10, "city": ["Rome", "Oslo", "Rome", None] * 10})


def test_every_row_is_a_real_row() -> None:
    drawn = Bootstrap().fit(FRAME).sample(500, seed=1)
    real = set(FRAME.fillna("-").itertuples(index=False, name=None))
    assert set(drawn.fillna("-").itertuples(index=False, name=None)) == real
    assert drawn.dtypes.equals(FRAME.dtypes)


def test_rows_are_drawn_evenly() -> None:
    drawn = Bootstrap().fit(pd.DataFrame({"x": range(10)})).sample(20_000)
    assert drawn.x.value_counts().between(1800, 2200).all()


def test_conditions_pick_among_real_rows() -> None:
    drawn = Bootstrap().fit(FRAME).sample(50, given={"city": "Rome", "age": (40, None)})
    assert set(drawn.age) == {52}


def test_conditions_that_no_row_meets_are_refused() -> None:
    with pytest.raises(ConditionError, match=r"given\.unseen"):
        Bootstrap().fit(FRAME).sample(5, given={"age": (90, 99)})


def test_the_card_says_that_rows_are_real() -> None:
    assert "real row" in Bootstrap().fit(FRAME).card.privacy.statement
