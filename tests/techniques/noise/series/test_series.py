"""Laws of operations on series."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from likewise.errors import LikewiseError
from likewise.techniques.noise import Noise
from likewise.techniques.noise import cells as cells_module
from likewise.techniques.noise.series import SERIES

RNG = np.random.default_rng(0)
WAVES = np.sin(np.arange(60)[None, :, None] / 5 + RNG.random((8, 1, 3)) * 6) + RNG.normal(size=(8, 60, 3)) / 20
WAVES[2, 10:20, 1] = np.nan
STEPS = [step.op for step in SERIES]


def changed(step: Any, series: Any = WAVES, seed: int = 1) -> Any:
    data = {"x": series, "label": list("abcdefgh")[: len(series)]}
    made = Noise(steps=[step]).fit(data).perturb(data, seed=seed)
    assert made["label"] == data["label"]
    return made["x"]


@pytest.mark.parametrize("op", STEPS)
def test_length_and_type_are_kept_and_something_happens(op: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Noise(steps=[op]).fit({"x": WAVES})
    made = model.perturb({"x": WAVES}, seed=1)["x"]
    assert made.shape == WAVES.shape and made.dtype == WAVES.dtype and not np.array_equal(made, WAVES, equal_nan=True)
    assert np.array_equal(model.perturb({"x": WAVES[:3]}, seed=1)["x"], made[:3], equal_nan=True)  # whatever follows
    monkeypatch.setattr(cells_module, "AT_ONCE", 2 * WAVES[0].size)
    assert np.array_equal(model.perturb({"x": WAVES}, seed=1)["x"], made, equal_nan=True)


@pytest.mark.parametrize("op", STEPS)
def test_what_is_missing_stays_missing_and_nothing_else_is(op: str) -> None:
    made = changed(op)
    gone = np.isnan(made)
    assert not np.delete(gone, 2, axis=0).any() and not gone[2][:, [0, 2]].any()
    if op in ("jitter", "scaling", "rotation", "magnitude_warp", "channel_dropout"):
        assert np.array_equal(gone, np.isnan(WAVES))
    else:
        assert 0 <= gone[2, :, 1].sum() <= 30 and (op != "permutation" or gone[2, :, 1].sum() == 10)


@pytest.mark.parametrize("op", STEPS)
def test_odd_series(op: str) -> None:
    odd: list[Any] = [np.zeros((1, 3)), None, np.full((9, 3), np.nan), np.full((4, 3), 7.0), np.empty((0, 3)), WAVES[0]]
    made = changed(op, odd)
    assert [None if s is None else s.shape for s in made] == [None if s is None else s.shape for s in odd]
    assert np.isnan(made[2]).all() and not np.isnan(made[3]).any()


def test_whole_numbers_stay_whole() -> None:
    counts = RNG.integers(0, 50, (8, 20))
    made = changed({"jitter": {"sd": 0.5}}, counts)
    assert made.dtype == counts.dtype and not np.array_equal(made, counts)


def test_values_change_as_they_say() -> None:
    flat = np.tile(WAVES[:1, :, :1], (8, 1, 1))
    noise = changed({"jitter": {"sd": 0.3}}, flat) - flat
    assert abs(noise.std() / flat[0].std() - 0.3) < 0.03
    scaled = changed({"scaling": {"sd": 0.2, "about": "zero"}}) / WAVES
    assert np.nanmax(np.nanstd(scaled, axis=1)) < 1e-9 and 0.1 < np.nanstd(scaled[:, 0]) < 0.3
    turned = changed({"rotation": {"probability": 1, "about": "zero"}})
    assert np.array_equal(turned, -WAVES, equal_nan=True)
    bent = changed({"magnitude_warp": {"sd": 0}})
    assert np.allclose(bent, WAVES, equal_nan=True)
    for fill, wanted in (("zero", 0.0), ("missing", np.nan), ("mean", flat[0].mean())):
        lost = changed({"channel_dropout": {"probability": 1, "fill": fill}}, np.repeat(flat, 2, axis=2))
        gone = np.isclose(lost, wanted, equal_nan=True).all(axis=1)
        assert (gone.sum(axis=1) == 1).all() and np.array_equal(lost[~gone[:, 0], :, 0], flat[~gone[:, 0], :, 0])
    assert np.array_equal(changed({"channel_dropout": {"probability": 1}}, flat), flat)


@pytest.mark.parametrize("op", ["scaling", "magnitude_warp", "rotation"])
def test_a_series_far_from_zero_keeps_its_level(op: str) -> None:
    """Counts of a converter lie about 1,024 and vary by tens: a curve of factors about zero would swamp them."""
    counts = 1024 + 40 * WAVES[:, :, :1]
    spread = np.nanstd(counts, axis=1)
    for seed in range(5):
        made = changed(op, counts, seed=seed)
        assert (np.abs(np.nanmean(made, axis=1) - np.nanmean(counts, axis=1)) < spread / 2).all()
        assert (np.nanstd(made, axis=1) < 2 * spread).all()


def test_time_changes_as_it_says() -> None:
    ramp = np.tile(np.linspace(0, 1, 101)[None, :, None], (8, 1, 2))
    warped = changed({"time_warp": {"sd": 0.4}}, ramp)
    assert np.all(np.diff(warped, axis=1) > 0) and np.allclose(warped[:, [0, -1]], [[[0, 0], [1, 1]]])
    assert np.allclose(warped[..., 0], warped[..., 1])  # one pace for all channels
    part = changed({"window_slice": {"part": 0.5}}, ramp)
    assert np.allclose(part[:, -1] - part[:, 0], 0.5) and np.allclose(np.diff(part, 2, axis=1), 0, atol=1e-9)
    slow = changed({"window_warp": {"window": 0.2, "factor": 3}}, ramp)
    pace = np.diff(slow[..., 0], axis=1)
    assert np.allclose(slow[:, [0, -1], 0], [0, 1]) and np.all(pace > 0)
    assert np.allclose(pace.max(axis=1) / pace.min(axis=1), 3, rtol=0.02)
    mixed = changed({"permutation": {"segments": 4}}, ramp)
    assert np.allclose(np.sort(mixed, axis=1), ramp)
    jumps = (np.abs(np.diff(mixed[..., 0], axis=1)) > 0.02).sum(axis=1)
    assert jumps.max() == 3 and jumps.min() >= 0


@pytest.mark.parametrize(
    "step",
    [
        {"jitter": {"sd": -1}},
        {"permutation": {"segments": [0, 3]}},
        {"time_warp": {"knots": 1}},
        {"window_slice": {"part": 0}},
        {"channel_dropout": {"fill": "one"}},
        {"window_warp": {"window": 2}},
    ],
)
def test_bad_settings(step: Any) -> None:
    with pytest.raises(LikewiseError) as fault:
        Noise.from_dict({"steps": [step]})
    assert fault.value.code == "settings.invalid"
