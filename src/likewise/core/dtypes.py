"""Arrow types from their names, so that a schema on disk can say what a column goes back to."""

from __future__ import annotations

import re

import pyarrow as pa

from likewise.errors import SchemaError

_ALIASES = {"decimal": pa.decimal128, "decimal128": pa.decimal128, "decimal256": pa.decimal256,
            "decimal32": pa.decimal32, "decimal64": pa.decimal64}  # fmt: skip
_LISTS = {"list": pa.list_, "large_list": pa.large_list, "fixed_size_list": pa.list_}


def arrow_type(name: str) -> pa.DataType:
    """Return the Arrow type whose `str()` is `name`; raises SchemaError when there is none.

    >>> arrow_type("timestamp[us, tz=Europe/Berlin]").tz
    'Europe/Berlin'
    """
    text = name.strip()
    if found := re.fullmatch(r"timestamp\[(s|ms|us|ns), tz=(.+)\]", text):
        return pa.timestamp(found[1], tz=found[2])
    if found := re.fullmatch(r"(decimal\d*)\((\d+), (-?\d+)\)", text):
        return _ALIASES[found[1]](int(found[2]), int(found[3]))
    if found := re.fullmatch(r"fixed_size_binary\[(\d+)\]", text):
        return pa.binary(int(found[1]))
    if found := re.fullmatch(r"extension<arrow\.fixed_shape_tensor\[value_type=(\w+), shape=\[([\d,]*)\].*\]>", text):
        return pa.fixed_shape_tensor(pa.type_for_alias(found[1]), [int(n) for n in found[2].split(",") if n])
    if text.startswith("dictionary<"):
        return _dictionary(text)
    if found := re.fullmatch(r"(list|large_list|fixed_size_list)<(\w+): (.+)>(?:\[(\d+)\])?", text):
        child = _field(found[2], found[3])
        return pa.list_(child, int(found[4])) if found[4] else _LISTS[found[1]](child)
    if text.startswith("struct<") and text.endswith(">"):
        return pa.struct([_field(*part.split(": ", 1)) for part in _parts(text[7:-1]) if part])
    try:
        return pa.type_for_alias(text)
    except ValueError:
        raise SchemaError("schema.dtype", f"`{name}` is not the name of an Arrow type",
                          hint="use e.g. int64, double, string or timestamp[us]") from None  # fmt: skip


def _field(name: str, dtype: str) -> pa.Field:
    required = dtype.endswith(" not null")
    return pa.field(name, arrow_type(dtype.removesuffix(" not null")), nullable=not required)


def _dictionary(text: str) -> pa.DataType:
    fields = dict(part.split("=", 1) for part in _parts(text.removeprefix("dictionary<").removesuffix(">")))
    return pa.dictionary(arrow_type(fields["indices"]), arrow_type(fields["values"]), fields["ordered"] == "1")


def _parts(text: str) -> list[str]:
    """Split at the commas that stand outside all brackets."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth += (char in "<[(") - (char in ">])")
        if char == "," and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    return [*parts, text[start:].strip()]
