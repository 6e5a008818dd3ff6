"""What is measured of sounds, clips or series alone: loudness and tone, motion, what ties the steps of a series."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence

import numpy as np

from likewise.core.table import Table
from likewise.evaluation.media.distances import Apart, Floats, Vectors, frechet_apart, measured_apart
from likewise.evaluation.media.likeness import DETAIL, far_verdict
from likewise.evaluation.media.series import (
    autocorrelation_error,
    cross_correlation_error,
    discriminative,
    predictive,
    prepared,
    spectrum_distance,
)
from likewise.evaluation.media.shapes import Cell
from likewise.evaluation.media.sides import Sides, cells_of
from likewise.evaluation.media.video import clip_points
from likewise.evaluation.score import Score, Verdict, judge
from likewise.modalities.audio.mel import hertz_of, mel_of
from likewise.modalities.audio.spectrum import UNKNOWN_RATE, power

LOOKED_AT, BRIEFLY = 1_500, 500
"""Cells a side on which these figures are taken, at most, and in a brief judgement."""
TRAIT = (5.0, 15.0)
"""Gap between two distributions beyond that of fresh cells, in percent, up to which it is good, and fair."""
TOLD, FORETOLD = (0.05, 0.15), (0.03, 0.15)
"""What a judge may tell beyond guessing, and what a forecast may lose, up to which it is good, and fair."""
QUIET_DB = -100.0

TIES: tuple[tuple[str, str, Callable[[Sequence[Floats], Sequence[Floats]], float], tuple[float, float], str], ...] = (
    ("media_autocorrelation", "Autocorrelation", autocorrelation_error, (0.02, 0.1),
     "correlations of channels with themselves some steps later"),
    ("media_cross_correlation", "Cross-correlation", cross_correlation_error, (0.03, 0.1),
     "correlations between channels, at one step and the next"),
    ("media_spectrum", "Power spectrum", spectrum_distance, (0.5, 3.0), "power spectra, in decibels"),
)  # fmt: skip
"""What is compared of series: score, title, measure, beyond what fresh series have it is fair and poor, and words."""


def kind_scores(sides: Sides, tables: Sequence[Table], *, seed: int, brief: bool) -> list[Score]:
    """Return the scores that only cells of this kind have; none for pictures."""
    kind = sides.column.kind
    if kind == "image":
        return []
    real, synthetic, fresh = _raw(sides, tables, BRIEFLY if brief else LOOKED_AT)
    if kind == "audio":
        return _sound_scores(real, synthetic, fresh, sides.column.rate or UNKNOWN_RATE, seed)
    if kind == "video":
        return _clip_scores(real, synthetic, fresh, seed)
    return _series_scores(real, synthetic, fresh, seed, brief)


def _raw(sides: Sides, tables: Sequence[Table], most: int) -> tuple[list[Cell], list[Cell], list[Cell]]:
    """Return cells as they came: real ones, and as many synthetic as fresh ones."""
    size = min(len(sides.synthetic), len(sides.fresh), most)
    rows = (sides.ground.rows[:most], sides.synthetic.rows[:size], sides.fresh.rows[:size])
    of = (tables[0], tables[1], tables[2] if sides.held else tables[0])
    real, synthetic, fresh = (cells_of(t, sides.column.name, r) for t, r in zip(of, rows, strict=True))
    return real, synthetic, fresh


# -- sounds ---------------------------------------------------------------------------------------------------------
def _sound_scores(
    real: Sequence[Cell], synthetic: Sequence[Cell], fresh: Sequence[Cell], rate: int, seed: int
) -> list[Score]:  # fmt: skip
    traits = (
        ("media_loudness", "Loudness", "dB", loudness),
        ("media_centroid", "Brightness of tone", "Hz", lambda sound: centroid(sound, rate)),
        ("media_duration", "Duration", "s", lambda sound: len(sound) / rate),
    )
    scores = []
    for name, title, unit, trait in traits:
        values = [np.array([trait(cell) for cell in side]) for side in (real, synthetic, fresh)]
        found = _gaps(*values, seed=seed)
        middles = [float(np.median(v)) for v in values[:2]]
        scores.append(Score(
            name=name, title=title, family="fidelity", unit="%", ideal=0.0, value=found.synthetic, floor=found.fresh,
            n=len(synthetic), of="sounds a side", chance=found.chance, verdict=far_verdict(found, TRAIT),
            meaning=f"{title}: {middles[1]:.3g} {unit} in the middle of synthetic sounds, {middles[0]:.3g} {unit} of "
            f"real ones. The shares of sounds below any value differ by {found.synthetic:.1f} % at most; those of as "
            f"many fresh real ones by {found.fresh:.1f} %.",
        ))  # fmt: skip
    return scores


def loudness(sound: Cell) -> float:
    """Return the power of a sound in decibels of full scale; silence is at -100."""
    return max(QUIET_DB, 10 * float(np.log10(max(power(sound), 1e-30)))) if len(sound) else QUIET_DB


def centroid(sound: Cell, rate: int) -> float:
    """Return where the middle of a sound's power lies among frequencies, on the scale of the ear, in Hz."""
    if len(sound) < 2:
        return 0.0
    spectrum = np.abs(np.fft.rfft(sound.astype(np.float64).mean(axis=1))) ** 2
    heard = mel_of(np.fft.rfftfreq(len(sound), 1 / rate))
    total = float(spectrum.sum())
    return float(hertz_of(np.array(spectrum @ heard / total))) if total > 0 else 0.0


