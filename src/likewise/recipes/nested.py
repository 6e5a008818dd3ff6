"""Models within a model: what a model file keeps of them, and how they come back."""

from __future__ import annotations

from typing import Any

from likewise.core.card import Card
from likewise.core.protocol import Arrays, Model
from likewise.core.registry import technique
from likewise.core.schema import Schema


def state_within(model: Model, prefix: str) -> tuple[dict[str, Any], Arrays]:
    """Return all of a model as JSON values and arrays, the names of which begin with a prefix."""
    learned, arrays = model.state()
    told = {"technique": model.technique, "schema": model.schema.to_dict(), "learned": learned,
            "card": model.card.model_dump(mode="json")}  # fmt: skip
    return told, {f"{prefix}{name}": array for name, array in arrays.items()}


def model_within(told: dict[str, Any], prefix: str, arrays: Arrays) -> Model:
    """Rebuild a model that is within another one."""
    own = {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
    schema, card = Schema.from_dict(told["schema"]), Card.from_dict(told["card"])
    return technique(told["technique"]).model_class.from_state(schema, card, "table", told["learned"], own)
