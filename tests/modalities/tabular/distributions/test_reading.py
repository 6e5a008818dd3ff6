"""Distributions as documents and people write them, and every way to write none."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from likewise.errors import SettingsError
from likewise.modalities.tabular.distributions import (
    Categorical,
    Constant,
    DateRange,
    Distribution,
    Empirical,
    Mixture,
    NegativeBinomial,
    Normal,
    Poisson,
    Since,
    StudentT,
    Truncated,
    parse,
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"normal": [170, 10]}, Normal(170, 10)),
        ({"normal": {"mean": 170, "sd": 10}}, Normal(mean=170, sd=10)),
        ({"Normal": ["170", "1e1"]}, Normal(170, 10)),
        ({"student-t": 3}, StudentT(3)),
        ({"StudentT": {"df": 3}}, StudentT(3)),
        ({"negative_binomial": [2, 0.5]}, NegativeBinomial(2, 0.5)),
        ({"poisson": 4}, Poisson(4)),
        ({"categorical": {"a": 1, "b": 2}}, Categorical(["a", "b"], [1, 2])),
        ({"categorical": ["a", "b"]}, Categorical(["a", "b"])),
        ({"categorical": {"levels": ["a", "b"], "weights": [1, 2]}}, Categorical({"a": 1, "b": 2})),
        ({"categorical": {1: 0.5, 2: 0.5}}, Categorical(["1", "2"], [0.5, 0.5])),
        ({"categorical": {"levels": 1, "b": 2}}, Categorical(["levels", "b"], [1, 2])),
        ({"constant": "DE"}, Constant("DE")),
        ({"empirical": [1, 2, 2]}, Empirical([1, 2, 2])),
        ({"truncated": {"of": {"normal": [0, 1]}, "low": 0}}, Truncated(Normal(0, 1), 0)),
        ({"mixture": [[{"normal": [0, 1]}, {"poisson": 4}], [1, 2]]}, Mixture([Normal(0, 1), Poisson(4)], [1, 2])),
        ({"date-range": [dt.date(2024, 1, 1), "2024-12-31"]}, DateRange("2024-01-01", dt.date(2024, 12, 31))),
        ({"since": {"origin": "2024-01-01", "of": {"poisson": 4}}}, Since(dt.date(2024, 1, 1), Poisson(4))),
    ],
)  # fmt: skip
def test_it_is_read_as_it_is_meant(written: dict[str, Any], meant: Distribution) -> None:
    assert parse(written) == meant


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"normal": [0, 1, 2]}, "`normal` takes 2 parameters, not 3"),
        ({"normal": [0]}, r"\$\.normal\.sd: it is required"),
        ({"normal": [0, -1]}, r"\$\.normal\.sd: a number above 0"),
        ({"normal": [0, float("nan")]}, "sd: a number above 0"),
        ({"normal": [float("nan"), 1]}, "mean: a finite number"),
        ({"normal": ["x", 1]}, r"mean: a number is wanted(.|\n)*parameters of `normal` are: mean, sd"),
        ({"normal": {"mean": 0, "sdd": 1}}, "did you mean `sd`"),
        ({"norml": [0, 1]}, "did you mean `normal`"),
        ({"gaussian": [0, 1]}, "did you mean `normal`"),
        ({"choice": ["a"]}, "did you mean `categorical`"),
        ({}, "one family with its parameters"),
        (3, "one family with its parameters"),
        ({"normal": [0, 1], "poisson": 1}, "one family with its parameters"),
        ({"uniform": ["2024-01-01", "2024-02-01"]}, "for dates write"),
        ({"uniform": [dt.date(2024, 1, 1), dt.date(2024, 2, 1)]}, "for dates write"),
        ({"uniform": [2, 1]}, "`low` lies below `high`"),
        ({"uniform": [-1e308, 1e308]}, r"low: a finite number, from -1e150 to 1e150, is wanted"),
        ({"normal": [0, 1e200]}, r"sd: a number above 0, up to 1e150, is wanted"),
        ({"constant": 10**400}, "finite number or a text"),
        ({"empirical": [1e300]}, "`values` are finite"),
        ({"beta": {"a": 1, "b": 1, "low": 3, "high": 2}}, "`low` lies below `high`"),
        ({"triangular": [0, 5, 4]}, "rise"),
        ({"binomial": [10, 2]}, r"p: at most 1"),
        ({"binomial": [1.5, 0.2]}, "n: a whole number is wanted"),
        ({"zipf": 1}, "`s` is at least 1.01"),
        ({"hypergeometric": [10, 20, 3]}, "no more than the `population`"),
        ({"discrete-uniform": [3, 2]}, "`low` is not above `high`"),
        ({"categorical": {}}, "at least one is wanted"),
        ({"categorical": {"x": -1, "y": 2}}, "`weights` are numbers of at least 0"),
        ({"categorical": {"x": 0, "y": 0}}, "not all of them 0"),
        ({"categorical": {True: 0.2, False: 0.8}}, "quote them"),
        ({"categorical": ["x", "x"]}, "listed twice"),
        ({"categorical": ["x", " "]}, "not blank"),
        ({"categorical": "x"}, "a list is wanted"),
        ({"empirical": []}, "at least one is wanted"),
        ({"empirical": [1, float("inf")]}, "`values` are finite"),
        ({"empirical": {"values": [1, 2], "weights": [1]}}, "2 values and 1 `weights`"),
        ({"constant": ""}, "not blank"),
        ({"constant": float("inf")}, "finite number or a text"),
        ({"mixture": {"of": []}}, "at least one is wanted"),
        ({"mixture": {"of": [{"normal": [0, 1]}, {"nrmal": [0, 1]}]}}, r"\$\.mixture\.of\[1\]: there is no"),
        ({"mixture": {"of": [{"normal": [0, 1]}, {"categorical": ["a"]}]}}, "numbers only"),
        ({"mixture": {"of": [{"categorical": ["a"]}, {"categorical": ["b"]}]}}, "categories of the same levels"),
        ({"mixture": {"of": [{"normal": [0, 1]}], "weights": [1, 2]}}, "1 distributions and 2 `weights`"),
        ({"truncated": {"of": {"normal": [0, 1]}, "low": 5, "high": 3}}, "`low` is not above `high`"),
        ({"truncated": {"of": {"normal": [0, 1]}, "low": 50}}, "no probability that is told from none"),
        ({"truncated": {"of": {"poisson": 3}, "low": 1.2, "high": 1.8}}, "no probability that is told from none"),
        ({"truncated": {"of": {"categorical": ["a", "b"]}}}, "`of` is a distribution of numbers"),
        ({"truncated": {"low": 3}}, r"\$\.truncated\.of: it is required"),
        ({"scaled": [{"normal": [0, 1]}, 0]}, "by: a number above 0"),
        ({"zero-inflated": [1, {"normal": [0, 1]}]}, "share: .*less than 1"),
        ({"rounded": {"of": {"date-range": ["2024-01-01", "2024-01-02"]}}}, "`of` is a distribution of numbers"),
        ({"date-range": ["2024-01-02", "2024-01-01"]}, "`first` is not after `last`"),
        ({"date-range": ["2024-01-02", "12:00"]}, "two dates, two moments or two times"),
        ({"date-range": ["2024-01-02", "tomorrow"]}, "a date such as 2024-05-31"),
        ({"date-range": ["2024-01-02T00:00+01:00", "2024-01-03T00:00+01:00"]}, "leave the zone out"),
        ({"since": ["08:00", {"normal": [0, 1]}]}, "a time stays within its day"),
        ({"since": ["2024-01-01", {"normal": [0, 1e9]}]}, "leaves the years 1 to 9999"),
        ({"since": ["2024-01-01", {"normal": [0, 1]}, "fortnights"]}, "unit"),
    ],
)  # fmt: skip
def test_what_is_no_distribution_is_refused_with_its_path(written: Any, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as found:
        parse(written)
    assert found.value.hint
    assert found.value.where is not None
    assert found.value.where.startswith("$")


def test_in_python_the_same_faults_are_told() -> None:
    with pytest.raises(SettingsError, match="`normal` takes 2 parameters, not 3"):
        Normal(0, 1, 2)
    with pytest.raises(SettingsError, match="given `mean` twice"):
        Normal(0, mean=1)
    with pytest.raises(SettingsError, match="a number above 0"):
        Normal(0, 0)
    with pytest.raises(SettingsError, match="wanted, not `poisson`"):
        Normal.from_dict({"poisson": 3})
