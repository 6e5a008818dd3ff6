"""Priors: values within bounds, there and back, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import lognorm, truncnorm

from likewise.errors import SettingsError
from likewise.techniques.agents.calibration import Parameter, Prior

SHARES = np.array([0.0, 1e-9, 0.05, 0.5, 0.95, 1.0])


@st.composite
def parameters(draw: st.DrawFn) -> Parameter:
    scale = draw(st.sampled_from(["linear", "log"]))
    low = draw(st.integers(1, 50)) if scale == "log" else draw(st.integers(-50, 50))
    high = low + draw(st.integers(1, 1000))
    fields: dict[str, Any] = {"name": "x", "low": low, "high": high, "scale": scale}
    if draw(st.booleans()):
        fields |= {"shape": "normal", "middle": draw(st.integers(low, high)), "spread": draw(st.floats(1.5, 50))}
    return Parameter(**fields, integer=draw(st.booleans()))


@given(parameters(), st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_values_lie_within_the_bounds_and_rise_with_the_share(p: Parameter, shares: list[float]) -> None:
    values = p.values(np.sort(np.array(shares)))
    assert (p.low <= values).all() and (values <= p.high).all()
    assert (np.diff(values) >= 0).all()
    assert not p.integer or (values == np.rint(values)).all()


@given(parameters(), st.floats(0.001, 0.999))
def test_a_value_has_the_share_that_it_came_of(p: Parameter, share: float) -> None:
    value = p.values(np.array([share]))
    back = p.shares(value)
    if p.integer:  # every share of its step gives the same integer
        assert p.values(back) == value
    elif 0.001 < back.item() < 0.999:
        assert back.item() == pytest.approx(share, abs=1e-6)


def test_a_log_scale_makes_each_factor_as_likely() -> None:
    p = Parameter(name="x", low=1, high=1000, scale="log")
    assert p.values(np.array([0, 1 / 3, 2 / 3, 1])) == pytest.approx([1, 10, 100, 1000])


def test_an_integer_has_equal_chances_at_both_ends() -> None:
    p = Parameter(name="x", low=1, high=4, integer=True)
    drawn = p.values((np.arange(4000) + 0.5) / 4000)
    assert np.unique(drawn, return_counts=True)[1].tolist() == [1000] * 4


def test_a_normal_is_that_of_scipy_cut_at_the_bounds() -> None:
    p = Parameter(name="x", low=0, high=5, shape="normal", middle=1, spread=2)
    theirs = truncnorm((0 - 1) / 2, (5 - 1) / 2, loc=1, scale=2)
    assert p.values(SHARES) == pytest.approx(theirs.ppf(SHARES), abs=1e-9)
    logarithmic = Parameter(name="x", low=1e-6, high=1e6, scale="log", shape="normal", middle=3, spread=2)
    assert logarithmic.values(SHARES[2:5]) == pytest.approx(lognorm(np.log(2), scale=3).ppf(SHARES[2:5]), rel=1e-6)


def test_deviates_are_standard_normal_whatever_the_prior() -> None:
    prior = Prior.of(a=(0, 1), b=(0.1, 10, "log"))
    deviates = prior.draw(5000, np.random.default_rng(0))
    assert prior.deviates(prior.values(deviates)) == pytest.approx(deviates, abs=1e-5)
    assert prior.log_density(deviates)[:3] == pytest.approx(-0.5 * (deviates[:3] ** 2).sum(axis=1))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"low": 2, "high": 2}, "not below high"),
        ({"low": 3, "high": 2}, "not below high"),
        ({"low": 0, "high": 2, "scale": "log"}, "above 0"),
        ({"low": 0.5, "high": 2, "integer": True}, "whole numbers"),
        ({"low": 0, "high": float("inf")}, "finite"),
        ({"low": 0}, "$.high: it is required"),
        ({"low": 0, "high": 1, "shape": "normal"}, "`middle` and `spread`"),
        ({"low": 0, "high": 1, "shape": "normal", "middle": 2, "spread": 1}, "between the bounds"),
        ({"low": 1, "high": 2, "scale": "log", "shape": "normal", "middle": 1, "spread": 0.5}, "factor above 1"),
    ],
)
def test_bounds_that_make_no_sense_are_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=r"settings\.invalid") as caught:
        Parameter(name="x", **fields)
    assert said in caught.value.what


def test_a_parameter_without_bounds_is_named() -> None:
    with pytest.raises(SettingsError) as caught:
        Prior.of(rate=3)
    assert (caught.value.code, caught.value.where) == ("settings.bounds", "rate")
    with pytest.raises(SettingsError, match=r"settings\.parameters"):
        Prior.of()
    with pytest.raises(SettingsError, match="twice"):
        Prior.of([Parameter(name="a", low=0, high=1)] * 2)


def test_a_value_outside_its_range_tells_the_range() -> None:
    prior = Prior.of(rate=(0.5, 2), size=(1, 5))
    with pytest.raises(SettingsError, match=r"0\.5 to 2") as caught:
        prior.deviates({"rate": 3.0, "size": 2.0})
    assert (caught.value.code, caught.value.where) == ("settings.outside-range", "rate")
    with pytest.raises(SettingsError, match="`size` has no value"):
        prior.deviates({"rate": 1.0})
    with pytest.raises(SettingsError, match=r"did you mean `rate`\?"):
        prior.deviates({"rate": 1.0, "size": 2.0, "rat": 1.0})
    with pytest.raises(SettingsError, match="outside"):
        prior.deviates({"rate": float("nan"), "size": 2.0})
