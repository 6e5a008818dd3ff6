"""What each column of a table means: its kind, its role and how its values are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, Self, get_args

from pydantic import Field, model_validator

from likewise.core.documents import parsed
from likewise.core.faults import reading
from likewise.core.spec import Spec
from likewise.errors import SchemaError, suggest

Kind = Literal[
    "integer", "decimal", "float", "category", "boolean", "date", "time", "datetime", "duration",
    "text", "id", "json", "constant", "empty", "image", "audio", "video", "series",
]  # fmt: skip
Role = Literal["feature", "key", "target", "sensitive", "quasi-identifier", "order", "ignore"]
Bound = int | float | str

NUMBERS: frozenset[Kind] = frozenset({"integer", "decimal", "float", "date", "time", "datetime", "duration"})
"""Kinds whose values lie on a line: they have an order, distances and bounds."""

LEVELS: frozenset[Kind] = frozenset({"category", "boolean", "constant"})
"""Kinds whose values are one of a known list."""

WORDS: frozenset[Kind] = frozenset({"text", "id", "json"})
"""Kinds whose values are free or generated strings."""

MEDIA: frozenset[Kind] = frozenset({"image", "audio", "video", "series"})
"""Kinds whose cells are arrays."""

KINDS: frozenset[Kind] = frozenset(get_args(Kind))


class Pattern(Spec):
    """Say how the values of an id column are built, so that new ones can be made that look alike.

    `mask` writes one character a position: `9` a digit, `A` an upper-case letter, `a` a lower-case letter, `h` a hex
    digit, `*` a letter or digit; any other character, or one after a backslash, stands for itself. A `sequence` counts
    on from `start` by `step`, zero-padded to `width`. A `fake` is an
    invented name, address or the like, as `fake` says.
    """

    form: Literal["sequence", "mask", "uuid", "fake"]
    prefix: str = ""
    suffix: str = ""
    start: int = 1
    step: int = 1
    width: int = 0
    mask: str = ""
    check: Literal["luhn", "mod11", "mod97"] | None = None
    fake: Literal["name", "word", "surname first", "email", "address", "url", "ip", "user name"] | None = None


class Column(Spec):
    """Describe one column.

    `kind` is what the values are, `role` what the column is for. `dtype` is the Arrow type the column came in and goes
    back to, `native` the name of its type in the caller's frame library. `format` is how values are written as text
    (a strptime pattern, a worked number such as `$1,234.50`, or `TRUE/FALSE`), `missing` the texts that stand for a
    missing value (the first is written). Bounds include both ends; bounds of times are ISO 8601 strings. `pattern` says
    how ids are made; a category with a pattern holds ids that repeat, and invented ones take their place. `pii` is the
    class of identifiers that it holds, or `none` where it is to be learned although it looks like one. `shape` is
    that of a media column's cells, channels last, None on an axis where they differ; `rate` their samples a second,
    of clips the frames.
    """

    name: str
    kind: Kind
    role: Role = "feature"
    dtype: str = "string"
    native: str | None = None
    nullable: bool = False
    missing: tuple[str, ...] = ("",)
    decimals: int | None = Field(default=None, ge=0, le=18)
    bounds: tuple[Bound, Bound] | None = None
    levels: tuple[str, ...] | None = None
    ordered: bool = False
    other: Literal["keep", "refuse"] = "keep"
    format: str | None = None
    zone: str | None = None
    pattern: Pattern | None = None
    pii: str | None = None
    shape: tuple[int | None, ...] | None = None
    rate: int | None = Field(default=None, gt=0)
    reason: str = ""

    @property
    def is_number(self) -> bool:
        """Whether the values lie on a line (numbers, dates, times, durations)."""
        return self.kind in NUMBERS

    @property
    def is_levels(self) -> bool:
        """Whether the values are one of a known list (category, boolean, constant)."""
        return self.kind in LEVELS

    @property
    def is_media(self) -> bool:
        """Whether a cell is an array: an image, a sound, a clip or a series."""
        return self.kind in MEDIA

    @property
    def is_generated(self) -> bool:
        """Whether values are made anew from a pattern rather than learned (ids and keys)."""
        return self.kind == "id"

    @property
    def is_pseudonymous(self) -> bool:
        """Whether levels are identifiers, so that invented ones take their place before anything is learned."""
        return self.kind == "category" and self.pattern is not None


class Nested(Spec):
    """Remember that some columns were one nested column, and how to put it back.

    The columns are called `name.field`. A row without any field is itself missing where `nullable`; JSON leaves missing
    fields out where `absent`, white space where `compact`, and writes `missing` for a missing row (null when None).
    """

    name: str
    form: Literal["struct", "json"]
    dtype: str = "string"
    fields: tuple[str, ...]
    nullable: bool = False
    absent: bool = False
    compact: bool = False
    missing: str | None = None


class Schema(Spec):
    """List the columns of one table, in order.

    >>> schema = Schema(columns=(Column(name="age", kind="integer"), Column(name="sex", kind="category")))
    >>> schema["age"].kind, schema.names
    ('integer', ('age', 'sex'))
    """

    columns: tuple[Column, ...]
    nested: tuple[Nested, ...] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        seen: set[str] = set()
        twice = [c.name for c in self.columns if c.name in seen or seen.add(c.name)]  # type: ignore[func-returns-value]
        if twice:
            raise ValueError(f"column names are listed twice: {', '.join(twice)}")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The column names, in order."""
        return tuple(c.name for c in self.columns)

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise SchemaError(
            "schema.unknown-column",
            f"there is no column `{name}`",
            hint=suggest(name, self.names, "column"),
        )

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __len__(self) -> int:
        return len(self.columns)

    def with_role(self, role: Role) -> tuple[Column, ...]:
        """Return the columns of one role."""
        return tuple(c for c in self.columns if c.role == role)

    @property
    def target(self) -> str | None:
        """The name of the target column, if one is declared."""
        found = self.with_role("target")
        return found[0].name if found else None

    def replace(self, name: str, **changes: Any) -> Schema:
        """Return the schema with some fields of one column changed."""
        changed = self[name].model_copy(update=changes)
        return self.model_copy(update={"columns": tuple(changed if c.name == name else c for c in self.columns)})

    def with_target(self, name: str) -> Schema:
        """Return the schema with `name` as its only target."""
        self[name]
        columns = tuple(
            c.model_copy(update={"role": "target" if c.name == name else "feature" if c.role == "target" else c.role})
            for c in self.columns
        )
        return self.model_copy(update={"columns": columns})

    def select(self, names: Sequence[str]) -> Schema:
        """Return the schema of some of the columns, in the order asked for."""
        return Schema(columns=tuple(self[n] for n in names))

    def to_yaml(self) -> str:
        """Return the schema as YAML that can be edited, given back with `Schema.from_yaml`, and that diffs well."""
        import yaml

        fields: dict[str, Any] = {"columns": {c.name: _column_fields(c) for c in self.columns}}
        if self.nested:
            fields["nested"] = [n.to_dict() for n in self.nested]
        return yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=120)

    @classmethod
    def from_yaml(cls, text: str, *, where: str | None = None) -> Schema:
        """Read what `to_yaml` wrote, perhaps edited since; every fault is reported, with its path."""
        fields = parsed(text, what="schema", where=where, error=SchemaError, family="schema")
        columns = fields.get("columns") if isinstance(fields, dict) else None
        if not isinstance(columns, dict):
            raise SchemaError("schema.invalid", "$.columns: a mapping of column names is wanted", where=where,
                              hint="`likewise inspect FILE -o schema.yaml` writes one to start from")  # fmt: skip
        listed = [_named(str(name), column) for name, column in columns.items()]
        try:
            return cls.from_dict({**fields, "columns": listed}, where=where, error=SchemaError)
        except SchemaError as fault:  # in the file a column is found by its name, not by its number
            what = re.sub(r"\$\.columns\[(\d+)\]", lambda m: f"$.columns.{list(columns)[int(m[1])]}", fault.what)
            raise SchemaError(fault.code, what, where=fault.where, hint=fault.hint) from None

    @classmethod
    def read(cls, path: str | Path) -> Schema:
        """Read a `schema.yaml`. Raises SourceError when there is none and SchemaError when it is not one."""
        try:
            with reading(Path(path)):
                text = Path(path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise SchemaError("schema.not-text", "a schema is text in UTF-8, and this is not", where=str(path),
                              hint="write one with `likewise inspect FILE -o schema.yaml`") from None  # fmt: skip
        return cls.from_yaml(text, where=str(path))

    def _repr_html_(self) -> str:
        from likewise.core.show import html_table

        rows: Iterable[tuple[str, ...]] = ((c.name, c.kind, c.role, c.reason) for c in self.columns)
        return html_table(("column", "kind", "role", "why"), rows)


def _named(name: str, column: Any) -> Any:
    """Return the fields of a column as `Column` takes them; what is no mapping is left for it to refuse."""
    return {"name": name, **(column or {})} if column is None or isinstance(column, dict) else column


def _column_fields(column: Column) -> dict[str, Any]:
    fields = column.to_dict()
    del fields["name"]
    return fields
