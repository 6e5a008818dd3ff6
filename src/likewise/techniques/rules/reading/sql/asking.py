"""What a column is asked to be, and what comes to make it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from likewise.techniques.rules.reading.sql.facts import Facts
from likewise.techniques.rules.reading.sql.meanings import Meaning
from likewise.techniques.rules.reading.sql.names import Guess, role_of

RECORDS = frozenset({"person", "address", "company", "payment", "vehicle", "device", "product"})
"""Words of makers whose columns agree with one another."""

DISTINCT = frozenset({"email", "user name", "iban", "card number", "vin", "ean", "upc", "isbn", "sku", "mac", "ipv6",
                      "hostname"})  # fmt: skip
"""Fields of records that come without repeats where that is asked."""


@dataclass(frozen=True)
class Making:
    """Say what makes a column, why, how many values it has at most, and how long its texts can be."""

    made: dict[str, Any]
    reason: str
    values: float = math.inf
    length: int = 0


@dataclass(frozen=True)
class Asked:
    """Say what a column is asked to be."""

    table: str
    name: str
    meaning: Meaning
    facts: Facts
    default: Any = None
    unique: bool = False
    rows: int = 1000
    native: str = ""


def own(asked: Asked, guess: Guess) -> dict[str, Any]:
    """Return what a guess makes, of the record that the column's name begins with."""
    role = role_of(asked.name) if {"person", "address"} & set(guess.made) else None
    return {**guess.made, **({} if role is None else {"as": role})}


def said(guess: Guess) -> str:
    """Return why a guess is made."""
    word, value = next(iter(guess.made.items()))
    return f"its name: {value} of the {word}" if word in RECORDS else "its name"


def shares(weights: list[int]) -> list[float]:
    """Return weights as shares that add up to one."""
    shares = [round(weight / sum(weights), 4) for weight in weights]
    shares[-1] = round(1 - sum(shares[:-1]), 4)
    return shares
