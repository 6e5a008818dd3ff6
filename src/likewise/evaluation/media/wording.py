"""What scores of media columns are called, one column or several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from likewise.core.schema import Column
from likewise.evaluation.media.looks import WORDS
from likewise.evaluation.score import Score


def plural(column: Column) -> str:
    """Return what the cells of a column are called: pictures, sounds, clips or series."""
    return WORDS[column.kind][1]


def of_column(scores: Sequence[Score], column: Column, *, alone: bool) -> tuple[Score, ...]:
    """Name the column in the titles of its scores, and in their names where other columns have such scores too."""
    ending = "" if alone else f".{column.name}"
    return tuple(s.model_copy(update={"name": s.name + ending, "title": f"{s.title} ({column.name})"}) for s in scores)


def unknown(name: str, title: str, why: str, **fields: Any) -> Score:
    """Return a score that could not be taken."""
    return Score(name=name, title=title, value=None, n=0, verdict="unknown", meaning=why, **fields)
