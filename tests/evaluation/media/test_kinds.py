"""Each kind of cells has faults that only its own scores see."""

from __future__ import annotations

from typing import Any

import numpy as np

from likewise.core.schema import Column, Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.evaluation.media.kinds import centroid, kind_scores, loudness
from likewise.evaluation.media.sides import sides_of
from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.score import Verdict

Cells = list[np.ndarray[Any, Any]]


def verdicts(column: Column, real: Cells, synthetic: Cells, held: Cells) -> dict[str, Verdict]:
    schema = Schema(columns=(column,))
    tables = [Table.from_any({column.name: cells}, schema) for cells in (real, synthetic, held)]
    paired = pair_tables(tables[0], tables[1], tables[2])
    sides = sides_of(paired.media[0], tables, paired, None, seed=0, brief=True)
    assert sides is not None and not sides.few
    return {s.name: s.verdict for s in kind_scores(sides, tables, seed=0, brief=True)}


def tones(count: int, seed: int, *, loud: float = 1.0, high: float = 1.0, long: float = 1.0) -> Cells:
    rng = generator(seed, "tones")
    made = []
    for _ in range(count):
        time = np.arange(int(long * rng.integers(300, 600))) / 8000
        made.append((loud * rng.uniform(0.05, 0.4) * np.sin(6.28 * high * rng.uniform(200, 900) * time))[:, None])
    return [sound.astype(np.float32) for sound in made]


def test_sounds_are_heard_in_their_own_way() -> None:
    column = Column(name="sound", kind="audio", rate=8000)
    real, held = tones(300, 1), tones(150, 2)
    faults = {
        "none": tones(150, 3), "media_loudness": tones(150, 3, loud=2), "media_centroid": tones(150, 3, high=2),
        "media_duration": tones(150, 3, long=1.5),
    }  # fmt: skip
    for fault, made in faults.items():
        found = verdicts(column, real, made, held)
        assert {name for name, verdict in found.items() if verdict in ("fair", "poor")} == {fault} - {"none"}


def test_loudness_and_tone_are_those_of_a_sine() -> None:
    sine = np.sin(6.283185 * 1000 * np.arange(8000) / 8000)[:, None]
    assert round(loudness(sine), 2) == -3.01 and loudness(np.zeros((9, 1))) == loudness(np.zeros((0, 1))) == -100
    assert round(centroid(sine, 8000)) == 1000 and centroid(np.zeros((9, 1)), 8000) == 0


def balls(count: int, seed: int) -> Cells:
    rng = generator(seed, "balls")
    place, speed = rng.uniform(2, 6, (count, 1, 1)), rng.uniform(0.4, 0.9, (count, 1, 1))
    across = np.arange(16)[None, None, :] - (place + speed * np.arange(10)[None, :, None])
    lit = np.abs(across)[:, :, None, :] + np.abs(np.arange(12) - 6)[None, None, :, None] < 3.5
    return list((lit * 200 + rng.integers(0, 20, lit.shape)).astype(np.uint8)[..., None])


def test_clips_that_run_backwards_move_wrongly() -> None:
    real, held, fresh = balls(200, 1), balls(100, 2), balls(100, 3)
    column = Column(name="clip", kind="video", rate=10)
    assert set(verdicts(column, real, fresh, held).values()) == {"good"}
    shuffled = [clip[generator(0, k).permutation(10)] for k, clip in enumerate(fresh)]
    assert verdicts(column, real, shuffled, held)["media_motion"] == "poor"


def waves(count: int, seed: int) -> Cells:
    rng = generator(seed, "waves")
    phase = rng.uniform(0, 6.28, (count, 1)) + np.arange(24) * rng.uniform(0.4, 0.7, (count, 1))
    first = np.sin(phase) + rng.normal(0, 0.1, phase.shape)
    series = np.stack([first, 0.8 * first + rng.normal(0, 0.3, first.shape)], axis=2)
    series[rng.random(series.shape) < 0.02] = np.nan
    return list(series)


def test_series_out_of_step_are_told() -> None:
    real, held, fresh = waves(300, 1), waves(150, 2), waves(150, 3)
    column = Column(name="wave", kind="series")
    assert set(verdicts(column, real, fresh, held).values()) == {"good"}
    shuffled = [series[generator(0, k).permutation(24)] for k, series in enumerate(fresh)]
    found = verdicts(column, real, shuffled, held)
    assert found["media_autocorrelation"] == found["media_spectrum"] == "poor"
    apart = [np.stack([a[:, 0], b[:, 1]], axis=1) for a, b in zip(fresh, fresh[1:] + fresh[:1], strict=True)]
    assert verdicts(column, real, apart, held)["media_cross_correlation"] == "poor"
