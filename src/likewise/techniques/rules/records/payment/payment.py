"""A payment: a card and an account whose numbers, networks, banks and country agree."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

import numpy as np
import pyarrow as pa

from likewise.techniques.rules.records.checks import character, serial, weighted
from likewise.techniques.rules.records.payment import cards, ibans
from likewise.techniques.rules.records.payment.banks import banks
from likewise.techniques.rules.records.payment.currencies import CURRENCIES
from likewise.techniques.rules.records.payment.layouts import layout
from likewise.techniques.rules.records.record import Field, Record
from likewise.techniques.rules.records.texts import Bytes, Ints, coded, fixed, put

_ELSEWHERE = "GB"
"""Where accounts are whose own country has no IBANs."""

_ROUTING = (3, 7, 1, 3, 7, 1, 3, 7)


class Payment(Record):
    """Make cards and accounts.

    Card numbers begin as the network's do and pass Luhn's formula; IBANs are built as the country's are, with both
    kinds of check digits, at a bank whose code and BIC they hold. Safe ones begin as published test cards do, at banks
    that are invented and whose codes are given to nobody.
    """

    name: ClassVar[str] = "payment"
    fields: ClassVar[dict[str, Field]] = {
        "card network": Field("category", "the card's network, by its share of all cards"),
        "card number": Field(
            "text", "a number of the network that passes Luhn's formula", distinct="unique card number"
        ),
        "unique card number": Field("text", "a card number that no other row has"),
        "masked card number": Field("text", "the card number, all but its last four digits hidden"),
        "card expiry": Field("text", "until when the card is good, MM/YY"),
        "card code": Field("text", "the card's security code, of three digits or four"),
        "cardholder": Field("text", "the name of the person in the row", ("person",)),
        "iban": Field(
            "text", "an account number with the country's and the IBAN's check digits", distinct="unique iban"
        ),
        "unique iban": Field("text", "an IBAN that no other row has"),
        "printed iban": Field("text", "the IBAN in groups of four"),
        "bank": Field("category", "the bank of the account"),
        "bic": Field("category", "the bank's BIC, of 8 or 11 characters"),
        "bank code": Field("text", "the bank's code within the IBAN"),
        "account number": Field("text", "the account's number within the IBAN, or one of ten digits"),
        "sort code": Field("text", "the sort code within the IBAN", countries=("GB", "IE")),
        "routing number": Field("text", "the routing number of the bank", countries=("US",)),
        "currency": Field("category", "the money of the country"),
    }

    @property
    def country(self) -> str:
        """The country of the record's locale."""
        return self.setting.locale[-2:]

    def _make(self, name: str) -> pa.Array:
        setting = self.setting
        match name:
            case "card network":
                return cards.network_names(self._networks)
            case "card number" | "unique card number":
                unique = name != "card number"
                random = setting.random.at("card number")
                return cards.numbers(self._networks, random, setting.numbers, safe=setting.safe, unique=unique)
            case "masked card number":
                return cards.masked(self.of("card number"))
            case "card expiry":
                return cards.expiries(self.random(name), setting.as_of.year, setting.as_of.month)
            case "card code":
                return cards.codes(self._networks, self.random(name))
            case "cardholder":
                return setting.beside("person").of("full name")
            case "currency":
                money = pa.array([CURRENCIES.get(self.country, "USD")], pa.string())
                return coded(np.zeros(len(setting.numbers), dtype=np.int32), money)
            case "routing number":
                return self._routing_number()
        return self._account(name)

    @cached_property
    def _networks(self) -> Ints:
        """The place of each row's network; taken from the column where the document makes that."""
        known = self.setting.known.get("card network")
        return cards.networks(self.random("card network")) if known is None else cards.place_of(known)

    @cached_property
    def _land(self) -> str:
        """The country of the IBANs."""
        return self.country if ibans.has_ibans(self.country) else _ELSEWHERE

    def _bank(self, country: str) -> Ints:
        """Return the place of each row's bank among those of a country."""
        many = len(banks(country, safe=self.setting.safe))
        return self.setting.random.at("bank").integers(self.setting.numbers, many)

    @cached_property
    def _grid(self) -> Bytes:
        return self._ibans(unique=False)

    def _ibans(self, *, unique: bool) -> Bytes:
        setting, land = self.setting, self._land
        known, random = banks(land, safe=setting.safe), setting.random.at("iban")
        return ibans.iban_grid(land, known, self._bank(land), random, setting.numbers, unique=unique)

    def _account(self, name: str) -> pa.Array:
        home = self.country if self.country == "US" else self._land
        if name in ("bank", "bic"):
            found = [bank.name if name == "bank" else bank.bic for bank in banks(home, safe=self.setting.safe)]
            return coded(self._bank(home), pa.array(found, pa.string()))
        if name == "iban":
            return fixed(self._grid)
        if name == "unique iban":
            return fixed(self._ibans(unique=True))
        if name == "printed iban":
            return ibans.spaced(self._grid)
        if name == "sort code":
            return self._sort_code()
        if name == "account number" and not ibans.has_ibans(self.country):
            written = np.empty((len(self.setting.numbers), 10), dtype=np.uint8)
            put(written, serial(self.setting.random.at(name), self.setting.numbers, 10**10))
            return fixed(written)
        kinds = "B" if name == "bank code" else "AF"
        spans = [range(part.start, part.end) for part in layout(self._land) if part.kind in kinds]
        return fixed(self._grid[:, [4 + column for span in spans for column in span]])

    def _sort_code(self) -> pa.Array:
        out = np.full((len(self.setting.numbers), 8), ord("-"), dtype=np.uint8)
        for group in range(3):
            out[:, 3 * group : 3 * group + 2] = self._grid[:, 8 + 2 * group : 10 + 2 * group]
        return fixed(out)

    def _routing_number(self) -> pa.Array:
        known = banks("US", safe=self.setting.safe)
        if not self.setting.safe:
            return coded(self._bank("US"), pa.array([bank.code for bank in known], pa.string()))
        out = np.empty((len(self.setting.numbers), 9), dtype=np.uint8)
        put(out[:, :8], 80_000_000 + self.setting.random.at("routing").integers(self.setting.numbers, 10**6))
        out[:, 8] = character(-weighted(out[:, :8], _ROUTING) % 10)
        return fixed(out)
