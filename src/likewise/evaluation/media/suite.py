"""Run every metric on the columns of images, sounds, clips and series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.progress import Progress, quiet
from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.evaluation.media.kinds import kind_scores
from likewise.evaluation.media.likeness import detection_score, likeness_scores
from likewise.evaluation.media.previews import preview
from likewise.evaluation.media.secrecy import secrecy_scores
from likewise.evaluation.media.sides import Sides, sides_of
from likewise.evaluation.media.spaces import extractors_of, space_of
from likewise.evaluation.media.use import Worth, recalls, worth_of, worth_scores
from likewise.evaluation.media.wording import of_column, plural
from likewise.evaluation.pairing import Paired
from likewise.evaluation.privacy.copies import copies_score, count_copies, mixed
from likewise.evaluation.report.media import MediaSummary
from likewise.evaluation.score import FEWEST, Score


@dataclass(frozen=True, eq=False)
class Judged:
    """Hold what was found of all media columns: scores, cells to show, notes where there were too few of them."""

    scores: tuple[Score, ...] = ()
    summaries: tuple[MediaSummary, ...] = ()
    notes: tuple[str, ...] = ()

    def beside(self, other: Judged) -> Judged:
        """Return what was found of these columns, and of others."""
        return Judged((*self.scores, *other.scores), (*self.summaries, *other.summaries), (*self.notes, *other.notes))


def media_scores(
    tables: Sequence[Table], paired: Paired, target: str | None, *,
    seed: int, brief: bool = False, trouble: str = "", progress: Progress = quiet,
) -> Judged:  # fmt: skip
    """Judge the media columns of tables (real, synthetic, and perhaps a holdout), that `paired` holds aligned.

    `trouble` is a sentence where the holdout cannot be trusted. Cost: at most 5,000 cells a side are looked at (2,000
    where `brief`), of at most 64 x 64; 10 to 40 CPU seconds a column where there are labels, 5 to 15 without.
    """
    scores: list[Score] = []
    summaries: list[MediaSummary] = []
    notes: list[str] = []
    for number, column in enumerate(paired.media):
        progress(f"evaluate: {column.name}", number, len(paired.media))
        sides = sides_of(column, tables, paired, target, seed=seed, brief=brief)
        worth: Worth | str | None = None
        found = [_exact(column, paired, trouble)]
        if sides is None or sides.few:
            notes.append(f"Fewer than {FEWEST} cells of `{column.name}` on one side are too few to compare.")
        else:
            worth = None if sides.label is None else worth_of(sides, seed=seed)
            found += _of_sides(sides, worth, seed, brief, trouble)
            found += kind_scores(sides, tables, seed=seed, brief=brief)
        if sides is not None:
            summaries.append(preview(sides, tables, recalls(worth) if isinstance(worth, Worth) else None))
        scores.extend(of_column(found, column, alone=len(paired.media) == 1))
    return Judged(tuple(scores), tuple(summaries), tuple(notes))


def hugged(tables: Sequence[Table], paired: Paired, *, seed: int) -> tuple[str, ...]:
    """Return the media columns of which synthetic cells hug or lean towards cells that were learned from."""
    found = []
    for column in paired.media:
        sides = sides_of(column, tables, paired, None, seed=seed, brief=True)
        scores = () if sides is None or sides.few else secrecy_scores(sides, seed=seed)
        if any(s.verdict in ("fair", "poor") for s in (_exact(column, paired, ""), *scores)):
            found.append(column.name)
    return tuple(found)


def _of_sides(sides: Sides, worth: Worth | str | None, seed: int, brief: bool, trouble: str) -> list[Score]:
    spaces = tuple(space_of(named, sides) for named in extractors_of(sides, seed=seed))
    scores = [
        *likeness_scores(sides, spaces, seed=seed),
        *([] if brief else [detection_score(sides, spaces, seed=seed)]),
    ]
    if worth is not None:
        scores.extend(worth_scores(worth, sides))
    return [*scores, *secrecy_scores(sides, seed=seed, trouble=trouble)]


def _exact(column: Column, paired: Paired, trouble: str) -> Score:
    """Return whether cells repeat real ones to the last bit, whatever stands beside them."""
    place = [c.name for c in paired.read].index(column.name)
    keys = [_keys(part.texts[place]) for part in (paired.real, paired.synthetic)]
    held = None if paired.holdout is None else _keys(paired.holdout.texts[place])
    if not len(keys[0]) or not len(keys[1]):
        found = copies_score(None, trouble="One of the tables has no cell there.")
    else:
        found = copies_score(count_copies(keys[0], keys[1], held), trouble=trouble)
    said = found.meaning.replace("synthetic rows (", f"synthetic {plural(column)} (")
    said = said.replace(" equal a real row in every compared column", " equal a real one").replace(
        "rows held back", f"{plural(column)} held back")  # fmt: skip
    return found.model_copy(update={"name": "media_copies", "title": "Exact copies", "meaning": said})


def _keys(codes: npt.NDArray[np.int32]) -> npt.NDArray[np.uint64]:
    """Return keys of cells, equal where the cells are; missing ones are left out."""
    return mixed(codes[codes >= 0].astype(np.uint64))
