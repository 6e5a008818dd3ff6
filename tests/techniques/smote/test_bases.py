"""Which rows each variant starts from, on a line drawn by hand."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.techniques.smote.bases import BASES, Scene, in_clusters
from likewise.techniques.smote.pools import Pool
from likewise.techniques.smote.search import Points

USUAL = np.concatenate([np.linspace(-10, -1, 40), [0.05, 0.15, 9.05, 9.15]])
RARE = np.array([0.0, 0.1, 0.2, 5.0, 5.1, 5.2, 5.3, 9.1])
"""The first three rare rows lie among usual ones, four by themselves, and the last between two usual ones."""


def scene(k: int = 2, m: int = 2) -> tuple[Pool, Scene]:
    where = np.concatenate([RARE, USUAL])[:, None]
    of = np.array([1] * len(RARE) + [0] * len(USUAL))
    points = Points(where, np.empty((len(of), 0), np.int32), 1.0)
    rows = np.arange(len(RARE))
    return Pool.of(1, rows, np.ones(len(rows))), Scene(points, of, k, m, np.random.default_rng(0))


def started_from(variant: str) -> list[int]:
    found, note = BASES[variant](*scene())
    assert note is None and found.chances.sum() == pytest.approx(1)
    return np.flatnonzero(found.chances).tolist()


def test_borderline_starts_at_the_border_and_not_from_noise() -> None:
    # Half or more of two neighbours are usual, but not both: not the middle of three, nor the last, which is noise.
    where, of = scene()[1].points.coordinates[:, 0], scene()[1].of
    gap = np.abs(where[:, None] - where)
    np.fill_diagonal(gap, np.inf)
    others = np.array([(of[np.argsort(gap[row], kind="stable")[:2]] == 0).sum() for row in range(len(RARE))])
    assert others.tolist() == [1, 2, 1, 0, 0, 0, 0, 2]
    assert started_from("borderline-1") == [0, 2] == started_from("borderline-2")


def test_borderline_2_knows_the_rows_beyond() -> None:
    found, _ = BASES["borderline-2"](*scene())
    assert found.beside.shape == (8, 2)
    beyond = np.concatenate([RARE, USUAL])[found.beside[7]]
    assert sorted(beyond.tolist()) == [9.05, 9.15]


def test_adasyn_starts_more_often_where_others_are_near() -> None:
    found, _ = BASES["adasyn"](*scene())
    assert found.chances == pytest.approx(np.array([1, 2, 1, 0, 0, 0, 0, 2]) / 6)


def test_safe_level_counts_its_like() -> None:
    found, _ = BASES["safe-level"](*scene())
    assert found.marks.tolist() == [1, 0, 1, 2, 2, 2, 2, 0]
    assert np.flatnonzero(found.chances).tolist() == [0, 2, 3, 4, 5, 6]


def test_svm_starts_from_support_vectors_that_are_no_noise() -> None:
    found, note = BASES["svm"](*scene())
    assert note is None and {1, 7}.isdisjoint(np.flatnonzero(found.chances).tolist())
    assert found.marks.tolist() == [0, 0, 0, 1, 1, 1, 1, 0]


@pytest.mark.parametrize("variant", ["borderline-1", "adasyn"])
def test_a_class_by_itself_is_drawn_from_alike_and_said(variant: str) -> None:
    where = np.concatenate([np.arange(10.0), 100 + np.arange(30.0)])[:, None]
    points = Points(where, np.empty((40, 0), np.int32), 1.0)
    of = np.array([1] * 10 + [0] * 30)
    found, note = BASES[variant](
        Pool.of(1, np.arange(10), np.ones(10)), Scene(points, of, 3, 3, np.random.default_rng(0))
    )
    assert note is not None and found.chances == pytest.approx(np.full(10, 0.1))


def test_clusters_where_the_class_prevails_and_the_sparser_more() -> None:
    rng = np.random.default_rng(0)
    dense, sparse = rng.normal(0, 0.05, (40, 2)), rng.normal([20, 0], 1.0, (40, 2))
    usual = rng.normal([0, 30], 1.0, (200, 2))
    points = Points(np.concatenate([dense, sparse, usual]), np.empty((280, 0), np.int32), 1.0)
    of = np.array([1] * 80 + [0] * 200)
    pool = Pool.of(1, np.arange(80), np.ones(80))
    found, note = in_clusters(pool, Scene(points, of, 5, 10, rng), 3)
    assert note is None and sorted(np.concatenate([part.rows for part, _ in found]).tolist()) == list(range(80))
    shares = {bool(part.rows[0] < 40): share for part, share in found}
    assert sum(shares.values()) == pytest.approx(1) and shares[False] > 0.9
