"""Data that differ in one row are read alike in all others, from every door: no cell decides how another is read."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from tests.privacy.contract.test_law import CONTRACT as EVERY

import likewise
from likewise.core.registry import synthesizer
from likewise.core.table import Table
from likewise.errors import LikewiseError, PrivacyError
from likewise.io.source import ReadOptions
from likewise.privacy.contract import Contract, cells_of, encode
from likewise.privacy.contract.coding import codes_of, units_of
from likewise.privacy.contract.forms import forms_of
from likewise.privacy.contract.levels import names_in, plain_pieces
from likewise.recipes.private import raw_rows
from likewise.techniques.marginals import Marginals

COLUMNS: dict[str, Any] = {
    "age": {"kind": "number", "integer": True, "min": 0, "max": 120, "missing": True},
    "sex": {"kind": "category", "levels": ["F", "M", "3", "true", "nan", "2001-01-01"], "other": True, "missing": True},
    "seen": {"kind": "datetime", "min": "2000-01-01", "max": "2020-12-31", "missing": True},
    "sick": {"kind": "boolean", "missing": True},
}
CONTRACT = Contract.of(COLUMNS)
ROWS: list[tuple[Any, ...]] = [
    (31, "F", dt.datetime(2001, 1, 1), True), (32, "M", dt.datetime(2002, 3, 4), False),
    (33, "nan", dt.datetime(2003, 5, 6), True),
]  # fmt: skip


def codes(data: Any, contract: Contract = CONTRACT, **options: Any) -> Any:
    raw = raw_rows(data, contract, ReadOptions.model_validate(options) if options else None)[0]
    return encode(raw, contract).codes.tolist()


# -- frames ------------------------------------------------------------------------------------------------------------
class Odd:
    """Refuse to be written, compared or hashed, and tell a secret."""

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        raise RuntimeError("secret")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("secret")

    __repr__ = __str__


ODD: list[Any] = [
    None, float("nan"), float("inf"), pd.NA, pd.NaT, Decimal("NaN"), Decimal("sNaN"), Decimal("1.50"), 10**30, 10**400,
    "x", "\ud800", b"\xff", b"F", [1], {"a": 1}, {1}, (1, 2), object(), 1 + 2j, np.arange(2), np.zeros((2, 2)),
    np.float32(0.2), np.datetime64("2001-01-01"), np.datetime64("NaT"), dt.timedelta(3), dt.datetime.max,
    dt.datetime(2001, 1, 1, tzinfo=dt.UTC), pd.Timestamp("2001-01-01", tz="Europe/Berlin"), pd.Period("2001"),
    pd.Interval(0, 1), "9" * 5000, Odd(),
]  # fmt: skip


def frame(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    columns = {}
    for place, name in enumerate(COLUMNS):
        held = np.empty(len(rows), dtype=object)
        for number, row in enumerate(rows):
            held[number] = row[place]
        columns[name] = pd.Series(held, dtype=object)
    return pd.DataFrame(columns)


DOORS: Mapping[str, Callable[[list[tuple[Any, ...]]], Any]] = {
    "pandas": frame,
    "dict of lists": lambda rows: {name: [row[i] for row in rows] for i, name in enumerate(COLUMNS)},
    "dict of series": lambda rows: dict(frame(rows).items()),
    "dict of arrays": lambda rows: {name: column.to_numpy() for name, column in frame(rows).items()},
    "list of dicts": lambda rows: [dict(zip(COLUMNS, row, strict=True)) for row in rows],
}


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
@pytest.mark.parametrize("odd", ODD, ids=lambda odd: type(odd).__name__)
def test_an_odd_cell_changes_no_other_row(door: Callable[[list[tuple[Any, ...]]], Any], odd: Any) -> None:
    assert codes(door([*ROWS, (odd,) * 4]))[:3] == codes(door(ROWS))


def test_a_typed_column_means_what_its_cells_do() -> None:
    typed = pd.DataFrame(ROWS, columns=[*COLUMNS])
    assert str(typed.dtypes.iloc[0]) == "int64"
    assert codes(typed) == codes(frame(ROWS))
    assert codes(pd.DataFrame({**typed, "age": typed["age"].astype("float32")})) == codes(frame(ROWS))


def test_strings_of_python_may_be_half_characters() -> None:
    known = pd.DataFrame(ROWS, columns=[*COLUMNS])
    more = pd.DataFrame([*ROWS, (34, "F", None, None)], columns=[*COLUMNS])
    more["sex"] = pd.Series([*known["sex"], "\ud800"], dtype=pd.StringDtype("python"))
    assert codes(more)[:3] == codes(known)


def test_levels_that_a_frame_lists_and_no_row_has_tell_nothing() -> None:
    own = pd.DataFrame(ROWS, columns=[*COLUMNS])
    listed = own.assign(sex=pd.Categorical(own["sex"], categories=["F", "M", "nan", "somebody's", 7]))
    assert codes(listed) == codes(own)


def test_a_key_that_one_row_alone_has_is_not_seen() -> None:
    rows = DOORS["list of dicts"](ROWS)
    assert codes([*rows, {"age": 3, "hiv": "yes"}])[:3] == codes(rows)
    assert codes([])  == []  # fmt: skip
    with pytest.raises(PrivacyError, match=r"which columns there are would be looked up") as found:
        cells_of([{"hiv": "yes"}])
    assert "hiv" not in str(found.value)


def test_a_table_that_was_looked_at_is_refused() -> None:
    """`$5` among whole numbers makes all of them styled ones, of which a contract reads none."""
    table = Table.from_any({"age": ["31", "32", "$5"]})
    contract = {"age": COLUMNS["age"]}
    for fit in (
        lambda: raw_rows(table, Contract.of(contract)),
        lambda: Marginals(epsilon=1.0, domain=contract).fit(table),
    ):
        with pytest.raises(PrivacyError, match=r"inferred from all of its rows"):
            fit()


def test_columns_of_different_lengths_are_refused_without_their_lengths() -> None:
    with pytest.raises(PrivacyError) as found:
        likewise.fit({"age": [1] * 301, "sex": ["F"] * 300}, epsilon=1.0, domain=COLUMNS)
    assert "30" not in str(found.value)


# -- files -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "first", [b"age;sex;seen;sick", b"\xff\xfe1,F", b'"1,F', b"\xff,\xff", b"1,F,\rx", b"", b"\xef\xbb\xbf1"]
)
def test_without_a_header_the_first_row_decides_nothing(first: bytes, tmp_path: Path) -> None:
    rows = b"31,F,2001-01-01,true\n32,M,2002-03-04,false\n"
    (tmp_path / "t.csv").write_bytes(rows)
    (tmp_path / "n.csv").write_bytes(first + b"\n" + rows)
    assert codes(tmp_path / "n.csv", header=False)[-2:] == codes(tmp_path / "t.csv", header=False)


def test_no_rows_are_a_table_too(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"")
    assert codes(tmp_path / "t.csv", header=False) == []


@pytest.mark.parametrize("encoding", ["utf-7", "hz", "cp037"])
def test_encodings_that_hide_ends_of_lines_are_refused(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"age,sex,seen,sick\n31,F,+AAo-x,true\n")
    with pytest.raises(LikewiseError, match=r"cannot be told apart"):
        codes(tmp_path / "t.csv", encoding=encoding)


def test_the_header_alone_finds_the_delimiter_where_nothing_is_declared(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("age;sex\n31;F\n1,2,3;M\n")
    assert raw_rows(tmp_path / "t.csv", Contract.of("discover"))[0].column_names == ["age", "sex"]


def test_json_has_the_columns_that_are_listed(tmp_path: Path) -> None:
    rows = [{"age": 31, "sex": "F", "id": "a"}, {"age": 32, "sex": "M", "id": "b"}]
    (tmp_path / "t.json").write_text(json.dumps(rows))
    raw = raw_rows(tmp_path / "t.json", Contract.of({"age": "discover", "sex": COLUMNS["sex"], "id": "ignore"}))[0]
    assert raw.column_names == ["age", "sex", "id"] and raw["age"].to_pylist() == ["31", "32"]
    with pytest.raises(LikewiseError, match=r"nothing but the rows tells which columns"):
        raw_rows(tmp_path / "t.json", Contract.of("discover"))
    odd = json.dumps([*rows, {"age": "\\"}]).encode().replace(b"\\\\", b"\xff")
    (tmp_path / "n.json").write_bytes(odd)
    contract = Contract.of({"age": COLUMNS["age"], "sex": COLUMNS["sex"], "id": "ignore"})
    assert codes(tmp_path / "n.json", contract)[:2] == codes(tmp_path / "t.json", contract)


ODD_CELLS: list[Any] = ["x", 2.5, 2**62, "half", dt.datetime(2001, 1, 1, 5), True, None, "1e400"]


@pytest.mark.parametrize("odd", ODD_CELLS, ids=str)
def test_a_cell_of_a_sheet_is_read_by_itself(odd: Any, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")

    def sheet(name: str, *more: list[Any]) -> Path:
        book = openpyxl.Workbook()
        for row in [[*COLUMNS], *([*row[:1], dt.datetime(2001, 1, 1), *row[2:]] for row in ROWS), *more]:
            book.active.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    known = codes(sheet("t.xlsx"))
    assert known[0] == codes([{"age": 31, "sex": "2001-01-01", "seen": "2001-01-01", "sick": True}])[0]
    alone = [codes(sheet("o.xlsx", row))[3:] for row in ([odd] * 4, [1] * 4)]
    assert codes(sheet("n.xlsx", [odd] * 4, [], [], [1, 1, 1, 1, "beside"])) == [*known, *alone[0], *alone[1]]


@pytest.mark.parametrize("odd", [*ODD_CELLS[:4], b"\xff", None], ids=str)
def test_a_cell_of_sqlite_is_read_by_itself(odd: Any, tmp_path: Path) -> None:
    ids = [2**60 + 1, 2**60 + 2, 2**60 + 3]
    contract = Contract.of({**COLUMNS, "id": "ignore"} | {"sex": COLUMNS["sex"]})
    contract = Contract.of({**contract.to_dict(), "unit": "id"})

    def base(name: str, *more: tuple[Any, ...]) -> str:
        with sqlite3.connect(tmp_path / name) as held:
            held.execute("CREATE TABLE t (age, sex, seen DATETIME, sick, id)")
            rows = [(*row[:2], str(row[2]), row[3], own) for row, own in zip(ROWS, ids, strict=True)]
            held.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?)", [*rows, *more])
        return f"sqlite:///{tmp_path / name}"

    known = codes(base("t.db"), contract)
    assert len(known) == 3
    assert codes(base("n.db", (odd, odd, odd, odd, 0.5)), contract)[:3] == known
    if odd == b"\xff":  # a text that is no UTF-8
        held = sqlite3.connect(tmp_path / "n.db")
        held.execute("UPDATE t SET sex = CAST(x'ff' AS TEXT) WHERE id = 0.5")
        held.commit()
        assert codes(tmp_path / "n.db", contract)[:3] == known


# -- what holds a private technique ------------------------------------------------------------------------------------
def test_rules_around_a_private_technique_do_not_look_at_rows() -> None:
    number = {"kind": "number", "integer": True, "min": 0, "max": 99}
    settings = {"epsilon": 1.0, "domain": {"low": number, "high": number}}
    held = synthesizer("constrained", {"inner": "marginals", "constraints": ["low <= high"], "settings": settings})
    rows = {"low": [i % 50 for i in range(300)], "high": [i % 50 + 5 for i in range(300)]}
    card = held.fit({"low": [*rows["low"], 90], "high": [*rows["high"], 1]}).card
    assert not [note for note in card.notes if "set aside" in note]
    assert card.data_digest == held.fit(rows).card.data_digest  # that of the contract
    assert card.privacy.epsilon == 1.0


def test_a_private_technique_is_fitted_under_a_budget_alone() -> None:
    from likewise.recipes.learn import plan

    with pytest.raises(PrivacyError) as found:
        plan("marginals", {"epsilon": 1.0, "domain": COLUMNS})
    assert found.value.code == "privacy.looked-at"


# -- contracts ---------------------------------------------------------------------------------------------------------
def test_a_unit_that_the_data_lacks_is_refused_before_a_row_is_read() -> None:
    contract = Contract.of({"columns": {**COLUMNS, "who": "ignore"}, "unit": "who"})
    with pytest.raises(PrivacyError, match=r"`who`"):
        encode(cells_of(frame(ROWS))[0], contract)


def test_an_infinity_is_the_same_level_in_every_type() -> None:
    contract = Contract.of({"x": {"kind": "category", "levels": ["inf", "1"], "other": True}})
    typed, mixed = pa.table({"x": [float("inf"), 1.0]}), cells_of({"x": [float("inf"), 1.0, "y"]})[0]
    assert encode(typed, contract).codes.tolist() == encode(mixed, contract).codes.tolist()[:2]


TYPED: list[pd.Series] = [
    pd.Series([1, 2, 30]),
    pd.Series([2.0**60, 2.0**60, 0.5, 7.0]),
    pd.Series([0.5, 30.0, float("nan"), float("inf")]), pd.Series([True, False]),
    pd.Series(pd.to_datetime(["2020-01-01", "2020-01-01 10:00:00.000001"], format="ISO8601")),
    pd.Series(pd.to_datetime(["2020-01-01 10:00:00", None])), pd.Series(pd.to_timedelta(["1h", "90s", "-3us", None])),
    pd.Series(pd.to_timedelta(["0:00:00.1"])), pd.Series(["30", "x", None]), pd.Series([1, None], dtype="Int64"),
]  # fmt: skip


@pytest.mark.parametrize("typed", TYPED, ids=lambda typed: str(typed.dtype))
def test_a_column_that_an_odd_cell_made_one_of_objects_means_the_same(typed: pd.Series) -> None:
    """In codes of every domain, and in all that a discovery counts: any difference would be one of all rows at once."""
    own = cells_of(pd.DataFrame({"c": typed}))[0]["c"]
    mixed = cells_of(pd.DataFrame({"c": pd.Series(typed.tolist(), dtype=object)}))[0]["c"]
    assert mixed.type == pa.large_string()
    for domain in EVERY.coded:
        assert codes_of(own, domain).tolist() == codes_of(mixed, domain).tolist(), domain.name
    forms = [[place for piece in plain_pieces(column) for place in forms_of(piece).tolist()] for column in (own, mixed)]
    assert forms[0] == forms[1] and names_in(own) == names_in(mixed)
    units = [units_of(column, 1)[1].tolist() for column in (own, mixed)]
    assert units[0] == units[1] and len(units[0]) == typed.nunique()
