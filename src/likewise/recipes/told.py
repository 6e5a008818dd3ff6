"""What a model's card tells of its contract, in the form in which a contract is read."""

from __future__ import annotations

from likewise.core.protocol import Model
from likewise.privacy.contract import Contract

BESIDE = frozenset({"digest", "codes"})
"""What a card tells of a contract beside the contract."""


def contract_of(model: Model) -> Contract | None:
    """Return the contract that a model was fitted under, its columns in the model's order; None where it has none."""
    told = model.card.privacy.contract
    if told is None:
        return None
    columns = told["columns"]
    order = [*(name for name in model.schema.names if name in columns), *columns]
    document = {name: value for name, value in told.items() if name not in BESIDE}
    return Contract.of({**document, "columns": {name: columns[name] for name in order}})
