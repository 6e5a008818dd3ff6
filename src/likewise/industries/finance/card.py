"""The data card: what a bank was made with, what came of it, and what it is not good for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from likewise import __version__
from likewise.core.spec import Spec
from likewise.industries.finance.crime.registry import NAMES

if TYPE_CHECKING:
    from likewise.industries.finance.tables.made import Made

LIMITS = (
    "Nothing was learned from data: shares, prices and habits are plausible, and those of no bank.",
    "The towns are invented, on boxes where eight countries lie; clocks have no summer time.",
    "The ledger is that of all banks together: transfers between banks are not settled through a central bank.",
    "Money is changed at a daily rate and 1.5 % dearer; currencies are EUR, GBP, USD and PLN.",
    "Nobody moves, marries, changes jobs or dies; cards are not renewed, nor blocked once a fraud is reported.",
    "Accounts of the USA have numbers that are built like IBANs, which there are none of there.",
    "Fraud that is refused is labelled as well: the share of fraud counts what was tried.",
)

A_ROW = {
    "transactions": "a payment that was asked for, with what came of it and its labels",
    "ledger": "an entry of an approved payment, with the balance after it",
    "edges": "who paid, owns, holds or uses what: an edge of the graph",
    "alerts": "an alert of a rule, and what an analyst made of it",
    "nodes": "an account, a customer, a card or a device: a node of the graph",
    "customers": "a person: home, age, income, employer",
    "accounts": "an account, with what is on it at the beginning and at the end, and its part in a ring",
    "cards": "a debit or credit card",
    "merchants": "a shop, on the web or in a town, or a cash machine",
    "terminals": "a terminal of a shop",
    "devices": "a phone or a computer",
    "firms": "a firm that owns shops, employs, lets or sends bills",
    "banks": "a bank",
    "cities": "a town",
    "holidays": "a public holiday of a country",
    "rings": "a ring of fraud or laundering, with its typology",
    "ring_members": "an account that takes part in a ring, and as what",
}
"""What a row of each table is."""


class Card(Spec):
    """Hold the parameters, the seed and the counts of a bank."""

    industry: str
    version: str
    seed: int
    parameters: dict[str, Any]
    rows: dict[str, int]
    payments: int
    declined: int
    fraudulent: int
    share_of_fraud: float
    rings: int
    by_typology: dict[str, int]
    limits: tuple[str, ...]


def card_of(made: Made, rows: dict[str, int]) -> Card:
    """Return the card of a bank whose tables have all been made."""
    counts = {name: int(made.by_typology[k + 1]) for k, name in enumerate(NAMES) if made.by_typology[k + 1]}
    share = made.fraudulent / made.payments if made.payments else 0.0
    return Card(industry=made.settings.name, version=__version__, seed=made.seed,
                parameters=made.settings.model_dump(mode="json"), rows=dict(rows), payments=made.payments,
                declined=made.declined, fraudulent=made.fraudulent, share_of_fraud=float(np.round(share, 7)),
                rings=len(made.bank.planner.rings), by_typology=counts, limits=LIMITS)  # fmt: skip


def readable(card: Card, parameters: Mapping[str, str]) -> str:
    """Return a card as Markdown; `parameters` says what each of them is."""
    told = "\n".join(f"| {name} | {_shown(card.parameters[name])} | {what} |" for name, what in parameters.items())
    rows = "\n".join(f"| {name} | {count:,} | {A_ROW[name]} |" for name, count in card.rows.items())
    kinds = "\n".join(f"| {name} | {count:,} |" for name, count in card.by_typology.items())
    limits = "\n".join(f"- {limit}" for limit in card.limits)
    share = f"{100 * card.share_of_fraud:.3f} %"
    return f"""# A bank's world

Made by likewise {card.version} (`likewise generate {card.industry}`), seed {card.seed}; no real data was used.

Of {card.payments:,} payments {card.declined:,} were refused, and {card.fraudulent:,} ({share}) belong to {card.rings:,}
rings of fraud or laundering. Amounts are in cents, times in UTC.

## Tables

| table | rows | a row is |
|---|---:|---|
{rows}

## Fraud

| typology | payments |
|---|---:|
{kinds}

## Parameters

| parameter | value | what it is |
|---|---|---|
{told}

## What it is not good for

{limits}
"""


def _shown(value: Any) -> str:
    """Return the value of a parameter; a mapping as JSON, and an empty one as what it stands for."""
    return str(value) if not isinstance(value, dict) else f"`{json.dumps(value)}`" if value else "as usual"
