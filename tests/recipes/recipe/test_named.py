"""The recipes that are shipped: each can be run on any table, and says what it does."""

from __future__ import annotations

import pandas as pd
import pytest

import likewise
from likewise.errors import RecipeError
from likewise.recipes.recipe.named import named_recipes

QUICK = ("autoregressive-smote", "bootstrap-noise", "smote-discriminator", "smote-enn")
OF_NETWORKS = ("gan-smote", "vae-smote")


def test_all_are_listed_with_what_they_are_about() -> None:
    assert tuple(named_recipes()) == tuple(sorted((*QUICK, *OF_NETWORKS)))
    assert all(about.endswith(".") for about in named_recipes().values())


@pytest.mark.parametrize("name", QUICK)
def test_each_takes_a_table_and_gives_one(name: str, adult: pd.DataFrame) -> None:
    table = likewise.read({column: adult[column].head(300).tolist() for column in adult})
    made = likewise.run(name, source=table, target="income", seed=3)
    assert made.rows is not None and made.rows.table.names == tuple(adult)
    again = likewise.run(name, source=table, target="income", seed=3)
    assert again.rows is not None and again.rows.table == made.rows.table


@pytest.mark.parametrize("name", OF_NETWORKS)
def test_those_of_networks_even_out_classes(name: str) -> None:
    rows = {
        "load": [k * k % 61 + 90 * (k % 6 == 0) for k in range(120)],
        "fault": ["yes" if k % 6 == 0 else "no" for k in range(120)],
    }
    made = likewise.run(name, source=rows, target="fault", seed=3).data
    assert made["load"][:120] == rows["load"] and made["fault"].count("yes") >= 80


@pytest.mark.parametrize("name", ["smote-enn", "autoregressive-smote", "smote-discriminator"])
def test_each_that_balances_takes_a_ratio_and_wants_a_target(name: str, adult: pd.DataFrame) -> None:
    made = likewise.run(name, source=adult.head(300), target="income", ratio=0.7)
    assert made.steps[0].step.endswith("to a ratio of 0.7")
    with pytest.raises(RecipeError, match="it is not said which column"):
        likewise.run(name, source=adult.head(300))


def test_an_unknown_parameter_is_refused(adult: pd.DataFrame) -> None:
    with pytest.raises(RecipeError, match=r"\$\.parameters\.ration: .*did you mean `ratio`"):
        likewise.run("smote-enn", source=adult, target="income", ration=0.7)
