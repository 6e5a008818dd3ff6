"""Plans to begin with: the HIPAA Safe Harbor, the GDPR's pseudonymisation with k, l and t, and k alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pyarrow as pa

from likewise.core.schema import WORDS, Column, Schema
from likewise.core.spelling import find_formats
from likewise.errors import PrivacyError, suggest
from likewise.privacy.anonymity.document import Anonymizing, SearchMethod
from likewise.privacy.anonymity.identifiers import helps, identifier, is_age, is_area, is_year, is_zip, tells_great_ages
from likewise.privacy.anonymity.ways import Cap, Drop, Hash, Part, Quasi, Sensitive, Way, Zip3
from likewise.privacy.masking.methods import Keep

Profile = Literal["hipaa", "gdpr", "k-anonymity"]

OLDEST = 89
"""The greatest age that the Safe Harbor lets stand by itself."""


def plan_of(
    schema: Schema,
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
    for name in (*quasi, *sensitive):
        if name not in schema:
            raise PrivacyError("privacy.unknown-column", f"there is no column `{name}`", where=name,
                               hint=suggest(name, schema.names, "column"))  # fmt: skip
    secrets = {*(sensitive or (c.name for c in schema.with_role("sensitive")))}
    known = {*(quasi or (c.name for c in schema.with_role("quasi-identifier")))}
    if profile == "hipaa":
        ways = {c.name: _safe_harbor(c, year) for c in schema.columns}
        for name in (*quasi, *sensitive):
            if not isinstance(ways[name], Keep):
                raise PrivacyError("privacy.hipaa", f"the Safe Harbor says what is done with `{name}`", where=name,
                                   hint="take the profile gdpr or k-anonymity, or edit the plan")  # fmt: skip
            ways[name] = Sensitive() if name in sensitive else Quasi()
        asked = criteria if quasi else None
    else:
        known = known or {c.name for c in schema.columns if _may_be_quasi(c) and c.name not in secrets}
        if not known:
            raise no_quasi()
        ways = {c.name: _of(c, c.name in known, c.name in secrets, profile) for c in schema.columns}
        asked = criteria
    fields = {"profile": profile, "method": method, "suppress": suppress, "columns": ways}
    return Anonymizing.from_dict(fields if asked is None else {**fields, "criteria": asked})


def no_quasi() -> PrivacyError:
    """Return the error that no column is a quasi-identifier."""
    return PrivacyError("privacy.no-quasi", "no column is a quasi-identifier: there is nothing that k could hold for",
                        hint="name what others may know: --quasi age,sex,zip, or `age: quasi` in the plan")  # fmt: skip


def _safe_harbor(column: Column, year: int) -> Way:
    """Return what the Safe Harbor asks of a column."""
    if column.kind in ("date", "datetime"):
        return Part(of="year", first=year - OLDEST)
    if column.kind == "constant" and find_formats(pa.array(column.levels or ()))[0]:
        return Drop()  # one date that all rows share
    if is_age(column):
        return Cap(most=OLDEST)
    if is_year(column):
        return Cap(least=year - OLDEST)
    if is_zip(column):
        return Zip3()
    free = column.kind in WORDS or column.is_media
    return Drop() if free or is_area(column) or tells_great_ages(column) or identifier(column) else Keep()


def _may_be_quasi(column: Column) -> bool:
    """Return whether a column that nobody named is taken for a quasi-identifier."""
    return helps(column) and identifier(column) is None and not column.is_media and column.kind not in WORDS


def _of(column: Column, quasi: bool, secret: bool, profile: Profile) -> Way:
    """Return what is done with a column where quasi-identifiers are generalised."""
    if quasi:
        return Quasi(prefix=1) if is_zip(column) else Quasi()
    if secret:
        return Sensitive()
    found = identifier(column)
    if found == "unique code" and profile == "gdpr":
        return Hash()
    free = column.kind in WORDS or column.is_media
    return Drop() if found or free else Keep()
