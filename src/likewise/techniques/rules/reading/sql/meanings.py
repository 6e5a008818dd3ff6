"""What the types of SQL say of values: their sort, their length, their range."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from likewise.core.extras import require
from likewise.techniques.rules.reading.sql.schema import Column, Node, SqlSchema, named_type

Sort = Literal["integer", "decimal", "float", "boolean", "date", "time", "datetime", "duration", "text", "uuid", "json",
               "bytes", "enum", "address", "array", "unknown"]  # fmt: skip

_INTEGERS = {"TINYINT": 7, "UTINYINT": 8, "SMALLINT": 15, "USMALLINT": 16, "MEDIUMINT": 23, "UMEDIUMINT": 24, "INT": 31,
             "UINT": 32, "BIGINT": 63, "UBIGINT": 63, "INT128": 63, "INT256": 63, "UINT128": 63, "SERIAL": 31,
             "SMALLSERIAL": 15, "BIGSERIAL": 63, "YEAR": 15, "INT96": 63}  # fmt: skip
_SORTS: dict[str, Sort] = {
    "DECIMAL": "decimal", "MONEY": "decimal", "SMALLMONEY": "decimal", "BIGDECIMAL": "decimal", "UDECIMAL": "decimal",
    "DECIMAL32": "decimal", "DECIMAL64": "decimal", "DECIMAL128": "decimal", "BIGNUM": "decimal",
    "FLOAT": "float", "DOUBLE": "float", "UDOUBLE": "float", "DECFLOAT": "float",
    "BOOLEAN": "boolean", "DATE": "date", "DATE32": "date", "TIME": "time", "TIMETZ": "time", "TIME_NS": "time",
    "DATETIME": "datetime", "DATETIME2": "datetime", "DATETIME64": "datetime", "SMALLDATETIME": "datetime",
    "TIMESTAMP": "datetime", "TIMESTAMPTZ": "datetime", "TIMESTAMPLTZ": "datetime", "TIMESTAMPNTZ": "datetime",
    "TIMESTAMP_S": "datetime", "TIMESTAMP_MS": "datetime", "TIMESTAMP_NS": "datetime", "INTERVAL": "duration",
    "UUID": "uuid", "JSON": "json", "JSONB": "json", "VARIANT": "json", "OBJECT": "json", "HSTORE": "json",
    "BINARY": "bytes", "VARBINARY": "bytes", "BLOB": "bytes", "TINYBLOB": "bytes", "MEDIUMBLOB": "bytes",
    "LONGBLOB": "bytes", "IMAGE": "bytes", "ROWVERSION": "bytes", "ENUM": "enum", "ENUM8": "enum", "ENUM16": "enum",
    "SET": "enum", "INET": "address", "CIDR": "address", "IPADDRESS": "address", "IPV4": "address", "IPV6": "address",
    "ARRAY": "array", "LIST": "array",
    "CHAR": "text", "NCHAR": "text", "BPCHAR": "text", "VARCHAR": "text", "NVARCHAR": "text", "TEXT": "text",
    "TINYTEXT": "text", "MEDIUMTEXT": "text", "LONGTEXT": "text", "NAME": "text", "CITEXT": "text", "XML": "text",
    "FIXEDSTRING": "text", "LOWCARDINALITY": "text", "BIT": "boolean",
}  # fmt: skip
_NAMED: dict[str, Sort] = {"citext": "text", "tsvector": "unknown", "oid": "integer", "int4": "integer",
                           "macaddr": "address", "bytea": "bytes", "sysname": "text", "clob": "text",
                           "money": "decimal",
                           "bool": "boolean", "string": "text", "number": "decimal", "double precision": "float",
                           "float8": "float", "float4": "float", "int8": "integer", "int2": "integer"}  # fmt: skip


@dataclass(frozen=True)
class Meaning:
    """Say what a type means: the sort of its values, `length` in characters at most (exactly where `fixed`), whole and
    decimal digits of numbers, the largest whole number, the values of an enumeration, and the type inside an array.
    """

    sort: Sort
    length: int | None = None
    fixed: bool = False
    digits: int | None = None
    decimals: int | None = None
    least: int | None = None
    most: int | None = None
    values: tuple[str, ...] = ()
    zone: bool = False
    of: Meaning | None = field(default=None)

    @property
    def is_number(self) -> bool:
        """Whether the values are plain numbers."""
        return self.sort in ("integer", "decimal", "float")


def meaning_of(schema: SqlSchema, column: Column) -> Meaning:
    """Return what the type of a column means; the type under a domain counts as its own."""
    return _meaning(schema, column.kind)


def _meaning(schema: SqlSchema, kind: Node) -> Meaning:
    if kind is None:
        return Meaning("unknown")
    domain = schema.domain(kind)
    if domain is not None:
        return Meaning("enum", values=domain.values) if domain.values else _meaning(schema, domain.kind)
    name = kind.this.name if hasattr(kind.this, "name") else str(kind.this).upper()
    sizes = [int(str(part.this)) for part in kind.expressions if str(getattr(part, "this", "")).isdigit()]
    if name in ("NULLABLE", "LOWCARDINALITY") and kind.expressions:
        return _meaning(schema, kind.expressions[0])
    if name in _INTEGERS:
        return _whole(schema.dialect, name, sizes)
    sort = _SORTS.get(name) or _NAMED.get(named_type(kind)) or _affinity(schema, kind)
    match sort:
        case "decimal":
            return _decimal(name, sizes, schema.dialect)
        case "text":
            fixed = name in ("CHAR", "NCHAR", "BPCHAR", "FIXEDSTRING")
            return Meaning("text", sizes[0] if sizes else (1 if fixed else None), fixed)
        case "bytes":
            return Meaning("bytes", sizes[0] if sizes else None, name == "BINARY")
        case "enum":
            exp = require("sqlglot", extra="rules").exp
            values = [part.this if isinstance(part, exp.Literal) else str(part) for part in kind.expressions]
            return Meaning("enum", values=tuple(values))
        case "array":
            inner = _meaning(schema, kind.expressions[0]) if kind.expressions else Meaning("text")
            return Meaning("array", of=inner)
        case "datetime":
            return Meaning("datetime", zone=name in ("TIMESTAMPTZ", "TIMESTAMPLTZ") and schema.dialect != "mysql")
        case "boolean" if name == "BIT" and sizes and sizes[0] > 1:
            return Meaning("unknown")
    return Meaning(sort)


def _whole(dialect: str, name: str, sizes: list[int]) -> Meaning:
    if name == "TINYINT" and dialect == "mysql" and sizes == [1]:
        return Meaning("boolean")
    if name == "YEAR":
        return Meaning("integer", least=1901, most=2155)
    unsigned = name.startswith("U") or (name == "TINYINT" and dialect == "tsql")
    bits = 8 if name == "TINYINT" and unsigned else _INTEGERS[name]
    most = 2**bits - 1
    return Meaning("integer", least=0 if unsigned else -most - 1, most=most, decimals=0)


def _decimal(name: str, sizes: list[int], dialect: str) -> Meaning:
    if name in ("MONEY", "SMALLMONEY"):
        return Meaning("decimal", digits=9 if name == "SMALLMONEY" else 15, decimals=2)
    if not sizes:
        return Meaning("decimal", digits=10 if dialect == "mysql" else None, decimals=0 if dialect == "mysql" else None)
    decimals = sizes[1] if len(sizes) > 1 else 0
    if decimals == 0 and sizes[0] <= 18:
        most = 10 ** sizes[0] - 1
        return Meaning("integer", least=-most, most=most, decimals=0)
    return Meaning("decimal", digits=sizes[0], decimals=decimals)


def _affinity(schema: SqlSchema, kind: Node) -> Sort:
    """Return the sort of a type that nobody knows, by the rules that SQLite has for them."""
    name = (named_type(kind) or str(kind.this)).upper()
    if schema.dialect != "sqlite":
        return "unknown"
    for part, sort in (("INT", "integer"), ("CHAR", "text"), ("CLOB", "text"), ("TEXT", "text"), ("BLOB", "bytes"),
                       ("REAL", "float"), ("FLOA", "float"), ("DOUB", "float"), ("BOOL", "boolean")):  # fmt: skip
        if part in name:
            return sort  # type: ignore[return-value]
    return "decimal"
