"""Say how models of three families do that learned from synthetic rows."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from likewise.evaluation.score import ALARM, Score, Verdict
from likewise.evaluation.utility.contest import verdict_by
from likewise.evaluation.utility.crossed import Crossed
from likewise.evaluation.utility.learners import CALLED, Model, hopeless
from likewise.evaluation.utility.models import Models, Trained

FAIR, POOR = 0.1, 0.3
"""Shares of what real rows teach from whose loss usefulness is called fair and poor."""
TITLES: dict[Model, str] = {"boosted": "boosted trees", "linear": "linear model", "neighbours": "nearest neighbours"}
CLEAR = 3.3
"""Standard errors between two families from which real rows tell them apart."""


def model_scores(found: Models) -> tuple[Score, ...]:
    """Return TSTR of the linear model and of neighbours, TRTS, calibration and the order of the families."""
    return (
        *(_tstr_score(found, m) for m in ("linear", "neighbours")),
        trts_score(found),
        _loss_score(found),
        _order_score(found),
    )


def _unknown(found: Models, name: str, title: str, unit: Any) -> Score:
    return Score(name=name, title=title, family="utility", value=None, unit=unit, ideal=1.0, n=found.rows,
                 verdict="unknown", meaning=found.trouble)  # fmt: skip


def _seen(found: Models) -> str:
    return " The generator saw the rows it was tested on, so this is weaker evidence." if found.seen else ""


def _tstr_score(found: Models, model: Model) -> Score:
    name, title = f"tstr_{model}", f"Train on synthetic, test on real: {TITLES[model]}"
    family = found.family(model)
    if family is None:
        return _unknown(found, name, title, found.unit)
    guess = 0.5 if found.unit == "AUC" else 0.0
    fall = (family.trtr - family.tstr) / max(family.trtr - guess, 1e-6)
    verdict: Verdict = "unknown"
    if not family.useless:
        verdict = verdict_by(fall, family.chance, fair=FAIR, poor=POOR, blind=family.blind)
    low, high = (family.tstr - family.trtr + s * 1.96 * family.gap_error for s in (-1, 1))
    return Score(
        name=name, title=title, family="utility", value=family.tstr, unit=found.unit, ideal=1.0, floor=family.trtr,
        interval=(family.tstr - 1.96 * family.error, min(1.0, family.tstr + 1.96 * family.error)),
        chance=family.chance, n=found.rows, verdict=verdict,
        meaning=f"With {CALLED[model]} trained on synthetic rows, `{found.target}` of real rows is predicted with "
        f"{found.unit} {family.tstr:.3f}; trained on real rows, {family.trtr:.3f} (difference {low:+.3f} to "
        f"{high:+.3f} with 95 % confidence).{_weak(found, family)}{_seen(found)}",
    )  # fmt: skip


def _weak(found: Models, family: Trained) -> str:
    if family.useless:
        return f" Even real rows hardly teach it `{found.target}`, so there is nothing to lose."
    return family.unsure


def trts_score(found: Models) -> Score:
    """Say whether the target of synthetic rows is harder to predict, or easier, than that of real ones."""
    name, title = "trts", "Train on real, test on synthetic"
    if not found.families:
        return _unknown(found, name, title, found.unit)
    taught = [f for f in found.families if not hopeless(f.crossed.trtr, found.unit)]
    told = min(taught or found.families, key=lambda f: f.crossed.chance)
    crossed = told.crossed
    chance = min(1.0, crossed.chance * max(1, len(taught)))
    verdict = verdict_by(abs(crossed.harder), chance, fair=FAIR, poor=POOR) if taught else "unknown"
    return Score(
        name=name, title=title, family="utility", value=crossed.trts, unit=found.unit, ideal=1.0, floor=crossed.trtr,
        chance=chance, n=found.rows, verdict=verdict,
        meaning=f"With {CALLED[told.model]} trained on real rows, `{found.target}` of synthetic rows is predicted with "
        f"{found.unit} {crossed.trts:.3f}, of other real rows with {crossed.trtr:.3f}. "
        f"{_harder_or_easier(found, crossed, chance)}.{_seen(found)}",
    )  # fmt: skip


def _harder_or_easier(found: Models, crossed: Crossed, chance: float) -> str:
    if chance >= ALARM:
        return f"Synthetic rows are not harder {'' if found.seen else 'or easier '}to predict than real ones"
    harder = crossed.harder > 0
    why = "less on the other columns, or differently" if harder else "more on the other columns than it should"
    return (
        f"Synthetic rows are {'harder' if harder else 'easier'} to predict, by {100 * abs(crossed.harder):.0f} % of "
        f"what real rows teach: their `{found.target}` hangs {why}"
    )


def _loss_score(found: Models) -> Score:
    name, title = "tstr_loss", "Probabilities learned from synthetic rows"
    if found.unit != "AUC":
        title = "Errors learned from synthetic rows"
    taught = [f for f in found.families if not f.useless]
    if not found.families:
        return _unknown(found, name, title, "ratio")
    told = min(taught or found.families, key=lambda f: f.chance_lost)
    chance = min(1.0, told.chance_lost * max(1, len(taught)))
    verdict = verdict_by(told.lost, chance, fair=FAIR, poor=POOR) if taught else "unknown"
    measure = "Brier score" if found.unit == "AUC" else "squared error of ranks"
    return Score(
        name=name, title=title, family="utility", value=told.loss_ratio, unit="ratio", ideal=1.0, floor=1.0,
        chance=chance, n=found.rows, verdict=verdict,
        meaning=f"On real rows, {CALLED[told.model]} trained on synthetic rows has {told.loss_ratio:.2f} times the "
        f"{measure} of the same trained on real rows (1 is as good; more is worse, as where labels are noisy): "
        f"{100 * max(told.lost, 0):.0f} % of what real rows teach about `{found.target}` is lost.{_seen(found)}",
    )  # fmt: skip


def _order_score(found: Models) -> Score:
    """Say whether the family that is best on real rows is best on synthetic ones (Kendall's pairs, 1938).

    A pair that real rows do not tell apart counts as kept; a verdict falls only on pairs clear on both sides.
    """
    name, title = "model_order", "Same model wins"
    if len(found.families) < 2:
        return _unknown(found, name, title, "share")
    kept, turned, pairs = 0, 0, list(combinations(found.families, 2))
    for a, b in pairs:
        # A sixth of what is detectable is about one standard error, that of the training rows included.
        error = float(np.hypot(a.gap_error + a.detectable / 6, b.gap_error + b.detectable / 6))
        real, synthetic = (a.trtr - b.trtr) / error, (a.tstr - b.tstr) / error
        kept += real * synthetic > 0 or abs(real) < 2
        turned += real * synthetic < 0 and min(abs(real), abs(synthetic)) > CLEAR
    best = [max(found.families, key=lambda f: f.trtr), max(found.families, key=lambda f: f.tstr)]
    same = "the same" if best[0] is best[1] else CALLED[best[1].model]
    return Score(
        name=name, title=title, family="utility", value=kept / len(pairs), unit="share", ideal=1.0, floor=1.0,
        n=len(pairs), of="pairs of models", verdict="fair" if turned else "good",
        meaning=f"{kept} of {len(pairs)} pairs of model families rank alike after training on synthetic and on real "
        f"rows, pairs too close to call included. Best when trained on real rows is {CALLED[best[0].model]}; when "
        f"trained on synthetic rows, {same}.",
    )  # fmt: skip
