"""What privacy is judged on: the columns in which rows can be alike, and whether the rows held back can be trusted."""

from __future__ import annotations

from dataclasses import dataclass

from likewise.evaluation.foreign import foreign_columns
from likewise.evaluation.pairing import OTHERS, Paired
from likewise.evaluation.privacy.copies import Keys, row_keys
from likewise.evaluation.privacy.leaked import leaked_trouble
from likewise.evaluation.privacy.overlap import holdout_trouble

NOTHING_ALIKE = "No column of the synthetic table has a value in common with the real one, so privacy was not judged."


@dataclass(frozen=True, eq=False)
class Attacked:
    """Hold the tables without columns in which no row can be alike, and a key of each row.

    `spoilt` is a sentence where exact copies cannot be judged, `trouble` one where nothing of privacy can; `notes` say
    what was left out.
    """

    paired: Paired
    real: Keys
    synthetic: Keys
    holdout: Keys | None
    spoilt: str
    trouble: str
    notes: tuple[str, ...]


def attacked_part(paired: Paired, *, seed: int) -> Attacked:
    """Return what attacks are to see of aligned tables. Raises EvaluationError where the holdout was not held back."""
    holdout = paired.holdout
    held = () if holdout is None else foreign_columns(paired, holdout, OTHERS[1])
    made = foreign_columns(paired, paired.synthetic)
    seen = paired.without({f.place for f in held})
    spoilt = _unjudged(paired) or holdout_trouble(
        row_keys(seen.real), None if seen.holdout is None else row_keys(seen.holdout)
    )
    left = {f.place for f in (*held, *made)}
    notes = [f.said for f in (*made, *held)]
    if left and len(left) == len(paired.columns) and not paired.real.texts:
        left, spoilt = set(), NOTHING_ALIKE
    elif left:
        named = ", ".join(f"`{paired.columns[place].name}`" for place in sorted(left))
        notes.append(f"Rows were compared in the search for copies and in all attacks without {named}.")
    part = paired.without(left)
    keys = [None if p is None else row_keys(p) for p in (part.real, part.synthetic, part.holdout)]
    assert keys[0] is not None and keys[1] is not None
    leaked = leaked_trouble(keys[0], keys[1], keys[2], seed=seed) if not spoilt else ""
    return Attacked(part, keys[0], keys[1], keys[2], spoilt, spoilt or leaked, tuple(notes))


def _unjudged(paired: Paired) -> str:
    """Return why nothing can be said of privacy where cells of media may be those of real rows, unseen."""
    if not paired.unjudged:
        return ""
    named = ", ".join(f"`{name}`" for name in paired.unjudged)
    return f"Whether cells repeat real ones could not be judged ({named}), so privacy was not judged."
