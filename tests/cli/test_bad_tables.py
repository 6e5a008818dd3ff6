"""What `evaluate`, `verify`, `audit` and `frontier` say of bad input: an exit code, a place, a hint, no half file."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from likewise.cli.main import exit_code


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for seed, name in enumerate(("real", "made", "held")):
        people(name, seed)
    return tmp_path


def people(name: str, seed: int, rows: int = 120, head: str = "age,sex,churn") -> str:
    draw = random.Random(seed)
    lines = (f"{draw.randint(18, 80)},{draw.choice('FM')},{draw.choice(['yes', 'no'])}" for _ in range(rows))
    return written(f"{name}.csv", f"{head}\n" + "\n".join(lines) + "\n")


def written(name: str, content: str | bytes) -> str:
    Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    return name


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that must be refused: exit code 1, an error in three parts on stderr, every file as it was."""
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    assert exit_code([*arguments]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before
    assert said.err.startswith("error[") and "error[bug]" not in said.err and "Traceback" not in said.err
    assert "  hint: " in said.err
    return said.err


OUT = ("--report", "report.html", "--certificate", "c.json")


@pytest.mark.parametrize("place", ["real", "synthetic", "holdout"])
@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "source.empty"), (b"age,age\n1,2\n", "source.duplicate-columns"), (b"age,sex\n", "evaluate.empty"),
     (b"\x89PNG\r\n\x1a\n\0\0", "source.binary"), (None, "source.folder")],
    ids=["empty", "twice", "no-rows", "picture", "folder"],
)  # fmt: skip
def test_files_that_are_no_table(
    place: str, content: bytes | None, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = {"real": "real.csv", "synthetic": "made.csv", "holdout": "held.csv"}
    tables[place] = "." if content is None else written("bad.csv", content)
    said = refused(capsys, "evaluate", tables["real"], tables["synthetic"], "--holdout", tables["holdout"], *OUT)
    assert f"error[{code}]" in said
    assert (f"the {place} table" if code == "evaluate.empty" else "  at ") in said


def test_tables_that_have_nothing_in_common(capsys: pytest.CaptureFixture[str]) -> None:
    assert "case or blanks only" in refused(
        capsys, "evaluate", "real.csv", people("upper", 1, head="AGE,Sex, churn"), *OUT
    )
    assert "one schema" in refused(capsys, "evaluate", "real.csv", people("other", 1, head="p,q,r"), *OUT)


def test_holdouts_that_were_not_held_back(capsys: pytest.CaptureFixture[str]) -> None:
    for tables, code in ((("real.csv", "made.csv", "real.csv"), "evaluate.holdout-is-real"),
                         (("real.csv", "held.csv", "held.csv"), "evaluate.holdout-is-synthetic")):  # fmt: skip
        wide = [widened(name, seed) for seed, name in enumerate(tables)]
        if tables[2] in tables[:2]:
            wide[2] = wide[tables.index(tables[2])]
        assert f"error[{code}]" in refused(capsys, "evaluate", wide[0], wide[1], "--holdout", wide[2], *OUT)


def widened(name: str, seed: int) -> str:
    """Return a file with a column of free numbers more, so that rows are rows of their own."""
    draw = random.Random(seed)
    head, *lines = Path(name).read_text().splitlines()
    rest = "\n".join(f"{line},{draw.random():.9f}" for line in lines)
    return written(f"wide{seed}.csv", f"{head},score\n{rest}\n")


@pytest.mark.parametrize(
    ("arguments", "code", "place"),
    [
        (("--target", "chrun"), "evaluate.unknown-target", "target"),
        (("--sensitive", "gender"), "evaluate.unknown-column", "sensitive"),
        (("--quasi", "zip"), "evaluate.unknown-column", "quasi"),
        (("--model", "none.likewise"), "source.no-such-file", "none.likewise"),
        (("--gate", "none.yaml"), "source.no-such-file", "none.yaml"),
        (("--schema", "none.yaml"), "source.no-such-file", "none.yaml"),
        (("--seed", "-1"), "settings.seed", ""),
        (("--brief",), "settings.brief", "--brief"),
        (("--report", "report.pdf"), "settings.report-suffix", "report.pdf"),
        (("--report", "nowhere/report.html"), "source.", "nowhere"),
    ],
)
def test_options_that_cannot_be(
    arguments: tuple[str, ...], code: str, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, "evaluate", "real.csv", "made.csv", *OUT, *arguments)
    assert f"error[{code}" in said
    assert place in said


def test_no_result_is_written_over_what_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    gate = written("g.json", "gates: [{score: c2st, at_most: 1}]")
    for places in (("--report", gate), ("--certificate", gate), ("--report", "x.json", "--certificate", "x.json")):
        assert "settings.same-place" in refused(capsys, "evaluate", "real.csv", "made.csv", "--gate", gate, *places)


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "the file is empty"), ("- {score: c2st, at_most: 1}", "this is a list"),
     ("gates:\n- {score: cst2}", "did you mean `c2st`?"),
     ("gates:\n- {score: c2st, at_most: '0.6'}", "$.gates[0].at_most: a number is wanted"),
     ("gates: {score: c2st}", "$.gates: a list is wanted"), ("gates: [", "g.yaml:1")],
)  # fmt: skip
def test_gates_that_are_none_say_where(content: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = refused(capsys, "evaluate", "real.csv", "made.csv", "--gate", written("g.yaml", content), *OUT)
    assert "g.yaml" in told
    assert said in told


def test_names_that_are_markup_are_escaped_in_the_report() -> None:
    name = '"<script>alert(1)</script>, ""quoted""\nand broken"'
    files = [people(n, s, head=f"age,sex,{name}") for n, s in (("real", 0), ("made", 1))]
    assert exit_code(["evaluate", *files, "--brief", "--report", "report.html"]) == 0
    assert "<script>alert(1)" not in Path("report.html").read_text()


@pytest.mark.parametrize("command", ["audit", "frontier", "verify"])
def test_the_other_judges_refuse_what_is_no_table_or_model(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    few, header = people("few", 3, rows=20), written("header.csv", "age,sex\n")
    wanted = {
        "audit": [("real.csv", "--train", few), ("none.likewise", "--train", few), (".", "--train", few)],
        "frontier": [(few,), (header,), (".",), ("real.csv", "--target", "chrun")],
        "verify": [("real.csv",), ("none.json",), (".",), (written("c.json", "{}"),)],
    }
    for arguments in wanted[command]:
        report = () if command == "verify" else ("--report", "report.html")
        refused(capsys, command, *arguments, *report)
