from __future__ import annotations

import numpy as np
import pytest

from likewise.evaluation.fidelity.sums import sums

NAMES = ["net", "tax", "gross", "count", "price", "cost", "other"]


def bills(rows, seed, wrong=0.0):
    rng = np.random.default_rng(seed)
    net, tax = np.round(np.exp(rng.normal(4, 1, rows)), 2), np.round(rng.uniform(1, 40, rows), 2)
    count, price = rng.integers(1, 30, rows).astype(float), np.round(np.exp(rng.normal(2, 0.7, rows)), 2)
    off = np.where(rng.random(rows) < wrong, 1.2, 1.0)
    columns = [net, tax, off * (net + tax), count, price, off * count * price, rng.normal(size=rows)]
    # Rows with gaps say nothing.
    columns[1] = np.where(rng.random(rows) < 0.1, np.nan, columns[1])
    return columns


def found(synthetic, real, names=NAMES):
    return {rule.said: float(rule.broken.mean()) for rule in sums(names, synthetic, real) if rule is not None}


def test_sums_and_products_are_found_and_their_breaches_counted():
    for seed in range(3):
        kept = found(bills(800, seed), bills(900, seed + 50))
        assert list(kept) == ["`gross` is a sum of `net`, `tax`", "`cost` is a product of `count`, `price`"]
        assert max(kept.values()) < 0.005
        broken = found(bills(800, seed, 0.05), bills(900, seed + 50))
        assert broken.keys() == kept.keys()
        assert all(0.02 < share < 0.08 for share in broken.values())


def test_a_number_in_other_units_is_said_once():
    pounds = np.random.default_rng(0).normal(150, 20, 400)
    kept = found([pounds, pounds * 0.4536], [pounds, pounds * 0.4536], ["pounds", "kilos"])
    assert kept == {"`kilos` follows `pounds` closely": 0}


@pytest.mark.parametrize("noise", [0.03, 1.0])
def test_what_is_close_to_a_sum_is_no_rule(noise):
    real = bills(900, 0)
    real[2] = real[2] + noise * np.nanstd(real[2]) * np.random.default_rng(1).normal(size=900)
    assert "`gross` is a sum of `net`, `tax`" not in found(real, real)


def test_columns_that_are_empty_constant_or_huge_are_survived():
    odd = [np.full(300, np.nan), np.zeros(300), np.linspace(-1e300, 1e300, 300), np.arange(300.0), np.arange(300.0)]
    assert set(found(odd, odd, list("abcde"))) == {"`d` follows `c` closely", "`e` follows `c` closely"}
    half = [np.where(np.arange(300) < 150, np.arange(300.0), np.nan), np.where(np.arange(300) < 150, np.nan, 1.0)]
    assert found(half, half, ["a", "b"]) == {}
