"""What a budget bought: the page that goes with data made under differential privacy, and may go wherever they go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from likewise.core.aside import write_aside
from likewise.core.spec import Spec
from likewise.evaluation.report import wording
from likewise.evaluation.report.charts import column_chart, height
from likewise.evaluation.report.model import ColumnSummary, check_suffix

BESIDE = "measured"
"""What the shares are called that stand beside synthetic ones: those that noisy counts tell of."""


class Cost(Spec):
    """Hold what some releases cost together: of what, how many, and their part of the budget, in squares of mu."""

    what: str
    mechanism: str
    releases: int
    share: float


class Met(Spec):
    """Hold how far synthetic rows are from some noisy counts, in percent of rows, and how far noise alone would be.

    `share` is the part of the budget that the counts cost.
    """

    columns: tuple[str, ...]
    share: float
    error: float
    noise: float


class Released(Spec):
    """Say what was promised, what was released for it, and how near synthetic rows are to that.

    Nothing in it is told by the data but through noise that was paid for, so that it may be shown to anybody. `columns`
    hold the shares that noisy counts tell of where a report on real rows holds real ones. It carries no clock.
    """

    title: str
    headline: str
    notes: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    costs: tuple[Cost, ...] = ()
    columns: tuple[ColumnSummary, ...] = ()
    met: tuple[Met, ...] = ()
    rules: tuple[str, ...] = ()

    def to_html(self) -> str:
        """Return it as one page that needs no network."""
        from likewise.evaluation.report.html import page

        specs = [column_chart(c, beside=BESIDE) for c in self.columns]
        drawn = [spec for spec in specs if spec is not None]
        shown = [_Shown(c, drawn.index(s) if s is not None else None, height(s) if s is not None else 0)
                 for c, s in zip(self.columns, specs, strict=True)]  # fmt: skip
        return page("released.html.j2", self.title, drawn, released=self, columns=shown, beside=BESIDE)

    def to_markdown(self) -> str:
        """Return it as Markdown tables."""
        from likewise.evaluation.report.markdown import plain, prose, table

        costs = ((plain(c.what), c.mechanism, f"{c.releases:,}", wording.share(c.share)) for c in self.costs)
        met = ((", ".join(map(plain, m.columns)), wording.share(m.share), *(wording.figure(v, "%") for v in
               (m.error, m.noise))) for m in self.met)  # fmt: skip
        bought = ("columns", "part of the budget>", "synthetic rows differ by>", "noise alone would>")
        parts = [
            f"# {plain(self.title)}", prose(self.headline),
            "## The budget", table(("spent on", "mechanism", "releases>", "part of the budget>"), costs),
            *(["## Counts that were bought", table(bought, met)] if self.met else []),
            *(["## Rules that hold in every row", _listed(self.rules)] if self.rules else []),
            *(["## Notes", _listed(self.notes)] if self.notes else []),
            "## Facts", table(("fact", "value"), ((plain(label), plain(value)) for label, value in self.facts)),
        ]  # fmt: skip
        return "\n\n".join(parts) + "\n"

    def to_json(self) -> str:
        """Return it as JSON."""
        return self.model_dump_json(indent=1)

    def _repr_html_(self) -> str:
        from likewise.core.show import html_table

        return html_table(("what", "value"), (("promise", self.headline), *self.facts))

    def save(self, path: str | Path) -> Path:
        """Write it as the suffix says, `.html`, `.md` or `.json`. Raises SettingsError and SourceError."""
        write_aside(path, self.written_as(path))
        return Path(path)

    def written_as(self, path: str | Path) -> str:
        """Return the text of the file that `save` writes."""
        return {".html": self.to_html, ".md": self.to_markdown, ".json": self.to_json}[check_suffix(path)]()


@dataclass(frozen=True)
class _Shown:
    """Hold a column, which chart is its own, and the room that the chart takes."""

    column: ColumnSummary
    chart: int | None
    room: int


def _listed(sentences: tuple[str, ...]) -> str:
    from likewise.evaluation.report.markdown import prose

    return "\n".join(f"- {prose(one)}" for one in sentences)
