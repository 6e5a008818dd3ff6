"""Values for open columns of many rows at once: one column after another, each within what the earlier ones leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from likewise.constraints.language.cells import Cells
from likewise.constraints.reasoning.bounding import take
from likewise.constraints.reasoning.boxes import Box, Boxes
from likewise.constraints.reasoning.intervals import decimals_of_step
from likewise.constraints.reasoning.narrowing import Narrowing
from likewise.constraints.reasoning.premise import Premise
from likewise.constraints.reasoning.propagating import settle
from likewise.core.counted import Counted

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

PASSES = 4
"""How often all rules are applied after each column at most."""

WIDE = 1e6
"""How far from its other end, or from 0, a column is drawn that has no end."""


def dive(
    rules: Sequence[Premise], narrowing: Narrowing, boxes: Boxes, order: Sequence[str],
    preferred: Mapping[str, Floats], numbers: Counted, rows: Ints, tries: int,
) -> tuple[dict[str, Floats], Mask]:  # fmt: skip
    """Return a value for every column of `order`, the preferred one where it is left, else any; and where none is left.

    Of each column so many values are tried beside each other, and the first is taken that leaves something to the
    others. Values are numbers, or ranks of texts, NaN for missing ones. What is drawn is a function of the counted
    numbers of the row, so any rows can be filled in alone.
    """
    found: dict[str, Floats] = {}
    for name in order:
        box = boxes.of[name]
        made_up = narrowing.sorts[name] != "text" or box.values is not None
        drawn = candidates(box, numbers.at(name).uniforms(rows), tries) if made_up else alone(box)[:, None]
        if name in preferred:
            own = preferred[name]
            first = np.where(holding(box, own) | (np.isnan(own) & box.absent), own, drawn[:, 0])
            drawn = np.column_stack([first, drawn]) if tries > 1 else first[:, None]
        found[name], narrowing, boxes = tried(rules, narrowing, boxes, name, drawn)
    return found, boxes.dead


def tried(
    rules: Sequence[Premise], narrowing: Narrowing, boxes: Boxes, name: str, values: Floats
) -> tuple[Floats, Narrowing, Boxes]:
    """Return the first of some values of a column (rows x tries) that leaves something, and what it leaves."""
    box = boxes.of[name]
    count, tries = values.shape
    place = np.repeat(np.arange(count), tries)
    drawn = values.ravel()
    known = (
        {each: take(cells, place) for each, cells in narrowing.known.items()} if tries > 1 else dict(narrowing.known)
    )
    known[name] = cells_of(drawn, name, narrowing, decimals_of_step(box.step))
    wide = Narrowing(len(place), narrowing.sorts, known, narrowing.words)
    others = {each: taken(own, place) if tries > 1 else own for each, own in boxes.of.items() if each != name}
    dead = boxes.dead[place] | (np.isnan(drawn) & ~box.absent[place])
    left = settle(rules, wide, Boxes(others, dead), rounds=PASSES)[0]
    if tries == 1:
        return drawn, wide, left
    best = left.dead.reshape(count, tries).argmin(axis=1) + np.arange(count) * tries
    chosen = Narrowing(count, narrowing.sorts, {n: take(c, best) for n, c in known.items()}, narrowing.words)
    return drawn[best], chosen, Boxes({n: taken(own, best) for n, own in left.of.items()}, left.dead[best])


def taken(box: Box, rows: Ints) -> Box:
    """Return the box of some rows."""
    allowed = None if box.allowed is None else box.allowed[rows]
    return replace(box, low=box.low[rows], high=box.high[rows], absent=box.absent[rows], allowed=allowed)


def alone(box: Box) -> Floats:
    """Return the only value that is left in each row, NaN where there are several or none."""
    return np.where(box.low == box.high, box.low, np.nan)


def candidates(box: Box, uniforms: Floats, tries: int) -> Floats:
    """Return some values of a box in each row (rows x tries), NaN where there is none: all of them where they are few.

    The first is any value, all as likely; the others lie after it in a circle, evenly apart.
    """
    if box.values is not None and box.allowed is not None:
        counts = box.allowed.cumsum(axis=1) if len(box.values) else np.zeros((len(uniforms), 1), dtype=np.int64)
        wanted = _circle(uniforms, counts[:, -1].astype(np.float64), tries)
        place = (counts[:, None, :] <= wanted[:, :, None]).sum(axis=2).clip(max=max(len(box.values) - 1, 0))
        values = box.values if len(box.values) else np.array([np.nan])
        return np.where(box.none[:, None], np.nan, values[place])
    low = np.where(np.isfinite(box.low), box.low, np.where(np.isfinite(box.high), box.high - WIDE, -WIDE))
    high = np.where(np.isfinite(box.high), box.high, np.where(np.isfinite(box.low), box.low + WIDE, WIDE))
    low, high = np.where(box.none, 0.0, low), np.where(box.none, 0.0, high)
    if box.step is None:
        share = (uniforms[:, None] + np.arange(tries) / tries) % 1.0
        found = low[:, None] + share * (high - low)[:, None]
    else:
        start = np.rint(low * box.step.denominator / box.step.numerator)
        size = np.rint((high - low) * box.step.denominator / box.step.numerator) + 1
        found = (start[:, None] + _circle(uniforms, size, tries)) * box.step.numerator / box.step.denominator
    found = np.minimum(np.maximum(found, low[:, None]), high[:, None])
    return np.where(box.none[:, None], np.nan, found)


def _circle(uniforms: Floats, sizes: Floats, tries: int) -> Floats:
    """Return places below the size of each row: any, and others after it in a circle."""
    apart = np.maximum(np.floor(sizes / tries), 1.0)
    first = np.floor(uniforms * sizes)
    return (first[:, None] + np.arange(tries) * apart[:, None]) % np.maximum(sizes, 1.0)[:, None]


def holding(box: Box, values: Floats) -> Mask:
    """Return in which rows a box holds a value."""
    with np.errstate(invalid="ignore"):
        inside = (values >= box.low) & (values <= box.high)
    if box.values is None or box.allowed is None or not len(box.values):
        return inside
    place = np.searchsorted(box.values, np.where(inside, values, box.values[0])).clip(max=len(box.values) - 1)
    allowed: Mask = inside & (box.values[place] == values) & box.allowed[np.arange(len(values)), place]
    return allowed


def cells_of(values: Floats, name: str, narrowing: Narrowing, decimals: int | None) -> Cells:
    """Return the values of a column as cells; ranks as their texts."""
    sort = narrowing.sorts[name]
    if sort == "text":
        return Cells("text", narrowing.words.texts_of(values))
    return Cells(sort, values, decimals)
