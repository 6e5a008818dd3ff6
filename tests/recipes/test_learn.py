from __future__ import annotations

from importlib.metadata import EntryPoint
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

import likewise
from likewise.core.registry import techniques
from likewise.core.state import to_bytes
from likewise.errors import FitError, SettingsError
from likewise.recipes import learn
from likewise.recipes.learn import candidates_of, plan
from likewise.techniques.autoregressive import Autoregressive
from likewise.techniques.bootstrap import Bootstrap


def columns(rows: int = 400) -> dict[str, list[Any]]:
    draw = np.random.Generator(np.random.PCG64DXSM(5))
    age = draw.integers(18, 90, rows)
    return {"age": age.tolist(), "pay": np.round(age * 100 + draw.normal(0, 300, rows), 2).tolist()}


def test_without_goal_and_time_the_default_is_taken_at_once() -> None:
    assert plan("auto").candidates == (Autoregressive(),)
    assert plan("auto", {"min_leaf": 9}).candidates == (Autoregressive(min_leaf=9),)
    made = likewise.synthesize(columns(60), n=5)
    assert made.race is None and not any("goal" in note for note in made.model.card.notes)


def test_a_race_is_between_all_techniques_or_the_settings_of_one() -> None:
    everything = candidates_of("auto")
    assert everything[0].technique == "autoregressive" and Bootstrap() in everything
    assert {c.technique for c in candidates_of("autoregressive")} == {"autoregressive"}
    assert len(candidates_of("autoregressive")) >= 4


@pytest.mark.parametrize("asked", [{"time": "60s"}, {"goal": "share"}, {"goal": "test", "time": 60}])
def test_no_rows_are_refused_before_any_trial(asked: dict[str, Any]) -> None:
    with pytest.raises(FitError) as fault:
        likewise.fit({"age": [], "pay": []}, **asked)
    assert fault.value.code == "fit.no-rows"


def test_settings_hold_for_every_candidate() -> None:
    fixed = candidates_of("auto", {"min_leaf": 33})
    assert fixed[0] == Autoregressive(min_leaf=33) and Bootstrap() not in fixed
    assert len(fixed) == len({str(c) for c in fixed})
    assert candidates_of("bootstrap") == (Bootstrap(),)


def test_a_plugin_that_cannot_be_loaded_stays_out(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = EntryPoint("broken", "likewise.nowhere:Nothing", "likewise.techniques")
    more = MappingProxyType({**techniques(), "broken": broken})
    for place in ("likewise.core.registry.techniques", "likewise.recipes.learn.techniques"):
        monkeypatch.setattr(place, lambda: more)
    assert {c.technique for c in candidates_of("auto")} >= {"autoregressive", "bootstrap"}
    with pytest.raises(SettingsError):
        candidates_of("broken")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"goal": "shere"}, "settings.goal"),
        ({"goal": ""}, "settings.goal"),
        ({"time": "soon"}, "settings.time"),
        ({"time": 0}, "settings.time"),
        ({"goal": "test", "technique": "autoregresive"}, "settings.technique"),
        ({"goal": "test", "min_leef": 3}, "settings.invalid"),
    ],
)
def test_what_is_not_known_is_refused_before_anything_is_read(asked: dict[str, Any], code: str) -> None:
    with pytest.raises(SettingsError) as caught:
        likewise.fit("nowhere.csv", **asked)
    assert caught.value.code == code and caught.value.hint


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Race two candidates only: what is tested is the way through, not who wins."""
    monkeypatch.setattr(learn, "candidates_of", lambda name, settings: (Autoregressive(min_leaf=30), Bootstrap()))


@pytest.mark.usefixtures("few")
def test_a_goal_goes_through_to_data_report_and_card() -> None:
    made = likewise.synthesize(columns(), goal="test", seed=2)
    assert made.race is not None and made.race.winner.settings == {"min_leaf": 30}
    assert set(made.race.notes()) <= set(made.model.card.notes)
    assert set(made.race.notes()) <= set(made.report.notes)
    named = likewise.synthesize(columns(), settings={"min_leaf": 30}, seed=2)
    assert named.data == made.data and named.report.scores == made.report.scores


@pytest.mark.usefixtures("few")
def test_a_time_without_a_goal_races_for_sharing_and_seeds_settle_the_rest() -> None:
    first, second = (likewise.fit(columns(), time="10m", seed=1) for _ in range(2))
    assert to_bytes(first) == to_bytes(second)
    assert any("goal `share`" in note for note in first.card.notes)
