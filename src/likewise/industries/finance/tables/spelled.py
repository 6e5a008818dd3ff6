"""Tables with numbers written out as names, IBANs and codes: what payment messages are made of."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.table import Table
from likewise.industries.finance.arrays import Array, Ints

CODES = {"approved": "00", "insufficient funds": "51", "over the day's limit": "61", "not honoured": "05",
         "wrong PIN": "55"}  # fmt: skip
"""Answers as ISO 8583 has them."""

ABROAD = "Clearing Abroad"
"""Who owns the accounts that stand for the world outside."""

Tables = Mapping[str, Table]


def spelled(tables: Tables) -> dict[str, pa.Table]:
    """Return transactions, accounts and bookings as `likewise.industries.finance.messages` reads them.

    `tables` are those of a bank, or some of its transactions and their ledger beside the others. Left out are accounts
    in the USA, which have no IBANs, and their payments, and transfers that were refused, for nothing was sent. What was
    paid in without a card is of the kind `counter`.

    >>> from likewise.industries.finance import Finance
    >>> bank = Finance(customers=40, days=5).generate()
    >>> spelled(bank)["accounts"].column_names
    ['id', 'iban', 'bic', 'owner', 'currency', 'opening']
    """
    owners = _Owners(tables)
    paid = tables["transactions"]
    transactions = _transactions(tables, owners)
    sent = owners.has_iban[_whole(paid, "payer")] & owners.has_iban[_whole(paid, "payee")]
    sent &= np.asarray(pc.equal(paid.column("answer").cast(pa.string()), "approved")) | (_whole(paid, "card") >= 0)
    booked = owners.has_iban[_whole(tables["ledger"], "account")]
    return {"transactions": transactions.filter(pa.array(sent)),
            "accounts": owners.accounts().filter(pa.array(owners.has_iban)),
            "bookings": _bookings(tables["ledger"], paid, owners, np.flatnonzero(booked))}  # fmt: skip


class _Owners:
    """Hold of each account its number, its bank, and the name, town and country of who owns it."""

    def __init__(self, tables: Tables) -> None:
        held, banks = tables["accounts"], tables["banks"]
        self.has_iban = ~np.asarray(pc.starts_with(held.texts("iban"), "US"))
        bank, customer, firm = (_whole(held, name) for name in ("bank", "customer", "firm"))
        self.iban, self.currency = held.texts("iban"), held.column("currency").cast(pa.string())
        self.opening = held.column("opening_balance")
        self.bic = banks.texts("bic").take(pa.array(bank))
        names = [banks.texts("name").take(pa.array(bank))]
        cities = [_first_city(tables, banks)[bank]]
        for table, owner in (("customers", customer), ("firms", firm)):
            names.append(tables[table].texts("name").take(pa.array(owner, mask=owner < 0)))
            cities.append(_whole(tables[table], "city")[owner])
        whose = np.where(customer >= 0, 1, np.where(firm >= 0, 2, 0))
        abroad = pc.equal(held.column("kind").cast(pa.string()), "abroad")
        self.name = pc.if_else(abroad, ABROAD, pc.choose(pa.array(whose), *names))
        city = np.choose(whose, cities)
        self.town = tables["cities"].texts("name").take(pa.array(city))
        self.country = tables["cities"].column("country").cast(pa.string()).take(pa.array(city))

    def accounts(self) -> pa.Table:
        """Return the accounts."""
        number = _texts(np.arange(len(self.iban)))
        return pa.table({"id": number, "iban": self.iban, "bic": self.bic, "owner": self.name,
                         "currency": self.currency, "opening": self.opening})  # fmt: skip

    def side(self, side: str, account: Ints) -> dict[str, pa.Array]:
        """Return what is told of accounts on one side of payments."""
        rows = pa.array(account)
        return {f"{side}_{name}": getattr(self, name).take(rows) for name in ("iban", "name", "bic", "country", "town")}


def _transactions(tables: Tables, owners: _Owners) -> pa.Table:
    paid, cards, shops = tables["transactions"], tables["cards"], tables["merchants"]
    payer, payee = _whole(paid, "payer"), _whole(paid, "payee")
    shop, card, terminal = (_whole(paid, name) for name in ("merchant", "card", "terminal"))
    at_shop, by_card = pa.array(shop, mask=shop < 0), pa.array(card, mask=card < 0)
    town = tables["cities"].texts("name").take(shops.column("city"))
    of_bank = _texts(100_000 + _whole(tables["accounts"], "bank"))
    back, number = _whole(paid, "reverses"), _whole(paid, "id")
    place = np.searchsorted(number, back)
    known = (back >= 0) & (number[np.minimum(place, len(number) - 1)] == back)
    columns = {
        "id": _texts(number), "time": paid.column("time"), "amount": paid.column("amount"),
        "currency": paid.column("currency"), "kind": _kinds(paid, card), "text": paid.column("purpose"),
        **owners.side("debtor", payer), **owners.side("creditor", payee),
        "card_number": cards.texts("number").take(by_card), "card_expiry": cards.column("expires").take(by_card),
        "entry_mode": paid.column("entry_mode"), "merchant_id": _missing(_texts(shop), shop < 0),
        "merchant_name": shops.texts("name").take(at_shop), "merchant_town": town.take(at_shop),
        "merchant_country": shops.column("country").take(at_shop), "mcc": paid.column("mcc"),
        "terminal_id": _missing(_texts(terminal), terminal < 0),
        "acquirer": of_bank.take(shops.column("account").take(at_shop)),
        "response_code": _codes(paid), "reverses": _missing(_texts(back), back < 0),
        "reversed_time": paid.column("time").take(pa.array(place, mask=~known)),
    }  # fmt: skip
    return pa.table(columns)


def _kinds(paid: Table, card: Ints) -> pa.Array:
    kind = paid.column("kind").cast(pa.string())
    return pc.if_else(pc.and_(pc.equal(kind, "cash"), pa.array(card < 0)), "counter", kind)


def _bookings(ledger: Table, paid: Table, owners: _Owners, rows: Ints) -> pa.Table:
    """Return entries of the ledger by account and day, with what statements say of the other side."""
    account, transaction = _whole(ledger, "account"), _whole(ledger, "transaction")
    order = rows[np.argsort(account[rows], kind="stable")]
    account, transaction = account[order], transaction[order]
    row = np.searchsorted(_whole(paid, "id"), transaction)
    payer, payee = _whole(paid, "payer")[row], _whole(paid, "payee")[row]
    other, taken, of = pa.array(np.where(account == payer, payee, payer)), pa.array(order), pa.array(row)
    day = ledger.column("time").take(taken).cast(pa.date32(), safe=False)
    return pa.table({
        "account": _texts(account), "booking_date": day, "value_date": day,
        "amount": ledger.column("amount").take(taken), "balance": ledger.column("balance").take(taken),
        "transaction": _texts(transaction), "text": paid.column("purpose").take(of),
        "kind": paid.column("kind").take(of), "counterparty_name": owners.name.take(other),
        "counterparty_iban": pc.if_else(pa.array(owners.has_iban), owners.iban, None).take(other),
        "counterparty_bic": owners.bic.take(other),
    })  # fmt: skip


def _codes(paid: Table) -> pa.Array:
    codes = pa.array([CODES[answer] for answer in paid.schema["answer"].levels or ()])
    by_card = pc.is_in(paid.column("kind").cast(pa.string()), value_set=pa.array(["card", "cash", "refund"]))
    return pc.if_else(by_card, codes.take(paid.column("answer").indices), None)


def _first_city(tables: Tables, banks: Table) -> Ints:
    """Return the largest town of each bank's country."""
    country = tables["cities"].codes("country")
    _, first = np.unique(country, return_index=True)
    return np.asarray(first[banks.codes("country")])


def _whole(table: Table, name: str) -> Ints:
    return np.asarray(pc.fill_null(table.column(name).cast(pa.int64()), -1))


def _texts(numbers: Ints) -> pa.Array:
    return pa.array(numbers).cast(pa.string())


def _missing(texts: pa.Array, gaps: Array) -> pa.Array:
    return pc.if_else(pa.array(gaps), None, texts)
