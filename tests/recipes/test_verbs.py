"""The public verbs on every kind of source."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import likewise
from likewise import LikewiseError, Schema
from likewise.core.state import to_bytes


def columns(rows: int = 300, seed: int = 5) -> dict[str, list[Any]]:
    draw = np.random.Generator(np.random.PCG64DXSM(seed))
    return {"age": draw.integers(18, 90, rows).tolist(), "sex": draw.choice(["F", "M"], rows).tolist()}


SOURCES = [pd.DataFrame(columns()), pl.DataFrame(columns()), pa.table(columns()), columns()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    pd.DataFrame(columns()).to_csv(tmp_path / "people.csv", index=False)
    return tmp_path / "people.csv"


@pytest.mark.parametrize("source", SOURCES, ids=["pandas", "polars", "arrow", "dict"])
def test_each_verb_takes_each_source(source: Any) -> None:
    assert likewise.read(source).rows == 300
    assert [column.kind for column in likewise.infer_schema(source).columns] == ["integer", "category"]
    assert isinstance(likewise.fit(source).sample(5), type(source))
    assert likewise.evaluate(source, source).headline


def test_a_file_and_a_frame_are_read_alike(path: Path) -> None:
    from_file, from_frame = likewise.read(path), likewise.read(SOURCES[0])
    assert [c.kind for c in from_file.schema.columns] == [c.kind for c in from_frame.schema.columns]
    assert from_file.column("age").equals(from_frame.column("age"))


def test_a_schema_is_taken_as_a_path_or_as_it_is(path: Path, tmp_path: Path) -> None:
    schema = likewise.infer_schema(path)
    (tmp_path / "schema.yaml").write_text(schema.to_yaml())
    assert likewise.read(path, schema=tmp_path / "schema.yaml").schema.names == schema.names
    assert likewise.fit(path, schema=Schema.read(tmp_path / "schema.yaml")).sample(3).rows == 3


def test_settings_belong_to_the_technique(path: Path) -> None:
    assert likewise.fit(path, min_leaf=40).card.settings == {"min_leaf": 40}
    assert likewise.fit(path, technique="bootstrap").technique == "bootstrap"
    with pytest.raises(LikewiseError, match="min_leef"):
        likewise.fit(path, min_leef=40)


def test_tables_from_elsewhere_are_judged_by_the_schema_of_the_real_one(path: Path) -> None:
    wider = pd.DataFrame({**columns(seed=6), "extra": 1})
    report = likewise.evaluate(path, wider, holdout=pl.DataFrame(columns(seed=7)))
    assert {column.name for column in report.columns} == {"age", "sex"}
    assert report == likewise.evaluate(path, wider, holdout=pl.DataFrame(columns(seed=7)))


def test_nothing_shared_cannot_be_judged() -> None:
    with pytest.raises(LikewiseError) as caught:
        likewise.evaluate(columns(), {"other": [1, 2, 3]})
    assert caught.value.code == "evaluate.no-common-columns"


@pytest.mark.parametrize(
    "source",
    [3, None, [1, 2], "nowhere.csv", {}, {"a": [1, 2], "b": [1]}, {"a": 3}, object()],
    ids=["number", "none", "list", "missing", "no-columns", "uneven", "scalar", "object"],
)
def test_what_is_no_table_is_one_of_our_errors(source: Any) -> None:
    with pytest.raises(LikewiseError) as caught:
        likewise.read(source)
    assert caught.value.hint


def test_the_number_of_threads_changes_no_byte(path: Path) -> None:
    script = (
        "import hashlib, sys, likewise; from likewise.core.state import to_bytes;"
        "made = likewise.synthesize(sys.argv[1], n=200, seed=2);"
        "parts = made.data.digest(), made.report.to_json(), hashlib.sha256(to_bytes(made.model)).hexdigest();"
        "print(hashlib.sha256(repr(parts).encode()).hexdigest())"
    )
    said = set()
    for threads in ("1", "4"):
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ARROW_NUM_THREADS")
        environment = {**os.environ, **dict.fromkeys(names, threads), "PYTHONHASHSEED": threads}
        done = subprocess.run(
            [sys.executable, "-c", script, str(path)], env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        said.add(done.stdout)
    assert len(said) == 1


def test_the_same_fit_gives_the_same_model_file(path: Path) -> None:
    assert to_bytes(likewise.fit(path, seed=1)) == to_bytes(likewise.fit(path, seed=1))
    assert to_bytes(likewise.fit(path, seed=1)) != to_bytes(likewise.fit(path, seed=2))
