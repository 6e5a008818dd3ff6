"""How the command line shows what a run under a privacy budget promised and where its files are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from likewise.cli.console import talk

if TYPE_CHECKING:
    from likewise.recipes.private_related import RelatedWritten
    from likewise.recipes.private_synth import PrivatelyWritten


def print_private(made: PrivatelyWritten, took: float) -> None:
    """Print the promise, what the budget was spent on and where the files are, on stderr."""
    talk.print(made.report.headline, style="bold", markup=False, soft_wrap=False)
    talk.print()
    for cost in made.report.costs[:MOST]:
        talk.print(f"  {cost.share:6.1%}  {cost.what}: {cost.mechanism} x {cost.releases:,}", markup=False)
    if left := made.report.costs[MOST:]:
        talk.print(f"  {sum(cost.share for cost in left):6.1%}  {len(left)} more, in the report", markup=False)
    for note in made.report.notes:
        talk.print(f"\n{note}", markup=False, soft_wrap=False)
    talk.print(f"\n{made.rows:,} rows    {made.data}", markup=False)
    talk.print(f"report  {made.report_file}\nmodel   {made.model_file}", markup=False)
    talk.print(f"took    {took:.0f} s", markup=False)
    talk.print("nothing of these is compared with real rows; for your own eyes: likewise evaluate REAL SYNTHETIC",
               markup=False)  # fmt: skip


MOST = 8
"""Lines of the budget that the terminal shows."""


def private_as_json(made: PrivatelyWritten) -> dict[str, Any]:
    """Return the run as a document."""
    privacy = made.model.card.privacy
    return {
        "data": str(made.data),
        "report": str(made.report_file),
        "model": str(made.model_file),
        "rows": made.rows,
        "headline": made.report.headline,
        "privacy": privacy.model_dump(mode="json", exclude={"contract", "events"}),
        "costs": [cost.model_dump(mode="json") for cost in made.report.costs],
    }


def print_related(made: RelatedWritten, took: float) -> None:
    """Print the promise made of related tables, how many rows each has and where they are, on stderr."""
    talk.print(f"These tables keep {made.model.card.privacy.statement}.", style="bold", markup=False, soft_wrap=False)
    talk.print()
    for name, rows in made.rows.items():
        public = " (public, as it was)" if name in made.model.public else ""
        talk.print(f"  {rows:>12,} rows  {name}{public}", markup=False)
    talk.print(f"\ntables  {made.data}\nmodel   {made.model_file}\ntook    {took:.0f} s", markup=False)


def related_as_json(made: RelatedWritten) -> dict[str, Any]:
    """Return the run as a document."""
    privacy = made.model.card.privacy
    return {
        "data": str(made.data),
        "model": str(made.model_file),
        "rows": dict(made.rows),
        "privacy": privacy.model_dump(mode="json", exclude={"contract", "events"}),
    }
