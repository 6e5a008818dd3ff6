"""Rings are made of people who are in no other ring, and are labelled at every level."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from tests.industries.finance.made import bank

from likewise.industries.finance.crime.registry import NAMES
from likewise.industries.finance.finance import Finance


def test_payments_of_a_ring_are_of_its_typology() -> None:
    made = bank()
    paid, rings = made["transactions"], made["rings"]
    ring = np.asarray(paid.column("ring").fill_null(-1))
    fraud = np.asarray(paid.column("is_fraud"))
    assert ((ring >= 0) == fraud).all()
    assert (paid.codes("typology")[fraud] == rings.codes("typology")[ring[fraud]]).all()
    assert (paid.codes("stage")[fraud] >= 0).all() and (paid.codes("stage")[~fraud] < 0).all()
    assert np.bincount(ring[fraud], minlength=rings.rows).tolist() == rings.numbers("payments").astype(int).tolist()


def test_members_of_rings_are_labelled_accounts() -> None:
    made = bank()
    members, accounts = made["ring_members"], made["accounts"]
    account = np.asarray(members.column("account"))
    role = members.column("role").cast(pa.string())
    bad = np.zeros(accounts.rows, np.bool_)
    bad[account[np.asarray(pc.not_equal(role, "victim"))]] = True
    assert (np.asarray(accounts.column("is_fraud")) == bad).all()
    assert np.asarray(accounts.column("ring").is_valid())[account].all()
    assert set(role.to_pylist()) >= {"victim", "mule", "fraudster", "smurf", "collector"}


def test_transfers_of_a_ring_are_among_its_members() -> None:
    made = bank()
    edges = made["edges"]
    rows = np.flatnonzero(
        np.asarray(pc.fill_null(pc.equal(edges.column("stage").cast(pa.string()), "layering"), False))
    )
    members = set(zip(*(np.asarray(made["ring_members"].column(name)).tolist() for name in ("ring", "account")),
                      strict=True))  # fmt: skip
    for name in ("source", "target"):
        pairs = zip(*(np.asarray(edges.column(of).take(pa.array(rows))).tolist() for of in ("ring", name)), strict=True)
        assert set(pairs) <= members


def test_smurfs_stay_below_what_has_to_be_reported() -> None:
    made = Finance(customers=600, days=40, fraud_rate=0.03, stealth=0.0, typologies={"smurfing": {}}).generate()
    paid = made["transactions"]
    placed = np.asarray(pc.fill_null(pc.equal(paid.column("stage").cast(pa.string()), "placement"), False))
    euros = placed & np.asarray(pc.equal(paid.column("currency").cast(pa.string()), "EUR"))
    amount = np.asarray(paid.column("amount"))[euros]
    assert len(amount) > 100 and amount.max() < 1_000_000 and np.median(amount) > 500_000


def test_refunds_of_abuse_are_of_its_own_purchases() -> None:
    made = Finance(customers=600, days=60, fraud_rate=0.02, typologies={"refund abuse": {}}).generate()
    paid = made["transactions"]
    back = np.flatnonzero(np.asarray(pc.fill_null(pc.equal(paid.column("stage").cast(pa.string()), "refund"), False)))
    bought = np.asarray(paid.column("reverses").fill_null(-1))[back]
    assert len(back) > 30
    for name in ("ring", "merchant", "amount", "currency", "customer"):
        column = paid.column(name)
        assert column.take(pa.array(back)).equals(column.take(pa.array(bought))), name


def test_camouflage_is_ordinary_payments_between_the_same_two() -> None:
    def met_before(camouflage: float) -> float:
        made = Finance(customers=600, days=60, fraud_rate=0.03, camouflage=camouflage,
                       typologies={"fan-in": {}, "cycle": {}}).generate(seed=3)  # fmt: skip
        edges = made["edges"]
        pays = edges.codes("kind") == 0
        pair = np.asarray(edges.column("source")) * 10**7 + np.asarray(edges.column("target"))
        stage = np.asarray(pc.fill_null(pc.equal(edges.column("stage").cast(pa.string()), "layering"), False))
        ordinary = set(pair[pays & (edges.codes("typology") < 0)].tolist())
        return float(np.mean([one in ordinary for one in pair[stage].tolist()]))

    assert met_before(1.0) > 0.6 > 0.1 > met_before(0.0)


def test_names_of_typologies_are_their_levels() -> None:
    assert (bank()["transactions"].schema["typology"].levels or ()) == NAMES
