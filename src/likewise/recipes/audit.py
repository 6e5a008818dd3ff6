"""Audit a model's technique on the rows that it was fitted to: the verb."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from likewise.core import draw
from likewise.core.alike import rows_like
from likewise.core.progress import Progress, quiet
from likewise.core.protocol import Model
from likewise.core.registry import synthesizer
from likewise.core.state import load
from likewise.core.table import Table
from likewise.evaluation.report.model import Report
from likewise.recipes.told import settings_of
from likewise.recipes.verbs import read


def audit(
    model: Model | str | Path, train: Any, *, shadows: bool = True, seed: int = 0, progress: Progress = quiet
) -> Report:
    """Return what a model's technique and settings give away of single rows of `train`.

    The settings on the model's card are fitted anew to parts of the rows, with canaries and without chosen people; the
    model itself is not touched. `shadows=False` leaves out the game of many small fits. The same model, rows and seed
    give the same report. Raises EvaluationError for fewer than 200 rows, and SchemaError where columns that the model
    learned are not there.

    >>> from likewise import fit
    >>> rows = {"age": [20 + row % 50 for row in range(400)], "sex": ["F", "M"] * 200}
    >>> audit(fit(rows, technique="bootstrap"), rows, shadows=False).scores[0].name
    'exact_copies'
    """
    from likewise.evaluation.privacy.audit import audit as judge

    loaded = model if isinstance(model, Model) else load(model)
    settings = synthesizer(loaded.technique, settings_of(loaded))
    names = loaded.schema.names
    table = rows_like(train if isinstance(train, Table) else read(train), loaded.schema, wanted=names).select(names)

    def fit_and_sample(rows: Table, n: int, number: int) -> Table:
        return draw.sample(settings.fit(rows, seed=number), n, seed=number)

    report = judge(table, fit_and_sample, claimed=loaded.card.privacy.epsilon, seed=seed, shadows=shadows,
                   progress=progress)  # fmt: skip
    notes = report.notes
    if loaded.card.privacy.contract is not None:
        told = (
            "Each fit of the audit is a release that no ledger holds: its figures are for the owner of the rows alone."
        )
        notes = (told, *notes)
    elif loaded.card.rows != table.rows:
        told = f"The model was fitted to {loaded.card.rows:,} rows and these are {table.rows:,}: the audit is of these."
        notes = (told, *notes)
    elif loaded.card.data_digest != table.digest():
        notes = ("The model was fitted to other rows than these: the audit is of these.", *notes)
    facts = (("Technique", loaded.technique), *report.facts)
    return report.model_copy(update={"notes": notes, "facts": facts})
