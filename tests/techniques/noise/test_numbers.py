"""Laws of noise on numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.techniques.noise import Noise
from likewise.techniques.noise.lines import reflected

RNG = generator(0, "noise tests")
MANY = pd.DataFrame({"x": RNG.normal(10, 3, 20_000), "skewed": np.exp(RNG.normal(0, 1, 20_000))})
MANY["y"] = 2 * MANY.x + RNG.normal(0, 3, 20_000)
NORMAL = MANY[["x", "y"]]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.floats(-100, 100), st.floats(0, 100))
def test_reflected_values_lie_within_and_those_within_stay(values: list[float], low: float, width: float) -> None:
    own = np.array(values)
    ends = np.full(len(own), low), np.full(len(own), low + width)
    found = reflected(own, *ends)
    assert (found >= ends[0] - 1e-6).all() and (found <= ends[1] + 1e-6).all()
    inside = (own >= ends[0]) & (own <= ends[1])
    assert np.array_equal(found[inside], own[inside])


@pytest.mark.parametrize(
    "op", [{"gaussian": {"sd": 0.3}}, {"laplace": {"sd": 0.3}}, {"uniform": {"width": 0.3 * 3**0.5}}]
)
def test_additive_noise_has_the_size_that_is_asked(op: dict[str, dict[str, float]]) -> None:
    moved = Noise(steps=[op]).fit(MANY).perturb(MANY)["x"] - MANY.x
    assert moved.std() == pytest.approx(0.3 * MANY.x.std(), rel=0.03) and abs(moved.mean()) < 0.03


def test_laplace_noise_has_heavier_tails() -> None:
    kurtosis = {}
    for op in ("gaussian", "laplace", "uniform"):
        moved = Noise(steps=[op]).fit(MANY).perturb(MANY)["x"] - MANY.x
        kurtosis[op] = float((moved**4).mean() / (moved**2).mean() ** 2)
    assert kurtosis["uniform"] < 2 < kurtosis["gaussian"] < 4 < kurtosis["laplace"]


def test_uniform_noise_has_an_end() -> None:
    moved = Noise(steps=[{"uniform": {"width": 0.5}}]).fit(MANY).perturb(MANY)["x"] - MANY.x
    assert moved.abs().max() <= 0.5 * MANY.x.std() * (1 + 1e-6)


def test_correlated_noise_keeps_the_covariance_where_plain_noise_weakens_it() -> None:
    kept = Noise(steps=[{"correlated": {"sd": 0.5}}]).fit(NORMAL).perturb(NORMAL)
    plain = Noise(steps=[{"gaussian": {"sd": 0.5}}]).fit(NORMAL).perturb(NORMAL)
    wider = Noise(steps=[{"correlated": {"sd": 0.5, "keep_variance": False}}]).fit(NORMAL).perturb(NORMAL)
    assert np.allclose(kept.cov(), NORMAL.cov(), rtol=0.03)
    assert np.allclose(wider.cov(), NORMAL.cov() * 1.25, rtol=0.04)
    assert plain.corr().iloc[0, 1] < 0.83 * NORMAL.corr().iloc[0, 1]


def test_multiplied_values_keep_sign_zero_and_mean() -> None:
    frame = pd.DataFrame({"paid": np.where(RNG.random(20_000) < 0.3, 0.0, RNG.normal(0, 50, 20_000))})
    new = Noise(steps=[{"multiplicative": {"sd": 0.2}}]).fit(frame).perturb(frame)
    assert np.array_equal(np.sign(new.paid), np.sign(frame.paid))
    assert new.paid.abs().mean() == pytest.approx(frame.paid.abs().mean(), rel=0.01)
    factor = (new.paid / frame.paid)[frame.paid != 0]
    assert np.log(factor).std() == pytest.approx(0.2, rel=0.05)


@pytest.mark.parametrize("sd", [0.02, 0.2, 1.0])
def test_quantile_noise_keeps_every_marginal(sd: float) -> None:
    frame = MANY.assign(
        spent=np.where(RNG.random(20_000) < 0.8, 0.0, np.round(MANY.skewed * 100)), stars=RNG.integers(1, 6, 20_000)
    )
    new = Noise(steps=[{"quantile": {"sd": sd}}]).fit(frame).perturb(frame)
    for name in frame:
        both = np.sort(np.concatenate([frame[name], new[name]]))
        places = [np.searchsorted(np.sort(v), both, side="right") / len(v) for v in (frame[name], new[name])]
        assert np.abs(places[0] - places[1]).max() < 0.016, name
    assert new.stars.isin([1, 2, 3, 4, 5]).all()


def test_quantile_noise_leaves_and_takes_a_heap_as_often() -> None:
    spent = np.where(RNG.random(20_000) < 0.8, 0.0, MANY.skewed * 100)
    frame = pd.DataFrame({"spent": spent})
    new = Noise(steps=[{"quantile": {"sd": 0.1}}]).fit(frame).perturb(frame)
    left, taken = ((frame.spent == 0) & (new.spent > 0)).sum(), ((frame.spent > 0) & (new.spent == 0)).sum()
    assert pytest.approx(left, rel=0.2) == 0.2 * 0.8 * 0.1 * 20_000 and left == pytest.approx(taken, rel=0.25)


@given(st.floats(0, 30), st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_swapped_values_are_real_and_within_p_per_cent_in_rank(percent: float, seed: int) -> None:
    values = np.sort(generator(seed).permutation(5000)[:1000].astype(float))
    frame = pd.DataFrame({"x": values / 7})
    new = Noise(steps=[{"swap": {"percent": percent}}]).fit(frame).perturb(frame, seed=seed)
    ranks = np.searchsorted(frame.x, new.x)
    assert np.allclose(frame.x.to_numpy()[ranks], new.x)
    assert np.abs(ranks - np.arange(1000)).max() <= percent / 100 * 1000 + 1


def test_shuffling_keeps_what_ranks_say_and_nothing_else_of_the_old_value() -> None:
    frame = pd.DataFrame({"age": MANY.x, "pay": np.exp(MANY.y / 10), "debt": MANY.skewed - MANY.x / 10})
    new = Noise(steps=[{"shuffle": {"columns": ["pay", "debt"], "beside": ["age"]}}]).fit(frame).perturb(frame)
    assert new.age.equals(frame.age)
    assert np.allclose(new.corr("spearman"), frame.corr("spearman"), atol=0.03)
    rest = frame.pay.rank() - frame.pay.rank().corr(frame.age.rank()) * frame.age.rank()
    own = new.pay.rank() - new.pay.rank().corr(new.age.rank()) * new.age.rank()
    assert abs(rest.corr(own)) < 0.03


@pytest.mark.parametrize(("base", "wanted"), [(5, {15, 20, 25, 30}), (10, {20, 30}), (7, {14, 21, 28})])
def test_rounded_values_are_multiples_within_the_bounds(base: float, wanted: set[int]) -> None:
    frame = pd.DataFrame({"x": [13, 14, 17, 18, 22, 23, 28, 31, 32] * 10})
    for mode in ("nearest", "random"):
        new = Noise(steps=[{"round": {"base": base, "mode": mode}}]).fit(frame).perturb(frame)
        assert set(new.x) <= wanted and (new.x - frame.x).abs().max() <= base


def test_random_rounding_keeps_sums() -> None:
    frame = pd.DataFrame({"x": RNG.integers(100, 1001, 20_000)})
    new = Noise(steps=[{"round": {"base": 50, "mode": "random"}}]).fit(frame).perturb(frame)
    assert new.x.mean() == pytest.approx(frame.x.mean(), abs=0.6) and (new.x % 50 == 0).all()
    assert (new.x - frame.x).abs().max() < 50


def test_without_a_base_a_round_number_is_taken() -> None:
    new = Noise(steps=["round"]).fit(MANY).perturb(MANY)
    assert np.allclose(new.x / 0.5, np.round(new.x / 0.5)) and new.x.nunique() > 20


@pytest.mark.parametrize("to", ["mean", "limit"])
def test_the_highest_and_the_lowest_share_one_value(to: str) -> None:
    frame = pd.DataFrame({"x": RNG.permutation(1000) * 1.5})
    new = Noise(steps=[{"topcode": {"top": 0.05, "bottom": 0.1, "to": to}}]).fit(frame).perturb(frame)
    changed = new.x != frame.x
    assert (new.x == new.x.max()).sum() == 50 and (new.x == new.x.min()).sum() == 100
    assert new.x.max() == pytest.approx(
        frame.x.nlargest(50).mean() if to == "mean" else frame.x.nlargest(50).min(), abs=0.75
    )
    assert changed.sum() <= 150 and new.x[
        (frame.x > frame.x.quantile(0.11)) & (frame.x < frame.x.quantile(0.94))
    ].equals(frame.x[(frame.x > frame.x.quantile(0.11)) & (frame.x < frame.x.quantile(0.94))])


def test_the_schema_gives_the_bounds() -> None:
    table = Table.from_any({"x": [float(v % 100) for v in range(200)]})
    schema = table.schema.replace("x", bounds=(0.0, 120.0))
    new = Noise(steps=[{"gaussian": {"sd": 5}}]).fit(Table.from_any(table, schema)).perturb({"x": [50.0] * 5000})["x"]
    assert 110 < max(new) <= 120 and min(new) >= 0


def test_a_value_beyond_the_bounds_goes_no_farther() -> None:
    model = Noise(steps=[{"gaussian": {"sd": 1}}]).fit({"x": [float(v % 100) for v in range(200)]})
    new = model.perturb({"x": [150.0] * 200})["x"]
    assert max(new) <= 150 and min(new) < 140


def test_numbers_are_written_no_more_finely_than_real_ones() -> None:
    values = np.random.default_rng(4).gamma(2, 300, 200)
    real = pd.DataFrame({"seconds": [float(f"{value:.10g}") for value in values], "free": values})
    drawn = Noise().fit(real).sample(200)
    assert not drawn.seconds.isin(real.seconds).all() and not drawn.free.isin(real.free).all()
    assert (drawn.seconds == [float(f"{value:.10g}") for value in drawn.seconds]).all()
    assert not (drawn.free == drawn.free.round(9)).all()
