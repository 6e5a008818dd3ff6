from __future__ import annotations

from likewise.recipes.race.result import Entry, Figure, Figures, Race, entry_of
from likewise.techniques.autoregressive import Autoregressive

FIGURES = Figures(copies=Figure(value=0.01, natural=0.02), c2st=Figure(value=0.52, error=0.01, natural=0.5))


def test_a_candidate_says_what_became_of_it() -> None:
    entry = entry_of(Autoregressive(min_leaf=40), figures=FIGURES, cpu_seconds=3.2, verdict="beaten")
    assert entry.name == "autoregressive min_leaf=40"
    assert entry.said() == (
        "autoregressive min_leaf=40: beaten (AUC 0.520 (0.500 to 0.540, natural 0.500), copies 1.00 % (natural 2.00))"
    )


def test_a_race_says_who_won_and_goes_through_json() -> None:
    race = Race(goal="test", why="it leads", learned=300, held=100, seconds=60,
                entries=(Entry(technique="a", verdict="out", why="it is odd"),
                         Entry(technique="b", figures=FIGURES, cpu_seconds=1, verdict="chosen")))  # fmt: skip
    assert race.winner.technique == "b"
    first, rows, *candidates = race.notes()
    assert first == "b was chosen for the goal `test`: it leads"
    assert "300 rows" in rows and "100 held back" in rows
    assert candidates[0] == "candidate a: out, it is odd" and len(candidates) == 2
    assert Race.from_dict(race.model_dump(mode="json")) == race
