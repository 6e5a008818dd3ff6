"""Rings act from places that fit how they hide, and only where it is open."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.dataset import Dataset
from likewise.industries.finance.checking import outside_hours
from likewise.industries.finance.finance import Finance


def made(stealth: float, *typologies: str, camouflage: float = 0.0) -> Dataset:
    return Finance(customers=500, days=40, fraud_rate=0.03, stealth=stealth, camouflage=camouflage,
                   typologies={name: {} for name in typologies}).generate(seed=7)  # fmt: skip


def whole(bank: Dataset, name: str) -> np.ndarray:
    return np.asarray(pc.fill_null(bank["transactions"].column(name).cast(pa.int64()), -1))


def test_a_bold_ring_does_all_from_one_device_and_one_address() -> None:
    bank = made(0.0, "card testing")
    ring, device = whole(bank, "ring"), whole(bank, "device")
    ip = np.asarray(bank["transactions"].texts("ip"))
    bold = np.flatnonzero(bank["rings"].numbers("stealth") == 0.0)
    assert len(bold) > 10
    for number in bold:
        assert len(set(device[ring == number])) == len(set(ip[ring == number])) == 1


def test_a_ring_that_hides_acts_from_its_victims_own_places() -> None:
    def own(stealth: float) -> float:
        bank = made(stealth, "card testing")
        rows = whole(bank, "ring") >= 0
        devices = bank["devices"]
        kind = devices.codes("kind")[whole(bank, "device")[rows]]
        return float((kind != (devices.schema["kind"].levels or ()).index("unknown")).mean())

    assert own(1.0) > 0.6 > 0.1 > own(0.0)


def test_stolen_cards_are_used_while_shops_are_open() -> None:
    bank = made(0.2, "stolen card", "bust-out")
    assert (whole(bank, "terminal")[whole(bank, "ring") >= 0] >= 0).sum() > 200
    assert not outside_hours(bank.tables).any()


def test_what_goes_before_a_ring_is_early_enough_and_no_fraud() -> None:
    bank = made(0.6, "cycle", camouflage=1.0)
    paid = bank["transactions"]
    time, pair = whole(bank, "time"), whole(bank, "payer") * 10**7 + whole(bank, "payee")
    stage = np.asarray(pc.fill_null(pc.equal(paid.column("stage").cast(pa.string()), "layering"), False))
    ordinary = ~np.asarray(paid.column("is_fraud"))
    before = [bool((ordinary & (pair == pair[row]) & (time < time[row])).any()) for row in np.flatnonzero(stage)]
    assert len(before) > 100 and np.mean(before) > 0.9
