"""What noise of growing strength does to a table: the curve of what is lost and what is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from likewise.core.schema import Column
from likewise.core.seeds import generator
from likewise.core.spec import Spec
from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.techniques.noise.additive import spread_of
from likewise.techniques.noise.association import associations, kept
from likewise.techniques.noise.composition import Composition, compose
from likewise.techniques.noise.difference import differ
from likewise.techniques.noise.strength import summary

Floats = npt.NDArray[np.float64]

ROWS = 20_000
"""Rows that effects are measured on, at most."""
LINKED = 2_000
"""Rows that are looked for among as many, at most."""


class Effect(Spec):
    """Say what became of one column: shares of cells from 0 to 1, shifts in standard deviations of the original.

    `distance` is the Kolmogorov-Smirnov distance of the distributions, of levels the total variation distance; `shift`
    and `spread` (the ratio of the standard deviations) are None for what has no mean.
    """

    column: str
    changed: float
    shift: float | None = None
    spread: float | None = None
    distance: float | None = None


class Point(Spec):
    """Say what noise of one strength does: to each column, to the correlations, and to who can be found again.

    `correlations` is the share of their strength that pairs of columns keep on average, `least` what the weakest pair
    keeps (None where none hang together). `relinked` is the share of rows whose nearest original row, by the numbers
    and levels that the steps change, is their own (None where they change neither).
    """

    strength: float
    correlations: float | None
    least: float | None
    relinked: float | None
    columns: tuple[Effect, ...]


class Sensitivity(Spec):
    """Hold the curve: one point a strength, each a multiple of what the steps say. `print` shows it as a table."""

    rows: int
    linked: int
    points: tuple[Point, ...]

    def to_text(self) -> str:
        """Return the curve, and what each strength does to each column, as lines for a terminal."""
        return "\n".join(self._lines())

    def __str__(self) -> str:
        return self.to_text()

    def _lines(self) -> Iterator[str]:
        yield f"measured on {self.rows:,} rows; {self.linked:,} of them looked for among as many originals,"
        yield "by the numbers and levels that the steps change (what stays as it is, texts,"
        yield "pictures, sounds and series tell more)"
        yield ""
        yield "strength  cells changed  correlation kept  (least)  rows found again"
        for point in self.points:
            cells = float(np.mean([effect.changed for effect in point.columns])) if point.columns else 0.0
            found = "-" if point.relinked is None else f"{point.relinked:.1%}"
            yield (f"{point.strength:8g}  {cells:12.1%}   {_number(point.correlations):>15}  {_number(point.least):>7}"
                   f"  {found:>15}")  # fmt: skip
        width = max([6, *(len(effect.column) for point in self.points for effect in point.columns)])
        yield ""
        yield f"{'column':{width}}  strength  changed   shift  sd ratio  distance"
        for name in dict.fromkeys(effect.column for point in self.points for effect in point.columns):
            for point in self.points:
                for effect in (effect for effect in point.columns if effect.column == name):
                    yield (f"{name:{width}}  {point.strength:8g}  {effect.changed:7.1%}  {_number(effect.shift):>6}"
                           f"  {_number(effect.spread):>8}  {_number(effect.distance):>8}")  # fmt: skip


def measured(
    learned: Table, composition: Composition, rows: Table, strengths: Sequence[float], *, linked: bool, seed: int
) -> Sensitivity:
    """Return what the steps of a composition do to rows at so many times their strength.

    Rows are linked by distance: the sum over the changed columns of differences in standard deviations, 1 for other
    levels (Pagliuca and Seri, 1999; Domingo-Ferrer and Torra, 2001). Raises SettingsError for a strength below 0.
    """
    if not strengths or any(not np.isfinite(s) or s < 0 for s in strengths):
        raise SettingsError("settings.strengths", "strengths are finite numbers of at least 0, one at least",
                            where="strengths", hint="use e.g. strengths=(0.5, 1, 2)")  # fmt: skip
    rng = generator(seed, "sensitivity")
    if rows.rows > ROWS:
        rows = rows.take(np.sort(rng.choice(rows.rows, ROWS, replace=False)))
    some = np.sort(rng.choice(rows.rows, min(LINKED, rows.rows), replace=False))
    before = associations(rows)
    points = []
    for strength in strengths:
        scaled = compose(learned, [step.operation.scaled(strength) for step in composition.steps], linked=linked)
        changed = scaled.changed(rows, generator(seed, "trial"), seed)
        left = kept(before, associations(changed))
        points.append(Point(
            strength=float(strength),
            correlations=summary(left, "mean") if left else None,
            least=summary(left, "every") if left else None,
            relinked=relinked(rows.take(some), changed.take(some), composition.names),
            columns=tuple(_effect(rows, changed, name) for name in composition.names),
        ))  # fmt: skip
    return Sensitivity(rows=rows.rows, linked=len(some), points=tuple(points))


def relinked(original: Table, changed: Table, names: Sequence[str]) -> float | None:
    """Return the share of changed rows that are nearest to their own original; of several as near, the chance of it.

    By numbers and levels; None where there are none to go by.
    """
    names = [name for name in names if original.schema[name].is_number or original.schema[name].is_levels]
    if not original.rows or not names:
        return None
    far = np.zeros((original.rows, original.rows), dtype=np.float32)
    for name in names:
        column = original.schema[name]
        if column.is_number:
            spread = spread_of(original.numbers(name)) or 1.0
            one, other = (_filled(t.numbers(name) / spread) for t in (changed, original))
            far += np.abs(one[:, None] - other[None, :])
        else:
            far += changed.codes(name)[:, None] != original.codes(name)[None, :]
    own = np.diagonal(far)
    nearest = far.min(axis=1)
    ties = (far <= (nearest + 1e-6)[:, None]).sum(axis=1)
    return float(np.mean(np.where(own <= nearest + 1e-6, 1 / ties, 0.0)))


def _filled(values: Floats) -> npt.NDArray[np.float32]:
    """Return scaled numbers with the missing ones far from all others."""
    return np.clip(np.where(np.isnan(values), 1e6, values), -1e6, 1e6).astype(np.float32)


def _effect(original: Table, changed: Table, name: str) -> Effect:
    share = float(differ(original.column(name), changed.column(name)).mean()) if original.rows else 0.0
    column: Column = original.schema[name]
    if column.is_number:
        return Effect(column=name, changed=share, **_moments(original.numbers(name), changed.numbers(name)))
    if not column.is_levels:
        return Effect(column=name, changed=share)
    count = int(max(original.codes(name).max(initial=0), changed.codes(name).max(initial=0))) + 2
    shares = [np.bincount(t.codes(name) + 1, minlength=count) / max(t.rows, 1) for t in (original, changed)]
    return Effect(column=name, changed=share, distance=float(np.abs(shares[0] - shares[1]).sum() / 2))


def _moments(original: Floats, changed: Floats) -> dict[str, float]:
    """Return shift, ratio of spreads and Kolmogorov-Smirnov distance of the values that are there."""
    one, other = (np.sort(v[~np.isnan(v)]) for v in (original, changed))
    if not len(one) or not len(other):
        return {}
    size = max(float(np.abs(one).max()), float(np.abs(other).max())) or 1.0
    spread, both = spread_of(original), np.concatenate([one, other])
    places = [np.searchsorted(values, both, side="right") / len(values) for values in (one, other)]
    found = {"distance": float(np.abs(places[0] - places[1]).max())}
    if spread:
        shift = (float(np.mean(other / size)) - float(np.mean(one / size))) * (size / spread)
        found |= {"shift": shift, "spread": spread_of(changed) / spread}
    return found


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
