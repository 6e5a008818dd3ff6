"""What synthetic cells are worth for training: a classifier trained on them, tested on cells held back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.evaluation.chance import more_often, share_interval
from likewise.evaluation.media.sides import FEW_OF_CLASS, Side, Sides
from likewise.evaluation.media.spaces import classifier_of
from likewise.evaluation.media.wording import plural, unknown
from likewise.evaluation.score import ALARM, FEWEST, Score, Verdict
from likewise.evaluation.utility.contest import verdict_by

FAIR, POOR = 0.03, 0.1
"""Shares of the accuracy of real cells from whose loss usefulness is called fair and poor."""
CLASS_FAIR, CLASS_POOR = 0.1, 0.3
"""The same of one class: the recall that is lost."""
HOPELESS = 1.2
"""How many times better than the commonest class a classifier of real cells must be for a ratio to say anything."""

Which = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Worth:
    """Hold which test cells classifiers got right after training on synthetic and on as many real cells.

    `agree` says which synthetic cells the one trained on real cells puts into the class of their label, `agree_fresh`
    which fresh ones.
    """

    truth: npt.NDArray[np.int64]
    synthetic: Which
    real: Which
    agree: Which
    rows: int


def worth_of(sides: Sides, *, seed: int) -> Worth | str:
    """Train a classifier on synthetic and one on as many real cells and test both on fresh ones.

    A sentence where there are too few labelled cells or one class only. Ravuri and Vinyals, 2019, NeurIPS (arXiv
    1905.10887), who call it classification accuracy score; Esteban et al., 2017 (arXiv 1706.02633).
    """
    real, synthetic, test = sides.real.labelled, sides.synthetic.labelled, sides.fresh.labelled
    size = min(len(real), len(synthetic))
    if min(size, len(test)) < FEWEST:
        return f"Fewer than {FEWEST} {plural(sides.column)} on one side have a known `{sides.label}`."
    real, synthetic = real.take(slice(0, size)), synthetic.take(slice(0, size))
    if len(np.unique(real.labels)) < 2 or len(np.unique(test.labels)) < 2:
        return f"The {plural(sides.column)} that were looked at have one class of `{sides.label}` only."
    by_real = classifier_of(real, seed=seed, name="real")
    right = [by_real.classify(side.pictures) == side.labels for side in (test, synthetic)]
    return Worth(test.labels, _taught(synthetic, test, seed), right[0], right[1], size)


def _taught(synthetic: Side, test: Side, seed: int) -> Which:
    """Return which test cells a classifier trained on synthetic cells gets right; one class alone teaches itself."""
    if len(np.unique(synthetic.labels)) < 2:
        return np.asarray(test.labels == synthetic.labels[0])
    told = classifier_of(synthetic, seed=seed, name="synthetic").classify(test.pictures)
    return np.asarray(told == test.labels)


def worth_scores(found: Worth | str, sides: Sides) -> tuple[Score, ...]:
    """Return accuracy after training on synthetic cells, the class that lost most, and how many labels fit."""
    if isinstance(found, str):
        titles = {"media_tstr": "Train on synthetic, test on real", "media_tstr_class": "Worst class", "media_trts":
                  "Labels that fit"}  # fmt: skip
        return tuple(unknown(n, t, found, family="utility", unit="share", ideal=1.0) for n, t in titles.items())
    return _accuracy(found, sides), _worst_class(found, sides), _labels_fit(found, sides)


def _accuracy(found: Worth, sides: Sides) -> Score:
    things, synthetic, real = plural(sides.column), float(found.synthetic.mean()), float(found.real.mean())
    commonest = float(np.bincount(found.truth).max() / len(found.truth))
    ratio = synthetic / max(real, 1e-9)
    said = f"That is {100 * ratio:.1f} % of what real ones are worth."
    verdict = verdict_by(1 - ratio, _lost_by_chance(found), fair=FAIR, poor=POOR, blind=_blind(found))
    if real < min(HOPELESS * commonest, (1 + commonest) / 2):
        said, verdict = f"Even real {things} hardly tell `{sides.label}`, so this says little.", "unknown"
    low, high = share_interval(int(found.synthetic.sum()), len(found.truth))
    return Score(
        name="media_tstr", title="Train on synthetic, test on real", family="utility", unit="share", ideal=1.0,
        value=synthetic, floor=real, interval=(low, high), n=len(found.truth), of=plural(sides.column), verdict=verdict,
        chance=_lost_by_chance(found),
        meaning=f"A classifier of `{sides.label}` trained on {found.rows:,} synthetic {things} is right on "
        f"{100 * synthetic:.1f} % of {_tested(sides)}; trained on as many real ones, on {100 * real:.1f} %. {said}",
    )  # fmt: skip


def _tested(sides: Sides) -> str:
    things = plural(sides.column)
    return f"real {things} held back" if sides.held else f"real {things} (the generator saw them: weaker evidence)"


def _lost_by_chance(found: Worth) -> float:
    """Return the chance of so many cells being lost, of those on which the classifiers differ (McNemar, 1947)."""
    from scipy.stats import binom

    lost, won = int((found.real & ~found.synthetic).sum()), int((found.synthetic & ~found.real).sum())
    return float(binom.sf(lost - 1, lost + won, 0.5)) if lost else 1.0


def _blind(found: Worth) -> bool:
    """Say whether a loss that would be poor might go unseen."""
    differ = max(4, int((found.real != found.synthetic).sum()))
    return bool(4.7 * np.sqrt(differ) / len(found.truth) > 2 * POOR)


def recalls(found: Worth) -> dict[int, tuple[float, float, int]]:
    """Return for each class of ten test cells or more the shares that are told, by synthetic and by real training."""
    classes, counts = np.unique(found.truth, return_counts=True)
    return {
        int(k): (float(found.synthetic[found.truth == k].mean()), float(found.real[found.truth == k].mean()), int(n))
        for k, n in zip(classes, counts, strict=True)
        if n >= FEW_OF_CLASS
    }


def _worst_class(found: Worth, sides: Sides) -> Score:
    title, things = "Worst class", plural(sides.column)
    by_class = recalls(found)
    if not by_class:
        few = f"No class of `{sides.label}` has {FEW_OF_CLASS} {things} to be tested on."
        return unknown("media_tstr_class", title, few, family="utility", unit="share", ideal=1.0)
    worst = max(by_class, key=lambda k: by_class[k][1] - by_class[k][0])
    synthetic, real, rows = by_class[worst]
    lost, before = round(rows * (1 - synthetic)), round(rows * (1 - real))
    chance = min(1.0, len(by_class) * more_often(lost, rows, before, rows))
    verdict: Verdict = verdict_by(real - synthetic, chance, fair=CLASS_FAIR, poor=CLASS_POOR)
    return Score(
        name="media_tstr_class", title=title, family="utility", unit="share", ideal=1.0, value=synthetic, floor=real,
        n=rows, of=things, chance=chance, verdict=verdict,
        meaning=f"Of the classes of `{sides.label}`, `{sides.levels[worst]}` loses most: {100 * synthetic:.0f} % of "
        f"its {things} are told after training on synthetic ones, {100 * real:.0f} % after training on real ones.",
    )  # fmt: skip


def _labels_fit(found: Worth, sides: Sides) -> Score:
    things, agree, fresh = plural(sides.column), float(found.agree.mean()), float(found.real.mean())
    wrong, wrong_fresh = int((~found.agree).sum()), int((~found.real).sum())
    chance = more_often(wrong, len(found.agree), wrong_fresh, len(found.real))
    low, high = share_interval(int(found.agree.sum()), len(found.agree))
    return Score(
        name="media_trts", title="Labels that fit", family="utility", unit="share", ideal=1.0, value=agree, floor=fresh,
        interval=(low, high), n=len(found.agree), of=things, chance=chance,
        verdict=verdict_by(1 - agree / max(fresh, 1e-9), chance, fair=FAIR, poor=POOR,
                           blind=chance >= ALARM and len(found.agree) < 2 * FEWEST),
        meaning=f"A classifier trained on real {things} puts {100 * agree:.1f} % of synthetic ones into the class that "
        f"their `{sides.label}` says; of fresh real ones {100 * fresh:.1f} %.",
    )  # fmt: skip
