"""Which columns say who somebody is, by the classes of the HIPAA Safe Harbor, and which may help to find out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from likewise.core.naming import name_tokens, names_record
from likewise.core.schema import Column

CLASSES: Mapping[str, str] = {
    "e-mail address": r"e?_?mail(s|_address|_addr)?$|_e?mail_",
    "IP address": r"(^|_)(ip|ipv4|ipv6)(_|$)",
    "URL": r"url|(^|_)(web|website|homepage|uri|link)(_|$)",
    "fax number": r"(^|_)fax",
    "telephone number": r"phone|(^|_)(tel|mobile|cell|msisdn)(_|$)",
    "social security number": r"(^|_)(ssn|social_security|national_id|nino|nhs|tax_id|tin|sin)(_|$)|social_security",
    "medical record number": r"(^|_)(mrn|medical_record|chart_no|chart_number|patient_no|patient_number)(_|$)",
    "health plan number": r"(^|_)(member|beneficiary|policy|insurance|subscriber|plan)_?(id|no|nr|number)(_|$)",
    "account number": r"(^|_)(account|acct|iban|card|credit_card|cc|bank)(_?(id|no|nr|num|number))?$",
    "licence number": r"licen[cs]e|(^|_)(drivers?|certificate|passport)(_|$)",
    "vehicle identifier": r"(^|_)(vin|plate|vehicle_id|registration_(no|nr|number))(_|$)",
    "device identifier": r"(^|_)(device_(id|no|nr|number)|serial|imei|imsi|mac|udi)(_|$)|^device$",
    "biometric identifier": r"biometric|fingerprint|(^|_)(iris|retina|voice_?print|face|dna)(_|$)",
    "photograph": r"(^|_)(photo|picture|portrait|image|avatar)(_|$)",
    "place": r"address|street|(^|_)(addr|lat|lon|lng|latitude|longitude|geo|coordinates?|location|birth_?place)(_|$)",
    "name": r"(^|_)(first|last|middle|maiden|given|family|prefix|suffix|surname|forename|initials|name|vorname"
            r"|nachname|nom|prenom|apellidos?|nombre)(_|$)|(^|_)(first|last|full|middle|sur|user|nick|fore)names?(_|$)",
}  # fmt: skip
"""Words of column names that tell an identifier of its own, by class, in the order in which they are looked for."""

AREA = r"(^|_)(zip|zip_?code|post_?code|postal|plz|city|town|village|county|district|parish|precinct|suburb)(_|$)"
ZIP = r"(^|_)zip"
AGE = r"(^|_)age(_|$)"
YEAR = r"(^|_)(year|yob)(_|$)"
HELPS = (
    r"(^|_)(age|sex|gender|birth\w*|born|dob|race|ethnicity|religion|nationality|citizenship|language|marital\w*"
    r"|education\w*|occupation|profession|job|employer|workclass|work_class|state|country|native_country|region|height"
    r"|weight|children|household|veteran|relationship|death\w*|deceased)(_|$)"
)
"""Words of column names that tell what others may know of somebody."""


def identifier(column: Column) -> str | None:
    """Return the class of identifier that a column holds, by what is known of it and by its name; None where none.

    >>> identifier(Column(name="E-Mail", kind="text")), identifier(Column(name="income", kind="integer"))
    ('e-mail address', None)
    """
    if column.pii is not None:
        return column.pii
    if column.kind in ("image", "audio"):
        return "photograph" if column.kind == "image" else "biometric identifier"
    if column.kind in ("boolean", "date", "datetime", "time", "duration"):
        return None
    name = "_".join(name_tokens(column.name))
    for found, pattern in CLASSES.items():
        if re.search(pattern, name):
            return found
    own = names_record(column.name) or column.is_generated or column.is_pseudonymous or column.role == "key"
    return "unique code" if own else None


def is_area(column: Column) -> bool:
    """Return whether a column is a place smaller than a state that many people share."""
    return re.search(AREA, "_".join(name_tokens(column.name))) is not None


def is_zip(column: Column) -> bool:
    """Return whether a column holds ZIP codes."""
    return re.search(ZIP, "_".join(name_tokens(column.name))) is not None


def is_age(column: Column) -> bool:
    """Return whether a column holds ages."""
    return re.search(AGE, "_".join(name_tokens(column.name))) is not None and _counts(column)


def is_year(column: Column) -> bool:
    """Return whether a column holds years as numbers, which may be those of births."""
    return re.search(YEAR, "_".join(name_tokens(column.name))) is not None and _counts(column)


def tells_great_ages(column: Column) -> bool:
    """Return whether more than one level of a column of age groups begins at 90 or above."""
    named = re.search(AGE, "_".join(name_tokens(column.name))) is not None
    first = (re.search(r"\d{1,9}", level) for level in column.levels or ())
    return named and sum(found is not None and int(found[0]) >= 90 for found in first) > 1


def _counts(column: Column) -> bool:
    """Return whether a column holds numbers, as such, as levels or as what looks like ids."""
    if column.levels is not None:
        return all(re.fullmatch(r"-?\d+", level) for level in column.levels)
    return column.kind in ("integer", "decimal", "float", "id")


def helps(column: Column) -> bool:
    """Return whether others may know a column's value of somebody: a quasi-identifier."""
    if column.role == "quasi-identifier":
        return True
    return is_area(column) or re.search(HELPS, "_".join(name_tokens(column.name))) is not None
