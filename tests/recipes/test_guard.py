"""A plain fit measures itself on a trial, and takes stricter settings where that leaks."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pandas as pd

import likewise
from likewise.core.progress import Progress, quiet
from likewise.core.protocol import Model
from likewise.core.table import Table
from likewise.recipes.acting import Agents
from likewise.recipes.guard import guarded
from likewise.recipes.learn import plan
from likewise.techniques.autoregressive import Autoregressive
from likewise.techniques.bootstrap import Bootstrap


def readings(rows: int = 1_200, seed: int = 0) -> Table:
    """Return five numbers that depend on one another, all rows far apart."""
    rng = np.random.default_rng(seed)
    causes = rng.normal(size=(rows, 2))
    return Table.from_any(
        pd.DataFrame({f"v{i}": causes @ rng.normal(size=2) + rng.normal(size=rows) for i in range(5)})
    )


def test_settings_that_leak_are_made_stricter_until_they_do_not() -> None:
    careless = Autoregressive(min_leaf=1, min_count=2, effort="fast")
    found = guarded(careless, readings(), seed=1)
    assert isinstance(found.synthesizer, Autoregressive) and found.synthesizer.min_leaf > 1
    assert found.synthesizer.min_count == 2, "what is not about strictness stays"
    assert "leaked with min_leaf=1" not in found.notes[-1] and "leaked" in found.notes[0]
    assert guarded(careless, readings(), seed=1) == found, "the same rows and seed give the same settings"


def test_settings_that_leak_nothing_are_taken_at_once() -> None:
    noise = Table.from_any(pd.DataFrame({"coin": np.random.default_rng(0).choice(["head", "tail"], 1_000)}))
    found = guarded(Autoregressive(), noise, seed=0)
    assert found.synthesizer == Autoregressive() and len(found.notes) == 1


def test_nothing_is_claimed_where_there_was_nothing_to_attack() -> None:
    ids = Table.from_any({"id": [f"ID-{row:06d}" for row in range(600)]})
    (note,) = guarded(Autoregressive(), ids, seed=0).notes
    assert note.endswith("had too little to attack to say anything")


def test_no_trial_where_nothing_is_stricter_or_rows_are_few() -> None:
    assert guarded(Bootstrap(), readings(), seed=0).notes == ()
    assert guarded(Autoregressive(), readings(300), seed=0).notes == ()
    assert Autoregressive(min_leaf=160).stricter() is None


def test_a_plain_fit_is_guarded_and_says_so_but_not_what_was_chosen_by_name() -> None:
    assert plan("auto").guarded and plan("auto", {"effort": "fast"}).guarded
    assert not plan("auto", {"min_leaf": 20}).guarded and not plan("bootstrap").guarded
    model = likewise.fit(readings(), effort="fast")
    assert any("trial" in note for note in model.card.notes)
    chosen = likewise.fit(readings(), effort="fast", min_leaf=20)
    assert not any("trial" in note for note in chosen.card.notes)


class Watched(Agents):
    """Agents that note whose rows they are fitted to."""

    fitted: ClassVar[list[set[str]]] = []

    def fit(self, data: Any, *, seed: int = 0, progress: Progress = quiet) -> Model:
        self.fitted.append(set(data.column("who").to_pylist()))
        return super().fit(data, seed=seed, progress=progress)


def test_entities_are_learned_whole_and_attacked_beside_others() -> None:
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"who": np.repeat([f"u{k}" for k in range(100)], 8), "day": np.tile(np.arange(8), 100) * 3.0,
                         "north": np.repeat(rng.uniform(0, 100, 100), 8) + rng.normal(0, 0.01, 800)})  # fmt: skip
    found = guarded(Watched(entity="who", order="day", effort="fast"), Table.from_any(rows.round(3)), seed=0)
    assert {len(own) for own in Watched.fitted} == {50}
    assert found.notes[-1].startswith(("no attack", "a trial of 400 rows"))


def test_no_trial_where_there_is_nobody_to_hold_back() -> None:
    rows = Table.from_any({"who": ["anna"] * 500, "day": list(range(0, 1000, 2)), "paid": [k % 7 for k in range(500)]})
    found = guarded(Agents(entity="who", order="day", effort="fast"), rows, seed=0)
    assert found.notes == ("no trial was made: there are too few entities to learn some beside others",)
