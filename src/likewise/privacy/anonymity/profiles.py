"""Plans to begin with: the HIPAA Safe Harbor, the GDPR's pseudonymisation with k, l and t, and k alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pyarrow as pa

from likewise.core.schema import WORDS, Column
from likewise.core.spelling import find_formats
from likewise.core.table import Table
from likewise.errors import PrivacyError, suggest
from likewise.privacy.anonymity.document import Anonymizing, SearchMethod
from likewise.privacy.anonymity.identifiers import (
    helps,
    identifiers,
    is_age,
    is_code,
    is_direct,
    is_part,
    is_year,
    tells_great_ages,
)
from likewise.privacy.anonymity.ways import Cap, Drop, Hash, Part, Quasi, Sensitive, Way, Zip3
from likewise.privacy.masking.methods import Keep

Profile = Literal["hipaa", "gdpr", "k-anonymity"]

OLDEST = 89
"""The greatest age that the Safe Harbor lets stand by itself."""


def plan_of(
    table: Table,
    profile: Profile,
    *,
    quasi: Sequence[str] = (),
    sensitive: Sequence[str] = (),
    criteria: Any = None,
    method: SearchMethod = "mondrian",
    suppress: float = 0.05,
    year: int,
) -> Anonymizing:
    """Return the plan of a profile for a table, to be looked at and edited.

    `hipaa` leaves out or shortens what 45 CFR 164.514(b)(2) lists: names, places smaller than a state (but for three
    digits of ZIP codes), dates but for the year, ages over 89 (and years before `year` - 89), numbers and codes that
    are one person's, and free texts. `gdpr` leaves out names and contacts, hashes ids with a key and generalises
    quasi-identifiers; `k-anonymity` generalises them and leaves out all identifiers. `quasi` and `sensitive` columns
    that nobody named are those of that role in the schema; then quasi-identifiers are told by their names. Raises
    PrivacyError where there are none.
    """
    schema = table.schema
    for name in (*quasi, *sensitive):
        if name not in schema:
            raise PrivacyError("privacy.unknown-column", f"there is no column `{name}`", where=name,
                               hint=suggest(name, schema.names, "column"))  # fmt: skip
    both = {*quasi} & {*sensitive}
    if both:
        name = min(both)
        raise PrivacyError("privacy.both", f"`{name}` is named as quasi-identifier and as sensitive", where=name,
                           hint="what others know of somebody is no secret: name it once")  # fmt: skip
    found = identifiers(table)
    fields: dict[str, Any] = {"profile": profile, "method": method, "suppress": suppress, "order": "sorted"}
    if criteria is not None and (quasi or profile != "hipaa"):
        fields["criteria"] = criteria
    if profile == "hipaa":
        ways = {c.name: _safe_harbor(c, found.get(c.name), year) for c in schema.columns}
        for name in (*quasi, *sensitive):
            if not isinstance(ways[name], Keep):
                raise PrivacyError("privacy.hipaa", f"the Safe Harbor says what is done with `{name}`", where=name,
                                   hint="take the profile gdpr or k-anonymity, or edit the plan")  # fmt: skip
            ways[name] = Sensitive() if name in sensitive else Quasi()
        return Anonymizing.from_dict({**fields, "columns": ways})
    secrets = {*(sensitive or (c.name for c in schema.with_role("sensitive")))}
    known = {*(quasi or (c.name for c in schema.with_role("quasi-identifier")))}
    known = known or {c.name for c in schema.columns if _may_be_quasi(c, found.get(c.name)) and c.name not in secrets}
    if not known:
        raise no_quasi()
    ways = {
        c.name: _quasi(found.get(c.name)) if c.name in known else Sensitive() if c.name in secrets
        else _other(c, found.get(c.name), profile) for c in schema.columns
    }  # fmt: skip
    return Anonymizing.from_dict({**fields, "columns": ways})


def no_quasi() -> PrivacyError:
    """Return the error that no column is a quasi-identifier."""
    return PrivacyError("privacy.no-quasi", "no column is a quasi-identifier: there is nothing that k could hold for",
                        hint="name what others may know: --quasi age,sex,zip, or `age: quasi` in the plan")  # fmt: skip


def _safe_harbor(column: Column, label: str | None, year: int) -> Way:
    """Return what the Safe Harbor asks of a column."""
    if column.kind in ("date", "datetime"):
        return Part(of="year", first=year - OLDEST)
    if column.kind == "constant" and find_formats(pa.array(column.levels or ()))[0]:
        return Drop()  # one date that all rows share
    if is_age(column):
        return Cap(most=OLDEST)
    if is_year(column):
        return Cap(least=year - OLDEST)
    if label == "postal code":
        return Zip3()
    return Drop() if label or _is_free(column) or is_part(column) or tells_great_ages(column) else Keep()


def _may_be_quasi(column: Column, label: str | None) -> bool:
    """Return whether a column that nobody named is taken for a quasi-identifier."""
    return helps(column, label) and not _is_free(column)


def _quasi(label: str | None) -> Quasi:
    return Quasi(prefix=1) if label == "postal code" else Quasi()


def _other(column: Column, label: str | None, profile: Profile) -> Way:
    """Return what is done with a column beside the quasi-identifiers and the sensitive ones."""
    if label is not None and is_direct(label):
        return Hash() if profile == "gdpr" and is_code(label) else Drop()
    return Drop() if _is_free(column) else Keep()


def _is_free(column: Column) -> bool:
    """Return whether a column may hold anything: texts, documents, pictures, sounds."""
    return column.is_media or (column.kind in WORDS and not column.is_generated)
