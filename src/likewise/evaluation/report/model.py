"""What a report says, before anyone draws it: binned summaries and scores, never rows."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from likewise.core.aside import write_aside
from likewise.core.spec import Spec
from likewise.errors import SettingsError
from likewise.evaluation.fidelity.kept import KeptRule
from likewise.evaluation.gates import GateOutcome
from likewise.evaluation.privacy.copied_rows import CopiedRows
from likewise.evaluation.report.behaviour import BehaviourSummary
from likewise.evaluation.report.media import MediaSummary
from likewise.evaluation.score import Score
from likewise.evaluation.scorecard import ScoreCard

SUFFIXES = (".html", ".md", ".json")


def check_suffix(path: str | Path) -> str:
    """Return the suffix of a report's file, which says how it is written. Raises SettingsError for an unknown one."""
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise SettingsError(
            "settings.report-suffix",
            f"a report cannot be written as `{suffix or Path(path).name}`",
            where=str(path),
            hint=f"end the name in one of {', '.join(SUFFIXES)}",
        )
    return suffix


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


class GroupSummary(Spec):
    """Hold how far one group of rows lies from the real one: mean error of its columns, in percent.

    `rows` are its real rows, `floor` is the error of as many rows that were trained on. `beyond` says that something in
    the group is off by more than chance, which need not be the mean.
    """

    name: str
    rows: int
    error: float
    floor: float
    beyond: bool


class Report(Spec):
    """Say how good and how safe a synthetic table is, with every figure beside its floor.

    `headline` is the verdict in plain words. `facts` are label and value pairs about the run (rows, technique, seed,
    version), `rows` the number of real rows (0: not told), `groups` the subgroups that were looked into (for the owner
    alone: they tell counts), `media` a few cells of images, sounds, clips and series, `behaviour` how entities act over
    time, `card` the marks of each family, `gate` whether declared limits hold, `copied` the rows that were repeated,
    for the owner alone, `rules` how many rows break each declared constraint. A report is `internal` as it is made;
    `releasable()` gives the one that may be shown to others. The same inputs give the same report, byte for byte: it
    carries no clock.
    """

    title: str
    headline: str
    notes: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    scores: tuple[Score, ...]
    columns: tuple[ColumnSummary, ...]
    pairs: PairSummary
    groups: tuple[GroupSummary, ...] = ()
    audience: Literal["internal", "releasable"] = "internal"
    rows: int = 0
    card: ScoreCard | None = None
    gate: GateOutcome | None = None
    copied: CopiedRows | None = None
    rules: tuple[KeptRule, ...] = ()
    media: tuple[MediaSummary, ...] = ()
    behaviour: BehaviourSummary | None = None

    def releasable(self) -> Report:
        """Return the version that may be shown to others: no row, exact count, rare level or small bin is in it.

        Counts are rounded to two significant digits, figures to three; bins of fewer than ten real rows are shown as
        empty; notes that could quote a value are left out, and so are real pictures, sounds and series, and synthetic
        ones that may be copies of them. A courtesy of rounding, not a guarantee.
        """
        from likewise.evaluation.report.releasable import releasable

        return releasable(self)

    def to_html(self) -> str:
        """Return the report as one HTML page that needs no network (about 0.9 MB, most of it the chart scripts)."""
        from likewise.evaluation.report.html import to_html

        return to_html(self)

    def to_markdown(self) -> str:
        """Return the report as Markdown tables."""
        from likewise.evaluation.report.markdown import to_markdown

        return to_markdown(self)

    def save(self, path: str | Path) -> Path:
        """Write the report as the suffix says, `.html`, `.md` or `.json`, and return where it is.

        The file is written aside and renamed, so that no half of a report is ever left. Raises SettingsError for
        another suffix and SourceError when the place cannot be written to.
        """
        write_aside(path, self.written_as(path))
        return Path(path)

    def written_as(self, path: str | Path) -> str:
        """Return the text of the file that `save` writes."""
        writer = {".html": self.to_html, ".md": self.to_markdown, ".json": self.to_json}[check_suffix(path)]
        return writer()

    def _repr_html_(self) -> str:
        from likewise.evaluation.report.html import to_notebook

        return to_notebook(self)

    def to_json(self) -> str:
        """Return the report as JSON that `Report.from_json` reads back to an equal report."""
        return self.model_dump_json(indent=1)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote."""
        return cls.model_validate_json(text)
