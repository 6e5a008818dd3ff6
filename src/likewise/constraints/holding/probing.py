"""Draw some rows from a model that was just made, to see how often rules hold and what holding them changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from likewise.constraints.holding.rule import RowRule
from likewise.constraints.holding.steps import Step
from likewise.core.seeds import generator
from likewise.core.table import Table

if TYPE_CHECKING:
    from likewise.constraints.holding.model import ConstrainedModel

Floats = npt.NDArray[np.float64]

PROBE = 4096
"""Rows drawn to see how often rules hold."""

MENDED = 64
"""Rows drawn as they will be, to find out at once whether rare rules can be met at all."""

TOLD = 0.005
"""Change of a column from which it is told: the distance between its two distributions, from 0 to 1."""


def probed(model: ConstrainedModel, seed: int) -> tuple[ConstrainedModel, tuple[str, ...]]:
    """Return a model that knows how many of its rows are accepted, and sentences on how each rule is met.

    Raises SettingsError for a rule that cannot be met.
    """
    later = tuple(f"{rule.said()}: met when all rows are drawn" for rule in model.constraints if rule.scope == "rows")
    if not model.rules:
        return model, later
    drawn = model.inner.draw(PROBE, generator(seed, "probe"), None)
    built = model.built(drawn)
    met = model.met(built)
    known = replace(model, acceptance=float(met.mean()))
    if known.acceptance < 1:
        known.draw(MENDED, generator(seed, "probe", 1), None)
    notes = [*(_how(model, rule, built) for rule in model.rules), *_touched(model.steps, drawn, built)]
    if known.acceptance < 1:
        notes.append(f"{known.acceptance:.2%} of the rows drawn meet all rules; others are drawn anew or mended")
    return known, (*notes, *later, *_moved(built, met))


def _how(model: ConstrainedModel, rule: RowRule, built: Table) -> str:
    """Say how a rule is met."""
    steps = [step.said for step in model.steps if step.rule == rule.place]
    made = ", ".join(steps)
    if rule not in model.open_rules:
        return f"{rule.said}: met by construction ({made})"
    share = float(rule.holds(built).mean())
    also = f" ({made})" if made else ""
    if share == 1:
        return f"{rule.said}: met by all of {built.rows:,} rows drawn to see{also}; one that breaks it is drawn anew"
    return f"{rule.said}: met by {share:.2%} of the rows as they are drawn{also}; others are drawn anew"


def _touched(steps: tuple[Step, ...], drawn: Table, built: Table) -> list[str]:
    """Say in how many rows a step changed what was drawn."""
    notes = []
    for step in steps:
        if step.column in drawn.schema and built.rows:
            was, now = drawn.column(step.column), built.column(step.column)
            changed = sum(a != b for a, b in zip(was.to_pylist(), now.to_pylist(), strict=True)) / built.rows
            if changed:
                notes.append(
                    f"`{step.column}` is changed in {changed:.2%} of the rows drawn by what follows from others"
                )
    return notes


def _moved(built: Table, met: npt.NDArray[np.bool_]) -> list[str]:
    """Say how far the columns move when rows that break a rule are left out."""
    if met.all() or met.sum() < 100:
        return []
    far = {name: _distance(built, name, met) for name in built.names}
    listed = [f"`{name}` by {far[name]:.1%}" for name in sorted(far, key=lambda n: -far[n]) if far[name] >= TOLD]
    return [f"rows that meet the rules differ from all rows drawn: {', '.join(listed[:6])}"] if listed else []


def _distance(table: Table, name: str, part: npt.NDArray[np.bool_]) -> float:
    """Return how far a column of some rows is from that of all: total variation of levels, Kolmogorov's of numbers."""
    if table.schema[name].is_levels:
        codes = table.codes(name) + 1
        width = int(codes.max(initial=0)) + 1
        whole, own = (np.bincount(own, minlength=width) / max(len(own), 1) for own in (codes, codes[part]))
        return float(np.abs(whole - own).sum() / 2)
    if not table.schema[name].is_number:
        return 0.0
    values = table.numbers(name)
    whole, own = (np.sort(v[np.isfinite(v)]) for v in (values, values[part]))
    if not len(own):
        return 0.0
    gaps = np.searchsorted(whole, whole, "right") / len(whole) - np.searchsorted(own, whole, "right") / len(own)
    return float(np.abs(gaps).max())
