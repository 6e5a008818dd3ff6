"""What a model's card tells of how it was fitted, in the form in which it is read: its contract, its settings."""

from __future__ import annotations

from typing import Any

from likewise.core.protocol import Model
from likewise.errors import PrivacyError
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


def domain_yaml(model: Model) -> str:
    """Return the contract of a model as a `domain.yaml`, what was discovered included, to be used again for nothing.

    Raises PrivacyError where the model was fitted under none.
    """
    contract = contract_of(model)
    if contract is None:
        raise PrivacyError("privacy.no-contract", "the model was not made under a contract",
                           hint="fit it with an epsilon")  # fmt: skip
    return contract.to_yaml()


def settings_of(model: Model) -> dict[str, Any]:
    """Return the settings by which a model can be fitted anew: those on its card, and its contract where it has one."""
    settings, contract = model.card.settings, contract_of(model)
    if contract is None:
        return settings
    domain = {"domain": contract.to_dict()}
    if "inner" not in settings:
        return {**settings, **domain}
    return {**settings, "settings": {**settings.get("settings", {}), **domain}}
