"""Columns that repeat others in a share of the rows do so in about that share of the rows drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import likewise
from likewise.techniques.autoregressive import Autoregressive
from likewise.techniques.autoregressive.copied import Choice, Copied, repeats_in

CARDS = Path(__file__).parents[3] / "../shared/data/default_credit_card/default_credit_card.csv.gz"


def bills(rows: int = 6000, seed: int = 0) -> pd.DataFrame:
    """Return bills of which a quarter of the rows pay the first in full, and most of these the second."""
    rng = np.random.default_rng(seed)
    first, second = (np.where(rng.random(rows) < 0.1, 0, rng.gamma(2, 20_000, rows).round()) for _ in range(2))
    full = rng.random(rows) < 0.25
    again = np.where(full, rng.random(rows) < 0.9, rng.random(rows) < 0.05)
    paid = [np.where(rng.random(rows) < 0.2, 0, rng.gamma(2, 3000, rows).round()) for _ in range(2)]
    return pd.DataFrame({
        "sex": rng.choice(["F", "M"], rows), "first": first, "second": second,
        "paid_first": np.where(full, first, paid[0]), "paid_second": np.where(again, second, paid[1]),
    }).astype(dict.fromkeys(("first", "second", "paid_first", "paid_second"), int))  # fmt: skip


@pytest.fixture(scope="module")
def model() -> Any:
    return Autoregressive().fit(bills(), seed=1)


def share(rows: pd.DataFrame, column: str = "paid_first", of: str = "first") -> float:
    return 100 * float(((rows[column] == rows[of]) & (rows[of] != 0)).mean())


def test_the_share_is_kept_and_who_repeats_one_repeats_the_next(model: Any) -> None:
    real, drawn = bills(), model.sample(20_000, seed=2)
    for pair in (("paid_first", "first"), ("paid_second", "second")):
        assert share(drawn, *pair) == pytest.approx(share(real, *pair), abs=1.5)
    both = [((rows.paid_first == rows["first"]) & (rows.paid_second == rows.second)).mean() for rows in (real, drawn)]
    assert both[1] == pytest.approx(both[0], abs=0.02)
    without = Autoregressive(keep_rules=False).fit(real, seed=1).sample(20_000, seed=2)
    assert share(without) < 3


@pytest.mark.parametrize("given", [{"paid_first": (30_000, 60_000)}, {"first": (20_000, 21_000)}, {"sex": "F"}])
def test_the_share_follows_from_conditions(model: Any, given: dict[str, Any]) -> None:
    (name, asked), real = next(iter(given.items())), bills()
    real = real[real[name].between(*asked) if isinstance(asked, tuple) else real[name] == asked]
    drawn = model.sample(5000, given=given, seed=3)
    assert share(drawn) == pytest.approx(share(real), abs=6)
    assert drawn[name].between(*asked).all() if isinstance(asked, tuple) else (drawn[name] == asked).all()


def test_known_cells_stand_and_are_repeated(model: Any) -> None:
    known = bills(400, seed=5)[["first"]]
    drawn = model.sample(400, given=known, seed=1)
    assert (drawn["first"] == known["first"]).all()
    assert share(drawn) == pytest.approx(22, abs=7)
    full = bills(400, seed=6)[["first", "paid_first"]]
    drawn = model.sample(400, given=full, seed=1)
    pd.testing.assert_frame_equal(drawn[["first", "paid_first"]], full, check_dtype=False)
    pays = (full["first"] == full.paid_first) & (full["first"] != 0)
    assert (drawn.paid_second == drawn.second)[pays].mean() > (drawn.paid_second == drawn.second)[~pays].mean() + 0.4


def test_a_model_file_keeps_it_and_equal_inputs_give_equal_bytes(model: Any, tmp_path: Path) -> None:
    model.save(tmp_path / "a.likewise")
    Autoregressive().fit(bills(), seed=1).save(tmp_path / "b.likewise")
    assert (tmp_path / "a.likewise").read_bytes() == (tmp_path / "b.likewise").read_bytes()
    again = likewise.load(tmp_path / "a.likewise")
    pd.testing.assert_frame_equal(again.sample(500, seed=5), model.sample(500, seed=5))


def test_rows_that_repeat_are_likely(model: Any) -> None:
    rows = bills(500, seed=7)
    rows = rows[(rows.paid_first == rows["first"]) & (rows["first"] != 0)]
    off = rows.assign(paid_first=rows.paid_first + 1)
    assert np.median(model.log_prob(rows) - model.log_prob(off)) > 3
    levels, found = model.predict_proba(rows.drop(columns="sex"), "sex")
    assert levels == ("F", "M") and np.allclose(found.sum(axis=1), 1)


def test_likelihoods_of_all_choices_and_symbols_sum_to_one(model: Any) -> None:
    rng = np.random.default_rng(0)
    symbols, _ = model.propose(50, rng, {}, {})
    for step in (step for step in model.gated_steps if isinstance(step, Choice | Copied)):
        before = symbols.copy()
        if isinstance(step, Copied):
            before[step.repeats.which] = 0
        count = model.all_codecs[step.column].symbols + 1
        total = sum(step.share(before, np.full(50, own, dtype=np.int32)) for own in range(count))
        assert np.allclose(total, 1)


def test_what_is_bounded_is_repeated_within_its_bounds() -> None:
    rng = np.random.default_rng(0)
    start = rng.integers(0, 20_000, 3000)
    end = start + np.where(rng.random(3000) < 0.3, 0, rng.integers(1, 9000, 3000))
    back = np.where(rng.random(3000) < 0.2, start, end + rng.integers(1, 2000, 3000))
    frame = pd.DataFrame(
        {"start": start, "other": rng.integers(0, 20_000, 3000), "end": end, "last": np.fmax(back, end)}
    )
    model = Autoregressive(effort="fast").fit(frame, seed=1)
    assert any("`end` repeats `start`" in note for note in model.card.notes)
    drawn = model.sample(20_000, seed=3)
    assert (drawn.start <= drawn.end).all() and (drawn.end <= drawn["last"]).all()
    assert abs(share(drawn, "end", "start") - share(frame, "end", "start")) < 2
    given = model.sample(500, given={"end": (100, 900)}, seed=3)
    assert given.end.between(100, 900).all() and (given.start <= given.end).all()
    assert np.isfinite(model.log_prob(frame)).all()


def test_new_rows_are_followed(model: Any) -> None:
    rows = bills(6000, seed=8)
    rows["paid_first"] = np.where(np.random.default_rng(1).random(len(rows)) < 0.5, rows["first"], rows.paid_first)
    newer = model.update(rows, keep=0.0, seed=1)
    assert share(newer.sample(20_000, seed=1)) == pytest.approx(share(rows), abs=3)
    half = model.update(rows, keep=1.0, seed=1).sample(20_000, seed=1)
    assert share(half) == pytest.approx((share(rows) + share(bills())) / 2, abs=4)


def test_groups_are_drawn_with_what_they_ask(model: Any) -> None:
    drawn = model.sample(2000, balance="sex", seed=1)
    assert share(pd.DataFrame(drawn)) == pytest.approx(share(bills()), abs=3)


def test_the_card_says_it_and_dates_missing_cells_and_decimals_go_along() -> None:
    rng, rows = np.random.default_rng(0), 3000
    sent = pd.Series(pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 2000, rows), unit="D"))
    late = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 2000, rows), unit="D")
    paid = sent.where(rng.random(rows) < 0.4, late).where(rng.random(rows) < 0.8)
    price = pd.Series(rng.gamma(2, 50, rows).round(2)).where(rng.random(rows) < 0.9)
    cost = price.where(rng.random(rows) < 0.3, pd.Series(rng.gamma(2, 50, rows).round(2)))
    data = pd.DataFrame({"sent": sent, "paid": paid, "price": price, "cost": cost})
    model = Autoregressive().fit(data, seed=1)
    assert len(repeats_in(model.steps)) == 2  # type: ignore[attr-defined]
    assert any("`paid` repeats `sent` in" in note for note in model.card.notes)
    drawn = model.sample(10_000, seed=1)
    for column, of in (("paid", "sent"), ("cost", "price")):
        assert 100 * (drawn[column] == drawn[of]).mean() == pytest.approx(
            100 * (data[column] == data[of]).mean(), abs=2
        )
    assert drawn.paid.isna().mean() == pytest.approx(0.2, abs=0.03)


def test_decisions_leave_the_share_as_it_is() -> None:
    drawn = Autoregressive(effort="high").fit(bills(2000), seed=1).sample(5000, seed=1)
    assert share(drawn) == pytest.approx(share(bills(2000)), abs=4)


@pytest.mark.skipif(not CARDS.exists(), reason="the table is not there")
def test_bills_of_a_real_table_are_paid_in_full_as_often() -> None:
    cards = pd.read_csv(CARDS).drop(columns="ID")
    drawn = Autoregressive().fit(cards, seed=0).sample(len(cards), seed=0)
    for month in range(1, 6):
        pair = (f"PAY_AMT{month}", f"BILL_AMT{month + 1}")
        assert share(drawn, *pair) == pytest.approx(share(cards, *pair), abs=1.5)


def visits(rows: int = 4000, seed: int = 0) -> pd.DataFrame:
    """Return visits that mostly take a quarter or half of an hour, those of one kind always a quarter."""
    rng = np.random.default_rng(seed)
    kind = rng.choice(["check", "other"], rows)
    start = pd.Series(pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(0, 10**8, rows), unit="s"))
    other = np.where(rng.random(rows) < 0.6, 1800, rng.integers(60, 10**6, rows))
    stop = start + pd.to_timedelta(np.where(kind == "check", 900, other), unit="s")
    return pd.DataFrame({"kind": kind, "start": start, "stop": stop})


def test_fixed_steps_between_columns_are_kept_beside_what_decides_them(tmp_path: Path) -> None:
    model = Autoregressive().fit(visits(), seed=1)
    model.save(tmp_path / "visits.likewise")
    drawn = likewise.load(tmp_path / "visits.likewise").sample(4000, seed=2)
    seconds = (drawn["stop"] - drawn["start"]).dt.total_seconds()
    assert ((seconds == 900) == (drawn["kind"] == "check")).mean() > 0.97
    assert (seconds == 1800).mean() == pytest.approx(0.3, abs=0.03)
    assert (seconds >= 0).all()
    newer = model.update(visits(2000, seed=3), keep=0.5).sample(2000, seed=4)
    assert ((newer["stop"] - newer["start"]).dt.total_seconds() == 900).mean() == pytest.approx(0.5, abs=0.05)
    asked = model.sample(200, given={"kind": "check"}, seed=5)
    assert ((asked["stop"] - asked["start"]).dt.total_seconds() == 900).mean() > 0.95
