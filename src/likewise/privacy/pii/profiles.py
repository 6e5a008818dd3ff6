"""What laws call a class of identifiers: HIPAA's Safe Harbor list, and the words of the GDPR."""

from __future__ import annotations

from collections.abc import Mapping

from likewise.core.identifiers.recogniser import Recogniser

SAFE_HARBOR: Mapping[str, str] = {
    "A": "names",
    "B": "geographic subdivisions smaller than a state",
    "C": "dates but their year, and ages over 89",
    "D": "telephone numbers",
    "E": "fax numbers",
    "F": "e-mail addresses",
    "G": "social security numbers",
    "H": "medical record numbers",
    "I": "health plan beneficiary numbers",
    "J": "account numbers",
    "K": "certificate and licence numbers",
    "L": "vehicle identifiers and plates",
    "M": "device identifiers and serial numbers",
    "N": "web addresses",
    "O": "IP addresses",
    "P": "biometric identifiers",
    "Q": "full-face photographs",
    "R": "any other unique number, characteristic or code",
}
"""The eighteen classes of 45 CFR 164.514(b)(2)(i), by their letter."""

_ONLINE, _PLACE, _BODY, _HEALTH = "DFNOM", "B", "PQ", "HI"


def safe_harbor(recogniser: Recogniser) -> str:
    """Return the Safe Harbor class of a recogniser, with its letter.

    >>> from likewise.core.identifiers.catalogue import BY_LABEL
    >>> safe_harbor(BY_LABEL["email"])
    '(F) e-mail addresses'
    """
    return f"({recogniser.hipaa}) {SAFE_HARBOR[recogniser.hipaa]}"


def gdpr(recogniser: Recogniser) -> str:
    """Return what the GDPR calls a class: articles 4(1), 9(1) and 87.

    >>> from likewise.core.identifiers.catalogue import BY_LABEL
    >>> gdpr(BY_LABEL["us ssn"]), gdpr(BY_LABEL["city"])
    ('national identification number, art. 87', 'location data, art. 4(1)')
    """
    letter = recogniser.hipaa
    if letter in _BODY:
        return "biometric data, art. 4(14), 9(1)"
    if letter in _HEALTH:
        return "data concerning health, art. 4(15), 9(1)"
    if letter == "A":
        return "name, art. 4(1)"
    if letter == "G":
        return "national identification number, art. 87"
    if letter == _PLACE:
        return "location data, art. 4(1)"
    if letter in _ONLINE:
        return "online identifier or contact, art. 4(1)"
    if letter == "C":
        return "factor of a person's identity, art. 4(1)"
    return "identification number, art. 4(1)"
