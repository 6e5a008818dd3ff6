"""Let a model follow new data: the verb for any model that can."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from likewise.core.progress import Progress, quiet
from likewise.core.protocol import Model, Updatable
from likewise.core.state import load
from likewise.errors import FitError, PrivacyError
from likewise.io.source import ReadOptions, read_source
from likewise.recipes.places import keep_apart
from likewise.recipes.verbs import read


def update(
    model: Model | str | Path, source: Any, *, keep: float = 0.5, seed: int = 0, progress: Progress = quiet
) -> Model:
    """Return a model (or that of a file) after it saw new rows, without the rows that it was fitted to.

    `source` is what `fit` takes, with the columns that were learned. A row learned before counts `keep` as much as a
    new one, from 0 to 1, and `keep` of that after the next update. The model given stays as it is. The same model, data
    and seed give the same model. Raises FitError for a technique that cannot follow and for no rows, PrivacyError
    for a model with a guarantee and SchemaError for columns that do not fit.

    >>> from likewise import fit
    >>> model = fit({"plan": ["basic", "plus"] * 300})
    >>> update(model, {"plan": ["plus", "max"] * 300}).card.updates[0].rows
    600
    """
    loaded = _updatable(model)
    found = loaded.update(read(source), keep=keep, seed=seed, progress=progress)
    assert isinstance(found, Model)
    return found


def update_to_file(
    model: str | Path,
    source: str | Path,
    out: str | Path,
    *,
    keep: float = 0.5,
    seed: int = 0,
    progress: Progress = quiet,
    options: ReadOptions | None = None,
) -> Model:
    """Do the same from file to file; the new model file appears whole or not at all, and never over the old one."""
    keep_apart(source, out)
    keep_apart(model, out)
    loaded = _updatable(model)
    rows = read_source(source, options=options).table
    found = update(loaded, rows, keep=keep, seed=seed, progress=progress)
    found.save(out)
    return found


def _updatable(model: Model | str | Path) -> Any:
    """Return a model that can follow new data. Raises FitError, and PrivacyError for one with a guarantee."""
    loaded = model if isinstance(model, Model) else load(model)
    if loaded.card.privacy.epsilon is not None:
        hint = "fit it anew with a budget for it: a ledger adds up what is released about the same people"
        raise PrivacyError("privacy.update", "a model with a guarantee cannot follow new data: that is a new release",
                           hint=hint)  # fmt: skip
    if not isinstance(loaded, Updatable):
        raise FitError("fit.not-updatable", f"a model of `{loaded.technique}` cannot follow new data",
                       hint="fit it anew to old and new rows")  # fmt: skip
    return loaded
