"""A schema in its place: the keywords that count there, the schemas below it and those that it refers to."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import cache, cached_property
from typing import Any

from likewise.core.extras import require
from likewise.errors import SettingsError
from likewise.techniques.rules.documents.keywords import DRAFTS, modern, python_patterns

Outside = Callable[[str], Any]
"""Returns the schema of an address outside of a document, None where there is none."""


def nothing(address: str) -> None:
    """Return no schema for any address."""


class Node:
    """Hold one schema of a document, with what its references mean there.

    Nodes are made by `SchemaDocument.root`, `at` and `target`, and are the same object where the schema, and what its
    references mean, are the same. `path` is where people find it: `#/properties/age`.
    """

    def __init__(self, document: SchemaDocument, schema: Any, resolver: Any, path: str, key: Hashable) -> None:
        self.document, self.schema, self.resolver, self.path, self.key = document, schema, resolver, path, key
        self._below: dict[tuple[str | int, ...], Node] = {}
        self._targets: dict[str, Node] = {}

    def __repr__(self) -> str:
        return f"Node({self.path})"

    @cached_property
    def keywords(self) -> Mapping[str, Any]:
        """The keywords in the words of draft 2020-12; a boolean schema has none."""
        if isinstance(self.schema, bool):
            return {}
        return modern(self.schema, self.document.draft)

    def at(self, *steps: str | int) -> Node:
        """Return the schema that lies below this one."""
        if steps not in self._below:
            schema: Any = self.keywords
            for step in steps:
                schema = schema[step]
            path = self.path + "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)
            self._below[steps] = self.document.node(schema, self.resolver, path)
        return self._below[steps]

    def each(self, keyword: str) -> list[Node]:
        """Return the schemas of a keyword that holds a list of them, or none."""
        return [self.at(keyword, place) for place in range(len(self.keywords.get(keyword, ())))]

    def named(self, keyword: str) -> Iterator[tuple[str, Node]]:
        """Yield the schemas of a keyword that holds a mapping of them."""
        for name in self.keywords.get(keyword, ()):
            yield name, self.at(keyword, name)

    def target(self, keyword: str) -> Node:
        """Return the schema that `$ref`, `$dynamicRef` or `$recursiveRef` means. Raises SettingsError."""
        if keyword not in self._targets:
            self._targets[keyword] = self.document.target(self, keyword)
        return self._targets[keyword]

    def admits(self, value: Any) -> bool:
        """Return whether the value is valid against this schema alone."""
        if isinstance(self.schema, bool):
            return self.schema
        valid: bool = self.document.validator.evolve(schema=self.schema, _resolver=self.resolver).is_valid(value)
        return valid


class SchemaDocument:
    """Read a JSON Schema: check it against its own dialect and find what its references mean.

    `part` is the schema to make instances of (`#/$defs/order`), the whole by default. References go anywhere in the
    document, to the dialects' own schemas and to what `outside` returns for an address; nothing is fetched. `base` is
    the address of the document, against which references are read; it is no schema itself, but holds some, where not
    `whole`. Raises SettingsError when the schema is not valid by its dialect, or when the part is not there.
    """

    def __init__(
        self,
        schema: Any,
        *,
        part: str = "#",
        where: str | None = None,
        base: str = "",
        whole: bool = True,
        outside: Outside = nothing,
    ) -> None:
        referencing = require("referencing", extra="specs")
        drafts = require("referencing.jsonschema", extra="specs")
        validators = require("jsonschema.validators", extra="specs")
        known = require("jsonschema_specifications", extra="specs").REGISTRY
        self.where = where
        dialect = self._dialect(schema)
        self.draft = DRAFTS.index(dialect)
        kind = validators.validator_for({"$schema": dialect})
        self._kind, self._whole, self._checked = kind, whole, set[int]()
        if whole:
            self._check(schema, "#")
        schema = python_patterns(schema, where=where)
        self._spec = drafts.specification_with(dialect)
        resource = referencing.Resource(schema, self._spec)
        self._nodes: dict[Hashable, Node] = {}
        base = resource.id() or base
        found = referencing.Registry(retrieve=self._retrieving(outside)).combine(known)
        registry = found.with_resource(base, resource).crawl()
        self._scoped = _mentions(schema, {"$dynamicRef", "$recursiveRef", "$ref"} if outside is not nothing
                                 else {"$dynamicRef", "$recursiveRef"})  # fmt: skip
        top = self.node(schema, registry.resolver(base), "#")
        self.root = top if part in ("", "#") else self._part(top, part)
        self.validator: Any = kind(self.root.schema, registry=registry, format_checker=kind.FORMAT_CHECKER,
                              _resolver=self.root.resolver)  # fmt: skip

    def _dialect(self, schema: Any) -> str:
        named = schema.get("$schema") if isinstance(schema, Mapping) else None
        known = next((draft for draft in DRAFTS if str(named).rstrip("#") == draft.rstrip("#")), None)
        if named is not None and known is None:
            raise SettingsError("settings.schema-dialect", f"#/$schema: the dialect `{named}` is not known",
                                where=self.where,
                                hint="write the schema in draft 2020-12, or leave `$schema` out")  # fmt: skip
        return known or DRAFTS[-1]

    def _retrieving(self, outside: Outside) -> Callable[[str], Any]:
        referencing = require("referencing", extra="specs")
        faults = require("referencing.exceptions", extra="specs")

        @cache
        def retrieve(address: str) -> Any:
            found = outside(address)
            if found is None:
                raise faults.NoSuchResource(ref=address)
            return referencing.Resource(python_patterns(found, where=self.where), self._spec)

        return retrieve

    @property
    def counts_contained(self) -> bool:
        """Whether items that `contains` finds are ones that the schema speaks of: since draft 2020-12."""
        return self.draft == len(DRAFTS) - 1

    def node(self, schema: Any, resolver: Any, path: str) -> Node:
        """Return the node of a schema; `resolver` is that of the schema above it."""
        if isinstance(schema, Mapping):
            resolver = resolver.in_subresource(self._spec.create_resource(schema))
            key: Hashable = (id(schema), self._scope(resolver))
        else:
            key = (path, schema)
        if key not in self._nodes:
            self._nodes[key] = Node(self, schema, resolver, path, key)
        return self._nodes[key]

    def target(self, node: Node, keyword: str) -> Node:
        """Return what a reference of a node means. Raises SettingsError."""
        faults = require("referencing.exceptions", extra="specs")
        reference = node.keywords[keyword]
        try:
            if keyword == "$recursiveRef":
                found = require("referencing.jsonschema", extra="specs").lookup_recursive_ref(node.resolver)
            else:
                found = node.resolver.lookup(reference)
        except (faults.Unresolvable, ValueError):
            raise self._unresolved(node, keyword, reference) from None
        path = f"#{reference[1:]}" if reference.startswith("#/") else reference
        return self._found(found.contents, found.resolver, path)

    def _found(self, schema: Any, resolver: Any, path: str) -> Node:
        if not (self._whole and path.startswith("#")) and id(schema) not in self._checked:
            self._checked.add(id(schema))
            self._check(schema, path)
        key: Hashable = (id(schema), self._scope(resolver)) if isinstance(schema, Mapping) else (path, schema)
        if key not in self._nodes:
            self._nodes[key] = Node(self, schema, resolver, path, key)
        return self._nodes[key]

    def _scope(self, resolver: Any) -> Hashable:
        """Return what, beside the schema, decides what its references mean."""
        base: Hashable = resolver._base_uri
        if not self._scoped:
            return base
        return (base, tuple(dict.fromkeys(reversed([uri for uri, _ in resolver.dynamic_scope()]))))

    def _unresolved(self, node: Node, keyword: str, reference: str) -> SettingsError:
        if reference.startswith("#"):
            return SettingsError("settings.schema-reference",
                                 f"{node.path}/{keyword}: there is no schema `{reference}`",
                                 where=self.where, hint="name a schema of `$defs`, or an `$anchor`")  # fmt: skip
        return SettingsError("settings.schema-remote", f"{node.path}/{keyword}: `{reference}` lies outside of the "
                             "schema, and nothing is fetched", where=self.where,
                             hint="put the schema that is meant under `$defs`, with its `$id`")  # fmt: skip

    def _part(self, whole: Node, part: str) -> Node:
        faults = require("referencing.exceptions", extra="specs")
        try:
            found = whole.resolver.lookup(part if part.startswith("#") else f"#{part}")
        except faults.Unresolvable:
            raise SettingsError("settings.schema-part", f"there is no schema `{part}`", where=self.where,
                                hint="name one as `#/$defs/order`") from None  # fmt: skip
        return self._found(found.contents, found.resolver, part)

    def _check(self, schema: Any, path: str) -> None:
        meta = self._kind(self._kind.META_SCHEMA)
        faults = sorted(meta.iter_errors(schema), key=lambda fault: list(map(str, fault.path)))
        if faults:
            told = "; ".join(f"{path}{''.join(f'/{step}' for step in fault.absolute_path)}: {_short(fault.message)}"
                             for fault in faults[:10])  # fmt: skip
            raise SettingsError("settings.schema-invalid", told, where=self.where,
                                hint="this is not valid by the dialect that it is written in")  # fmt: skip


def _short(message: str) -> str:
    return message if len(message) <= 160 else f"{message[:157]}..."


def _mentions(schema: Any, words: set[str]) -> bool:
    if isinstance(schema, Mapping):
        return any(word in schema for word in words) or any(_mentions(part, words) for part in schema.values())
    return isinstance(schema, list) and any(_mentions(part, words) for part in schema)