def _gaps(real: Floats, synthetic: Floats, fresh: Floats, *, seed: int) -> Apart:
    """Compare the largest gaps between distribution functions (Kolmogorov and Smirnov), in percent."""
    return measured_apart(_gap, np.sort(real).tolist(), synthetic.tolist(), fresh.tolist(), seed=seed)


def _gap(first: Sequence[float], second: Sequence[float]) -> float:
    own, other = np.sort(np.asarray(first)), np.sort(np.asarray(second))
    places = np.concatenate([own, other])
    shares = [np.searchsorted(side, places, side="right") / len(side) for side in (own, other)]
    return 100 * float(np.abs(shares[0] - shares[1]).max())


# -- clips ----------------------------------------------------------------------------------------------------------
def _clip_scores(
    real: Sequence[Cell], synthetic: Sequence[Cell], fresh: Sequence[Cell], seed: int
) -> list[Score]:  # fmt: skip
    known = [[clip for clip in side if len(clip)] for side in (real, synthetic, fresh)]
    told = (("media_frames", "Single frames", "what single frames show"),
            ("media_motion", "Motion", "how frames change, one and four apart"))  # fmt: skip
    scores = []
    for (name, title, said), points in zip(told, clip_points(*known, seed=seed), strict=True):
        found = frechet_apart(points[0], points[1], points[2], seed=seed)
        scores.append(Score(
            name=name, title=title, family="fidelity", unit="distance", ideal=0.0, value=found.synthetic,
            floor=found.fresh, n=len(points[1]), of="clips a side", chance=found.chance,
            verdict=far_verdict(found, DETAIL),
            meaning=f"Frechet distance of {said}, by filters learned from patches: synthetic clips lie "
            f"{found.synthetic:.4f} from real ones, as many fresh real ones {found.fresh:.4f}.",
        ))  # fmt: skip
    return scores


# -- series ---------------------------------------------------------------------------------------------------------
def _series_scores(
    real: Sequence[Cell], synthetic: Sequence[Cell], fresh: Sequence[Cell], seed: int, brief: bool
) -> list[Score]:  # fmt: skip
    known = [[cell for cell in side if np.isfinite(cell).any()] for side in (real, synthetic, fresh)]
    scores = []
    for name, title, measure, matters, said in TIES:
        if name == "media_cross_correlation" and known[0][0].shape[1] < 2:
            continue
        found = measured_apart(measure, *known, seed=seed)
        scores.append(Score(
            name=name, title=title, family="fidelity", unit="distance", ideal=0.0, value=found.synthetic,
            floor=found.fresh, n=len(known[1]), of="series a side", chance=found.chance,
            verdict=far_verdict(found, matters),
            meaning=f"Mean difference of {said}: {found.synthetic:.3f} between synthetic and real series, "
            f"{found.fresh:.3f} between fresh and real ones.",
        ))  # fmt: skip
    if brief or importlib.util.find_spec("torch") is None:
        return scores
    own, made, other = prepared(*known)
    return [*scores, _told_apart(own, made, other, seed), _foretold(own, made, other, seed)]


def _told_apart(real: Vectors, synthetic: Vectors, fresh: Vectors, seed: int) -> Score:
    found, floor = (discriminative(real, side, seed=seed, wide=True) for side in (synthetic, fresh))
    value, least = float(found.mean()), float(floor.mean())
    beyond = value - least - 2 * float(np.hypot(found.std(), floor.std()))
    return Score(
        name="media_discriminative", title="Discriminative score", family="fidelity", unit="share", ideal=0.0,
        value=value, floor=least, n=len(synthetic), of="series a side",
        verdict=judge(beyond, good=TOLD[0], fair=TOLD[1]),
        meaning=f"Recurrent networks tell synthetic series from real ones {100 * (0.5 + value):.1f} % of the time "
        f"(fresh real ones {100 * (0.5 + least):.1f} %; 50 % is guessing), as TimeGAN's protocol asks with larger "
        f"networks; mean of {len(found)}.",
    )  # fmt: skip


def _foretold(real: Vectors, synthetic: Vectors, fresh: Vectors, seed: int) -> Score:
    found, floor = (float(predictive(side, fresh, seed=seed).mean()) for side in (synthetic, real))
    lost = found / max(floor, 1e-9) - 1
    verdict: Verdict = judge(lost, good=FORETOLD[0], fair=FORETOLD[1])
    return Score(
        name="media_predictive", title="Predictive score", family="utility", unit="distance", ideal=0.0, value=found,
        floor=floor, n=len(fresh), of="series", verdict=verdict,
        meaning=f"A recurrent network that learned from synthetic series foretells the last channel of fresh real ones "
        f"with a mean error of {found:.4f} of its range; one that learned from real series, {floor:.4f}.",
    )  # fmt: skip
