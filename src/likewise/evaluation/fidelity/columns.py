"""Whether all columns of the real table could be compared: what is not there is not good."""

from __future__ import annotations

from likewise.core.schema import Schema
from likewise.evaluation.pairing import Paired
from likewise.evaluation.score import Score, Verdict


def columns_score(real: Schema, synthetic: Schema, paired: Paired) -> Score:
    """Return the share of real columns that all tables hold; ignored ones, which nobody draws, do not count.

    `poor` where the synthetic table lacks any, `unknown` where only the holdout does. Use so that no gate lets a table
    pass of which a part is missing. Avoid as a measure of likeness: it says nothing of what is in the columns.
    """
    wanted = [c.name for c in real.columns if c.role != "ignore"]
    met = {c.name for c in paired.columns} | {c.name for c, _ in paired.left_out}
    lost = [name for name in wanted if name not in met]
    absent = [name for name in lost if name not in synthetic]
    verdict: Verdict = "poor" if absent else "unknown" if lost else "good"
    are = "is" if len(lost) == 1 else "are"
    said = f"Of {len(wanted):,} columns {len(lost):,} {are} not in all tables: nothing is said there."
    return Score(
        name="columns_compared", title="Columns in all tables", family="fidelity", ideal=1.0, unit="share",
        value=1 - len(lost) / max(1, len(wanted)), n=len(wanted), of="columns", verdict=verdict,
        meaning=said if lost else "All tables hold all columns of the real one.",
    )  # fmt: skip
