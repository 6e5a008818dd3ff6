"""What the constraints of a table say: those of a column, and those that stand alone."""

from __future__ import annotations

from typing import Any, Protocol

from likewise.techniques.rules.reading.sql.schema import Column, Node, Reference, SqlSchema, SqlTable, Unique


class Names(Protocol):
    """What the constraints need of their reader."""

    exp: Any
    schema: SqlSchema

    def name(self, node: Node) -> str:
        """Return the name that a database reads in an identifier."""
        ...

    def named(self, table: Node) -> str:
        """Return the full name of a table."""
        ...

    def check(self, table: SqlTable, condition: Node, name: str | None) -> None:
        """Take over a condition."""
        ...


def inline(names: Names, table: SqlTable, column: Column, constraint: Node) -> None:
    """Take over one constraint that stands in the definition of a column."""
    exp = names.exp
    kind = constraint.args.get("kind") if isinstance(constraint, exp.ColumnConstraint) else constraint
    match kind:
        case exp.NotNullColumnConstraint():
            column.required = not kind.args.get("allow_null")
        case exp.PrimaryKeyColumnConstraint() | exp.PrimaryKey():
            table.key = (column.name,)
        case exp.UniqueColumnConstraint():
            table.uniques.append(Unique((column.name,), nulls=bool(kind.args.get("nulls"))))
        case exp.CheckColumnConstraint():
            label = constraint.args.get("this")
            names.check(
                table, kind.this, str(label.name) if hasattr(label, "name") and label is not kind.this else None
            )
        case exp.DefaultColumnConstraint():
            _default(names, column, kind.this)
        case exp.ComputedColumnConstraint():
            column.generated = kind.this
            column.stored = kind.args.get("persisted") is not False
        case exp.GeneratedAsIdentityColumnConstraint():
            if kind.args.get("expression") is not None:
                column.generated, column.stored = kind.args["expression"], True
            else:
                column.identity = column.required = True
        case exp.AutoIncrementColumnConstraint():
            column.identity = True
        case exp.CommentColumnConstraint():
            column.comment = str(kind.this.this)
        case exp.Reference():
            table.references.append(_reference(names, (column.name,), kind))
        case exp.ExcludeColumnConstraint():
            names.schema.note(f"{table.name}.{column.name}", "an EXCLUDE constraint is not read")
        case _:
            pass  # collations, storage and the like say nothing of values


def _default(names: Names, column: Column, value: Node) -> None:
    """Take over a default; one that counts a sequence makes the column an identity."""
    text = value.sql().lower()
    if "nextval" in text or "next value for" in text or "unique_rowid" in text:
        column.identity = True
    else:
        column.default = value


def standing(names: Names, table: SqlTable, part: Node) -> None:
    """Take over a constraint of a table; those that are not read are noted."""
    exp = names.exp
    label, parts = None, [part]
    if isinstance(part, exp.Constraint):
        label, parts = names.name(part.this), list(part.expressions)
    for number, found in enumerate(parts):
        match found:
            case exp.PrimaryKey():
                table.key = tuple(names.name(column) for column in found.expressions)
            case exp.PrimaryKeyColumnConstraint() | exp.UniqueColumnConstraint():
                _keyed(names, table, found, parts[number + 1 :])
            case exp.ForeignKey():
                columns = tuple(names.name(column) for column in found.expressions)
                table.references.append(_reference(names, columns, found.args["reference"]))
            case exp.CheckColumnConstraint():
                names.check(table, found.this, label)
            case exp.ExcludeColumnConstraint():
                names.schema.note(f"{table.name}{'.' + label if label else ''}", "an EXCLUDE constraint is not read")
            case _:
                pass  # indexes that are not unique, and storage


def _keyed(names: Names, table: SqlTable, found: Node, after: list[Node]) -> None:
    """Take over a key whose columns stand in it or, as SQL Server writes them, behind it."""
    exp = names.exp
    listed = found.this if isinstance(found.this, exp.Schema) else None
    columns = list(listed.expressions) if listed is not None else []
    if not columns:
        clustered = next((part for part in after if isinstance(part, exp.ClusteredColumnConstraint
                                                               | exp.NonClusteredColumnConstraint)), None)  # fmt: skip
        columns = list(clustered.this) if clustered is not None else []
    keys = tuple(names.name(column) for column in columns)
    if isinstance(found, exp.PrimaryKeyColumnConstraint):
        table.key = keys
    elif keys:
        table.uniques.append(Unique(keys, nulls=bool(found.args.get("nulls"))))


def _reference(names: Names, columns: tuple[str, ...], found: Node) -> Reference:
    target = found.this
    key: tuple[str, ...] = ()
    if isinstance(target, names.exp.Schema):
        key = tuple(names.name(column) for column in target.expressions)
        target = target.this
    options = " ".join(str(option) for option in found.args.get("options") or ()).upper()
    return Reference(columns, names.named(target), key, "DEFERRABLE" in options and "NOT DEFERRABLE" not in options)
