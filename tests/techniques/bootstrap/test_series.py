"""Series: what blocks keep, times that go on, the sieve, refusals."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import likewise
from likewise.core.draw import BLOCK
from likewise.core.table import Table
from likewise.errors import FitError, LikewiseError
from likewise.techniques.bootstrap import Bootstrap
from likewise.techniques.bootstrap.series import taper
from likewise.techniques.bootstrap.sieve import autoregression, interpolated, simulate

N = 1200
RNG = np.random.default_rng(0)


def two_series() -> np.ndarray:
    values = RNG.normal(size=(N, 2))
    for t in range(1, N):
        values[t] += [0.7 * values[t - 1, 0], 0.5 * values[t - 1, 0]]
    return values


VALUES = two_series()
FRAME = pd.DataFrame(
    {
        "day": pd.date_range("2020-01-01", periods=N, freq="D"),
        "x": VALUES[:, 0],
        "y": VALUES[:, 1],
    }
)


def test_the_sieve_is_the_same_from_a_file(tmp_path: Path) -> None:
    """Sums of products are rounded by how an array lies in memory: with one lag, as it came out of an equation."""
    frame = pd.DataFrame(VALUES @ np.random.default_rng(1).normal(size=(2, 3)), columns=list("abc"))
    model = Bootstrap(method="sieve", lags=1).fit(frame)
    model.save(tmp_path / "a.likewise")
    assert likewise.load(tmp_path / "a.likewise").sample(500).equals(model.sample(500))


def test_an_id_that_counts_rows_is_an_order_once_a_schema_says_so(tmp_path: Path) -> None:
    frame = pd.DataFrame({"row": np.arange(50, 0, -1), "x": VALUES[:50, 0]})
    settings = {"method": "moving", "block": 5, "order": "row"}
    for learn in (
        lambda **schema: likewise.fit(frame, technique="bootstrap", **schema, **settings),
        lambda **schema: likewise.synthesize(frame, technique="bootstrap", settings=settings, **schema).model,
    ):
        with pytest.raises(FitError, match=r"columns: {row: {kind: integer}}") as fault:
            learn()
        assert fault.value.code == "fit.order"
        (tmp_path / "schema.yaml").write_text("columns: {row: {kind: integer}}")
        assert learn(schema=tmp_path / "schema.yaml").sample(3)["row"].tolist() == [1, 2, 3]


def lagged(frame: pd.DataFrame, left: str, right: str, lag: int = 1) -> float:
    return float(np.corrcoef(frame[left].to_numpy()[lag:], frame[right].to_numpy()[:-lag])[0, 1])


@pytest.mark.parametrize("method", ["moving", "circular", "stationary", "tapered", "sieve"])
def test_dependence_in_time_and_between_columns_is_kept(method: Any) -> None:
    new = Bootstrap(method=method).fit(FRAME).sample(30_000, seed=2)
    for left, right in (("x", "x"), ("y", "x")):
        assert lagged(new, left, right) == pytest.approx(lagged(FRAME, left, right), abs=0.09)
    assert new["x"].corr(new["y"]) == pytest.approx(FRAME["x"].corr(FRAME["y"]), abs=0.06)
    assert new["x"].std() == pytest.approx(FRAME["x"].std(), rel=0.07)
    assert new["x"].between(FRAME["x"].min(), FRAME["x"].max()).all()


def test_rows_one_by_one_keep_none() -> None:
    assert abs(lagged(Bootstrap().fit(FRAME).sample(30_000), "x", "x")) < 0.03


@pytest.mark.parametrize("method", ["moving", "sieve"])
def test_times_are_the_real_ones_and_go_on(method: Any) -> None:
    shuffled = FRAME.sample(frac=1, random_state=0)
    for data, asked in ((FRAME, {}), (shuffled, {"order": "day"})):
        new = Bootstrap(method=method, **asked).fit(data).sample(N + 30)
        assert (new["day"].to_numpy() == pd.date_range("2020-01-01", periods=N + 30).to_numpy()).all()


def test_dates_in_disorder_do_not_order_rows_unless_they_are_named() -> None:
    model = Bootstrap(method="moving", block=4).fit(FRAME.sample(frac=1, random_state=0))
    assert not model.sample(N)["day"].is_monotonic_increasing
    assert "name it as `order`" in " ".join(model.card.notes)


def test_times_go_on_over_the_blocks_of_a_sample() -> None:
    hours = pd.DataFrame({"t": pd.date_range("2020-01-01", periods=100, freq="h"), "x": range(100)})
    new = Bootstrap(method="stationary", block=5).fit(hours).sample(BLOCK + 10)
    assert (new["t"].diff().iloc[1:] == pd.Timedelta("1h")).all()


def test_latest_first_is_put_in_order() -> None:
    new = Bootstrap(method="moving", block=N).fit(FRAME.iloc[::-1]).sample(N)
    assert np.allclose(new["x"], FRAME["x"]) and new["day"].is_monotonic_increasing


def test_the_role_orders_rows_and_so_does_the_setting() -> None:
    shuffled = FRAME.assign(step=np.arange(N)).drop(columns="day").sample(frac=1, random_state=1)
    table = Table.from_any(shuffled)
    by_role = Bootstrap(method="moving", block=N).fit(table.with_schema(table.schema.replace("step", role="order")))
    by_name = Bootstrap(method="moving", block=N, order="step").fit(shuffled)
    for model in (by_role, by_name):
        assert np.allclose(Table.from_any(model.sample(N)).numbers("x"), FRAME["x"])


def test_missing_cells_come_with_their_rows() -> None:
    gaps = FRAME.assign(x=FRAME["x"].where(np.arange(N) % 10 > 2))
    for method in ("stationary", "tapered"):
        new = Bootstrap(method=method, block=20).fit(gaps).sample(5000)  # type: ignore[arg-type]
        assert new["x"].isna().mean() == pytest.approx(0.3, abs=0.03)
    sieve = Bootstrap(method="sieve").fit(gaps)
    assert not sieve.sample(100)["x"].isna().any()
    assert any("filled" in note for note in sieve.card.notes)


def test_an_automatic_block_is_said_and_wandering_too() -> None:
    wandering = FRAME.assign(x=FRAME["x"].cumsum())
    notes = " ".join(Bootstrap(method="circular").fit(wandering).card.notes)
    assert "blocks of" in notes and "1 of 2 series may wander" in notes
    assert "wander" not in " ".join(Bootstrap(method="circular").fit(FRAME).card.notes)


def test_levels_alone_have_a_block_length() -> None:
    states = np.repeat(["up", "down"] * 30, 10)
    model = Bootstrap(method="stationary").fit({"state": states.tolist()})
    new = np.array(model.sample(6000)["state"])
    assert (new[1:] != new[:-1]).mean() < 0.25


def test_a_taper_keeps_the_variance_and_fades() -> None:
    weights = taper(20)
    assert (weights**2).mean() == pytest.approx(1) and weights[0] < 0.1 < weights[9] and weights[0] == weights[-1]
    assert taper(1).tolist() == [1.0]


@pytest.mark.parametrize(
    ("asked", "data", "code"),
    [
        ({"method": "moving", "block": N + 1}, FRAME, "fit.short-series"),
        ({"method": "stationary", "block": N + 0.5}, FRAME, "fit.short-series"),
        ({"method": "moving"}, FRAME.iloc[:7], "fit.short-series"),
        ({"method": "sieve"}, FRAME.iloc[:5], "fit.short-series"),
        ({"method": "sieve", "lags": 300}, FRAME, "fit.short-series"),
        ({"method": "sieve"}, FRAME.assign(city=["Rome", "Oslo"] * (N // 2)), "fit.sieve"),
        ({"method": "sieve"}, FRAME[["day"]], "fit.sieve"),
        ({"method": "moving", "order": "date"}, FRAME, "fit.order"),
        ({"method": "moving", "order": "city"}, FRAME.assign(city=["Rome", "Oslo"] * (N // 2)), "fit.order"),
        ({"method": "moving", "order": "day"}, FRAME.assign(day=FRAME["day"].where(FRAME["x"] > 0)), "fit.order"),
        ({"method": "moving", "order": "k"}, FRAME.assign(k=np.arange(N) // 2), "fit.order"),
        (
            {"method": "moving"},
            {"word": [f"some {'ab' * (i % 9)} text {i * i} of no kind" for i in range(50)], "none": [None] * 50},
            "settings.block",
        ),
    ],
    ids=lambda value: str(value)[:50],
)
def test_what_is_no_series_is_refused(asked: dict[str, Any], data: Any, code: str) -> None:
    with pytest.raises(LikewiseError) as caught:
        Bootstrap(**asked).fit(data)
    assert caught.value.code == code and caught.value.hint


def test_a_few_repeated_times_are_taken() -> None:
    twice = FRAME.assign(day=FRAME["day"].where(np.arange(N) != 5, FRAME["day"].iloc[4]))
    model = Bootstrap(method="moving", order="day").fit(twice)
    assert "1 rows have the `day` of another" in " ".join(model.card.notes)
    assert (model.sample(N)["day"].to_numpy() == twice["day"].to_numpy()).all()


def test_partial_rows_are_refused() -> None:
    with pytest.raises(LikewiseError, match=r"given\.rows-unsupported"):
        Bootstrap(method="moving").fit(FRAME).sample(1, given=pd.DataFrame({"x": [1.0]}))


def test_small_whole_numbers_may_go_on() -> None:
    frame = pd.DataFrame({"step": np.arange(100, dtype=np.int8), "x": np.arange(100) % 7 + 0.5})
    frame = Table.from_any(frame, Table.from_any(frame).schema.replace("step", kind="integer", pattern=None))
    new = Bootstrap(method="moving", order="step", block=5).fit(frame).sample(400)
    assert new["step"].dtype == "int64" and new["step"].tolist() == list(range(400))


# -- the sieve ------------------------------------------------------------------------------------------------------
def test_an_autoregression_is_found() -> None:
    values = (VALUES - VALUES.mean(axis=0)) / VALUES.std(axis=0)
    found, residuals = autoregression(values)
    ratio = VALUES[:, 0].std() / VALUES[:, 1].std()
    assert np.allclose(found[0], [[0.7, 0], [0.5 * ratio, 0]], atol=0.08)
    assert np.allclose(residuals.mean(axis=0), 0)
    assert abs(np.corrcoef(residuals[1:, 0], residuals[:-1, 0])[0, 1]) < 0.06
    assert autoregression(values, 3)[0].shape == (3, 2, 2) and autoregression(values, 0)[0].shape == (0, 2, 2)


def test_an_autoregression_settles_however_long_the_memory() -> None:
    walk = np.cumsum(RNG.normal(size=(500, 1)), axis=0)
    walk = (walk - walk.mean()) / walk.std()
    found, residuals = autoregression(np.concatenate([walk, walk], axis=1))
    path = simulate(found, residuals, 5000, np.random.default_rng(0))
    assert np.abs(path).max() < 50


def test_gaps_are_bridged() -> None:
    values = np.array([[np.nan, 1.0], [2.0, np.nan], [np.nan, 3.0], [4.0, np.nan]])
    assert interpolated(values).tolist() == [[2, 1], [2, 2], [3, 3], [4, 3]]


def test_dates_as_texts_come_back_as_texts() -> None:
    days = [(dt.date(2021, 1, 1) + dt.timedelta(days=i)).strftime("%d.%m.%Y") for i in range(60)]
    new = Bootstrap(method="moving", block=6).fit({"day": days, "x": [i % 13 + 0.25 for i in range(60)]}).sample(62)
    assert new["day"][:60] == days and new["day"][60:] == ["02.03.2021", "03.03.2021"]


def test_sieve_is_refused_with_fit_errors_only() -> None:
    with pytest.raises(FitError):
        Bootstrap(method="sieve").fit({"x": [1.0, 2.0]})
