"""What a report says, before anyone draws it: binned summaries and scores, never rows."""

from __future__ import annotations

from likewise.core.spec import Spec
from likewise.evaluation.score import Score


class ColumnSummary(Spec):
    """Hold one column's real and synthetic histograms side by side.

    `labels` name the bins (ranges of numbers, levels, or `missing`); `real` and `synthetic` are shares of rows that sum
    to 1. `error` is the column's shape error in percent, `floor` the same of a fresh real sample. `numeric` says
    whether bins have an order. `note` is a plain sentence when the column was left to a template or a pattern.
    """

    name: str
    kind: str
    role: str
    error: float | None
    floor: float | None = None
    numeric: bool
    labels: tuple[str, ...] = ()
    real: tuple[float, ...] = ()
    synthetic: tuple[float, ...] = ()
    note: str = ""


class PairSummary(Spec):
    """Hold the trend error in percent of every pair of columns; `errors[i][j]` for `names[i]`, `names[j]`, i > j.

    Row i has i entries. `floors` is the same for a fresh real sample, empty without a holdout.
    """

    names: tuple[str, ...]
    errors: tuple[tuple[float, ...], ...]
    floors: tuple[tuple[float, ...], ...] = ()


class Report(Spec):
    """Say how good and how safe a synthetic table is, with every figure beside its floor.

    `headline` is the verdict in plain words. `facts` are label and value pairs about the run (rows, technique, seed,
    version). The same inputs give the same report, byte for byte: it carries no clock.
    """

    title: str
    headline: str
    notes: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    scores: tuple[Score, ...]
    columns: tuple[ColumnSummary, ...]
    pairs: PairSummary
