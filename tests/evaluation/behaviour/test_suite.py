"""Hold the judgement of events to real entities being good, each fault to its own property, odd tables to a word."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.evaluation.behaviour.conftest import dealt, make_frame, make_payments

from likewise import evaluate
from likewise.core.table import Table
from likewise.errors import EvaluationError, LikewiseError
from likewise.evaluation.behaviour.suite import Acted, judge_behaviour
from likewise.evaluation.evaluate import evaluate_tables
from likewise.evaluation.gates import KNOWN_SCORES, Gates
from likewise.evaluation.report.model import Report

NAMED = {"shared": ["shop", "device"], "amount": "amount", "counterparty": "to"}


def judged(*tables: pd.DataFrame | Table, **more: object) -> Acted:
    read = [Table.from_any(table) for table in tables]
    return judge_behaviour(read, "card", "at", **{**NAMED, **more})  # type: ignore[arg-type]


def verdicts(found: Acted) -> dict[str, str]:
    return {score.name.partition("_")[2]: score.verdict for score in found.scores if not score.readout}


@pytest.fixture(scope="module")
def frames() -> list[pd.DataFrame]:
    return [make_frame(300, seed) for seed in range(3)]


def test_fresh_real_entities_are_good(frames: list[pd.DataFrame]) -> None:
    found = judged(*frames)
    assert verdicts(found) == {"timing": "good", "bursts": "good", "sharing": "good", "velocity": "good"}
    for score in found.scores:
        assert score.value is not None and score.floor is not None and score.name in KNOWN_SCORES
        assert 0.5 < score.value < 2 and 0.5 < score.floor < 2 and score.n == 150
    assert found.summary is not None and found.summary.entities == 300 and found.notes == ()


@pytest.mark.parametrize(
    ("columns", "off"),
    [(("card",), {"timing", "bursts", "sharing", "velocity"}), (("at",), {"timing", "bursts", "velocity"}),
     (("shop", "device"), {"sharing", "velocity"}), (("amount",), {"velocity"})],
)  # fmt: skip
def test_a_fault_is_found_in_its_own_properties(
    columns: tuple[str, ...], off: set[str], frames: list[pd.DataFrame]
) -> None:
    found = verdicts(judged(frames[0], dealt(frames[1], *columns)))
    assert {name for name, verdict in found.items() if verdict != "good"} == off


def test_rows_that_belong_to_nobody_are_far_off_and_bounded(frames: list[pd.DataFrame]) -> None:
    lone = frames[1].assign(card=[f"c{k}" for k in range(len(frames[1]))])
    found = judged(frames[0], lone)
    assert set(verdicts(found).values()) == {"poor"}
    assert all(score.value is not None and 2 < score.value < 1_000 for score in found.scores)
    assert found.summary is not None and any(row.synthetic == "none" for row in found.summary.statistics)


def test_the_same_seed_gives_the_same_report(frames: list[pd.DataFrame]) -> None:
    first, again = judged(*frames, seed=4), judged(*frames, seed=4)
    assert first.scores == again.scores and first.summary == again.summary


def test_dates_and_numbers_serve_as_times(frames: list[pd.DataFrame]) -> None:
    by_day = [frame.assign(at=frame["at"].dt.date) for frame in frames[:2]]
    found = judged(*by_day)
    assert found.summary is not None
    titles = {row.title for row in found.summary.statistics}
    assert "Day of the week" in titles and "Events within 30 days" in titles
    numbers = [frame.assign(at=(frame["at"] - pd.Timestamp("2024-01-01")).dt.total_seconds()) for frame in frames[:2]]
    plain = judged(*numbers)
    assert set(verdicts(plain).values()) == {"good"} and plain.summary is not None
    assert not any("week" in row.title for row in plain.summary.statistics)


# -- what cannot be judged ------------------------------------------------------------------------------------------
def test_nothing_is_said_of_rows_that_are_no_events(frames: list[pd.DataFrame]) -> None:
    tables = [Table.from_any(frame) for frame in frames]
    assert judge_behaviour(tables, None, "at") == judge_behaviour(tables, "card", None) == Acted()
    steps = pd.DataFrame({"card": np.repeat([f"c{k}" for k in range(60)], 12), "at": np.tile(np.arange(12.0), 60) * 1.5,
                          "x": np.random.default_rng(0).normal(size=720).round(2)})  # fmt: skip
    series = [Table.from_any(steps)] * 2
    assert judge_behaviour(series, "card", "at") == Acted()
    assert judge_behaviour(series, "card", "at", amount="x").scores


def test_few_entities_are_said_to_be_too_few() -> None:
    found = judged(make_frame(49), make_frame(49, 1))
    assert not found.scores and "50 real entities" in found.notes[0]
    assert judged(make_frame(60), make_frame(24, 1)).notes == found.notes


def test_what_the_synthetic_table_lacks_is_said(frames: list[pd.DataFrame]) -> None:
    real, made = frames[0], frames[1]
    found = judged(real, made.drop(columns=["device", "to"]).assign(amount="much"))
    assert "`device`, `to`, `amount`" in found.notes[-1] and "sharing" in verdicts(found)
    gone = judged(real, made.drop(columns="at"))
    assert not gone.scores and "not in all tables" in gone.notes[0]


@pytest.mark.parametrize(
    ("named", "code"),
    [({"shared": ["shopp"]}, "evaluate.unknown-column"), ({"amount": "amnt"}, "evaluate.unknown-column"),
     ({"counterparty": "too"}, "evaluate.unknown-column"), ({"amount": "shop"}, "evaluate.amount"),
     ({"shared": "shop"}, "settings.columns")],
)  # fmt: skip
def test_bad_names_are_refused(named: dict[str, object], code: str) -> None:
    table = make_payments(60)
    with pytest.raises(LikewiseError) as fault:
        evaluate_tables(table, make_payments(60, 1), entity="card", order="at", brief=True, **named)  # type: ignore[arg-type]
    assert fault.value.code == code and fault.value.hint


def test_names_of_events_ask_for_entity_and_order() -> None:
    with pytest.raises(EvaluationError, match="whose an event is") as fault:
        judge_behaviour([make_payments(60)] * 2, None, None, amount="amount")
    assert fault.value.code == "evaluate.events"


def test_media_are_no_names() -> None:
    table = Table.from_any({"card": np.zeros((60, 4, 4), np.uint8), "at": np.arange(60.0)})
    with pytest.raises(EvaluationError, match="holds arrays"):
        judge_behaviour([table, table], "card", "at")


def test_holes_and_constants_break_nothing(frames: list[pd.DataFrame]) -> None:
    rng = np.random.default_rng(0)

    def holed(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(**{name: frame[name].mask(rng.random(len(frame)) < 0.2) for name in frame.columns})

    assert judged(holed(frames[0]), holed(frames[1])).scores
    still = judged(*(frame.assign(amount=0.0, shop="one", device="one", to="one") for frame in frames[:2]))
    assert set(verdicts(still).values()) == {"good"}
    once = [frame.drop_duplicates("card") for frame in frames[:2]]
    assert "sharing" in verdicts(judged(*once))


# -- in a whole judgement -------------------------------------------------------------------------------------------
def test_a_whole_judgement_shows_it(frames: list[pd.DataFrame], tmp_path: Path) -> None:
    bad = dealt(frames[1], "card")
    found = evaluate(frames[0], bad, holdout=frames[2], entity="card", order="at", brief=True)
    assert found.behaviour is not None and "events come in other bursts" in found.headline
    assert any("`shop` and `device`" in note for note in found.notes)
    page, text = found.to_html(), found.to_markdown()
    assert page.index('id="scores"') < page.index('id="behaviour"') < page.index('id="standing-out"')
    assert "## How entities behave" in text and "Different shop" in text.replace("`", "")
    assert Report.from_json(found.to_json()) == found
    gate = Gates.from_dict({"gates": [{"score": "behaviour", "at_most": 2.0}]}).judge(found.scores)
    assert not gate.passed


def test_the_releasable_version_holds_no_exact_count(frames: list[pd.DataFrame]) -> None:
    found = evaluate(*frames[:2], entity="card", order="at", shared=["shop"], amount="amount", brief=True)
    shown = found.releasable().behaviour
    assert shown is not None and found.behaviour is not None
    few = [1 for picture in shown.pictures for share in picture.real if 0 < share < 10 / (1.1 * picture.n)]
    assert not few and shown.entities == 300 and found.releasable().to_html()
    assert any(0 < share < 10 / picture.n for picture in found.behaviour.pictures for share in picture.real)
