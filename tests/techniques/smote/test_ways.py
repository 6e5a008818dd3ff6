"""Where each variant moves to, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.core.table import Table
from likewise.techniques.smote.geometry import fit_geometry
from likewise.techniques.smote.pools import Pool
from likewise.techniques.smote.spaces import Values
from likewise.techniques.smote.ways import (
    AcrossTheBorder,
    AwayFromSafe,
    Line,
    NearOrNoise,
    Place,
    Sphere,
    TowardsSafe,
    Way,
)

ROWS = 4000


def place(columns: dict[str, list[float]], pool: Pool) -> Place:
    table = Table.from_any(columns)
    space = Values.fit(table, 0)
    cells = space.read(table)
    flags = np.ones(cells.codes.shape[1], bool), np.ones(cells.numbers.shape[1], bool)
    return Place(space, fit_geometry(cells, *flags, None, np.ones(len(cells), bool)), cells, pool)


def pool(marks: list[float], beside: list[list[int]] | None = None) -> Pool:
    rows = np.arange(len(marks))
    other = np.array(beside, dtype=np.int64) if beside else np.empty((len(marks), 0), dtype=np.int64)
    held = np.ones(len(marks), dtype=np.int64)
    return Pool(0, rows, held, held / len(marks), np.array(marks, float), other)


def moved(way: Way, marks: list[float], beside: list[list[int]] | None = None) -> np.ndarray:
    """The x of rows moved from the first row at 0 to the second at 1 (a third lies at -2, of another class)."""
    here = place({"x": [0.0, 1.0, -2.0, 0.5, 0.25]}, pool(marks, beside))
    base, near = np.zeros(ROWS, np.int64), np.ones((ROWS, 1), np.int64)
    return way.moved(here, base, near, np.random.default_rng(0)).numbers[:, 0]


def test_any_part_of_the_line_alike() -> None:
    x = moved(Line(), [0, 0])
    assert x.min() >= 0 and x.max() <= 1
    assert np.histogram(x, 4, (0, 1))[0] == pytest.approx(ROWS / 4, abs=150)


def test_in_safe_places_away_from_the_neighbour_by_half_of_the_way() -> None:
    safe, danger = moved(AwayFromSafe(), [1, 1]), moved(AwayFromSafe(), [0, 0])
    assert safe.min() >= -0.5 and safe.max() <= 0 and safe.min() < -0.45
    assert danger.min() >= 0 and danger.max() > 0.95


@pytest.mark.parametrize(
    ("own", "other", "low", "high"),
    [(3, 3, 0, 1), (4, 2, 0, 0.5), (2, 4, 0.5, 1), (3, 0, 0, 1 / 6)],
)
def test_nearer_to_the_safer_end(own: float, other: float, low: float, high: float) -> None:
    x = moved(TowardsSafe(5), [own, other])
    assert x.min() >= low and x.max() <= high
    assert x.min() < low + 0.02 and x.max() > high - 0.02


def test_half_go_across_the_border_but_less_than_half_of_the_way() -> None:
    x = moved(AcrossTheBorder(), [0, 0], [[2], [2]])
    assert x.min() >= -1 and x.max() <= 1
    assert (x < 0).mean() == pytest.approx(0.5, abs=0.05)


def sphere(truncation: float = 0.0, deformation: float = 0.0, selection: str = "minority") -> np.ndarray:
    """Points around (0, 0) that reach to (1, 0), both ways alike."""
    rng = np.random.default_rng(1)
    cloud = rng.normal(size=(500, 2))
    cloud[:3] = [[0, 0], [1, 0], [0, 0.5]]
    here = place({"x": cloud[:, 0].tolist(), "y": cloud[:, 1].tolist()}, pool([0, 0], [[2], [2]]))
    base, near = np.zeros(ROWS, np.int64), np.ones((ROWS, 1), np.int64)
    made = Sphere(truncation, deformation, selection).moved(here, base, near, rng).numbers
    return made / here.geometry.spread * here.geometry.spread[0]


def test_a_sphere_reaches_to_the_neighbour_on_all_sides() -> None:
    radius = np.hypot(*sphere().T)
    assert radius.max() <= 1 and radius.max() > 0.9
    assert (radius < 0.5 * radius.max()).mean() == pytest.approx(0.25, abs=0.03)  # evenly over the disc
    assert (sphere()[:, 0] < 0).mean() == pytest.approx(0.5, abs=0.03)


def test_a_sphere_is_cut_and_flattened() -> None:
    assert sphere(truncation=1.0)[:, 0].min() >= -1e-9
    assert sphere(truncation=-1.0)[:, 0].max() <= 1e-9
    flat = sphere(deformation=1.0)
    assert np.abs(flat[:, 1]).max() < 1e-9 and np.abs(flat[:, 0]).max() > 0.8


def test_a_sphere_reaches_no_farther_than_another_class() -> None:
    assert np.hypot(*sphere(selection="combined").T).max() < 0.6  # the other class is at half of the way
    assert np.hypot(*sphere(selection="minority").T).max() > 0.9


def test_noise_where_the_neighbour_is_far() -> None:
    near, far = moved(NearOrNoise(0.02), [9, 9]), moved(NearOrNoise(0.02), [0.01, 0.01])
    assert near.max() > 0.9 and near.min() >= 0
    assert np.abs(far).max() < 0.1 and far.std() > 0 and abs(far.mean()) < 0.01
