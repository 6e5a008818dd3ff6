"""The recipes that are shipped: each can be run on any table, and says what it does."""

from __future__ import annotations

import pandas as pd
import pytest

import likewise
from likewise.errors import RecipeError
from likewise.recipes.recipe.named import named_recipes

NAMED = ("autoregressive-smote", "bootstrap-noise", "smote-discriminator", "smote-enn")


def test_all_are_listed_with_what_they_are_about() -> None:
    assert tuple(named_recipes()) == NAMED
    assert all(about.endswith(".") for about in named_recipes().values())


@pytest.mark.parametrize("name", NAMED)
def test_each_takes_a_table_and_gives_one(name: str, adult: pd.DataFrame) -> None:
    table = likewise.read({column: adult[column].head(300).tolist() for column in adult})
    made = likewise.run(name, source=table, target="income", seed=3)
    assert made.rows is not None and made.rows.table.names == tuple(adult)
    again = likewise.run(name, source=table, target="income", seed=3)
    assert again.rows is not None and again.rows.table == made.rows.table


@pytest.mark.parametrize("name", ["smote-enn", "autoregressive-smote", "smote-discriminator"])
def test_each_that_balances_takes_a_ratio_and_wants_a_target(name: str, adult: pd.DataFrame) -> None:
    made = likewise.run(name, source=adult.head(300), target="income", ratio=0.7)
    assert made.steps[0].step.endswith("to a ratio of 0.7")
    with pytest.raises(RecipeError, match="it is not said which column"):
        likewise.run(name, source=adult.head(300))


def test_an_unknown_parameter_is_refused(adult: pd.DataFrame) -> None:
    with pytest.raises(RecipeError, match=r"\$\.parameters\.ration: .*did you mean `ratio`"):
        likewise.run("smote-enn", source=adult, target="income", ration=0.7)
