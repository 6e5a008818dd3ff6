"""What is found in data is paid for first, one unit moves the counts by no more than is paid for, and it is good."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.privacy.contract.test_law import COLUMNS, CONTRACT, TEXTS

from likewise.errors import PrivacyError
from likewise.privacy.accountant import Account
from likewise.privacy.contract import Contract, discover, encode
from likewise.privacy.contract.forms import FORMS, forms_of
from likewise.privacy.contract.levels import level_of, singles
from likewise.privacy.contract.rulers import Powers, Years
from likewise.privacy.contract.spans import find_span

SLACK = 1e-10


def _account(epsilon: float = 50.0) -> Account:
    return Account(epsilon, 1e-6, slack=SLACK)


def _table(rows: int = 4000) -> pa.Table:
    """Return columns of each kind; at this size and budget noise is far too small to mistake one of them."""
    rng = np.random.default_rng(0)
    days = np.datetime64("1990-01-01") + rng.integers(0, 9000, rows)
    return pa.table({
        "age": [str(a) for a in rng.integers(17, 91, rows)],
        "pay": [f"{p:.2f}" for p in rng.uniform(0, 500, rows)],
        "wide": np.exp(rng.normal(0, 4, rows)),
        "sex": rng.choice(["F", "M", ""], rows).tolist(),
        "code": rng.choice(["1.0", "1", "x"], rows).tolist(),
        "ok": rng.choice(["yes", "no"], rows).tolist(),
        "born": [str(d) for d in days],
        "german": [d.astype(dt.date).strftime("%d.%m.%Y") for d in days],
        "at": [f"{d} {h:02}:30:00" for d, h in zip(days, rng.integers(0, 24, rows), strict=True)],
        "clock": [f"{h:02}:15" for h in rng.integers(0, 24, rows)],
        "note": [f"free text {i}" for i in range(rows)],
        "gone": pa.nulls(rows),
        "price": [f"${p:,.2f}" for p in rng.uniform(0, 5000, rows)],
        "share": [f"{p}%" for p in rng.integers(0, 101, rows)],
        "code_of": [f"X{7919 * i % 100_003}" for i in range(rows)],
        "row": [str(i) for i in range(1, rows + 1)],
        "seen": [d.astype(dt.date).strftime("%m/%d/%Y") for d in days],
        "said": rng.choice(["Yes", "No"], rows).tolist(),
        "flag": rng.choice(["TRUE", "false"], rows).tolist(),
    })  # fmt: skip


def test_kinds_bounds_decimals_and_levels_are_found() -> None:
    account = _account()
    contract = discover(_table(), Contract.of("discover"), account, part=1.0)
    kinds = {d.name: d.kind for d in contract.columns}
    assert kinds == {"age": "number", "pay": "number", "wide": "number", "sex": "category", "code": "category",
                     "ok": "boolean", "born": "date", "german": "date", "at": "datetime", "clock": "time",
                     "note": "ignore", "gone": "category", "price": "number", "share": "number", "code_of": "id",
                     "row": "id", "seen": "date", "said": "boolean", "flag": "boolean"}  # fmt: skip
    fields = contract.to_dict()["columns"]
    assert fields["age"]["integer"] and fields["age"].get("min", 0) <= 17 and fields["age"]["max"] >= 90
    assert fields["pay"]["decimals"] == 2 and fields["pay"]["max"] >= 499
    assert fields["wide"]["grid"] == "log" and "decimals" not in fields["wide"]
    assert fields["sex"]["levels"] == ["F", "M"] and fields["code"]["levels"] == ["1", "x"]
    assert fields["price"]["format"] == "$1,234.50" and fields["price"]["decimals"] == 2
    assert fields["share"]["format"] == "1234%" and fields["share"]["integer"] and fields["share"]["max"] >= 100
    assert [fields[name].get("format") for name in ("ok", "said", "flag")] == ["yes/no", "Yes/No", None]
    assert fields["seen"]["format"] == "%m/%d/%Y" and fields["note"]["note"] == "it looks like free text"
    assert fields["german"]["format"] == "%d.%m.%Y" and "format" not in fields["born"]
    for name in ("born", "german", "at", "seen"):
        assert fields[name]["min"] < "1990-02" and fields[name]["max"] > "2014-07"
    assert all(d.has_missing for d in contract.coded) and not contract.is_open
    assert encode(_table(), contract).rows == 4000


def test_each_find_is_charged_and_said_without_values() -> None:
    account = _account()
    discover(_table(), Contract.of("discover"), account, part=0.15)
    cost = sum(event.mu**2 for event in account.events)
    assert 0.05 * account.mu**2 < cost <= 0.15 * account.mu**2 * (1 + 1e-9)
    assert sum(event.delta for event in account.events) <= SLACK
    said = {event.what for event in account.events}
    assert {"age: kind", "age: bounds", "age: bounds within", "sex: kind", "sex: levels"} <= said
    assert {what.split(": ")[1] for what in said} == {
        "kind",
        "bounds",
        "bounds within",
        "levels",
        "cells like no other",
    }


def test_what_is_declared_is_neither_looked_at_nor_paid_for() -> None:
    account = _account()
    contract = Contract.of({"columns": {"sex": {"kind": "category", "levels": ["F", "M"]}, "age": {
        "kind": "number", "discover": True, "role": "target"}, "note": "ignore"}, "rest": "ignore"})  # fmt: skip
    found = discover(_table(), contract, account)
    assert {event.what.split(":")[0] for event in account.events} == {"age"}
    assert found["sex"] == contract["sex"] and found["age"].role == "target" and found.names == ("sex", "age")
    assert discover(_table(), found, Account(1.0, 1e-6)) == found


def test_a_level_of_one_row_is_not_found_and_one_unit_counts_once() -> None:
    # Each assertion fails with a probability of at most SLACK.
    table = pa.table({"level": ["common"] * 2000 + ["rare"], "who": [f"u{i}" for i in range(2001)]})
    assert discover(table, Contract.of({"level": "discover", "who": "ignore"}), _account())["level"].levels == (
        "common",
    )  # type: ignore[attr-defined]
    crowd = pa.table({"level": ["loud"] * 10_000, "who": ["u0"] * 10_000})
    contract = Contract.of({"columns": {"level": "discover", "who": "id"}, "unit": "who"})
    found = discover(pa.concat_tables([crowd, table.slice(0, 2000)]), contract, _account())
    assert found["level"].levels == ("common",)  # type: ignore[attr-defined]


def test_too_little_to_tell_still_makes_a_contract() -> None:
    for rows in (0, 1, 3):
        contract = discover(_table(4).slice(0, rows), Contract.of("discover"), _account(0.1))
        assert encode(_table(4), contract).rows == 4


def test_an_account_without_slack_or_budget_is_refused() -> None:
    with pytest.raises(PrivacyError, match="slack"):
        discover(_table(10), Contract.of("discover"), Account(1.0, 1e-6))
    account = _account()
    discover(_table(10), Contract.of("discover"), account, part=1.0)
    with pytest.raises(PrivacyError, match="overspent"):
        discover(_table(10), Contract.of("discover"), account, part=1.0)


def test_fewer_open_columns_cost_less() -> None:
    for names, part in ((("age",), 0.03), (("age", "pay", "sex"), 0.09)):
        account = _account()
        discover(_table(500), Contract.of({"columns": dict.fromkeys(names, "discover"), "rest": "ignore"}), account)
        assert sum(event.mu**2 for event in account.events) <= part * account.mu**2 * (1 + 1e-9)


def test_what_others_leave_over_finds_rarer_levels() -> None:
    rng = np.random.default_rng(0)
    table = pa.table({"place": [f"p{i}" for i in rng.geometric(0.05, 20_000)], **{
        name: rng.choice(["no", "yes"], 20_000).tolist() for name in "abcdef"}})  # fmt: skip
    alone, among = _account(2.0), _account(2.0)
    discover(table, Contract.of({"columns": {"place": "discover"}, "rest": "ignore"}), alone, part=0.15 * 5 / 7)
    discover(table, Contract.of("discover"), among)

    def paid(account: Account) -> float:
        return sum(event.mu**2 for event in account.events if event.what == "place: levels")

    assert paid(among) > 2 * paid(alone)  # unless noise hides that thousands of cells have no level


def test_a_column_that_nothing_can_be_learned_from_is_refused_when_it_is_all_there_is() -> None:
    table = pa.table({"note": [f"written by hand {i}" for i in range(4000)]})
    with pytest.raises(PrivacyError) as found:
        discover(table, Contract.of("discover"), _account())
    assert found.value.code == "privacy.nothing-found" and found.value.hint
    kept = discover(table, Contract.of({"note": {"kind": "discover", "role": "target"}}), _account())
    assert kept["note"].kind == "category" and kept["note"].role == "target"


SPIKES = {
    "mostly 0": (np.repeat([0.0, 0.2, 1.0], [9000, 500, 500]), 1),
    "a tail": (np.repeat([0.0, 5.0, 40.0, 900.0], [8000, 900, 600, 500]), 0),
    "years": (np.repeat([2010.0, 2013.0, 2021.0], [4000, 3000, 3000]), 0),
    "below 0": (np.repeat([-700.0, -3.0, 12.0], [2000, 4000, 4000]), 0),
    "one value": (np.full(10_000, 7.0), 0),
}


@pytest.mark.parametrize(("values", "digits"), SPIKES.values(), ids=SPIKES)
def test_bounds_hold_what_there_is_and_little_more(values: Any, digits: int) -> None:
    # Each spike is 25 and more standard deviations of noise; noise passes for numbers far away in one of 1e5 trials.
    far = 0
    for _ in range(20):
        span = find_span(values, Powers(10.0**-digits), whole=digits == 0, rows=10_000, mu=0.1,
                         account=Account(1e6, 1e-6), what="x")  # fmt: skip
        assert span.low <= values.min() and span.high >= values.max()
        assert span.low < span.high
        far += span.low < -1e9 or span.high > 1e9
    assert far <= 1


def test_nothing_to_be_seen_still_gives_bounds() -> None:
    for values in (np.empty(0), np.zeros(10_000)):
        span = find_span(values, Powers(1.0), whole=True, rows=0, mu=0.1, account=Account(50, 1e-6), what="x")
        assert span.low < span.high


@pytest.mark.parametrize(("dtype", "cells"), COLUMNS, ids=[str(dtype) for dtype, _ in COLUMNS])
@given(st.data())
@settings(max_examples=8)
def test_a_cell_has_one_form_by_itself(dtype: pa.DataType, cells: Any, data: Any) -> None:
    array = pa.array(data.draw(st.lists(st.one_of(st.none(), cells, cells), min_size=2, max_size=8)), dtype)
    array = array.dictionary_decode() if pa.types.is_dictionary(dtype) else array
    forms = forms_of(array)
    assert forms.shape == (len(array),) and forms.min() >= 0 and forms.max() < len(FORMS)
    assert all(forms_of(array.slice(i, 1))[0] == forms[i] for i in range(len(array)))


@pytest.mark.parametrize(
    ("text", "kind"),
    [("1,234", "number"), ("1,234.5", "number"), ("-$5", "number"), ("12,5 €", "number"), ("02139", "text"),
     ("1.2.3", "text"), ("25/12/2020", "date"), ("1/2/2020", "date"), ("2020-01-01 10:00", "datetime"),
     ("12/25/2020 10:30", "datetime"), ("7:30", "text"), ("07:30", "time"), ("TRUE", "boolean"), ("yEs", "text"),
     ("three small words", "prose"), (" ", "missing"), ("NA", "missing"), ("inf", "text")],
)  # fmt: skip
def test_forms_of_texts(text: str, kind: str) -> None:
    assert FORMS[forms_of(pa.array([text]))[0]].kind == kind


@given(st.lists(st.sampled_from("abcd"), max_size=12), st.sampled_from("abcde"))
def test_a_row_more_changes_the_levels_named_once_by_one_at_most(names: list[str], more: str) -> None:
    assert abs(singles(Counter([*names, more])) - singles(Counter(names))) <= 1


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_each_number_lies_in_one_part_of_each_ruler(value: float) -> None:
    for ruler in (Powers(), Years()):
        place = ruler.places(np.array([value]))
        low, high = ruler.ends(place)
        assert 0 <= place[0] < ruler.count and sum(place[0] in run for run in ruler.runs) == 1
        if 1e-12 < abs(value) < 1e19 and isinstance(ruler, Powers):
            assert low <= value <= high and 0 < ruler.near(place) <= abs(value)


@given(TEXTS)
def test_a_level_that_was_found_is_what_its_texts_are_coded_as(text: str) -> None:
    text = text.strip()
    level = level_of(text)
    for domain in (CONTRACT["level"], CONTRACT["strict"]):
        assert (domain.codes(pa.array([text])) == domain.codes(pa.array([level]))).all()


@pytest.mark.parametrize(
    "dtype", [pa.string_view(), pa.binary_view(), pa.run_end_encoded(pa.int32(), pa.string())], ids=str
)
def test_first_rows_of_units_are_taken_of_columns_of_any_type(dtype: pa.DataType) -> None:
    texts = pa.array([str(i % 5) for i in range(400)]).cast(pa.string_view() if dtype != pa.binary_view() else dtype)
    column = pc.run_end_encode(texts.cast(pa.string())) if pa.types.is_run_end_encoded(dtype) else texts.cast(dtype)
    contract = Contract.of({"columns": {"who": "id", "x": "discover"}, "unit": "who"})
    found = discover(pa.table({"who": [*range(400)], "x": column}), contract, Account(20.0, 1e-5, slack=1e-6))
    assert found["x"].kind == "number"
