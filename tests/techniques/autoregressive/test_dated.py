"""Parts of dates hold in every row drawn, and keep what they tell of other columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import likewise
from likewise.constraints.kinds import Part
from likewise.constraints.mining.mine import mine
from likewise.core.state import from_bytes, to_bytes
from likewise.core.table import Table
from likewise.techniques.autoregressive import Autoregressive


def with_parts(moment: pd.Series) -> dict[str, pd.Series]:
    day = moment.dt.normalize()
    return {
        "moment": moment, "day": day, "year": day.dt.year, "month": day.dt.month_name(),
        "week": day.dt.strftime("%G-W%V"), "weekday": day.dt.day_name(), "hour": moment.dt.hour,
        "clock": moment.dt.time, "weekend": (day.dt.day_of_week > 4).astype(object).mask(day.isna()),
    }  # fmt: skip


def visits(rows: int = 3000) -> pd.DataFrame:
    """Return visits that are most on Fridays and in the evening, and dearest on Sundays."""
    rng = np.random.default_rng(0)
    day = rng.integers(0, 1200, 4 * rows)
    day = day[rng.random(4 * rows) < np.array([0.4, 0.4, 0.4, 0.5, 1, 0.7, 0.2])[day % 7]][:rows]
    hour = np.clip(rng.normal(18, 3, rows), 0, 23).astype(int)
    micros = (day * 86_400 + hour * 3600 + rng.integers(0, 3600, rows)) * 1_000_000
    moment = pd.Series(pd.Timestamp("2018-01-01") + pd.to_timedelta(micros, "us")).mask(rng.random(rows) < 0.1)
    price = np.round(rng.gamma(9, 2, rows) + 60 * (moment.dt.day_of_week == 6), 2)
    return pd.DataFrame({**with_parts(moment), "price": price})


@pytest.fixture(scope="module")
def model() -> likewise.Model:
    return Autoregressive().fit(visits(), seed=1)


def test_every_part_holds_in_every_row(model: likewise.Model) -> None:
    rules = mine(Table.from_any(visits())).parts
    drawn = Table.from_any(model.sample(20_000, seed=3))
    assert len(rules) == 8
    for rule in rules:
        assert rule.holds(drawn).all(), rule.said()
    assert any(note.endswith("`weekday` is the weekday of `moment`") for note in model.card.notes)


def test_parts_keep_their_shares_and_what_they_tell(model: likewise.Model) -> None:
    real, drawn = visits(), model.sample(20_000, seed=3)
    for name in ("weekday", "hour", "month"):
        shares = [frame[name].value_counts(normalize=True, dropna=False) for frame in (real, drawn)]
        assert shares[0].sub(shares[1], fill_value=0).abs().sum() / 2 < 0.03, name
    sundays = drawn.price[drawn.weekday == "Sunday"]
    assert abs(sundays.mean() - real.price[real.weekday == "Sunday"].mean()) < 8
    assert abs(drawn.moment.isna().mean() - 0.1) < 0.01


def test_parts_can_be_given_and_so_can_the_date(model: likewise.Model) -> None:
    drawn = model.sample(400, given={"weekday": "Monday", "hour": (8, 12)}, seed=3)
    assert (drawn.moment.dt.day_of_week == 0).all() and drawn.moment.dt.hour.between(8, 12).all()
    drawn = model.sample(400, given={"moment": ("2019-03-01", "2019-03-31"), "weekend": True}, seed=3)
    assert (drawn.month == "March").all() and drawn.weekday.isin(["Saturday", "Sunday"]).all()
    assert model.sample(50, given={"year": 2020}, seed=3).moment.dt.year.eq(2020).all()


def test_partial_rows_keep_known_cells(model: likewise.Model) -> None:
    known = pd.DataFrame({"weekday": ["Friday"] * 200, "year": [2019] * 200})
    drawn = model.sample(200, given=known, seed=3)
    assert (drawn.weekday == "Friday").all() and (drawn.year == 2019).all()
    assert (drawn.moment.dt.day_name() == "Friday").mean() > 0.9


def test_it_is_saved_followed_and_told_how_likely_it_is(model: likewise.Model) -> None:
    again = from_bytes(to_bytes(model))
    assert again.sample(300, seed=5).equals(model.sample(300, seed=5))
    rows = visits().head(50)
    likely, broken = model.log_prob(rows), model.log_prob(rows.assign(hour=(rows.hour + 1) % 24))
    assert (broken[rows.hour.notna()] < likely[rows.hour.notna()] - 20).all()
    newer = model.update(visits(600).assign(hour=3), seed=1)
    drawn = Table.from_any(newer.sample(2000, seed=3))
    assert all(rule.holds(drawn).all() for rule in newer.constraints.parts)
    assert "hour" not in {rule.column for rule in newer.constraints.parts}


def test_names_that_few_rows_hold_are_not_drawn() -> None:
    day = pd.Series(pd.date_range("2020-01-01", periods=800))
    shift = day.dt.month.map(lambda month: f"code-{month}").mask(day.dt.month == 2, "rare")
    frame = pd.DataFrame({"day": day, "shift": shift})[(day.dt.month != 2) | (day.dt.day < 3)]
    assert [rule.said() for rule in mine(Table.from_any(frame)).parts] == ["`shift` is the month of `day`"]
    assert "rare" not in set(Autoregressive(effort="fast").fit(frame).sample(3000)["shift"])


def test_what_follows_from_a_part_and_is_bounded_by_it_holds_too() -> None:
    rng = np.random.default_rng(0)
    day = pd.Series(pd.Timestamp("2010-06-01") + pd.to_timedelta(rng.integers(0, 4000, 900), "D"))
    frame = pd.DataFrame({"day": day, "year": day.dt.year, "built": day.dt.year - rng.poisson(2, 900)})
    frame["leader"] = frame.year.map(lambda year: ("Ann", "Bob", "Cid")[year % 3])
    rules = mine(Table.from_any(frame)).items
    assert {rule.kind for rule in rules} == {"part", "determined", "order"}
    drawn = Table.from_any(Autoregressive(effort="fast").fit(frame).sample(5000, seed=2))
    for rule in rules:
        assert rule.holds(drawn).all(), rule.said()


@given(
    st.dates(), st.integers(1, 4000), st.sampled_from(["s", "h", "D"]), st.integers(200, 400), st.floats(0, 0.4),
    st.sampled_from([None, "UTC", "Asia/Tokyo"]), st.integers(0, 99),
)  # fmt: skip
@settings(max_examples=8, deadline=None)
def test_whatever_the_dates_their_parts_hold(
    start: object, days: int, grid: str, rows: int, gone: float, zone: str | None, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    since = pd.Timestamp(start).as_unit("s") + pd.to_timedelta(rng.integers(0, days * 86_400, rows), "s")
    moment = pd.Series(since.floor(grid) if grid != "D" else since.normalize())
    moment = (moment if zone is None else moment.dt.tz_localize(zone)).mask(rng.random(rows) < gone)
    frame = pd.DataFrame(with_parts(moment))
    rules = [rule for rule in mine(Table.from_any(frame)).items if isinstance(rule, Part)]
    drawn = Table.from_any(Autoregressive(effort="fast").fit(frame).sample(400, seed=seed))
    for rule in rules:
        assert rule.holds(drawn).all(), rule.said()
