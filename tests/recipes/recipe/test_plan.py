"""The plan of a recipe: what is done, how many rows the others make, and nothing that is written."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import likewise
from likewise.core.registry import synthesizer
from likewise.core.table import Table
from likewise.errors import RecipeError
from likewise.recipes.guard import ROWS, guarded
from likewise.recipes.recipe.plan import Tried, _Bounded


def test_a_plan_tells_rows_seconds_and_memory_and_writes_nothing(folder: Path) -> None:
    found = likewise.plan(folder / "chain.yaml")
    assert [step.done for step in found.steps] == [False] * 5
    assert [step.rows for step in found.steps][:2] == [1200, 600]
    assert found.steps[3].rows == 300
    assert all(step.seconds is not None and step.memory is not None for step in found.steps)
    assert found.seconds is not None and found.seconds > 0
    assert {path.name for path in folder.iterdir()} == {"adult.csv", "chain.yaml"}


def test_rows_are_foretold_about_as_they_come(folder: Path) -> None:
    found = likewise.plan(folder / "chain.yaml")
    made = likewise.run(folder / "chain.yaml")
    for foretold, step in zip(found.steps, made.steps, strict=True):
        assert foretold.rows is not None
        assert abs(foretold.rows - step.rows) <= 0.1 * step.rows


def test_steps_that_are_kept_are_said_to_be_done(folder: Path) -> None:
    likewise.run(folder / "chain.yaml")
    found = likewise.plan(folder / "chain.yaml")
    assert [step.done for step in found.steps] == [True] * 5
    assert found.seconds == 0
    recipe = folder / "chain.yaml"
    recipe.write_text(recipe.read_text().replace("ratio: 0.9", "ratio: 0.8"))
    found = likewise.plan(recipe)
    assert [step.done for step in found.steps] == [True, True, False, False, False]
    text = found.to_text().splitlines()
    assert text[0] == "chain: 1,200 real rows"
    assert text[2].endswith("600 rows     done")
    assert text[-2:] == [f"writes {folder / 'out.csv'}", f"writes {folder / 'drawn.csv'}"]


def test_a_step_that_cannot_be_tried_is_told_with_the_reason() -> None:
    rows = {"x": [0.5 * i for i in range(30)], "y": ["a"] * 30}
    found = likewise.plan({"target": "y", "steps": [{"balance": {}}, {"filter": {"where": "x>1"}}]}, source=rows)
    assert "has one class only" in found.steps[0].note
    assert found.steps[1].rows is None
    assert found.seconds is None
    assert "not known" in str(found)


def test_a_plan_refuses_what_a_run_refuses(adult: pd.DataFrame) -> None:
    with pytest.raises(RecipeError, match="did you mean `balance`"):
        likewise.plan({"steps": [{"balence": {}}]}, source=adult)


def test_work_that_is_bounded_is_not_carried_beyond_its_rows(adult: pd.DataFrame) -> None:
    seen = _Bounded()
    guarded(synthesizer("autoregressive"), Table.from_any(adult), seed=0, progress=seen)
    assert (seen.most, seen.seconds > 0) == (ROWS, True)
    tried = Tried((500, 2_000), bounded=(1.0, 2.0), most=ROWS)
    assert tried.at(1_000_000) == tried.at(ROWS) > tried.at(2_000)
