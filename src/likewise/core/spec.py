"""The base of every declarative document: schemas, settings, recipes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self, dataclass_transform, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from likewise.errors import LikewiseError, SettingsError, nearest, suggest

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)

WANTED = {
    "missing": "it is required", "extra_forbidden": "there is no such field", "too_short": "at least one is wanted",
    "tuple_type": "a list is wanted", "list_type": "a list is wanted",
    "dict_type": "a mapping is wanted", "model_type": "a mapping is wanted",
    "float_type": "a number is wanted", "float_parsing": "a number is wanted",
    "finite_number": "a finite number is wanted", "int_type": "a whole number is wanted",
    "int_parsing": "a whole number is wanted", "int_from_float": "a whole number is wanted",
    "bool_type": "true or false is wanted", "bool_parsing": "true or false is wanted",
    "string_type": "a text is wanted", "literal_error": "one of {expected} is wanted",
    "greater_than": "more than {gt:g} is wanted", "greater_than_equal": "at least {ge:g} is wanted",
    "less_than": "less than {lt:g} is wanted", "less_than_equal": "at most {le:g} is wanted",
}  # fmt: skip
"""What is said of a fault, by pydantic's name for it; of others pydantic's own words."""


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


@dataclass_transform(kw_only_default=True, field_specifiers=(Field,))
class Told(ModelMetaclass):
    """Let a wrong setting in `Technique(...)` be told as one that is read from a document is: as an error of ours.

    Only calls are told so: inside a document pydantic collects the faults of all parts.
    """

    if not TYPE_CHECKING:  # a type checker is to see the fields of each class

        def __call__(cls, *values: Any, **fields: Any) -> Any:
            """Return the settings. Raises SettingsError."""
            try:
                return super().__call__(*values, **fields)
            except ValidationError as fault:
                raise readable(fault, cls, where=cls.__name__) from None


def readable(
    fault: ValidationError, spec: type[Spec], *, where: str | None, error: type[LikewiseError] = SettingsError
) -> LikewiseError:
    """Turn pydantic's faults into one error of ours, all faults together, each with its path."""
    faults, hint, places = [], None, [item["loc"] for item in fault.errors()]
    for item in fault.errors():
        if item["type"] == "too_short" and any(len(loc) > len(item["loc"]) and loc[: len(item["loc"])] == item["loc"]
                                               for loc in places):  # fmt: skip
            continue  # it is short because what stands in it is faulty
        path = "$" + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in item["loc"])
        wanted = WANTED.get(item["type"], "").format(**item.get("ctx", {}))
        faults.append(f"{path}: {wanted or _plain(item['msg'])}")
        if item["type"] == "extra_forbidden" and hint is None:
            hint = suggest(str(item["loc"][-1]), _fields_at(spec, item["loc"][:-1]), "field")
        if item["type"] == "literal_error" and hint is None:
            close = nearest(str(item["input"]), re.findall("'([^']*)'", item["ctx"]["expected"]))
            hint = f"did you mean `{close}`?" if close else f"write one of {item['ctx']['expected']}"
    family = {
        "SchemaError": "schema",
        "ModelFileError": "model",
        "EvaluationError": "evaluate",
        "PrivacyError": "privacy",
    }.get(error.__name__, "settings")
    return error(f"{family}.invalid", "; ".join(faults), where=where, hint=hint)


def _plain(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


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
