"""What a column's name says: that it is an id, and that it is one of persons or dealings."""

from __future__ import annotations

import re

_ID_TOKENS = {"id", "ids", "key", "uuid", "guid", "nbr", "code", "pk"}
_COUNTED_TOKENS = _ID_TOKENS | {"number", "no", "num", "nr", "index", "idx", "rownames"}

_NOT_IDS = ("paid", "valid", "covid", "grid", "liquid", "acid", "void", "fluid", "solid", "rapid", "humid", "thyroid",
            "steroid", "android", "bid", "said", "maid", "aid", "hybrid", "centroid", "lipid", "opioid", "typhoid",
            "carotid", "rheumatoid", "decode", "encode")  # fmt: skip
_BEFORE_ID = ("lab", "job", "club", "sub", "tab")
"""What ends in b and has ids: `labid` is no bid."""


def name_tokens(name: str) -> list[str]:
    """Split a column name into lower-case words: `customerID` gives `customer`, `id`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return [t for t in re.split(r"[^0-9a-z]+", spaced.lower()) if t]


def named_id(name: str, *, counted: bool = False) -> bool:
    """Return whether a column is named like an id (`counted` takes `number` and `no` too)."""
    tokens = name_tokens(name)
    if not tokens:
        return False
    last = tokens[-1]
    other = last.endswith(_NOT_IDS) and last.removesuffix("id") not in _BEFORE_ID
    run_on = last.endswith(("id", "code")) and len(last) > 4 and not other
    return run_on or last in (_COUNTED_TOKENS if counted else _ID_TOKENS)


_RECORDS = {
    "account", "acct", "admission", "applicant", "author", "beneficiary", "booking", "borrower", "buyer", "card",
    "case", "child", "citizen", "claim", "claimant", "client", "contract", "cust", "customer", "device", "doctor",
    "donor", "driver", "emp", "employee", "encounter", "guest", "hadm", "holder", "household", "imei", "imsi",
    "invoice", "loan", "member", "mrn", "msisdn", "npi", "order", "owner", "participant", "passenger", "passport",
    "pat", "patient", "payer", "person", "phone", "physician", "player", "policy", "policyholder", "provider",
    "reservation", "resident", "respondent", "seller", "session", "ssn", "staff", "stay", "student", "subject",
    "subscriber", "taxpayer", "tenant", "ticket", "transaction", "user", "visit", "visitor", "voter", "worker",
}  # fmt: skip
"""Whom rows are about, and their dealings: numbers of these identify, numbers of goods and places do not."""


def names_record(name: str) -> bool:
    """Return whether a column is named like the identifier of a person or a dealing: `UserID`, `InvoiceNo`, `PATIENT`.

    >>> names_record("patient_nbr"), names_record("product_id")
    (True, False)
    """
    tokens = name_tokens(name)
    if not tokens:
        return False
    *rest, last = tokens
    stem = next((last.removesuffix(t) for t in ("id", "no", "key", "code") if last.endswith(t)), last)
    if stem in _RECORDS or (not rest and last in ("id", "uuid", "guid", "pk")):
        return True
    if stem != last and stem.startswith(tuple(w for w in _RECORDS if len(w) > 4)):  # patientunitstayid
        return True
    return bool(rest) and last in _COUNTED_TOKENS and rest[-1] in _RECORDS
