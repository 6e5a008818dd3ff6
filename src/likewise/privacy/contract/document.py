"""Read contracts from documents: mappings, YAML files and schemas; all faults are told together, each with its path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from likewise.core.documents import read_document
from likewise.core.schema import KINDS, Schema
from likewise.core.spec import readable
from likewise.errors import PrivacyError, nearest
from likewise.privacy.contract.category import Boolean, Category
from likewise.privacy.contract.domain import Domain
from likewise.privacy.contract.moments import Date, Datetime, Duration, Time
from likewise.privacy.contract.number import Number
from likewise.privacy.contract.open import Open
from likewise.privacy.contract.outside import Id, Ignored

if TYPE_CHECKING:
    from likewise.privacy.contract.contract import Contract

DOMAINS: dict[str, type[Domain]] = {
    domain.kind: domain for domain in (Number, Category, Boolean, Date, Datetime, Time, Duration, Id, Ignored, Open)
}
NUMBERS: dict[str, dict[str, Any]] = {
    "integer": {"integer": True, "decimals": None},
    "decimal": {},
    "float": {"decimals": None},
}
"""What a schema's kinds of numbers mean here."""

EXAMPLE = "write e.g. {age: {kind: number, integer: true, min: 0, max: 120}, sex: {kind: category, levels: [F, M]}}"
SETTINGS = ("columns", "unit", "most", "rest")


def read_fields(source: Any) -> tuple[dict[str, Any], str | None, str]:
    """Return the fields of a document, the file they are from, and the path of its columns. Raises PrivacyError."""
    where = None
    if isinstance(source, str) and source in ("discover", "ignore"):
        return {"rest": source}, None, "$"
    if isinstance(source, Schema):
        columns = {c.name: {"kind": c.kind, **c.to_dict(), "nullable": c.nullable} for c in source.columns}
        return {"columns": {n: {k: v for k, v in f.items() if k != "name"} for n, f in columns.items()}}, None, "$"
    if isinstance(source, str | Path):
        where = str(source)
        source = read_document(Path(source).expanduser(), what="a contract", error=PrivacyError, family="privacy",
                               hint=EXAMPLE)  # fmt: skip
    if not isinstance(source, Mapping):
        raise PrivacyError("privacy.invalid", f"$: a contract is a mapping of columns, not a {type(source).__name__}",
                           hint=EXAMPLE)  # fmt: skip
    fields = {str(name): value for name, value in source.items()}
    if _is_whole(fields):
        return fields, where, "$.columns"
    return {"columns": fields}, where, "$"


def _is_whole(fields: dict[str, Any]) -> bool:
    """Return whether a mapping is a document with its columns in it, rather than the columns themselves."""
    columns = fields.get("columns")
    if "columns" in fields and (not isinstance(columns, Mapping) or not isinstance(columns.get("kind"), str)):
        return True
    return bool(fields) and set(fields) <= set(SETTINGS) and fields.get("rest") in ("discover", "ignore", "refuse")


def with_domains(contract: type[Contract], fields: dict[str, Any], where: str | None, root: str) -> Contract:
    """Build a contract of the fields of a document. Raises PrivacyError with all its faults."""
    columns = fields.get("columns") or {}
    if not isinstance(columns, Mapping):
        raise PrivacyError("privacy.invalid", "$.columns: a mapping of column names is wanted", where=where,
                           hint=EXAMPLE)  # fmt: skip
    _refuse_inferred(columns, where)
    faults: list[PrivacyError] = []
    domains = []
    for name, column in columns.items():
        try:
            domains.append(_domain(str(name), column))
        except PrivacyError as fault:
            faults.append(PrivacyError(fault.code, _below(f"{root}.{name}", fault.what), hint=fault.hint))
    try:
        if not faults:
            return contract.model_validate({**fields, "columns": domains})
        contract.model_validate({**fields, "columns": [], "unit": None, "rest": fields.get("rest") or "discover"})
    except ValidationError as fault:
        faults.append(readable(fault, contract, where=where, error=PrivacyError))  # type: ignore[arg-type]
    hint = next((fault.hint for fault in faults if fault.hint), EXAMPLE)
    raise PrivacyError("privacy.invalid", "; ".join(fault.what for fault in faults), where=where, hint=hint)


def _below(path: str, what: str) -> str:
    """Return faults of a part of a document with the paths that they have in the whole."""
    return re.sub(r"(^|; )\$", lambda found: f"{found[1]}{path}", what)


def _refuse_inferred(columns: Mapping[Any, Any], where: str | None) -> None:
    found = [str(name) for name, column in columns.items() if isinstance(column, Mapping) and column.get("reason")]
    if found:
        listed = ", ".join(f"`{name}`" for name in found[:12]) + (", ..." if len(found) > 12 else "")
        raise PrivacyError(
            "privacy.inferred-domain", f"this was inferred from data, whose own bounds and levels it holds: {listed}",
            where=where, hint="write what is publicly known and delete `reason`, or write `discover` for the column",
        )  # fmt: skip


def _domain(name: str, column: Any) -> Domain:
    """Build one column; its faults have paths that begin at it."""
    if isinstance(column, str):
        column = {"kind": column}
    if not isinstance(column, Mapping):
        raise PrivacyError("privacy.invalid", "$: a mapping with `kind` is wanted", hint=EXAMPLE)
    fields = {str(field): value for field, value in column.items()}
    kind = str(fields.pop("kind", "")) or "discover" * bool(fields.get("discover"))
    domain, fields = _understood(kind, fields)
    try:
        return domain.model_validate({"name": name, **fields})
    except ValidationError as fault:
        raise readable(fault, domain, where=None, error=PrivacyError) from None


def _understood(kind: str, fields: dict[str, Any]) -> tuple[type[Domain], dict[str, Any]]:
    """Return what a kind means and its fields; those of a schema's column are turned into a contract's."""
    if fields.pop("discover", False):
        return Open, {**_plain(fields), "like": kind if kind != "discover" else None}
    if kind in NUMBERS:
        kind, fields = "number", {**fields, **NUMBERS[kind]}
    kind = "category" if kind == "constant" else kind
    if kind not in DOMAINS:
        known = [*DOMAINS, *NUMBERS]
        close = None if kind in KINDS else nearest(kind, known)
        what = f"$.kind: there is no kind `{kind}` in a contract" if kind else "$.kind: it is required"
        hint = (
            f"did you mean `{close}`?" if close else f"the kinds are: {', '.join(known)}; `ignore` leaves a column out"
        )
        raise PrivacyError("privacy.invalid", what, hint=hint)
    if fields.get("role") == "ignore":
        return Ignored, {}
    if kind == "ignore":
        return Ignored, {"note": fields["note"]} if "note" in fields else {}
    return DOMAINS[kind], _plain(fields)


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a schema's column as a contract names them: `min` and `max` for `bounds`, and so on."""
    fields = {name: value for name, value in fields.items() if value is not None}
    bounds = fields.pop("bounds", None)
    if isinstance(bounds, list | tuple) and len(bounds) == 2:
        fields = {"min": bounds[0], "max": bounds[1], **fields}
    nullable = fields.pop("nullable", None)
    if nullable is not None:
        fields["missing"] = (fields.get("missing") or True) if nullable else False
    if fields.get("other") in ("keep", "refuse"):
        del fields["other"]
    for name in ("native", "pii", "reason"):
        fields.pop(name, None)
    return fields
