"""Faults of single categories."""

from __future__ import annotations

import numpy as np

from likewise.core.table import Table
from likewise.evaluation.controls.parts import (
    Rng,
    by_levels,
    with_codes,
)


def invented_levels(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Write a level that no real row has into a twentieth of the rows of one category."""
    column = next((c for c in by_levels(fresh) if c.kind == "category" and c.role != "target"), None)
    if column is None:
        return None
    levels = (*(column.levels or ()), "a level made up")
    codes = np.where(rng.random(fresh.rows) < 0.05, len(levels) - 1, fresh.codes(column.name))
    return with_codes(fresh, column.model_copy(update={"levels": levels}), codes.astype(np.int32))


def lost_levels(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Replace the level nearest to a tenth of the rows, in each category of three levels or more, by the others."""
    changed = fresh
    for column in by_levels(fresh):
        codes = fresh.codes(column.name)
        shares = np.bincount(codes[codes >= 0], minlength=1) / fresh.rows
        if column.role == "target" or (shares > 0).sum() < 3:
            continue
        lost = int(np.argmin(np.abs(np.log(np.maximum(shares, 1e-9) / 0.1))))
        rest = codes[(codes >= 0) & (codes != lost)]
        changed = with_codes(changed, column, np.where(codes == lost, rng.choice(rest, fresh.rows), codes))
    return None if changed is fresh else changed


def swollen_level(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Make the rarest level that a thirtieth of the rows hold, or more, three times as common, in one category."""
    for column in by_levels(fresh):
        codes = fresh.codes(column.name)
        shares = np.bincount(codes[codes >= 0], minlength=1) / fresh.rows
        sized = np.flatnonzero((shares >= 1 / 30) & (shares <= 0.2))
        if len(sized) and column.role != "target":
            rare = sized[np.argmin(shares[sized])]
            hit = (codes >= 0) & (rng.random(fresh.rows) < 2 * shares[rare] / (1 - shares[rare]))
            return with_codes(fresh, column, np.where(hit, rare, codes).astype(np.int32))
    return None


def respelled_level(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Write the commonest level of one category in capitals, with a blank behind, in a tenth of its rows."""
    column = next((c for c in by_levels(fresh) if c.kind == "category" and c.role != "target"), None)
    if column is None:
        return None
    codes, levels = fresh.codes(column.name), column.levels or ()
    common = int(np.bincount(codes[codes >= 0], minlength=1).argmax())
    levels = (*levels, f"{levels[common].upper()} ")
    hit = (codes == common) & (rng.random(fresh.rows) < 0.1)
    return with_codes(
        fresh, column.model_copy(update={"levels": levels}), np.where(hit, len(levels) - 1, codes).astype(np.int32)
    )
