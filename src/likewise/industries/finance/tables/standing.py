"""Tables of who and what there is: customers, firms, accounts, cards, shops, devices, rings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.industries.finance.arrays import Array, Draw, Ints
from likewise.industries.finance.crime.planner import Begun
from likewise.industries.finance.crime.registry import NAMES
from likewise.industries.finance.crime.ring import ROLES
from likewise.industries.finance.tables.columns import Columns
from likewise.industries.finance.tables.flows import HOLDS, LANDS, MCCS, OWNS, USES, edge_columns
from likewise.industries.finance.tables.numbers import bics, card_numbers, ibans, prefixes
from likewise.industries.finance.world import accounts as kinds
from likewise.industries.finance.world import names
from likewise.industries.finance.world.countries import COUNTRIES, CURRENCIES, ZONE
from likewise.industries.finance.world.firms import SECTORS
from likewise.industries.finance.world.people import MANNERS, STATUSES
from likewise.industries.finance.world.trades import TRADES
from likewise.industries.finance.world.world import World

DEVICES = ("phone", "computer", "unknown")


def standing(world: World, seed: int) -> dict[str, Table]:
    """Return the tables that no payment changes, by name."""
    rng = generator(seed, "finance", "names")
    customers = _customers(world, rng)
    firms = _firms(world, rng)
    return {"cities": _cities(world), "holidays": _holidays(world), "banks": _banks(world, rng), "customers": customers,
            "firms": firms, "cards": _cards(world), "merchants": _merchants(world, firms),
            "terminals": _terminals(world)}  # fmt: skip


def _cities(world: World) -> Table:
    cities, found = world.cities, Columns()
    found.whole("id", np.arange(len(cities.name)), role="key")
    found.text("name", cities.name)
    found.word("country", cities.country, LANDS)
    found.number("latitude", np.round(cities.lat, 5))
    found.number("longitude", np.round(cities.lon, 5))
    found.number("share_of_people", cities.share)
    found.whole("utc_offset_hours", ZONE - cities.behind)
    return found.table()


def _holidays(world: World) -> Table:
    land, day = np.nonzero(world.calendar.is_holiday[:, : world.days])
    found = Columns()
    found.word("country", land, LANDS)
    found.day("day", world.calendar.first.astype(np.int64) + day)
    return found.table()


def _banks(world: World, rng: Draw) -> Table:
    land, found = world.banks.country, Columns()
    found.whole("id", np.arange(len(land)), role="key")
    words = [names.LANGUAGES[COUNTRIES[int(k)].language] for k in land]
    found.text("name", [f"Bank {word.stems[3 * j % 15]}{word.endings[j % len(word.endings)]}"
                        for j, word in enumerate(words)])  # fmt: skip
    found.text("bic", bics(land, rng))
    found.word("country", land, LANDS)
    return found.table()


def _customers(world: World, rng: Draw) -> Table:
    people, found = world.people, Columns()
    found.whole("id", np.arange(world.customers), role="key")
    found.text("name", _by_language(people.country, [
        names.people(country.language, people.is_woman[people.country == k], rng)
        for k, country in enumerate(COUNTRIES)]))  # fmt: skip
    found.word("sex", people.is_woman, ("M", "F"))
    found.whole("age", people.age)
    found.whole("household", people.household)
    found.whole("city", people.city)
    found.word("country", people.country, LANDS)
    found.number("latitude", np.round(people.lat, 5))
    found.number("longitude", np.round(people.lon, 5))
    found.word("status", people.status, STATUSES)
    found.word("manner", people.manner, MANNERS)
    found.whole("income", people.income)
    found.whole("employer", world.employer, gaps=True)
    found.whole("account", world.accounts.main)
    return found.table()


def _by_language(country: Ints, parts: Sequence[pa.Array]) -> pa.Array:
    """Return values that were made country by country in the order of their owners."""
    order = np.argsort(country, kind="stable")
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return pa.concat_arrays([part.cast(pa.string()) for part in parts]).take(pa.array(back))


def _firms(world: World, rng: Draw) -> Table:
    firms, found = world.firms, Columns()
    number = np.arange(len(firms.city))
    found.whole("id", number, role="key")
    found.text("name", _by_language(firms.country, [
        names.firms(country.language, country.company, number[firms.country == k], rng)
        for k, country in enumerate(COUNTRIES)]))  # fmt: skip
    found.word("sector", firms.sector, SECTORS)
    found.whole("city", firms.city)
    found.word("country", firms.country, LANDS)
    found.whole("account", world.accounts.firm)
    return found.table()


def accounts(world: World, balance: Ints, rings: Sequence[Begun], seed: int) -> Table:
    """Return accounts, with what is on them at the end, and which take part in a ring."""
    rng = generator(seed, "finance", "numbers")
    held, found = world.accounts, Columns()
    number = np.arange(len(held.kind))
    own = rng.permutation(len(number)) * 7 + rng.integers(7, size=len(number)) + 10_000_000
    land = world.banks.country
    ring, role = _roles(len(number), rings)
    found.whole("id", number, role="key")
    found.text("iban", ibans(held.bank, land, prefixes(land, rng), own))
    found.word("kind", held.kind, kinds.KINDS)
    is_person = held.kind <= kinds.CREDIT
    found.whole("customer", np.where(is_person, held.owner, -1), gaps=True)
    found.whole("firm", np.where(held.kind == kinds.BUSINESS, held.owner, -1), gaps=True)
    found.whole("bank", held.bank)
    found.word("currency", held.currency, CURRENCIES)
    found.signed("floor", held.floor, held.floor == kinds.NO_FLOOR)
    found.whole("opening_balance", held.opening)
    found.whole("closing_balance", balance)
    found.truth("is_fraud", (ring >= 0) & (role != ROLES.index("victim")), role="target")
    found.word("ring_role", role, ROLES, gaps=True)
    found.whole("ring", ring, gaps=True)
    return found.table()


def _roles(count: int, rings: Sequence[Begun]) -> tuple[Ints, Ints]:
    """Return the last ring that each account takes part in, and as what; doing counts for more than suffering."""
    ring, role = np.full(count, -1), np.full(count, -1)
    number, account, as_what = _members(rings)
    suffers = as_what == ROLES.index("victim")
    for rows in (np.flatnonzero(suffers), np.flatnonzero(~suffers)):
        ring[account[rows]], role[account[rows]] = number[rows], as_what[rows]
    return ring, role


def _members(rings: Sequence[Begun]) -> tuple[Ints, Ints, Ints]:
    """Return who takes part in rings, ring after ring: the ring's number, the account, and as what."""
    parts = [(ring.number, part) for ring in rings for part in ring.members]
    sizes = [len(part.account) for _, part in parts]
    number, role = (np.repeat(np.array(column, np.int64), sizes) for column in (
        [ring for ring, _ in parts], [part.role for _, part in parts]))  # fmt: skip
    return number, np.concatenate([np.zeros(0, np.int64), *(part.account for _, part in parts)]), role


