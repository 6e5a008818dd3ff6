"""Vines that are declared pair by pair."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from likewise.errors import SettingsError
from likewise.techniques.sampling.declared import Declared


def declared(*pairs: dict[str, Any], names: str = "abcd") -> Declared:
    return Declared(columns={name: {"uniform": [0, 1]} for name in names}, copula={"vine": list(pairs)})


@pytest.mark.parametrize("family", ["gaussian", "student-t", "clayton", "gumbel", "frank"])
@pytest.mark.parametrize(("rotation", "sign"), [(0, 1), (90, -1), (180, 1), (270, -1)])
def test_a_pair_has_its_rank_correlation_and_its_tails(family: str, rotation: int, sign: int) -> None:
    pair = {"pair": ["a", "b"], "family": family, "tau": 0.5, "rotation": rotation}
    drawn = declared(pair, names="ab").model().sample(6000, seed=1)
    a, b = drawn.numbers("a"), drawn.numbers("b")
    assert kendalltau(a, b).statistic == pytest.approx(sign * 0.5, abs=0.025)
    a, b = (1 - a if rotation in (90, 180) else a), (1 - b if rotation in (180, 270) else b)
    low, high = (float((x & y).mean() / x.mean()) for x, y in ((a < 0.02, b < 0.02), (a > 0.98, b > 0.98)))
    if family == "clayton":
        assert low > 0.5 > high + 0.2
    if family == "gumbel":
        assert high > 0.4 > low


def test_pairs_given_others_complete_what_all_share() -> None:
    drawn = declared(
        {"pair": ["a", "b"], "tau": 0.5}, {"pair": ["b", "c"], "tau": 0.5}, {"pair": ["c", "d"], "theta": 0.2},
        {"pair": ["a", "c"], "given": ["b"], "theta": -0.6}, {"pair": ["b", "d"], "given": ["c"], "theta": 0.3},
        {"pair": ["a", "d"], "given": ["c", "b"], "theta": 0.5},
    ).model().sample(20_000)  # fmt: skip
    from scipy.special import ndtri

    scores = np.array([ndtri(drawn.numbers(name)) for name in "abcd"])
    found = np.corrcoef(scores)
    r = float(np.sin(np.pi / 4))
    assert found[0, 1] == pytest.approx(r, abs=0.02)
    assert found[0, 2] == pytest.approx(r * r - 0.6 * (1 - r * r), abs=0.02)  # partial correlation -0.6 given b
    assert found[2, 3] == pytest.approx(0.2, abs=0.02)
    inverse = np.linalg.inv(found)
    assert -inverse[0, 3] / np.sqrt(inverse[0, 0] * inverse[3, 3]) == pytest.approx(0.5, abs=0.02)


@given(st.permutations(list(range(5))), st.lists(st.booleans(), min_size=10, max_size=10))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_any_part_of_a_vine_can_be_drawn(order: list[int], kept: list[bool]) -> None:
    """Of a vine along a line any pairs may be left out, with those that stand on them."""
    names, pairs, said = [f"x{k}" for k in order], [], iter(kept)
    known: set[frozenset[str]] = {frozenset([name]) for name in names}
    for level in range(4):
        grown = set[frozenset[str]]()
        for start in range(4 - level):
            run = names[start : start + level + 2]
            if next(said, True) and frozenset(run[:-1]) in known and frozenset(run[1:]) in known:
                pairs.append({"pair": [run[0], run[-1]], "given": run[1:-1], "theta": 0.4})
                grown.add(frozenset(run))
        known = grown
    made = Declared(columns={name: {"uniform": [0, 1]} for name in names}, copula={"vine": pairs}).model()
    drawn = made.sample(200)
    assert all(drawn.numbers(name).min() > 0 and drawn.numbers(name).max() < 1 for name in names)


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([{"pair": ["a", "b"], "tau": 0.2}, {"pair": ["b", "c"], "tau": 0.2}, {"pair": ["c", "a"], "tau": 0.2}],
         "the pair c ~ a closes a circle"),
        ([{"pair": ["a", "b"], "tau": 0.2}, {"pair": ["b", "a"], "tau": 0.2}], "the pair b ~ a closes a circle"),
        ([{"pair": ["a", "b"], "given": ["c"], "tau": 0.2}], "does not pair `a` and `c`, on which a ~ b given c"),
        ([{"pair": ["a", "x"], "tau": 0.2}], "not there: `x`"),
        ([{"pair": ["a", "a"], "tau": 0.2}], r"pairs\[0\]: `pair` and `given` name a column twice"),
        ([{"pair": ["a", "b"]}], "`tau` or `theta`"),
        ([{"pair": ["a", "b"], "tau": 0.2, "theta": 0.3}], "`tau` or `theta`"),
        ([{"pair": ["a", "b"], "tau": 1.0}], "tau"),
        ([{"pair": ["a", "b"], "family": "clayton", "tau": -0.2}], "is above 0"),
        ([{"pair": ["a", "b"], "family": "gumbel", "theta": 0.2}], "is from 1 to 100"),
        ([{"pair": ["a", "b"], "family": "gaussian", "theta": 1}], "is from -0.999999 to 0.999999"),
        ([{"pair": ["a", "b"], "family": "frank", "theta": 0}], "ties nothing"),
        ([{"pair": ["a", "b"], "family": "claton", "tau": 0.2}], "family"),
        ([{"pair": ["a", "b"], "family": "gaussian", "tau": 0.2, "rotation": 45}], "rotation"),
        ([{"pair": ["a"], "tau": 0.2}], "pair"),
        ([3], "a mapping is wanted"),
    ],
)  # fmt: skip
def test_what_is_no_vine_is_refused(pairs: list[Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as found:
        declared(*pairs).model()
    assert found.value.where
