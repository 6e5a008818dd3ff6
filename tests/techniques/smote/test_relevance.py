"""Relevance by hand."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.errors import FitError
from likewise.techniques.smote.relevance import box_plot_points, relevance_of, stretches


def test_outliers_on_both_sides_matter() -> None:
    values = np.concatenate([[-90.0], np.arange(0.0, 11.0), [70.0, 80.0]])
    assert box_plot_points(values) == [(0.0, 1.0), (5.5, 0.0), (10.0, 1.0)]


def test_a_side_without_outliers_does_not_matter() -> None:
    assert all(what == 0 for _, what in box_plot_points(np.arange(100.0)))


def test_where_the_box_is_a_point_what_is_beside_it_matters() -> None:
    values = np.array([0.0] * 20 + [3.0, 5.0])
    assert box_plot_points(values) == [(0.0, 0.0), (3.0, 1.0)]
    assert relevance_of(values, box_plot_points(values)).tolist() == [0.0] * 20 + [1.0, 1.0]


def test_relevance_rises_between_the_points_and_is_level_beyond() -> None:
    found = relevance_of(np.linspace(-5, 25, 301), [(0, 0), (10, 0), (20, 1)])
    assert (np.diff(found) >= 0).all() and found[0] == 0 and found[-1] == 1
    assert relevance_of(np.array([1.0, 2.0]), [(0, 0.5)]).tolist() == [0.5, 0.5]


@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_relevance_of_huge_and_tiny_numbers(scale: float) -> None:
    plain = relevance_of(np.linspace(0, 1, 11), [(0, 0), (1, 1)])
    assert np.allclose(relevance_of(np.linspace(0, scale, 11), [(0, 0), (scale, 1)]), plain)


def test_stretches_are_runs_along_the_line() -> None:
    values = np.array([5.0, 1.0, 9.0, 4.0, 8.0, 1.0])
    of, rare = stretches(values, np.array([False, True, True, False, True, True]), "y")
    assert of.tolist() == [1, 0, 2, 1, 2, 0] and rare.tolist() == [0, 2]


@pytest.mark.parametrize("rare", [True, False])
def test_a_target_without_rare_or_usual_numbers_is_refused(rare: bool) -> None:
    with pytest.raises(FitError, match=r"fit\.relevance"):
        stretches(np.arange(5.0), np.full(5, rare), "y")
