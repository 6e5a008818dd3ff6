"""Classes of Python: pydantic models, dataclasses and TypedDicts, of which instances are made."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from likewise.errors import SettingsError
from likewise.techniques.rules.documents.documents import Documents


def is_class_of_fields(found: Any) -> bool:
    """Return whether something is a pydantic model, a dataclass or a TypedDict.

    >>> is_class_of_fields(int)
    False
    """
    from pydantic import BaseModel

    return isinstance(found, type) and (
        issubclass(found, BaseModel) or dataclasses.is_dataclass(found) or typing.is_typeddict(found)
    )


class Instances:
    """Make instances of a class, any of them by its number.

    What the annotations say (`Field(gt=0)`, `Literal`, `Enum`, `Annotated`, nested classes, lists, mappings, optional
    fields) is kept by construction; what validators say that are written as code is kept by asking them, and refused
    where they never agree. A TypedDict gives dictionaries. Raises SettingsError.

    >>> import dataclasses
    >>> Order = dataclasses.make_dataclass("Order", [("id", int), ("note", str)])
    >>> isinstance(Instances(Order).at(0), Order)
    True
    """

    def __init__(self, cls: type, *, seed: int = 0) -> None:
        from pydantic import TypeAdapter
        from pydantic.errors import PydanticInvalidForJsonSchema, PydanticSchemaGenerationError, PydanticUserError

        self.cls, where = cls, f"{cls.__module__}:{cls.__qualname__}"
        try:
            self._adapter: Any = TypeAdapter(_readable(cls))
            schema = self._adapter.json_schema(mode="validation")
        except (PydanticInvalidForJsonSchema, PydanticSchemaGenerationError, PydanticUserError) as fault:
            raise SettingsError("settings.class", f"`{cls.__qualname__}` has a field that no JSON can hold: "
                                f"{fault.message.splitlines()[0]}", where=where,
                                hint="leave it out, or give it a type that JSON can hold") from None  # fmt: skip
        except NameError as fault:
            raise SettingsError("settings.class", f"`{cls.__qualname__}` is annotated with `{fault.name}`, which is "
                                "not defined where it stands", where=where,
                                hint="import what the annotations name") from None  # fmt: skip
        self.documents = Documents(schema, seed=seed, where=where, refuses=self._refuses)

    def at(self, number: int) -> Any:
        """Return the instance of a number."""
        return self._built(self.documents.at(number))

    def range(self, start: int, stop: int) -> Iterator[Any]:
        """Yield the instances of numbers from `start` up to, but not, `stop`."""
        return (self.at(number) for number in range(start, stop))

    def table(self, start: int, stop: int) -> pa.Table:
        """Return what the same instances hold as a table."""
        return self.documents.table(start, stop)

    def _built(self, document: Any) -> Any:
        return self._adapter.validate_json(json.dumps(document))

    def _refuses(self, document: Any) -> str | None:
        from pydantic import ValidationError

        try:
            self._built(document)
        except ValidationError as fault:
            first = fault.errors(include_input=False, include_url=False)[0]
            place = "".join(f".{part}" for part in first["loc"])
            return f"`{self.cls.__name__}{place}` wants otherwise ({first['msg']})"
        return None


def _readable(annotation: Any) -> Any:
    """Return a type with its TypedDicts as pydantic reads them on all versions of Python."""
    import typing_extensions

    if typing.is_typeddict(annotation):
        wanted: dict[str, Any] = {}
        for name, hint in typing.get_type_hints(annotation, include_extras=True).items():
            marked = typing.get_origin(hint) in (typing.Required, typing.NotRequired)
            needed = typing.get_origin(hint) is typing.Required if marked else name in annotation.__required_keys__
            inner = _readable(typing.get_args(hint)[0] if marked else hint)
            wanted[name] = typing_extensions.Required[inner] if needed else typing_extensions.NotRequired[inner]
        return typing_extensions.TypedDict(annotation.__name__, wanted)  # type: ignore[operator]
    arguments, origin = typing.get_args(annotation), typing.get_origin(annotation)
    if not arguments or origin in (typing.Literal, typing.Annotated):
        return annotation
    made = tuple(_readable(argument) for argument in arguments)
    if made == arguments:
        return annotation
    return typing.Union[made] if origin in (typing.Union, types.UnionType) else origin[made]  # noqa: UP007
