"""The data-minimisation list: what a model keeps of each column, and where that was known from."""

from __future__ import annotations

from likewise.core.protocol import Model
from likewise.core.schema import Column
from likewise.privacy.contract import Contract
from likewise.recipes.evidence.facts import Kept

NOTHING = "nothing: values are made anew"


def kept_of(model: Model, contract: Contract | None) -> tuple[Kept, ...]:
    """Return a line a column, in order; columns that a contract leaves out come last."""
    lines = [_kept(column, model, contract) for column in model.schema.columns]
    if contract is not None:
        outside = [domain for domain in contract.columns if domain.name not in model.schema.names]
        lines += [Kept(name=d.name, kind=d.kind, role=d.role, keeps="nothing: it was not read",
                       known="declared in the contract") for d in outside]  # fmt: skip
    return tuple(lines)


def _kept(column: Column, model: Model, contract: Contract | None) -> Kept:
    keeps, known = _named(column), "found in the data, as the technique protects it"
    domain = next((d for d in contract.columns if d.name == column.name), None) if contract is not None else None
    if domain is not None and domain.is_coded:
        keeps, known = f"noisy counts over {domain.size:,} declared cells", "declared in the contract, or paid for"
    elif domain is not None:
        keeps, known = NOTHING, "declared in the contract"
    elif model.card.is_declared:
        keeps, known = "what its document says", "declared by hand"
    elif column.is_generated or column.is_pseudonymous:
        keeps, known = NOTHING, "the form of an identifier"
    return Kept(name=column.name, kind=column.kind, role=column.role, keeps=keeps, known=known)


def _named(column: Column) -> str:
    """Say what of a column stands in the model's schema, beside what the technique learned."""
    if column.levels:
        return f"{len(column.levels):,} levels by name, and how they go with others"
    if column.bounds is not None:
        return "its bounds, and how values lie and go with others"
    return "how values lie and go with others"
