"""JSON documents by their number: each valid against the schema, each a function of the seed and its number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import pyarrow as pa

from likewise.core.counted import Counted
from likewise.core.extras import require
from likewise.errors import SettingsError
from likewise.techniques.rules.documents.asking import Part, Unmet
from likewise.techniques.rules.documents.columns import Columns
from likewise.techniques.rules.documents.draws import Draws
from likewise.techniques.rules.documents.node import Outside, SchemaDocument, nothing
from likewise.techniques.rules.documents.pools import Pools
from likewise.techniques.rules.documents.solving import Solver
from likewise.techniques.rules.documents.work import Exhausted, Work

Refuses = Callable[[Any], str | None]
"""Says why a document is not wanted, None where it is."""

ATTEMPTS = 40
"""How many documents are made for one place before the schema is given up."""


class Documents:
    """Make documents that are valid against a JSON Schema, any of them by its number.

    `schema` is one of draft 2020-12 (or 2019-09, 7, 6 or 4, as its `$schema` says), `part` the schema in it to make
    instances of, such as `#/$defs/order`. Every document is checked by the package `jsonschema`, formats included,
    before it is handed out, and by `refuses`, which says why not, where something else has a say. `outside` gives the
    schemas of addresses that lie outside; nothing is fetched. `base` and `whole` are those of `SchemaDocument`.
    Properties that may be left out are there about half of the time. Raises SettingsError when the schema is not valid,
    refers to what lies outside of it, has no instance or none that is found.

    >>> orders = Documents({"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]})
    >>> orders.at(3) == list(orders.range(0, 5))[3]
    True
    """

    def __init__(
        self,
        schema: Any,
        *,
        part: str = "#",
        seed: int = 0,
        where: str | None = None,
        base: str = "",
        whole: bool = True,
        outside: Outside = nothing,
        refuses: Refuses | None = None,
    ) -> None:
        require("jsonschema", extra="specs")
        self.where, self._refuses = where, refuses
        self._document = SchemaDocument(schema, part=part, where=where, base=base, whole=whole,
                                        outside=outside)  # fmt: skip
        self._numbers = Counted(seed, "documents")
        self._streams: dict[int, Counted] = {}
        self._solver = Solver(self._document.root, Pools(self._numbers.at("pools")), seed)
        root = self._document.root
        if self._solver.heights.of(root) == float("inf"):
            raise SettingsError("settings.schema-endless",
                                f"{root.path}: the schema asks for itself again and never ends", where=where,
                                hint="leave out what leads back from `required`, or allow null")  # fmt: skip
        self.at(0)

    def at(self, number: int) -> Any:
        """Return the document of a number. Raises SettingsError when none is found."""
        fault, why = None, None  # type: Unmet | None, str | None
        for attempt in range(ATTEMPTS):
            work = Work(Draws(self._stream(attempt), number), number, attempt)
            try:
                made = self._solver.solve((Part(self._document.root),), work, None, 0)
            except Unmet as found:
                fault = found
                if attempt >= 8:
                    break
                continue
            except Exhausted:
                continue
            if self._document.validator.is_valid(made):
                why = None if self._refuses is None else self._refuses(made)
                if why is None:
                    return made
        raise self._refused(fault, why)

    def table(self, start: int, stop: int) -> pa.Table:
        """Return the same documents as a table: a column a property, JSON where a cell holds more than one value."""
        return self.columns.table(list(self.range(start, stop)))

    @cached_property
    def columns(self) -> Columns:
        """How documents are laid out as a table."""
        return Columns(self._document.root)

    def _stream(self, attempt: int) -> Counted:
        if attempt not in self._streams:
            self._streams[attempt] = self._numbers.at(attempt)
        return self._streams[attempt]

    def range(self, start: int, stop: int) -> Iterator[Any]:
        """Yield the documents of numbers from `start` up to, but not, `stop`."""
        return (self.at(number) for number in range(start, stop))

    def _refused(self, fault: Unmet | None, why: str | None) -> SettingsError:
        if why is not None:
            return SettingsError("settings.schema-refused", f"{ATTEMPTS} documents that are valid by the schema were "
                                 f"refused: {why}", where=self.where,
                                 hint="say in the schema what is asked for: bounds, a pattern, values")  # fmt: skip
        if fault is None:
            return SettingsError("settings.schema-unsolved", f"no valid document was found in {ATTEMPTS} attempts",
                                 where=self.where, hint="make the schema simpler where it says `not`, `oneOf` or "
                                 "`unevaluated...`")  # fmt: skip
        return SettingsError("settings.schema-unmet", f"{fault.path}: {fault.why}", where=self.where,
                             hint="change what stands there so that a document can meet all of it")  # fmt: skip
