"""Parameters of a recipe: typed, with defaults, and put in where the document says `$name`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from likewise.core.spec import Spec
from likewise.errors import SettingsError, suggest
from likewise.recipes.recipe.faults import Faults

_NAME = re.compile(r"\$([A-Za-z_]\w*)")
KINDS: dict[str, tuple[type, ...]] = {"number": (int, float), "integer": (int,), "text": (str,), "boolean": (bool,)}


class Parameter(Spec):
    """Declare one parameter: what kind of value it takes, and which one it has where none is given."""

    type: Literal["number", "integer", "text", "boolean"]
    default: int | float | str | bool | None = None
    about: str = ""


def filled_in(fields: Mapping[str, Any], values: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    """Return a document without its `parameters`, each `$name` replaced by its value, given or default.

    >>> faults = Faults()
    >>> filled_in({"parameters": {"k": {"type": "integer", "default": 3}}, "steps": [{"n": "$k"}]}, {}, faults)
    {'steps': [{'n': 3}]}
    """
    declared = _declared(fields.get("parameters") or {}, faults)
    for name in values:
        if name not in declared:
            hint = suggest(name, list(declared), "parameter") if declared else "it declares none"
            faults.add(f"$.parameters.{name}", f"the recipe has no such parameter ({hint})")
    known: dict[str, Any] = {}
    for name, parameter in declared.items():
        value = values.get(name, parameter.default)
        if value is None:
            faults.add(f"$.parameters.{name}", f"a {parameter.type} is wanted: give it, for it has no default")
        elif not _fits(value, parameter.type):
            faults.add(f"$.parameters.{name}", f"a {parameter.type} is wanted")
        known[name] = value
    rest = {name: value for name, value in fields.items() if name != "parameters"}
    found = _put(rest, known, "$", faults)
    assert isinstance(found, dict)
    return found


def _declared(fields: Any, faults: Faults) -> dict[str, Parameter]:
    if not isinstance(fields, Mapping):
        faults.add("$.parameters", "a mapping of names is wanted")
        return {}
    found = {}
    for name, declared in fields.items():
        path = f"$.parameters.{name}"
        if not isinstance(declared, Mapping):
            faults.add(path, "a mapping with a `type` is wanted")
            continue
        try:
            found[str(name)] = Parameter.from_dict(dict(declared))
        except SettingsError as error:
            faults.take(path, error)
    return found


def _fits(value: Any, kind: str) -> bool:
    return isinstance(value, KINDS[kind]) and (kind == "boolean") == isinstance(value, bool)


def _put(value: Any, known: Mapping[str, Any], path: str, faults: Faults) -> Any:
    if isinstance(value, Mapping):
        return {name: _put(part, known, f"{path}.{name}", faults) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_put(part, known, f"{path}[{place}]", faults) for place, part in enumerate(value)]
    found = _NAME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    if found[1] not in known:
        hint = f" ({suggest(found[1], list(known), 'parameter')})" if known else ""
        faults.add(path, f"there is no parameter `{found[1]}`{hint}")
    return known.get(found[1])
