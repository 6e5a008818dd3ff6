"""The verb that fills gaps: from any source, to a file whose known cells are those that were read."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import likewise
from likewise.cli.main import exit_code
from likewise.errors import LikewiseError
from likewise.recipes.impute import impute_to_file


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file with gaps of several spellings, and known cells in a writing of their own."""
    rng = np.random.default_rng(0)
    lines = []
    for row in range(600):
        age = int(rng.integers(18, 90))
        paid = f"${age * 40 + int(rng.integers(9)):,}.50"
        cells = [f"C{row:04d}", f"{age:03d}", f'"{paid}"', "old" if age > 50 else "young"]
        if row >= 3:
            cells = [c if place == 0 or rng.random() > 0.15 else "" for place, c in enumerate(cells)]
        lines.append(",".join(cells))
    path = tmp_path / "people.csv"
    path.write_text("id,age,paid,stage\n" + "\n".join(lines) + "\n")
    return path


def rows_of(path: Path) -> list[list[str]]:
    with path.open(newline="") as file:
        return list(csv.reader(file))


def test_known_cells_of_a_file_stay_to_the_byte(source: Path, tmp_path: Path) -> None:
    made = impute_to_file(source, tmp_path / "out.csv", seed=3)
    before, after = rows_of(source), rows_of(tmp_path / "out.csv")
    assert len(before) == len(after) == made.rows + 1
    filled = 0
    for own, new in zip(before, after, strict=True):
        assert all(new)
        assert all(n == o for o, n in zip(own, new, strict=True) if o)
        filled += sum(not o for o in own)
    assert made.cells == filled and not made.notes
    assert all(row[2].startswith("$") and len(row[1]) == 3 for row in after[1:])


def test_the_same_seed_gives_the_same_file(source: Path, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        impute_to_file(source, tmp_path / name, seed=seed)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() != (tmp_path / "c").read_bytes()


def test_a_path_gives_a_table_and_a_frame_a_frame(source: Path) -> None:
    table = likewise.impute(source)
    assert table.rows == 600 and not table.missing("age").any()
    frame = pd.read_csv(source)
    made = likewise.impute(frame, settings={"min_leaf": 10})
    assert made.notna().all().all() and (made.dtypes == frame.dtypes).all()


def test_the_source_is_never_written_over(source: Path) -> None:
    with pytest.raises(LikewiseError) as fault:
        impute_to_file(source, source)
    assert fault.value.code == "settings.same-place"


def test_a_technique_that_cannot_complete_rows_leaves_no_file(source: Path, tmp_path: Path) -> None:
    with pytest.raises(LikewiseError):
        impute_to_file(source, tmp_path / "out.csv", technique="bootstrap")
    assert not (tmp_path / "out.csv").exists()


def test_the_command(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.parquet"
    assert exit_code(["impute", str(source), "-o", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rows"] == 600 and told["cells"] > 100 and told["notes"] == []
    assert pd.read_parquet(out).notna().all().all()
    assert exit_code(["impute", str(source)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 601
    assert exit_code(["impute", str(source), "-o", "-", "--json"]) == 1


def test_real_rows_are_filled_far_better_than_by_chance() -> None:
    frame = pd.read_csv(Path(__file__).parents[2] / "examples" / "adult.csv.gz").head(5000)
    rng = np.random.default_rng(0)
    gaps = pd.DataFrame(rng.random(frame.shape) < 0.1, columns=frame.columns) & frame.notna()
    made = likewise.impute(frame.mask(gaps), seed=1)
    chance = frame.apply(lambda column: rng.permutation(column.to_numpy()))
    for name, better in (("marital_status", 0.25), ("relationship", 0.25), ("education", 0.3), ("income", 0.08)):
        gap = gaps[name]
        right = (made[name][gap] == frame[name][gap]).mean()
        assert right > (chance[name][gap] == frame[name][gap]).mean() + better
    for name, least in (("education_num", 0.7), ("age", 0.25)):
        gap = gaps[name]
        assert np.corrcoef(made[name][gap], frame[name][gap])[0, 1] > least
