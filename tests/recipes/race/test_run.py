"""A race on a clock that only the candidates move: what is tried, what is left out, and what is promised."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from likewise.core import machine
from likewise.core.progress import Progress, quiet
from likewise.core.protocol import Synthesizer
from likewise.core.state import to_bytes
from likewise.core.table import Table
from likewise.errors import FitError, LikewiseError, SettingsError
from likewise.recipes.race.clock import Clock, limit_of
from likewise.recipes.race.result import Race
from likewise.recipes.race.run import Contest, Raced
from likewise.techniques.autoregressive import Autoregressive
from likewise.techniques.bootstrap import Bootstrap

NOW = [0.0]
CLOCK = Clock(wall=lambda: NOW[0], cpu=lambda: NOW[0])


class Timed(Autoregressive):
    """Take as many seconds a row as `seconds` says, on the clock of the tests, and tell of it half-way."""

    seconds: float = 0.0
    broken: bool = False
    late: ClassVar[int] = 10**9

    def learn(self, table: Table, *, seed: int, progress: Progress) -> Any:
        NOW[0] += self.seconds * table.rows * (11 if table.rows > self.late else 1)
        progress("learning", 1, 2)
        if self.broken:
            raise FitError("fit.odd", "this table is odd", hint="use another one")
        return super().learn(table, seed=seed, progress=quiet)


class TooLarge(Timed):
    def memory(self, rows: int, columns: int) -> int:
        return 10**18


def run(table: Table, *candidates: Synthesizer, goal: Any = "test", time: Any = None, **rules: Any) -> Raced:
    NOW[0] = 0.0
    limit = limit_of(time, CLOCK)
    return Contest(candidates, goal, seed=3, limit=limit, clock=CLOCK, **rules).run(table, quiet)


def told(race: Race) -> list[str]:
    return [entry.verdict for entry in race.entries]


@pytest.fixture(scope="module")
def free(people: Table) -> Raced:
    return run(people, Timed(seconds=0.01), Timed(seconds=0.01, min_leaf=60), Bootstrap(), goal="share")


def test_every_candidate_has_its_row_and_the_winner_its_reason(free: Raced, people: Table) -> None:
    race = free.race
    assert (race.learned, race.held) == (450, 150)
    assert told(race)[2] == "out" and told(race).count("chosen") == 1
    assert race.entries[2].technique == "bootstrap" and "repeats" in race.entries[2].why
    assert race.entries[2].figures is not None and race.entries[2].figures.copies.value == 1
    assert race.entries[0].cpu_seconds == pytest.approx(4.5)
    assert race.winner.figures is not None and race.winner.figures.c2st is not None and race.why
    assert Race.from_dict(race.model_dump(mode="json")) == race


def test_the_card_says_it_without_a_clock(free: Raced) -> None:
    notes = free.model.card.notes
    assert free.race.notes() == notes[-len(free.race.notes()) :]
    assert "was chosen for the goal `share`" in notes[-5]
    assert "CPU" not in " ".join(notes) and "seconds" not in " ".join(free.race.notes()).replace("seconds=", "")
    assert free.model.card.settings == free.race.winner.settings


def test_naming_the_choice_gives_the_same_rows(free: Raced, people: Table) -> None:
    again = Timed.from_dict(free.race.winner.settings).fit(people, seed=3)
    assert again.sample(200, seed=1) == free.model.sample(200, seed=1)


def test_equal_races_give_equal_bytes(free: Raced, people: Table) -> None:
    again = run(people, Timed(seconds=0.01), Timed(seconds=0.01, min_leaf=60), Bootstrap(), goal="share")
    assert to_bytes(again.model) == to_bytes(free.model)


def test_what_fails_is_out_and_the_others_run(people: Table) -> None:
    race = run(people, Timed(), Timed(broken=True), TooLarge(min_leaf=9)).race
    assert told(race) == ["chosen", "out", "not tried"]
    assert "this table is odd" in race.entries[1].why and "memory" in race.entries[2].why
    with pytest.raises(FitError) as caught:
        run(people, Timed(broken=True), Bootstrap())
    assert caught.value.code == "fit.no-candidate" and "this table is odd" in caught.value.what


def test_only_what_ends_in_time_is_tried(people: Table) -> None:
    made = run(people, Timed(seconds=0.01), Timed(seconds=0.2, min_leaf=60), time=60)
    assert told(made.race) == ["chosen", "not tried"] and "end in time" in made.race.entries[1].why
    assert NOW[0] <= 60 and made.race.seconds == 60


def test_the_last_fit_is_part_of_the_promise(people: Table) -> None:
    """Racing both would leave no time to learn the slower one from all rows."""
    race = run(people, Timed(seconds=0.01), Timed(seconds=0.03, min_leaf=60), time=45).race
    assert told(race) == ["chosen", "not tried"] and "no time left" in race.entries[1].why
    assert NOW[0] <= 45


def test_with_time_enough_the_same_winner_as_without(free: Raced, people: Table) -> None:
    candidates = Timed(seconds=0.01), Timed(seconds=0.01, min_leaf=60), Bootstrap()
    made = run(people, *candidates, goal="share", time="1h")
    assert made.race.winner == free.race.winner
    assert to_bytes(made.model) == to_bytes(free.model)


def test_with_little_time_the_goal_says_who_runs_first(people: Table) -> None:
    """There is time to race one of two that cost the same: the faithful one for tests, the private one to share."""
    pair = Timed(seconds=0.01), Timed(seconds=0.01, min_leaf=60)
    for goal, verdicts in (("test", ["chosen", "not tried"]), ("share", ["not tried", "chosen"])):
        assert told(run(people, *pair, goal=goal, time=26).race) == verdicts


def test_what_takes_longer_than_it_seemed_is_stopped(people: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Timed, "late", 300)
    race = run(people, Autoregressive(), Timed(seconds=0.01, min_leaf=60), time=60).race
    assert told(race) == ["chosen", "not tried"] and "stopped" in race.entries[1].why


def test_without_time_for_a_race_the_default_is_taken(people: Table) -> None:
    race = run(people, Timed(seconds=0.02), Timed(seconds=0.02, min_leaf=60), Bootstrap(), time=37).race
    assert told(race)[:2] == ["chosen", "not tried"] and "no time to compare" in race.why
    assert NOW[0] <= 37 and not race.kept


def test_what_cannot_be_done_in_time_is_refused_after_the_trials(people: Table) -> None:
    with pytest.raises(SettingsError) as caught:
        run(people, Timed(seconds=0.05), Bootstrap(), time=45)
    assert caught.value.code == "settings.time" and "45 s" in caught.value.what
    assert "would do" in str(caught.value.hint)
    with pytest.raises(SettingsError) as caught:
        run(people, Timed(seconds=0.1), time=45)
    assert "allow more time" in str(caught.value.hint)


def test_few_rows_are_not_raced(people: Table) -> None:
    race = run(people.slice(0, 120), Timed(), Timed(min_leaf=60)).race
    assert told(race) == ["chosen", "not tried"] and "too few" in race.why
    assert len(race.notes()) == 1


def test_one_candidate_is_promised_too(people: Table) -> None:
    assert told(run(people, Timed(seconds=0.02), time=29).race) == ["chosen"]
    with pytest.raises(LikewiseError):
        run(people, Timed(seconds=0.02), time=20)


def test_memory_is_asked_for_once_it_is_known(people: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "available_memory", lambda: 1000)
    with pytest.raises(FitError) as caught:
        Autoregressive().fit(people)
    assert caught.value.code == "fit.memory"
