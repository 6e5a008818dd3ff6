"""Let a model that is held to rules follow new data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from likewise.constraints.holding.probing import probed
from likewise.constraints.holding.quarantine import set_aside, told_by_part
from likewise.core.alike import rows_like
from likewise.core.progress import Progress
from likewise.core.protocol import Updatable
from likewise.core.schema import Schema

if TYPE_CHECKING:
    from likewise.constraints.holding.model import ConstrainedModel


def updated(model: ConstrainedModel, data: Any, *, keep: float, seed: int, progress: Progress) -> ConstrainedModel:
    """Return the model after the one inside saw those new rows that meet the rules."""
    table = rows_like(data, model.schema)
    found = set_aside(told_by_part(model.constraints), table)
    inside = found.kept.select([name for name in found.kept.names if name in model.inner.schema])
    assert isinstance(model.inner, Updatable)
    inner = model.inner.update(inside, keep=keep, seed=seed, progress=progress)
    now = {c.name: c for c in inner.schema.columns}
    columns = tuple(now.get(c.name, c) for c in model.schema.columns)
    schema = Schema(columns=columns, nested=model.schema.nested)
    newer = replace(model, inner=inner, schema=schema)
    newer, notes = probed(newer, seed)
    told = {"updates": inner.card.updates, "notes": tuple(dict.fromkeys((*found.notes, *inner.card.notes, *notes)))}
    return replace(newer, card=model.card.model_copy(update=told))
