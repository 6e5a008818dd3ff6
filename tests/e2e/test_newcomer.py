"""What the README promises a newcomer, through the installed `likewise` script, on the example that is shipped."""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(sys.executable).with_name("likewise")
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "adult.csv.gz"


def likewise(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [SCRIPT, *arguments], cwd=folder, env={**os.environ, "COLUMNS": "80"}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done


def rows_of(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("newcomer")
    done = likewise(place, "synth", str(EXAMPLE))
    (place / "summary.txt").write_text(done.stderr)
    assert done.stdout == ""
    return place


def test_the_main_job_leaves_three_files_and_a_summary(folder: Path) -> None:
    names = {path.name for path in folder.iterdir() if path.name.startswith("adult")}
    assert {"adult.synthetic.csv.gz", "adult.report.html", "adult.model.likewise"} <= names
    summary = (folder / "summary.txt").read_text()
    assert summary.startswith("The synthetic data ")
    for said in ("Shape error", "Detectability", "32,561 rows    adult.synthetic.csv.gz", "report  adult.report.html"):
        assert said in summary
    assert max(map(len, summary.splitlines())) <= 80


def test_the_rows_look_like_the_real_ones(folder: Path) -> None:
    real, synthetic = rows_of(EXAMPLE), rows_of(folder / "adult.synthetic.csv.gz")
    assert len(synthetic) == len(real) == 32_561
    assert list(synthetic[0]) == list(real[0])
    for name in ("workclass", "education", "sex", "income"):
        assert {row[name] for row in synthetic} <= {row[name] for row in real}
    ages = [int(row["age"]) for row in synthetic]
    assert min(ages) >= 17
    assert max(ages) <= 90
    women = [sum(row["sex"] == "Female" for row in rows) / len(rows) for rows in (real, synthetic)]
    assert abs(women[0] - women[1]) < 0.02


def test_the_report_stands_alone_and_gives_a_verdict(folder: Path) -> None:
    page = (folder / "adult.report.html").read_text()
    assert "The synthetic data " in page
    assert "Train on synthetic, test on real" in page
    assert len(page) < 2_000_000
    assert 'src="http' not in page
    assert 'href="http' not in page.replace('href="https://github.com', "")


def test_the_columns_are_explained(folder: Path) -> None:
    said = likewise(folder, "inspect", str(EXAMPLE), "-o", "schema.yaml").stdout
    assert "32,561 rows, 15 columns" in said
    assert "integer" in said
    assert (folder / "schema.yaml").read_text().startswith("columns:\n  age:\n    kind: integer")


def test_more_rows_come_from_the_model(folder: Path) -> None:
    likewise(folder, "sample", "adult.model.likewise", "-n", "1000", "--given", "sex=Female,age>=60", "-o", "women.csv")
    rows = rows_of(folder / "women.csv")
    assert len(rows) == 1000
    assert {row["sex"] for row in rows} == {"Female"}
    assert min(int(row["age"]) for row in rows) >= 60


def test_a_model_shows_its_card(folder: Path) -> None:
    card = json.loads(likewise(folder, "show", "adult.model.likewise", "--json").stdout)["card"]
    assert card["technique"] == "autoregressive"
    assert card["evaluation"]["shape_error"] < 1
    assert "32,561 rows" not in likewise(folder, "show", "adult.model.likewise").stdout  # a fifth was held out


def test_anyones_data_is_judged(folder: Path) -> None:
    lines = gzip.decompress(EXAMPLE.read_bytes()).decode().splitlines(keepends=True)
    (folder / "train.csv").write_text("".join(lines[:1001]))
    (folder / "holdout.csv").write_text(lines[0] + "".join(lines[1001:1401]))
    said = likewise(folder, "evaluate", "train.csv", "women.csv", "--holdout", "holdout.csv", "--report", "judged.md")
    assert "Detectability" in said.stdout
    assert (folder / "judged.md").read_text().strip() == said.stdout.strip()


def test_the_machine_is_described(folder: Path) -> None:
    assert "autoregressive" in likewise(folder, "doctor").stdout