def ring_tables(rings: Sequence[Begun], counts: Ints, amounts: Array) -> dict[str, Table]:
    """Return rings and who takes part in them, by name; `counts` and `amounts` are of their payments, by ring."""
    found, members = Columns(), Columns()
    number = np.array([ring.number for ring in rings], np.int64)
    found.whole("id", number, role="key")
    found.word("typology", np.array([ring.typology - 1 for ring in rings], np.int64), NAMES)
    found.number("stealth", np.round(np.array([ring.stealth for ring in rings]), 4))
    found.whole("payments", counts[number])
    found.number("euros", np.round(amounts[number], 2))
    ring_of, account, role = _members(rings)
    members.whole("ring", ring_of)
    members.whole("account", account)
    members.word("role", role, ROLES)
    return {"rings": found.table(), "ring_members": members.table()}


def _cards(world: World) -> Table:
    cards, found = world.cards, Columns()
    number = np.arange(len(cards.account))
    bank = world.accounts.bank[cards.account]
    found.whole("id", number, role="key")
    found.text("number", card_numbers(bank, number * 7919 % 10**9))
    found.word("kind", cards.is_credit, ("debit", "credit"))
    found.whole("customer", cards.customer)
    found.whole("account", cards.account)
    month = world.calendar.first.astype("datetime64[M]").astype(np.int64) + world.days // 30 + 2 + number * 31 % 46
    expiry = (month + 1).astype("datetime64[M]").astype("datetime64[D]") - np.timedelta64(1, "D")
    found.day("expires", expiry.astype(np.int64))
    found.whole("day_limit", cards.most)
    return found.table()


