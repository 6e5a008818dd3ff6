"""Banks are what their settings say, always the same, and refused where they cannot be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.industries.finance.made import bank

from likewise.core.dataset import Dataset
from likewise.errors import LikewiseError, SettingsError, SourceError
from likewise.industries.finance import bank as living
from likewise.industries.finance.crime.registry import NAMES, TYPOLOGIES
from likewise.industries.finance.finance import Finance


def share_of_fraud(made: Dataset) -> float:
    return float(np.asarray(made["transactions"].column("is_fraud")).mean())


def typologies(made: Dataset, begin: float = 0.0, end: float = 1.0) -> np.ndarray:
    codes = made["transactions"].codes("typology")
    part = codes[int(begin * len(codes)) : int(end * len(codes))]
    return np.bincount(part[part >= 0], minlength=len(NAMES))


@pytest.mark.parametrize(("rate", "customers", "days"), [(0.0005, 3000, 40), (0.002, 1500, 40), (0.05, 600, 30)])
def test_as_many_payments_are_fraudulent_as_was_asked_for(rate: float, customers: int, days: int) -> None:
    made = Finance(customers=customers, days=days, fraud_rate=rate).generate(tables=["transactions"], seed=3)
    assert share_of_fraud(made) == pytest.approx(rate, rel=0.1)


def test_a_bank_without_fraud_has_none() -> None:
    made = Finance(customers=60, days=20, fraud_rate=0.0).generate()
    assert share_of_fraud(made) == 0.0
    assert made["rings"].rows == 0 and made["ring_members"].rows == 0


def test_a_seed_gives_one_bank_and_another_one_another() -> None:
    settings = Finance(customers=120, days=12, fraud_rate=0.02)
    one, same, other = (settings.generate(seed=seed) for seed in (5, 5, 6))
    assert [one[name].digest() for name in one] == [same[name].digest() for name in same]
    assert one["transactions"].digest() != other["transactions"].digest()


def test_files_hold_what_memory_holds_and_a_card(tmp_path: Path) -> None:
    settings = Finance(customers=80, days=9, fraud_rate=0.02)
    made, done = settings.generate(seed=4), settings.write(tmp_path / "bank", format="parquet", seed=4)
    for name in made:
        assert pq.read_table(tmp_path / "bank" / f"{name}.parquet").equals(made[name].columns.combine_chunks())
        assert done.tables[name] == made[name].rows
    card = json.loads((tmp_path / "bank" / "card.json").read_text())
    truth = np.asarray(made["transactions"].column("is_fraud"))
    assert (card["seed"], card["payments"], card["fraudulent"]) == (4, len(truth), int(truth.sum()))
    assert sum(card["by_typology"].values()) == int(truth.sum()) and card["rows"] == dict(done.tables)
    told = (tmp_path / "bank" / "README.md").read_text()
    assert "no real data" in told and all(f"| {name} | {made[name].rows:,} | " in told for name in made)
    assert "| fraud_rate | 0.02 | the share of payments that are fraudulent" in told


def test_files_of_a_seed_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        Finance(customers=40, days=5).write(tmp_path / name, seed=2)
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two and len(one) == 19


def test_some_tables_are_those_of_the_whole_bank() -> None:
    settings = Finance(customers=80, days=9, fraud_rate=0.02)
    whole, some = settings.generate(seed=4), settings.generate(tables=["accounts", "transactions"], seed=4)
    assert list(some) == ["transactions", "accounts"]
    assert all(some[name] == whole[name] for name in some)
    assert {relation.to for relation in some.relations} == {"accounts", "transactions"}


def test_a_bank_day_by_day_keeps_the_laws_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    from likewise.industries.finance.checking import faults

    monkeypatch.setattr(living, "LARGE", 100)
    made = Finance(customers=200, days=15, fraud_rate=0.02).generate(seed=2)
    assert not any(faults(made.tables).values())
    assert share_of_fraud(made) == pytest.approx(0.02, rel=0.15)


def test_only_typologies_that_are_named_are_there() -> None:
    told = {"cycle": {"share": 3.0}, "smurfing": {"share": 1.0, "stealth": 0.0}}
    made = Finance(customers=400, days=40, fraud_rate=0.03, typologies=told).generate()
    found = typologies(made)
    assert {name for name, count in zip(NAMES, found, strict=True) if count} == {"cycle", "smurfing"}
    stealth = made["rings"].numbers("stealth")
    assert stealth[made["rings"].codes("typology") == NAMES.index("smurfing")].max() < 0.5


def test_all_typologies_come_about() -> None:
    assert (typologies(bank()) > 0).sum() >= len(TYPOLOGIES) - 1


def test_a_budget_is_about_how_many_payments_a_ring_makes() -> None:
    made = Finance(customers=800, days=40, fraud_rate=0.03, typologies={"fan-out": {"budget": 25}}).generate()
    assert np.median(made["rings"].numbers("payments")) == pytest.approx(25, rel=0.3)


def test_drift_changes_what_fraud_is_made_up_of() -> None:
    def moved(drift: float) -> float:
        settings = Finance(customers=1500, days=90, fraud_rate=0.03, drift=drift)
        made = settings.generate(tables=["transactions"], seed=8)
        early, late = (typologies(made, *part) for part in ((0.0, 0.35), (0.65, 1.0)))
        return float(np.abs(early / early.sum() - late / late.sum()).sum() / 2)

    assert moved(1.0) > 1.6 * moved(0.0)


def test_fraud_that_hides_uses_known_devices() -> None:
    def strange(stealth: float) -> float:
        made = Finance(customers=800, days=30, fraud_rate=0.02, stealth=stealth).generate(seed=1)
        paid, devices = made["transactions"], made["devices"]
        unknown = devices.codes("kind") == (devices.schema["kind"].levels or ()).index("unknown")
        used = np.asarray(paid.column("device").cast(pa.float64()).fill_null(-1)).astype(int)
        rows = np.asarray(paid.column("is_fraud")) & (used >= 0)
        return float(unknown[used[rows]].mean())

    assert strange(0.0) > 0.35 > 0.2 > strange(1.0)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"fraud_rate": 0.2}, r"\$\.fraud_rate: a number from 0 to 0.05 is wanted"),
        ({"fraud_rate": -0.001}, "from 0 to 0.05"),
        ({"days": 0}, r"\$\.days: a number from 1 to 3,650"),
        ({"customers": 3}, "from 20 to 100,000,000"),
        ({"customers": "many"}, "a whole number is wanted"),
        ({"stealth": 2}, "from 0 to 1"),
        ({"customer": 100}, "did you mean `customers`"),
        ({"typologies": {"cycel": {}}}, "did you mean `cycle`"),
        ({"typologies": {"cycle": {"share": 0}}}, "above 0"),
        ({"typologies": {"cycle": {"stealth": 3}}}, "at most 1"),
    ],
)
def test_settings_out_of_range_are_named(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Finance(**wrong)


def test_a_bank_that_would_not_fit_is_refused_before_it_is_made(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"100,000,000 customers .* GB") as fault:
        Finance(customers=100_000_000).write(tmp_path / "bank")
    assert "would fit" in str(fault.value.hint)
    with pytest.raises(SettingsError, match="over 3,650 days"):
        Finance(customers=2_000_000, days=3650).generate()


def test_nothing_is_left_where_a_bank_cannot_be_written(tmp_path: Path) -> None:
    settings = Finance(customers=20, days=2)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    faults: list[tuple[Any, Any, type[LikewiseError], str]] = [
        (tmp_path / "full", None, SourceError, "source.folder-not-empty"),
        (tmp_path / "bank.parquet", None, SourceError, "source.several-tables"),
        (tmp_path / "bank", "xml", SourceError, "source.unknown-format"),
        (tmp_path / "no" / "bank", None, SourceError, "source.no-such-folder"),
    ]
    for place, format, kind, code in faults:
        with pytest.raises(kind) as fault:
            settings.write(place, format=format)
        assert fault.value.code == code
    assert [path.name for path in tmp_path.rglob("*")] == ["full", "mine.txt"]


def test_a_bank_too_small_for_its_fraud_says_so(tmp_path: Path) -> None:
    done = Finance(customers=20, days=3, fraud_rate=0.0005).write(tmp_path / "bank")
    assert any("were asked for" in note for note in done.notes)
