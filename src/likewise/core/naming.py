"""What a column's name says: that it is an id, or that it identifies a person."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

_ID_TOKENS = {"id", "ids", "key", "uuid", "guid", "nbr", "code", "pk"}
_COUNTED_TOKENS = _ID_TOKENS | {"number", "no", "num", "nr", "index", "idx", "rownames"}

_NOT_IDS = ("paid", "valid", "covid", "grid", "liquid", "acid", "void", "fluid", "solid", "rapid", "humid", "thyroid",
            "steroid", "android", "bid", "said", "maid", "aid", "hybrid", "centroid", "decode", "encode")  # fmt: skip


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
    run_on = last.endswith(("id", "code")) and len(last) > 4 and not last.endswith(_NOT_IDS)
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


PII = {
    "email": ("email", "mail"), "phone": ("phone", "telephone", "mobile", "fax"), "ssn": ("ssn",), "iban": ("iban",),
    "address": ("address", "street"), "ip": ("ip", "ipaddress"), "url": ("url", "website"),
    "name": ("maiden", "surname", "firstname", "lastname", "fullname", "forename"), "passport": ("passport",),
}  # fmt: skip
_PII_SHAPES = {
    "email": r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$",
    "url": r"^(?i:https?://|www\.)\S+$",
    "ip": r"^(?:[0-9]{1,3}\.){3}[0-9]{1,3}$",
    "iban": r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$",
}


def pii_of(name: str, distinct: pa.Array) -> str | None:
    """Return what identifies a person here, by the column's name or the shape of its values."""
    if len(distinct):
        for label, shape in _PII_SHAPES.items():
            if pc.all(pc.match_substring_regex(distinct, shape)).as_py():
                return label
    tokens = name_tokens(name)
    joined = "".join(tokens)
    if joined in (
        "name",
        "first",
        "last",
        "firstname",
        "lastname",
        "fullname",
        "customername",
        "patientname",
        "username",
    ):
        return "name"
    return next((label for label, words in PII.items() if set(tokens) & set(words) or joined in words), None)
