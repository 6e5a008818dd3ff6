"""The base of every declarative document: schemas, settings, recipes."""

from __future__ import annotations

from typing import Any, Self, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from likewise.errors import LikewiseError, SettingsError, suggest


class Spec(BaseModel):
    """Hold settings that never change, equal when their fields are equal, and refuse unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that differ from their defaults, as plain JSON values."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @classmethod
    def from_dict(
        cls, fields: dict[str, Any], *, where: str | None = None, error: type[LikewiseError] = SettingsError
    ) -> Self:
        """Check plain values and build the document; every fault of the document is reported in one error."""
        try:
            return cls.model_validate(fields)
        except ValidationError as fault:
            raise readable(fault, cls, where=where, error=error) from None


def readable(
    fault: ValidationError, spec: type[Spec], *, where: str | None, error: type[LikewiseError] = SettingsError
) -> LikewiseError:
    """Turn pydantic's faults into one error of ours, all faults together, each with its path."""
    faults, hint = [], None
    for item in fault.errors():
        path = "$" + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in item["loc"])
        faults.append(f"{path}: {item['msg'].lower()}")
        if item["type"] == "extra_forbidden" and hint is None:
            hint = suggest(str(item["loc"][-1]), _fields_at(spec, item["loc"][:-1]), "field")
        if item["type"] == "literal_error" and hint is None:
            hint = f"write one of {item['ctx']['expected']}"
    family = {"SchemaError": "schema", "ModelFileError": "model", "EvaluationError": "evaluate"}.get(
        error.__name__, "settings"
    )
    return error(f"{family}.invalid", "; ".join(faults), where=where, hint=hint)


def _fields_at(spec: type[Spec], path: tuple[int | str, ...]) -> list[str]:
    """Return the fields of the document that lies at a path inside another."""
    for part in path:
        field = spec.model_fields.get(str(part))
        spec = (_inner(field.annotation) if field is not None else None) or spec
    return sorted(spec.model_fields)


def _inner(annotation: Any) -> type[Spec] | None:
    """Return the document that a field holds, alone or in a collection."""
    if isinstance(annotation, type) and issubclass(annotation, Spec):
        return annotation
    return next((found for part in get_args(annotation) if (found := _inner(part)) is not None), None)
