"""`anonymize` on files, frames and real tables: what is written is what was asked, and nothing where that fails."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from likewise.cli.main import exit_code
from likewise.core.table import Table
from likewise.errors import LikewiseError
from likewise.io.source import read_source
from likewise.privacy.masking.key import Key
from likewise.recipes.anonymize import anonymize, anonymize_to, plan_for

DATA = Path(__file__).parents[2] / "../shared/data"
ADULT, PATIENTS = DATA / "adult/train.csv.gz", DATA / "synthea_sample/patients.csv.gz"
real = pytest.mark.skipif(not ADULT.exists(), reason="the real tables are not here")

PEOPLE = {
    "id": [f"P-{i:03}" for i in range(40)], "age": [20 + i * 7 % 61 for i in range(40)], "sex": ["F", "M"] * 20,
    "zip": [f"0213{i % 8}" for i in range(40)], "illness": ["flu", "gout", "none", "none"] * 10,
    "dose": [1.5 + i for i in range(40)],
}  # fmt: skip
PLAN: dict[str, Any] = {"k": 4, "l": 2, "columns": {
    "id": "hash", "age": "quasi", "sex": "quasi", "zip": {"quasi": {"prefix": 1}}, "illness": "sensitive",
    "dose": "keep"}}  # fmt: skip
KEY = Key(bytes(32))


def classes(path: Path, quasi: list[str]) -> dict[tuple[str, ...], list[dict[str, str]]]:
    """Read a CSV file by the standard library alone, and part its rows into classes."""
    found = defaultdict(list)
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[tuple(row[name] for name in quasi)].append(row)
    return found


def written(folder: Path, suffix: str) -> Path:
    path, rows = folder / f"people{suffix}", pa.table(PEOPLE)
    if suffix == ".csv":
        pyarrow.csv.write_csv(rows, path)
    elif suffix == ".csv.gz":
        with gzip.open(path, "wb") as file:
            pyarrow.csv.write_csv(rows, file)
    elif suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows.to_pylist()))
    else:
        pyarrow.parquet.write_table(rows, path)
    return path


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".jsonl", ".parquet"])
@pytest.mark.parametrize("to", [".csv", ".parquet", ".db"])
def test_files_of_any_format_come_out_alike(tmp_path: Path, suffix: str, to: str) -> None:
    out = tmp_path / f"safe{to}"
    summary = anonymize_to(written(tmp_path, suffix), out, PLAN, KEY)
    rows = Table.from_arrow(read_source(out).table).to_arrow().to_pylist()
    own, _ = anonymize(PEOPLE, PLAN, KEY)
    for name in ("id", "age", "zip", "illness"):
        assert [str(row[name]) for row in rows] == own[name]
    assert [row["dose"] for row in rows] == PEOPLE["dose"]
    assert summary.reached is not None and summary.reached.k >= 4


def test_a_month_stays_a_text_where_values_are_typed(tmp_path: Path) -> None:
    (tmp_path / "days.csv").write_text("day,x\n" + "".join(f"2021-0{1 + i % 9}-11,{i * i % 37}\n" for i in range(40)))
    plan = {"columns": {"day": {"part": {"of": "month"}}, "x": "keep"}}
    anonymize_to(tmp_path / "days.csv", tmp_path / "days.parquet", plan)
    rows = pyarrow.parquet.read_table(tmp_path / "days.parquet")
    assert rows["day"].to_pylist()[:2] == ["2021-01", "2021-02"] and rows["x"].type == pa.int64()
    assert anonymize(tmp_path / "days.csv", plan)[0].to_dict()["day"][0] == "2021-01"


def test_containers_come_back_with_what_was_not_touched_as_it_was() -> None:
    frame = pd.DataFrame(PEOPLE).astype({"sex": "category", "dose": "float32"})
    made, summary = anonymize(frame, PLAN, KEY)
    assert isinstance(made, pd.DataFrame) and made["dose"].dtype == "float32" and list(made) == list(PEOPLE)
    assert made.groupby(["age", "sex", "zip"]).size().min() == summary.reached.k
    assert isinstance(anonymize(pl.DataFrame(PEOPLE), PLAN, KEY)[0], pl.DataFrame)
    assert isinstance(anonymize(pa.table(PEOPLE), PLAN, KEY)[0], pa.Table)
    table, _ = anonymize(Table.from_any(PEOPLE), PLAN, KEY)
    assert isinstance(table, Table) and table.rows == 40


@pytest.mark.parametrize("method", ["mondrian", "relaxed", "lattice"])
def test_the_same_data_plan_and_key_give_the_same_rows(method: str) -> None:
    one, two = (anonymize(PEOPLE, {**PLAN, "method": method}, KEY) for _ in range(2))
    assert one[0] == two[0] and one[1] == two[1]
    assert one[0]["id"] != anonymize(PEOPLE, {**PLAN, "method": method}, Key(b"\1" * 32))[0]["id"]


@real
@pytest.mark.parametrize("method", ["mondrian", "lattice"])
def test_adult_is_k_anonymous_and_diverse_as_the_written_file_says(tmp_path: Path, method: str) -> None:
    quasi = ["age", "sex", "race", "education_num", "marital_status", "native_country"]
    plan = plan_for(ADULT, "k-anonymity", quasi=quasi, sensitive=["income", "hours_per_week"], method=method,
                    criteria={"k": 10, "l": 2, "t": 0.45})  # fmt: skip
    out = tmp_path / "adult.csv"
    summary = anonymize_to(ADULT, out, plan)
    found = classes(out, quasi)
    rows = [row for own in found.values() for row in own]
    assert len(rows) == 32561 - summary.left_out >= 0.95 * 32561
    assert min(map(len, found.values())) == summary.reached.k >= 10
    whole = Counter(row["income"] for row in rows)
    hours = sorted({int(row["hours_per_week"]) for row in rows})
    for own in found.values():
        income, worked = (Counter(row[name] for row in own) for name in ("income", "hours_per_week"))
        assert len(income) >= 2 and len(worked) >= 2
        assert sum(abs(income[v] / len(own) - whole[v] / len(rows)) for v in whole) / 2 <= 0.45 + 1e-9
    assert summary.reached.sensitive["hours_per_week"].t <= 0.45 + 1e-9 and len(hours) > 50


@real
def test_patients_leave_nothing_of_the_safe_harbor_behind(tmp_path: Path) -> None:
    out = tmp_path / "patients.csv"
    summary = anonymize_to(PATIENTS, out, plan_for(PATIENTS, "hipaa", year=2024))
    with gzip.open(PATIENTS, "rt", newline="") as file:
        before = list(csv.DictReader(file))
    with out.open(newline="") as file:
        after = list(csv.DictReader(file))
    assert list(after[0]) == ["BIRTHDATE", "DEATHDATE", "PREFIX", "SUFFIX", "MARITAL", "RACE", "ETHNICITY", "GENDER",
                              "STATE", "ZIP", "HEALTHCARE_EXPENSES", "HEALTHCARE_COVERAGE"]  # fmt: skip
    costs = ("HEALTHCARE_EXPENSES", "HEALTHCARE_COVERAGE")
    known = {tuple(row[name] for name in costs): row for row in before}
    assert len(known) == len(before) == len(after)
    assert [row["BIRTHDATE"] for row in after] == sorted(row["BIRTHDATE"] for row in after)
    for now in after:
        was = known[tuple(now[name] for name in costs)]
        year = was["BIRTHDATE"][:4]
        assert now["BIRTHDATE"] == (year if int(year) >= 1935 else "<1935")
        assert now["ZIP"] in ("", "000", was["ZIP"][:3]) and now["RACE"] == was["RACE"]
    told = "\n".join(",".join(row.values()) for row in after)
    for name in ("Id", "SSN", "FIRST", "LAST", "ADDRESS", "LAT", "BIRTHDATE"):
        assert not any(row[name] in told for row in before)
    assert summary.columns["ZIP"] == "zip3"


@pytest.mark.parametrize(("changes", "code"), [
    ({"k": 41}, "privacy.k"), ({"k": 1}, "settings.invalid"), ({"k": 0}, "settings.invalid"),
    ({"k": "many"}, "settings.invalid"), ({"l": 4}, "privacy.l"), ({"l": {"recursive": 3}}, "settings.invalid"),
    ({"l": {"recursive": 3, "c": 0.1}}, "privacy.l"),
    ({"l": {"entropy": 2.95}}, "privacy.l"), ({"t": 0}, "settings.invalid"), ({"t": 1.5}, "settings.invalid"),
    ({"suppress": 1}, "settings.invalid"), ({"method": "magic"}, "settings.invalid"), ({"kk": 3}, "settings.invalid"),
    ({"columns": {**PLAN["columns"], "illness": "keep"}}, "settings.sensitive"),
    ({"columns": {**PLAN["columns"], "age": "keep", "sex": "keep", "zip": "drop"}}, "privacy.no-quasi"),
])  # fmt: skip
@pytest.mark.parametrize("method", ["mondrian", "lattice"])
def test_what_cannot_be_reached_is_told_and_nothing_is_written(tmp_path: Path, changes, code: str, method: str) -> None:
    source, out = written(tmp_path, ".csv"), tmp_path / "safe.csv"
    with pytest.raises(LikewiseError) as fault:
        anonymize_to(source, out, {**PLAN, "method": method, **changes}, KEY, summary=tmp_path / "summary.json")
    assert fault.value.code == code
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.csv"]


def test_k_without_a_quasi_identifier_is_refused() -> None:
    with pytest.raises(LikewiseError, match=r"privacy\.no-quasi"):
        anonymize(PEOPLE, {"k": 5, "others": "keep", "columns": {"id": "drop"}})
    assert anonymize(PEOPLE, {"others": "keep", "columns": {"id": "drop"}})[1].reached is None


def test_an_empty_table_and_the_source_itself_are_refused(tmp_path: Path) -> None:
    source = written(tmp_path, ".csv")
    empty = tmp_path / "empty.csv"
    empty.write_text("age,sex\n")
    with pytest.raises(LikewiseError, match=r"privacy\.k"):
        anonymize_to(empty, tmp_path / "safe.csv", {"k": 2, "columns": {"age": "quasi", "sex": "quasi"}})
    with pytest.raises(LikewiseError, match=r"settings\.same-place"):
        anonymize_to(source, source, PLAN, KEY)


def test_errors_show_no_value_of_the_data() -> None:
    ways = {**PLAN["columns"], "illness": {"quasi": {"groups": {"bad": ["gout"]}}}}
    with pytest.raises(LikewiseError) as fault:
        anonymize(PEOPLE, {"k": 4, "columns": ways}, KEY)
    assert "flu" not in str(fault.value) and "none" not in str(fault.value).split()


def test_fields_of_records_are_columns(tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    path.write_text("".join(json.dumps({"who": {"age": 20 + i, "town": "Hull"}, "x": i % 3}) + "\n" for i in range(20)))
    anonymize_to(
        path, tmp_path / "safe.jsonl", {"k": 5, "columns": {"who.age": "quasi", "who.town": "drop", "x": "keep"}}
    )
    rows = [json.loads(line) for line in (tmp_path / "safe.jsonl").read_text().splitlines()]
    assert min(Counter(row["who.age"] for row in rows).values()) >= 5


# -- command line ---------------------------------------------------------------------------------------------------
def test_a_plan_is_written_edited_and_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, plan, out = str(written(tmp_path, ".csv")), str(tmp_path / "plan.yaml"), tmp_path / "safe.csv"
    asked = ["--profile", "gdpr", "--sensitive", "illness", "--k", "4", "--l", "2"]
    assert exit_code(["anonymize", source, *asked, "--dry-run", "-o", plan]) == 0
    assert not out.exists() and "age: quasi" in Path(plan).read_text()
    key = str(tmp_path / "people.key")
    told = ["--new-key", key, "--summary", str(tmp_path / "s.json")]
    assert exit_code(["anonymize", source, plan, "-o", str(out), *told]) == 0
    said = capsys.readouterr().err
    assert "(counted again)" in said and "illness: l = " in said
    summary = json.loads((tmp_path / "s.json").read_text())
    found = classes(out, ["age", "sex", "zip"])
    assert summary["reached"]["k"] == min(map(len, found.values())) >= 4
    assert all(len({row["illness"] for row in own}) >= 2 for own in found.values())
    assert exit_code(["anonymize", source, plan, "-o", str(tmp_path / "again.csv"), "--key", key, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["reached"] == summary["reached"]
    assert (tmp_path / "again.csv").read_bytes() == out.read_bytes()


@pytest.mark.parametrize(("arguments", "code"), [
    (["-o", "safe.csv"], "usage"), (["--profile", "hipaa"], "usage"),
    (["--profile", "hippa", "-o", "safe.csv"], "settings.profile"),
    (["--profile", "gdpr", "--quasi", "agee", "-o", "safe.csv"], "privacy.unknown-column"),
    (["--profile", "gdpr", "-o", "safe.csv"], "settings.key"),
    (["--profile", "k-anonymity", "--k", "1", "-o", "safe.csv"], "settings.invalid"),
    (["--profile", "k-anonymity", "--k", "500", "-o", "safe.csv"], "privacy.k"),
    (["--profile", "k-anonymity", "--method", "magic", "-o", "safe.csv"], "settings.method"),
    (["--profile", "gdpr", "--k", "500", "--new-key", "new.key", "-o", "safe.csv"], "privacy.k"),
])  # fmt: skip
def test_wrong_commands_end_in_a_word_and_leave_nothing(
    tmp_path: Path, monkeypatch, capsys, arguments, code: str
) -> None:
    source = written(tmp_path, ".csv")
    monkeypatch.chdir(tmp_path)
    assert exit_code(["anonymize", str(source), *arguments]) == 1
    assert f"error[{code}]" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]


def test_kept_columns_that_tell_rows_apart_are_named(tmp_path: Path) -> None:
    _, summary = anonymize(PEOPLE, PLAN, KEY)
    assert summary.telling == ("dose",)
    assert any("dose (drop, round or generalise them)" in line for line in summary.said())
    rounded = {**PLAN, "columns": {**PLAN["columns"], "dose": {"round": {"step": 10}}}}
    assert anonymize(PEOPLE, rounded, KEY)[1].telling == ()


def test_no_key_is_written_where_none_is_needed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = written(tmp_path, ".csv")
    out, key = tmp_path / "out.csv", tmp_path / "new.key"
    assert exit_code(["anonymize", str(source), "--profile", "hipaa", "-o", str(out), "--new-key", str(key)]) == 0
    assert not key.exists() and "none is needed" in capsys.readouterr().err
    assert exit_code(["anonymize", str(source), "--profile", "gdpr", "-o", str(out), "--new-key", str(key)]) == 0
    again = ["anonymize", str(source), "--profile", "gdpr", "-o", str(out), "--new-key", str(key)]
    assert exit_code(again) == 1 and "never written over" in capsys.readouterr().err
