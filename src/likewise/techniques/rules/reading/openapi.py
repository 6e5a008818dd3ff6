"""OpenAPI 3.1, 3.0 and Swagger 2: the schemas of their components, as JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from likewise.errors import SettingsError, suggest
from likewise.techniques.rules.documents.documents import Documents
from likewise.techniques.rules.documents.heights import LISTS, MAPPINGS, SINGLE
from likewise.techniques.rules.reading.json_schema import Neighbours, pointer
from likewise.techniques.rules.reading.plain import plain_values

PLACES = ("components/schemas", "definitions")


def is_openapi(value: Any) -> bool:
    """Return whether plain values are a document of OpenAPI or Swagger."""
    return isinstance(value, Mapping) and ("openapi" in value or "swagger" in value)


def read_openapi(
    document: str | Path | Mapping[str, Any], *, part: str = "", seed: int = 0
) -> Documents:  # fmt: skip
    """Return the documents of one schema of an OpenAPI document: `#/components/schemas/Order`, or in short `Order`.

    Where a `discriminator` tells the kinds of a thing apart, the property holds the name of the kind. Of 3.0,
    `nullable` and the boolean `exclusiveMinimum` mean what they mean there. Raises SettingsError where no schema is
    named and there is more than one.

    >>> api = {"openapi": "3.0.3", "components": {"schemas": {"Age": {"type": "integer", "minimum": 7, "maximum": 7}}}}
    >>> read_openapi(api, part="Age").at(0)
    7
    """
    where = None if isinstance(document, Mapping) else str(document)
    value = document if isinstance(document, Mapping) else plain_values(Path(document), "an OpenAPI document")
    place, schemas = next(((place, found) for place in PLACES if (found := _under(value, place))), (PLACES[0], {}))
    chosen = _chosen(part, place, schemas, where)
    old = not str(value.get("openapi", "2")).startswith("3.1")
    made = _put(value, place, {name: _modern(schema, old) for name, schema in schemas.items()})
    made = _put(made, place, _discriminated(_under(made, place), place))
    made = {name: inner for name, inner in made.items() if name not in ("$schema", "$id")}
    base = "" if where is None else Path(where).resolve().as_uri()
    outside = {} if where is None else {"outside": Neighbours(Path(where))}
    return Documents(made, part=pointer(made, chosen, (place,)), seed=seed, where=where, base=base, whole=False,
                     **outside)  # fmt: skip


def _chosen(part: str, place: str, schemas: Mapping[str, Any], where: str | None) -> str:
    names = list(schemas)
    if part.removeprefix("#"):
        name = part.removeprefix("#").removeprefix(f"/{place}/")
        if "/" not in name and name not in schemas:
            raise SettingsError("settings.schema-part", f"there is no schema `{name}`", where=where,
                                hint=suggest(name, names, "schema"))  # fmt: skip
        return part
    if len(names) != 1:
        hint = "an OpenAPI document has its schemas under `components`"
        if names:
            hint = f"name one, as {where or 'api.yaml'}#{names[0]}; the schemas are: {', '.join(names[:20])}"
        raise SettingsError("settings.schema-part", f"this holds {len(names)} schemas, and one is wanted", where=where,
                            hint=hint)  # fmt: skip
    return names[0]


def _under(value: Any, place: str) -> dict[str, Any]:
    for step in place.split("/"):
        value = value.get(step) if isinstance(value, Mapping) else None
    return dict(value) if isinstance(value, Mapping) else {}


def _put(value: Mapping[str, Any], place: str, schemas: dict[str, Any]) -> dict[str, Any]:
    first, _, rest = place.partition("/")
    return {**value, first: _put(value.get(first, {}), rest, schemas) if rest else schemas}


def _modern(schema: Any, old: bool) -> Any:
    """Return a schema, and all below it, in the words of draft 2020-12."""
    if not isinstance(schema, Mapping):
        return schema
    if old and "$ref" in schema:
        return {"$ref": schema["$ref"]}
    made = dict(schema)
    for word in LISTS:
        if isinstance(made.get(word), list):
            made[word] = [_modern(inner, old) for inner in made[word]]
    for word in MAPPINGS:
        if isinstance(made.get(word), Mapping):
            made[word] = {name: _modern(inner, old) for name, inner in made[word].items()}
    for word in SINGLE:
        if word in made:
            made[word] = _modern(made[word], old)
    return _renewed(made) if old else made


def _renewed(schema: dict[str, Any]) -> dict[str, Any]:
    for end, edge in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(edge), bool) and schema.pop(edge) and end in schema:
            schema[edge] = schema.pop(end)
    nullable = schema.pop("nullable", False)
    schema.pop("example", None)
    if nullable is True and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
    elif nullable is True and ("allOf" in schema or "oneOf" in schema or "anyOf" in schema):
        return {"anyOf": [schema, {"type": "null"}]}
    return schema


def _discriminated(schemas: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Let the property that tells kinds apart hold the name of the kind."""
    made = {name: _telling(schema) for name, schema in schemas.items()}
    kinds: dict[str, list[Any]] = {}
    for name, schema in list(made.items()):
        for inner in schema.get("allOf", ()) if isinstance(schema, Mapping) else ():
            reference = inner.get("$ref", "") if isinstance(inner, Mapping) else ""
            base = reference.removeprefix(f"#/{place}/")
            above = schemas.get(base)
            tells = above.get("discriminator") if isinstance(above, Mapping) else None
            if isinstance(tells, Mapping) and "propertyName" in tells:
                own = _told(tells, f"#/{place}/{name}", name)
                kinds.setdefault(base, []).append(own["properties"][tells["propertyName"]]["const"])
                made[name] = {**schema, "allOf": [*schema["allOf"], own]}
    for base, names in kinds.items():
        told = {"properties": {schemas[base]["discriminator"]["propertyName"]: {"enum": names}}}
        made[base] = {**made[base], "allOf": [*made[base].get("allOf", ()), told]}
    return made


def _telling(schema: Any) -> Any:
    if not isinstance(schema, Mapping):
        return schema
    made = dict(schema)
    for word in LISTS:
        if isinstance(made.get(word), list):
            made[word] = [_telling(inner) for inner in made[word]]
    for word in MAPPINGS:
        if isinstance(made.get(word), Mapping):
            made[word] = {name: _telling(inner) for name, inner in made[word].items()}
    for word in SINGLE:
        if word in made:
            made[word] = _telling(made[word])
    tells = made.get("discriminator")
    if isinstance(tells, Mapping) and "propertyName" in tells:
        for word in ("oneOf", "anyOf"):
            made[word] = [{"allOf": [inner, _told(tells, inner["$ref"], inner["$ref"].split("/")[-1])]}
                          if isinstance(inner, Mapping) and "$ref" in inner else inner
                          for inner in made.get(word, ())] or made.get(word)  # fmt: skip
            if made[word] is None:
                del made[word]
    return made


def _told(tells: Mapping[str, Any], reference: str, name: str) -> dict[str, Any]:
    """Return the schema that says which kind this is."""
    listed = tells.get("mapping")
    named = [value for value, to in listed.items() if to in (reference, name)] if isinstance(listed, Mapping) else []
    return {"properties": {tells["propertyName"]: {"const": named[0] if named else name}},
            "required": [tells["propertyName"]]}  # fmt: skip
