"""What makes the numbers of a column: a distribution within what its type and the conditions allow."""

from __future__ import annotations

import math
from typing import Any

from likewise.modalities.tabular.distributions import parse
from likewise.techniques.rules.reading.sql.asking import RECORDS, Asked, Making, own, said
from likewise.techniques.rules.reading.sql.meanings import Meaning
from likewise.techniques.rules.reading.sql.names import NUMBERS, guesses_of


def number(asked: Asked) -> Making:
    """Return a distribution that keeps within what the type and the conditions allow."""
    meaning, facts = asked.meaning, asked.facts
    whole = meaning.sort == "integer"
    step = 1.0 if whole else 10.0 ** -(meaning.decimals if meaning.decimals is not None else 2)
    low, high = _edges(asked, step)
    plain = low <= 0 or facts.low is None
    for guess in guesses_of(NUMBERS, asked.table, asked.name):
        if not RECORDS & set(guess.made):
            break
        free = plain and facts.high is None and (facts.low is None or facts.low[0] <= 0)
        grown = guess.made == {"person": "age"} and low <= 18 and high >= 95  # all that a record makes
        if not asked.unique and (free or grown):
            return Making(own(asked, guess), said(guess))
    else:
        guess = None
    reason = "its name" if guess is not None else "its type"
    if asked.unique:
        start = max(low, 1.0) if low > -math.inf else 1.0
        stop = min(high, start + 20 * asked.rows * step)
        return Making(_uniform(start, stop, whole, meaning), f"{reason}; unique", (stop - start) / step + 1)
    family = (
        dict(guess.made) if guess is not None else {"gamma": [2, 25]} if not whole else {"negative-binomial": [2, 0.04]}
    )
    if guess is not None and "beta" in family and _is_percent(asked, high):
        family = {"scaled": {"of": family, "by": 100.0 if meaning.digits is None or high > 99 else high}}
    made = _fitted(family, low, high, whole, meaning, step)
    within = " within its bounds" if facts.low is not None or facts.high is not None else ""
    return Making(made, reason + within, (high - low) / step + 1)


def _edges(asked: Asked, step: float) -> tuple[float, float]:
    """Return the least and the greatest number, both included."""
    meaning, facts = asked.meaning, asked.facts
    low = -math.inf if meaning.least is None else float(meaning.least)
    high = math.inf if meaning.most is None else float(meaning.most)
    if meaning.digits is not None:
        most = 10.0 ** (meaning.digits - (meaning.decimals or 0)) - step
        low, high = max(low, -most), min(high, most)
    if facts.low is not None and isinstance(facts.low[0], int | float):
        low = max(low, math.ceil(round(facts.low[0] / step, 6)) * step + (step if _edge(facts.low, step) else 0))
    if facts.high is not None and isinstance(facts.high[0], int | float):
        high = min(high, math.floor(round(facts.high[0] / step, 6)) * step - (step if _edge(facts.high, step) else 0))
    if low > high:  # a contradiction, which is told when the conditions are held against each other
        low, high = high, low
    return round(low, 12), round(high, 12)


def _edge(bound: tuple[Any, bool], step: float) -> bool:
    """Return whether an excluded bound is itself a number of the column."""
    return bound[1] and abs(bound[0] / step - round(bound[0] / step)) < 1e-6


def _is_percent(asked: Asked, high: float) -> bool:
    """Return whether a share is counted in hundredths."""
    meaning = asked.meaning
    if meaning.sort == "integer":
        return True
    top = asked.facts.high[0] if asked.facts.high is not None else None
    if isinstance(top, int | float):
        return top > 1
    return meaning.digits is not None and meaning.decimals is not None and meaning.digits - meaning.decimals >= 2 and (
        meaning.decimals <= 2)  # fmt: skip


def _fitted(
    family: dict[str, Any], low: float, high: float, whole: bool, meaning: Meaning, step: float
) -> dict[str, Any]:
    """Return a distribution cut to its bounds; another one where hardly anything of it lies within them."""
    found = parse(family)
    floor = max(low, 0.0) if found.support[0] >= 0 else low
    inside = (
        float(found.cdf(high)) - float(found.cdf(floor - 1e-9))
        if high < math.inf
        else 1 - float(found.cdf(floor - 1e-9))
    )
    scale_told = high - low <= 120 and "uniform" in str(family)  # of marks, levels and the like
    if inside < 0.2 or scale_told:
        if math.isfinite(low) and math.isfinite(high):
            return _uniform(low, high, whole, meaning)
        end = low if math.isfinite(low) else high if math.isfinite(high) else 0.0
        scale = max(abs(end), 10 * step)
        family = {"shifted": {"of": {"gamma": [2, scale / 2]}, "by": end}} if math.isfinite(low) else (
            {"shifted": {"of": {"scaled": {"of": {"gamma": [2, scale / 2]}, "by": -1.0}}, "by": end}})  # fmt: skip
        found = parse(family)
    cut: dict[str, Any] = {}
    if low > found.support[0] and float(found.cdf(low - step / 2)) > 0:
        cut["low"] = low
    if high < found.support[1] and float(found.isf(2.0**-54)) > high - step:
        cut["high"] = high
    made = {"truncated": {"of": family, **cut}} if cut else dict(family)
    if "truncated" in family and cut:  # one cut is enough
        inner = dict(family["truncated"])
        made = {
            "truncated": {
                "of": inner["of"],
                "low": max(low, inner.get("low", low)),
                "high": min(high, inner.get("high", high)),
            }
        }
    return {**made, **_rounding(whole, meaning, parse(made).discrete)}


def _uniform(low: float, high: float, whole: bool, meaning: Meaning) -> dict[str, Any]:
    if whole:
        return {"discrete-uniform": [int(low), int(min(high, 2**53))]}
    return {"uniform": [low, high], **_rounding(False, meaning, False)}


def _rounding(whole: bool, meaning: Meaning, discrete: bool) -> dict[str, Any]:
    if whole:
        return {} if discrete else {"decimals": 0, "kind": "integer"}
    return {"decimals": min(meaning.decimals, 12) if meaning.decimals is not None else 2}
