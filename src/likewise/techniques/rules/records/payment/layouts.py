"""How account numbers are built in the countries that have IBANs: facts of ISO 13616 and of each country's banks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_PART = re.compile(r"([BSAKF])(\d+)(a?)|=([0-9A-Z]+)")

LAYOUTS = {
    "AD": "B4 S4 A12", "AE": "B3 A16", "AL": "B3 S4 K1 A16", "AT": "B5 A11", "AZ": "B4a A20", "BA": "B3 S3 A8 K2",
    "BE": "B3 A7 K2", "BG": "B4a S4 A10", "BH": "B4a A14", "BI": "B5 S5 A11 K2", "BR": "B8 S5 A10 =C1",
    "BY": "B4a =3012 A16", "CH": "B5 A12", "CR": "=0 B3 A14", "CY": "B3 S5 A16", "CZ": "B4 =000000 A8 F1 K1",
    "DE": "B8 A10", "DJ": "B5 S5 A11 K2", "DK": "B4 A10", "DO": "B4a A20", "EE": "B2 S2 A11 K1", "EG": "B4 S4 A17",
    "ES": "B4 S4 K2 A10", "FI": "B3 A10 K1", "FK": "B2a A12", "FO": "B4 A10", "FR": "B5 S5 A11 K2", "GB": "B4a S6 A8",
    "GE": "B2a A16", "GI": "B4a A15", "GL": "B4 A10", "GR": "B3 S4 A16", "GT": "B4a =0101 A16", "HN": "B4a A20",
    "HR": "B6 K1 =10 A7 K1", "HU": "B3 S4 K1 A15 K1", "IE": "B4a S6 A8", "IL": "B3 S3 A13", "IQ": "B4a S3 A12",
    "IS": "B2 S2 =26 A6 =5510730339", "IT": "K1a B5 S5 A12", "JO": "B4a S4 A18", "KW": "B4a A22", "KZ": "B3 A13",
    "LB": "B4 A20", "LC": "B4a A24", "LI": "B5 A12", "LT": "B5 A11", "LU": "B3 A13", "LV": "B4a A13", "LY": "B3 S3 A15",
    "MC": "B5 S5 A11 K2", "MD": "B2a A18", "ME": "B3 A13 K2", "MK": "B3 A10 K2", "MN": "B4 A12", "MR": "B5 S5 A11 K2",
    "MT": "B4a S5 A18", "MU": "B4a S4 A12 =000MUR", "NI": "B4a A20", "NL": "B4a A8 F1 K1", "NO": "B2 S2 A5 F1 K1",
    "OM": "B3 A16", "PK": "B4a A16", "PL": "B3 S4 K1 A16", "PS": "B4a A21", "PT": "B4 S4 A11 K2", "QA": "B4a A21",
    "RO": "B4a A16", "RS": "B3 A13 K2", "RU": "B9 S5 A15", "SA": "B2 A18", "SC": "B4a S4 A16 =SCR", "SD": "B2 A12",
    "SE": "B3 A17", "SI": "B2 S3 A8 K2", "SK": "B4 =000000 A8 F1 K1", "SM": "K1a B5 S5 A12", "SO": "B4 S3 A12",
    "ST": "B4 S4 A11 K2", "SV": "B4a A20", "TL": "B3 A14 K2", "TN": "B2 S3 A13 K2", "TR": "B5 =0 A16", "UA": "B6 A19",
    "VA": "=001 A15", "VG": "B4a A16", "XK": "B2 S2 A10 K2", "YE": "B4a S4 A18",
}  # fmt: skip
"""The parts of each country's numbers: bank, branch (S), account, check digits, a digit that keeps those possible (F).

Digits all, or letters where `a` is written; `=` stands before what never changes.
"""


@dataclass(frozen=True)
class Part:
    """Say what lies from one column to another: `B`, `S`, `A`, `K`, `F`, or `=` and what never changes."""

    kind: str
    start: int
    end: int
    letters: bool = False
    text: str = ""


@cache
def layout(country: str) -> tuple[Part, ...]:
    """Return the parts of a country's numbers, from the first column after the IBAN's own four.

    >>> [(part.kind, part.start, part.end) for part in layout("BE")]
    [('B', 0, 3), ('A', 3, 10), ('K', 10, 12)]
    """
    parts, at = list[Part](), 0
    for kind, size, letters, text in _PART.findall(LAYOUTS[country]):
        end = at + (int(size) if size else len(text))
        parts.append(Part(kind or "=", at, end, bool(letters), text))
        at = end
    return tuple(parts)


def length(country: str) -> int:
    """Return how many characters a country's IBANs have."""
    return 4 + layout(country)[-1].end


def letter_columns(country: str) -> tuple[int, ...]:
    """Return the columns of a country's account numbers that hold letters."""
    found = [column for part in layout(country) for column in range(part.start, part.end)
             if part.letters or (part.text and part.text[column - part.start].isalpha())]  # fmt: skip
    return tuple(found)
