"""Shifted dates keep every interval, whatever they are shifted by."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.techniques.noise import Noise


def stays(rows: int, seed: int = 0) -> pd.DataFrame:
    rng = generator(seed)
    born = pd.Timestamp("1950-01-01") + pd.to_timedelta(rng.integers(0, 18_000, rows), unit="D")
    came = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900 * 86_400, rows), unit="s")
    left = came + pd.to_timedelta(rng.integers(1, 20 * 86_400, rows), unit="s")
    frame = pd.DataFrame({"patient": [f"p{v}" for v in rng.integers(0, max(2, rows // 5), rows)], "born": born,
                          "came": came, "left": left})  # fmt: skip
    frame.loc[rng.random(rows) < 0.1, "left"] = pd.NaT
    return frame


@given(st.integers(1, 400), st.booleans(), st.integers(0, 100))
@settings(max_examples=20, deadline=None)
def test_all_intervals_of_a_row_hold_exactly(days: int, weekdays: bool, seed: int) -> None:
    frame = stays(120, seed)
    new = Noise(steps=[{"shift": {"days": days, "weekdays": weekdays}}]).fit(frame).perturb(frame, seed=seed)
    for one, other in (("came", "left"), ("born", "came"), ("born", "left")):
        assert (new[other] - new[one]).equals(frame[other] - frame[one])
    moved = (new.came - frame.came).dt.days
    assert (
        moved.abs().max() <= days
        and ((new.came - frame.came) % pd.Timedelta(days=7 if weekdays else 1) == pd.Timedelta(0)).all()
    )
    for name in ("born", "came", "left"):
        assert new[name].min() >= frame[name].min() and new[name].max() <= frame[name].max()


def test_rows_of_an_entity_are_shifted_alike_in_every_block_and_sample() -> None:
    frame = stays(500)
    model = Noise(steps=[{"shift": {"days": 60, "by": "patient"}}]).fit(frame)
    new = model.perturb(frame, seed=1)
    moved = (new.came - frame.came).groupby(frame.patient)
    assert (moved.nunique() == 1).all() and moved.first().nunique() > 20
    assert model.perturb(frame.iloc[250:], seed=1).reset_index(drop=True).equals(new.iloc[250:].reset_index(drop=True))


def test_where_nothing_is_said_a_twentieth_of_the_range_or_thirty_days() -> None:
    long, short = stays(300), pd.DataFrame({"at": pd.date_range("2024-01-01", periods=300, freq="8h")})
    for frame, name, most in ((long, "born", 30), (short, "at", 5)):
        moved = (Noise(steps=["shift"]).fit(frame).perturb(frame)[name] - frame[name]).dt.days.abs()
        assert 0.6 * most < moved.max() <= most


def test_moments_of_one_day_are_shifted_within_it() -> None:
    frame = pd.DataFrame({"at": pd.date_range("2024-01-01 08:00", periods=200, freq="7s")})
    new = Noise(steps=["shift"]).fit(frame).perturb(frame)
    assert not new["at"].equals(frame["at"]) and new["at"].between(frame["at"].min(), frame["at"].max()).all()


def test_dates_of_an_order_move_with_their_entity_only() -> None:
    table = Table.from_any(stays(200))
    schema = table.schema.replace("came", role="order")
    plain = Noise(steps=["shift"]).fit(table.with_schema(schema))
    assert "came" not in plain.composition.names  # type: ignore[attr-defined]
    by = Noise(steps=[{"shift": {"by": "patient"}}]).fit(table.with_schema(schema))
    assert "came" in by.composition.names  # type: ignore[attr-defined]


def test_an_entity_is_a_column_that_is_there() -> None:
    with pytest.raises(Exception, match=r"unknown-column.*") as caught:
        Noise(steps=[{"shift": {"by": "patent"}}]).fit(stays(50))
    assert "`patient`" in str(caught.value)


def test_constant_dates_stay() -> None:
    frame = pd.DataFrame({"day": pd.to_datetime(["2024-01-01"] * 20), "x": np.arange(20.0)})
    new = Noise().fit(frame).perturb(frame)
    assert new.day.equals(frame.day)
