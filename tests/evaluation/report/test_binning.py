from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.core.schema import Column
from likewise.evaluation.report.binning import MOST_BINS, level_groups, level_label, number_bins

INTEGER, FLOAT = Column(name="x", kind="integer"), Column(name="x", kind="float")
DAY = 86_400_000_000


@given(st.lists(st.floats(-1e9, 1e9), min_size=20, max_size=80), st.sampled_from(["integer", "float", "decimal"]))
def test_bins_are_few_cover_everything_and_hide_the_tails(values, kind):
    column = Column(name="x", kind=kind, decimals=2 if kind == "decimal" else None)
    known = np.round(np.array(values), {"integer": 0, "decimal": 2}.get(kind, 12))
    bins = number_bins(column, np.append(known, np.nan))
    assert len(bins.labels) <= MOST_BINS
    assert len(bins.shares(known)) == len(bins.labels)
    assert bins.shares(np.append(known, np.nan)).sum() == pytest.approx(1)
    assert (np.diff(bins.edges) > 0).all()


def test_no_edge_is_an_extreme_and_every_edge_is_round():
    values = np.append(np.random.default_rng(0).normal(40, 12, 5_000), [-311.7, 977.3])
    bins = number_bins(FLOAT, values)
    assert np.allclose(bins.edges % 5, 0)
    assert bins.first == "under 5"
    assert bins.last == "70 or more"
    assert bins.inner[0] == "5 to 10"
    assert bins.shares(values)[0] * len(values) >= 10


def test_no_label_tells_an_extreme_that_few_rows_share_even_where_it_is_round():
    ages = np.append(np.repeat(np.arange(21.0, 88), 10), [20.0, 89.0])
    bins = number_bins(INTEGER, ages)
    words = {word for label in bins.labels for word in label.split()}
    assert not words & {"20", "89"}
    assert bins.shares(ages).sum() == pytest.approx(1)
    days = np.append(np.repeat(np.arange(18_000.0, 18_012), 12), [17_999.0, 18_012.0])
    shown = " ".join(number_bins(Column(name="x", kind="date"), days).labels)
    assert str(np.datetime64(17_999, "D")) not in shown and str(np.datetime64(18_012, "D")) not in shown
    shared = number_bins(INTEGER, np.repeat(np.arange(20.0, 30), 12))
    assert "20" in shared.labels


def test_few_whole_numbers_get_a_bin_each():
    bins = number_bins(INTEGER, np.repeat(np.arange(1.0, 6), 30))
    assert bins.inner == ("1", "2", "3", "4", "5")
    wide = number_bins(INTEGER, np.arange(1_000.0))
    assert wide.inner[0] == "0 to 99"


def test_mostly_one_value_and_too_few_values():
    bins = number_bins(INTEGER, np.append(np.zeros(5_000), np.arange(1.0, 15)))
    assert bins.inner[0] == "0"
    assert number_bins(FLOAT, np.append(np.full(10, np.nan), np.arange(19.0))) is None
    assert len(number_bins(FLOAT, np.full(50, 0.25)).inner) == 1
    assert len(number_bins(FLOAT, np.zeros(50)).inner) == 1


def test_long_spans_of_moments_cost_no_more_than_short_ones(monkeypatch):
    made = []
    count = np.arange
    monkeypatch.setattr(np, "arange", lambda *a, **k: made.append(len(out := count(*a, **k))) or out)
    century = np.linspace(-7e14, 1.7e15, 500)
    bins = number_bins(Column(name="at", kind="datetime"), century)
    assert bins is not None and len(bins.inner) <= 40
    assert max(made) < 1000


def test_dates_are_cut_by_the_calendar():
    def days(first: dt.date, count: int, step: int = 1):
        start = (first - dt.date(1970, 1, 1)).days
        return np.arange(start, start + count * step, step, dtype=float)

    date = Column(name="d", kind="date")
    year = number_bins(date, days(dt.date(2013, 1, 1), 365))
    assert year.inner[0] == "2013-01"
    assert year.inner[-1] == "2013-12"
    assert year.first == "before 2013-01"
    long = number_bins(date, days(dt.date(1931, 5, 1), 600, 50))
    assert long.inner[0].startswith("1930 to 19")
    moments = number_bins(Column(name="t", kind="datetime"), days(dt.date(2013, 1, 1), 365) * DAY)
    assert moments.inner == year.inner
    hours = number_bins(Column(name="t", kind="datetime"), 1_357_000_000_000_000 + np.arange(100.0) * 360_000_000)
    assert hours.inner[0] == "2013-01-01 01:00"
    assert len(hours.labels) <= MOST_BINS


def test_times_and_durations_are_cut_by_the_clock():
    times = number_bins(Column(name="t", kind="time"), np.arange(0, DAY, DAY / 500))
    assert times.inner[1] == "02:00 to 04:00"
    spans = number_bins(Column(name="t", kind="duration"), np.arange(0.0, 300 * DAY, DAY))
    assert spans.inner[0] == "0" or spans.inner[0].endswith(" d")
    assert len(spans.labels) <= MOST_BINS


def test_rare_levels_are_not_named():
    codes = np.array([0] * 9 + [1] * 10 + [2] * 50 + [-1] * 30)
    assert level_groups(("rare", "some", "many"), codes, ordered=False) == [2, 1]
    assert level_groups(("rare", "some", "many"), codes, ordered=True) == [1, 2]
    many = np.repeat(np.arange(40), 20)
    assert len(level_groups(tuple(map(str, range(40))), many, ordered=False)) == MOST_BINS - 2


def test_labels_are_short_and_not_mistaken_for_ours():
    assert level_label("missing") == "'missing'"
    assert len(level_label("x" * 500)) == 60
