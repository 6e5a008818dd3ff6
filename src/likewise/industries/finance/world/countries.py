"""Countries: their money, their clocks, how their accounts are numbered, and how people and places are called there."""

from __future__ import annotations

from typing import NamedTuple


class Country(NamedTuple):
    """Hold what is to be known of a country.

    `share` is how many of the people live there, `price` what things cost in its own currency where they cost 1 euro in
    Germany, `hours` how far its clocks are ahead of UTC, `box` the degrees between which its places lie (south, north,
    west, east), `bank` how accounts of a bank begin (9 a digit, A a letter), `account` how many digits follow.
    """

    code: str
    currency: str
    share: float
    price: float
    hours: int
    box: tuple[float, float, float, float]
    bank: str
    account: int
    language: str
    company: str


COUNTRIES = (
    Country("DE", "EUR", 0.22, 1.0, 1, (48.0, 53.6, 7.4, 13.6), "99999999", 10, "de", "GmbH"),
    Country("FR", "EUR", 0.16, 1.0, 1, (43.9, 49.6, -0.6, 6.2), "9999999999", 13, "fr", "SARL"),
    Country("ES", "EUR", 0.11, 0.85, 1, (37.2, 42.4, -6.0, -0.4), "9999999999", 10, "es", "SL"),
    Country("IT", "EUR", 0.12, 0.92, 1, (41.2, 45.7, 8.4, 13.6), "A9999999999", 12, "it", "Srl"),
    Country("AT", "EUR", 0.05, 1.02, 1, (46.7, 48.6, 11.2, 16.4), "99999", 11, "de", "GmbH"),
    Country("GB", "GBP", 0.15, 0.9, 0, (50.9, 54.6, -3.2, 0.3), "AAAA999999", 8, "en", "Ltd"),
    Country("US", "USD", 0.14, 1.25, -5, (33.0, 42.4, -95.0, -78.0), "999999999", 10, "en", "Inc"),
    Country("PL", "PLN", 0.05, 3.0, 1, (50.0, 53.9, 15.4, 22.4), "99999999", 16, "pl", "sp. z o.o."),
)
"""Eight countries with four currencies. The places in them are invented; their boxes are roughly where they lie."""

CURRENCIES = ("EUR", "GBP", "USD", "PLN")

PER_EURO = {"EUR": 1.0, "GBP": 0.85, "USD": 1.08, "PLN": 4.3}
"""How much of each currency a euro buys on the first day."""

CURRENCY_OF = tuple(CURRENCIES.index(country.currency) for country in COUNTRIES)

ZONE = 1
"""Hours ahead of UTC of the first clock to strike midnight: its days are those that work is cut into."""