def _merchants(world: World, firms: Table) -> Table:
    shops, found = world.shops, Columns()
    number = np.arange(len(shops.trade))
    found.whole("id", number, role="key")
    owner = firms.column("name").take(pa.array(np.maximum(shops.owner, 0)))
    machine = pc.binary_join_element_wise("Cash machine", pa.array(number).cast(pa.string()), " ")
    found.text("name", pc.if_else(pa.array(shops.owner >= 0), owner, machine))
    found.word("trade", shops.trade, [trade.name for trade in TRADES])
    found.word("mcc", np.array([MCCS.index(trade.mcc) for trade in TRADES])[shops.trade], MCCS)
    found.truth("is_online", np.array([trade.web for trade in TRADES])[shops.trade])
    found.whole("city", shops.city)
    found.word("country", world.cities.country[shops.city], LANDS)
    found.number("latitude", np.round(shops.lat, 5))
    found.number("longitude", np.round(shops.lon, 5))
    found.text("hours", _hours(world))
    found.whole("firm", shops.owner, gaps=True)
    found.whole("account", world.payee)
    return found.table()


def _hours(world: World) -> pa.Array:
    """Return opening hours as OpenStreetMap writes them."""
    shops = world.shops
    both = np.stack([shops.opens, shops.closes], axis=2).reshape(len(shops.trade), 6)
    kinds, place = np.unique(both, axis=0, return_inverse=True)
    return pa.array([_written(row.tolist()) for row in kinds]).take(pa.array(place.ravel()))


def _written(minutes: list[int]) -> str:
    if minutes == [0, 1440] * 3:
        return "24/7"
    parts = []
    for days, begin, end in zip(("Mo-Fr", "Sa", "Su,PH"), minutes[::2], minutes[1::2], strict=True):
        past = end % 1440 if end > 1440 else end
        parts.append(f"{days} off" if end <= begin else f"{days} {begin // 60:02d}:{begin % 60:02d}"
                     f"-{past // 60:02d}:{past % 60:02d}")  # fmt: skip
    return "; ".join(parts)


def _terminals(world: World) -> Table:
    found = Columns()
    count = np.diff(world.shops.terminal)
    found.whole("id", np.arange(int(count.sum())), role="key")
    found.whole("merchant", np.repeat(np.arange(len(count)), count))
    return found.table()


def devices(world: World, strangers: int) -> Table:
    """Return devices: customers' phones, households' computers, and those of nobody who is known."""
    own, homes = world.customers, world.households
    others = world.guests + strangers
    found = Columns()
    found.whole("id", np.arange(own + homes + others), role="key")
    found.word("kind", np.repeat([0, 1, 2], [own, homes, others]), DEVICES)
    found.whole("customer", np.concatenate([np.arange(own), np.full(homes + others, -1)]), gaps=True)
    found.whole("household", np.concatenate([world.people.household, np.arange(homes), np.full(others, -1)]), gaps=True)
    return found.table()


def graph(world: World, tables: dict[str, Table], odd: Ints) -> tuple[Table, Table]:
    """Return the nodes of the graph, and the edges that stand: who owns, holds and uses what.

    Accounts come first and keep their numbers; then customers, cards and devices. `odd` are devices that are not one's
    own, with those who used them.
    """
    sizes = [tables[name].rows for name in ("accounts", "customers", "cards", "devices")]
    first = np.cumsum([0, *sizes])
    nodes = Columns()
    nodes.whole("id", np.arange(first[-1]), role="key")
    nodes.word("kind", np.repeat(np.arange(4), sizes), ("account", "customer", "card", "device"))
    nodes.whole("number", np.concatenate([np.arange(size) for size in sizes]))
    is_fraud = np.zeros(first[-1], np.bool_)
    is_fraud[: sizes[0]] = np.asarray(tables["accounts"].column("is_fraud").cast(pa.int8())) > 0
    nodes.truth("is_fraud", is_fraud, role="target")
    customer = np.arange(world.customers)
    owners = np.flatnonzero(world.accounts.kind <= kinds.CREDIT)
    shared = np.flatnonzero(world.accounts.owner[world.accounts.main] != customer)
    pairs = [
        (OWNS, np.concatenate([world.accounts.owner[owners], shared]), np.concatenate(
            [owners, world.accounts.main[shared]])),
        (HOLDS, world.cards.customer, first[2] + np.arange(sizes[2])),
        (USES, customer, first[3] + customer),
        (USES, customer, first[3] + world.customers + world.people.household),
        (USES, odd & 0xFFFFFFFF, first[3] + (odd >> 32)),
    ]  # fmt: skip
    source = first[1] + np.concatenate([part[1] for part in pairs])
    none = np.full(len(source), -1)
    kind = np.repeat([part[0] for part in pairs], [len(part[1]) for part in pairs])
    edges = edge_columns(source, np.concatenate([part[2] for part in pairs]), kind, none, none, none, none, none, none,
                         none)  # fmt: skip
    return nodes.table(), edges.table()
