"""Every bad input ends in one clear error, or in a sensible answer; nothing is lost, nothing is half-written."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from likewise.cli.main import exit_code
from likewise.io.source import read_source

Cells = Callable[[random.Random], str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def people(name: str = "people.csv", rows: int = 120, sexes: str = "FM", top: int = 80, seed: int = 1) -> Path:
    draw = random.Random(seed)
    lines = (f"{draw.randint(18, top)},{draw.choice(sexes)},{draw.choice(['low', 'high'])}" for _ in range(rows))
    return written(name, "age,sex,income\n" + "\n".join(lines) + "\n")


def written(name: str, content: str | bytes) -> Path:
    path = Path(name)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def column(cells: Cells, rows: int = 120, name: str = "x", delimiter: str = ",") -> Path:
    draw = random.Random(2)
    lines = [delimiter.join((cells(draw), str(draw.randint(1, 60)))) for _ in range(rows)]
    return written("column.csv", "\n".join([f"{name}{delimiter}n", *lines]) + "\n")


def fault(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, str]:
    """Run a command that must fail, and return its error; check that it leaves no file and no stack trace."""
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    assert exit_code([*map(str, arguments), "--json"]) == 1
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before
    error: dict[str, str] = json.loads(said.out)["error"]
    assert error["code"] != "bug", error
    assert error["what"]
    return error


def made(source: Path, *arguments: object) -> pa.Table:
    """Run `synth`, which must go well, and return what it wrote."""
    assert exit_code(["synth", str(source), *map(str, arguments)]) == 0
    assert not list(Path().glob(".*.part"))
    return read_source(source.with_name(f"{source.stem}.synthetic.csv")).table


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "source.empty"),
        (b"a,b\n", "fit.no-rows"),
        (b"a,a\n1,2\n", "source.duplicate-columns"),
        (b"a,b\n1,2\n1,2,3\n4,5\n", "source.ragged"),
        (b"a,b\n\x00\x01\xff,2\n", "source.binary"),
        (b"PK\x03\x04 not a workbook", "source.wrong-suffix"),
        (b"\x1f\x8b\x08 cut short", "source.damaged"),
    ],
)
def test_files_that_are_no_table(content: bytes, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    error = fault(capsys, "synth", written("data.csv", content))
    assert error["code"] == code
    assert error["hint"]


def test_a_ragged_row_is_named_by_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert fault(capsys, "synth", written("r.csv", "a,b\n1,2\n1,2,3\n4,5\n"))["where"] == "r.csv:3"


@pytest.mark.parametrize("rows", [1, 2, 5, 30])
def test_few_rows_are_enough_to_go_on(rows: int) -> None:
    table = made(people(rows=rows))
    assert table.num_rows == rows
    assert table.column_names == ["age", "sex", "income"]


def test_one_column_is_a_table() -> None:
    draw = random.Random(3)
    table = made(written("one.csv", "a\n" + "\n".join(str(draw.randint(1, 40)) for _ in range(120)) + "\n"))
    assert table.column_names == ["a"]
    assert table.num_rows == 120


def test_another_encoding_is_found_and_kept() -> None:
    source = written("towns.csv", "town,n\n" + "Zürich,1\nGenève,2\n" * 60)
    source.write_bytes(source.read_text(encoding="utf-8").encode("cp1252"))
    made(source)
    assert "Zürich" in Path("towns.synthetic.csv").read_bytes().decode("cp1252")


@pytest.mark.parametrize(
    ("cells", "allowed"),
    [
        (lambda draw: "", {""}),
        (lambda draw: "same", {"same"}),
        (lambda draw: draw.choice(["12", "abc", "2020-01-01"]), {"12", "abc", "2020-01-01"}),
        (lambda draw: draw.choice(["inf", "-inf", "NaN", "1.5"]), {"inf", "-inf", "NaN", "1.5"}),
        (
            lambda draw: draw.choice(["9999-12-31", "0001-01-01", "2020-02-30"]),
            {"9999-12-31", "0001-01-01", "2020-02-30"},
        ),
    ],
    ids=["empty", "constant", "mixed", "not-finite", "impossible-dates"],
)
def test_odd_columns_come_back_in_their_own_values(cells: Cells, allowed: set[str]) -> None:
    assert {value or "" for value in made(column(cells)).column("x").to_pylist()} <= allowed


def test_dates_in_two_formats_stay_the_same_days() -> None:
    source = column(lambda draw: draw.choice(["2020-01-05", "03/02/2021", "31/12/2019"]))
    values = set(made(source).column("x").to_pylist())
    assert values <= {"2020-01-05", "05/01/2020", "03/02/2021", "2021-02-03", "31/12/2019", "2019-12-31"}


@pytest.mark.parametrize(
    ("cells", "pattern"),
    [
        (lambda draw: f'"${draw.randint(1, 9)},{draw.randint(100, 999)}.50"', r"\$\d,\d{3}\.\d0?"),
        (lambda draw: f'"{draw.randint(1, 99)},{draw.randint(10, 99)}"', r"\d{1,2},\d{2}"),
        (
            lambda draw: f'"{draw.randint(1, 9)}.{draw.randint(100, 999)},{draw.randint(10, 99)} €"',
            r"\d\.\d{3},\d{2} €",
        ),
    ],
    ids=["thousands-and-currency", "decimal-comma", "euro"],
)
def test_numbers_come_back_as_they_were_written(cells: Cells, pattern: str) -> None:
    values = made(column(cells)).column("x").cast(pa.string())
    fits = pa.compute.match_substring_regex(values, f"^{pattern}$")
    assert pa.compute.all(fits).as_py()


def test_values_that_are_all_different_are_not_repeated() -> None:
    source = column(lambda draw: f"{draw.random():.12f}")
    real = set(read_source(source).table.column("x").to_pylist())
    assert not real & set(made(source).column("x").to_pylist())


def test_ten_thousand_levels() -> None:
    source = column(lambda draw: f"level {draw.randint(1, 10_000)}", rows=20_000)
    assert made(source, "-n", 300).num_rows == 300


@pytest.mark.parametrize(
    ("given", "code", "hint"),
    [
        ("agee>3", "given.unknown-column", "`age`"),
        ("income=hihg", "given.unseen", "`high`"),
        ("age>=200", "given.unseen", "nearest"),
        ("age>60,age<20", "given.contradiction", "drop"),
        ("@nowhere.csv", "source.no-such-file", ""),
        ("age", "given.", ""),
    ],
)
def test_conditions_that_cannot_be_met(given: str, code: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    error = fault(capsys, "synth", people(), "--given", given)
    assert error["code"].startswith(code)
    assert hint in (error["hint"] or "")


def test_partial_rows_are_completed_as_many_as_there_are() -> None:
    partial = written("partial.csv", "age,sex\n70,\n30,F\n")
    table = made(people(), "--given", f"@{partial}")
    assert table.num_rows == 2
    assert table.column("age").to_pylist() == ["70", "30"]


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (("--target", "incme"), "schema.unknown-column", "`income`"),
        (("-n", -5), "settings.n", "n=1000"),
        (("--holdout", 2), "settings.holdout", "0.2"),
        (("--seed", -1), "settings.seed", "seed=0"),
        (("--technique", "autoregresive"), "settings.technique", "`autoregressive`"),
        (("--set", "min_leef=3"), "settings.", "`min_leaf`"),
        (("--set", "min_leaf"), "settings.pair", "--set"),
        (("--set", "min_leaf=["), "settings.value", "YAML"),
        (("--effort", "slow"), "settings.invalid", "standard"),
        (("--effort", "high", "--set", "effort=fast"), "settings.twice", "keep one"),
        (("--goal", "shine"), "settings.goal", "share"),
        (("--time", "-5s"), "settings.time", "60s"),
        (("--delimiter", "ab"), "settings.delimiter", "tab"),
        (("--encoding", "utf99"), "source.unknown-encoding", "utf-8"),
        (("--schema", "nowhere.yaml"), "source.no-such-file", ""),
        (("--report", "x.pdf"), "settings.report-suffix", ".html"),
        (("-o", "-"), "settings.stdout", "file"),
        (("-o", "people.csv"), "settings.same-place", "another"),
        (("-o", "a.csv", "--model", "./a.csv"), "settings.same-place", "another"),
        (("--report", "nowhere/report.html"), "source.no-such-folder", "mkdir"),
        (("-o", "nowhere/x.csv"), "source.no-such-folder", "mkdir"),
        (("-o", "/dev/full"), "source.disk-full", "space"),
    ],
)
def test_options_that_cannot_be_met(
    arguments: tuple[object, ...], code: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    error = fault(capsys, "synth", people(), *arguments)
    assert error["code"].startswith(code)
    assert hint in (error["hint"] or "")


def test_a_link_to_the_source_is_the_source(capsys: pytest.CaptureFixture[str]) -> None:
    source = people()
    Path("link.csv").symlink_to(source)
    assert fault(capsys, "synth", source, "-o", "link.csv")["code"] == "settings.same-place"


def test_no_rows_wanted_gives_a_header(capsys: pytest.CaptureFixture[str]) -> None:
    assert made(people(), "-n", 0).num_rows == 0


@pytest.mark.parametrize(
    ("source", "code", "hint"),
    [
        ("peple.csv", "source.no-such-file", "`people.csv`"),
        (".", "source.folder", "one file"),
        ("sqlite:///nowhere.db#orders", "source.no-such-file", ""),
        ("ftp://host/table", "source.unknown-url", "sqlite"),
    ],
)
def test_sources_that_are_not_there(source: str, code: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    people()
    error = fault(capsys, "synth", source)
    assert error["code"] == code
    assert hint in error["hint"]


def test_a_schema_edited_wrongly_is_answered_with_all_its_faults(capsys: pytest.CaptureFixture[str]) -> None:
    schema = written("schema.yaml", "columns:\n  age: {kind: integr}\n  sex: 3\n  income: {kind: category, rle: key}\n")
    error = fault(capsys, "synth", people(), "--schema", schema)
    assert error["code"] == "schema.invalid"
    assert error["where"] == "schema.yaml"
    for path in ("$.columns.age.kind", "$.columns.sex", "$.columns.income.rle"):
        assert path in error["what"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("a: [", "schema.not-yaml"),
        ("- 1", "schema.invalid"),
        (b"\xff\xfe\x00", "schema.not-text"),
        ("columns:\n  agee: {kind: integer}\n", "schema.unknown-column"),
        ("columns:\n  sex: {kind: category, levels: [M], other: refuse}\n", "schema.unknown-level"),
        ("columns:\n  sex: {kind: integer}\n", "schema."),
    ],
)
def test_schemas_that_do_not_fit(content: str | bytes, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert fault(capsys, "synth", people(), "--schema", written("s.yaml", content))["code"].startswith(code)


def test_the_next_month_brings_new_levels_and_a_wider_range() -> None:
    assert exit_code(["inspect", str(people()), "-o", "schema.yaml"]) == 0
    table = made(people("next.csv", sexes="FMX", top=120, seed=4), "--schema", "schema.yaml", "-n", 400)
    assert set(table.column("sex").to_pylist()) == {"F", "M", "X"}
    assert max(map(int, table.column("age").to_pylist())) > 80


@pytest.fixture
def model() -> Path:
    assert exit_code(["fit", str(people()), "-o", "people.likewise"]) == 0
    return Path("people.likewise")


def test_model_files_that_cannot_be_read(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = model.read_bytes()
    written("foreign.likewise", "hello")
    written("cut.likewise", whole[: len(whole) // 2])
    written("flipped.likewise", whole[:300] + bytes([whole[300] ^ 1]) + whole[301:])
    for name in ("foreign.likewise", "cut.likewise", "flipped.likewise", "nowhere.likewise", "."):
        assert fault(capsys, "show", name)["code"].startswith(("model.", "source.")), name


def test_a_model_of_a_future_format_says_so(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(model) as old, zipfile.ZipFile("future.likewise", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "model.json":
                content = json.dumps({**json.loads(content), "format": 999}).encode()
            new.writestr(name, content)
    assert fault(capsys, "show", "future.likewise")["code"].startswith("model.")


def test_a_model_is_not_written_over_by_its_own_rows(model: Path) -> None:
    before = model.read_bytes()
    assert exit_code(["sample", str(model), "-o", str(model)]) == 1
    assert model.read_bytes() == before


def test_tables_that_cannot_be_compared(capsys: pytest.CaptureFixture[str]) -> None:
    real = people()
    other = written("other.csv", "p,q\n" + "1,2\n" * 60)
    empty = written("header.csv", "age,sex,income\n")
    assert fault(capsys, "evaluate", real, other)["code"] == "evaluate.no-common-columns"
    assert fault(capsys, "evaluate", real, empty)["code"] == "evaluate.empty"
    assert fault(capsys, "evaluate", real, real, "--target", "incme")["hint"] == "did you mean `income`?"
    assert fault(capsys, "evaluate", real, real, "--report", "people.csv")["code"] == "settings.report-suffix"
