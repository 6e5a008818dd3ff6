"""Judge how entities behave over time: read the events of each table, measure, and put it into scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from likewise.core.progress import Progress, quiet
from likewise.core.table import Table
from likewise.errors import EvaluationError
from likewise.evaluation.behaviour.bursts import bursts_bundles
from likewise.evaluation.behaviour.clock import Clock, clock_of
from likewise.evaluation.behaviour.columns import event_columns, is_irregular
from likewise.evaluation.behaviour.degradation import (
    DEALS,
    FEWEST_ENTITIES,
    Degradation,
    degradations,
    mean_ratio,
    sample_size,
)
from likewise.evaluation.behaviour.events import ORDERS, EventColumns, Events, Occasions, occasions_of, read_events
from likewise.evaluation.behaviour.measures import Bundle
from likewise.evaluation.behaviour.pictures import pictures
from likewise.evaluation.behaviour.sharing import Pairs, equal_parts, pairs_of, sharing_bundles
from likewise.evaluation.behaviour.ties import dealings_bundle, ties_bundle
from likewise.evaluation.behaviour.timing import timing_bundles
from likewise.evaluation.behaviour.velocity import Fired, velocity_bundles
from likewise.evaluation.chance import so_far_out
from likewise.evaluation.report.behaviour import PARTS, BehaviourSummary, Part, PropertyRow, StatisticRow
from likewise.evaluation.score import ALARM, Score, Verdict, judge
from likewise.evaluation.utility.target import check_column

GOOD, FAIR = 2.0, 5.0
"""Ratios up to which a property is good and fair."""
WORST = 2.5
"""How many times that a property's worst statistic may have."""


@dataclass(frozen=True)
class Acted:
    """Hold what was found of how entities behave: scores, what a report shows, notes."""

    scores: tuple[Score, ...] = ()
    summary: BehaviourSummary | None = None
    notes: tuple[str, ...] = ()


def judge_behaviour(
    tables: Sequence[Table], entity: str | None, order: str | None, *, shared: Sequence[str] = (),
    amount: str | None = None, counterparty: str | None = None, seed: int = 0, progress: Progress = quiet,
) -> Acted:  # fmt: skip
    """Say whether entities of the synthetic table behave as real ones do, over time and among themselves.

    `tables` are the real, the synthetic and perhaps a holdout table, `entity` the column that says whose a row is,
    `order` when it is. `shared` are columns whose values entities may share (devices, shops), `amount` a number,
    `counterparty` whom an event goes to; where none is named, they are guessed. Nothing is found where `entity` or
    `order` is not given, and where rows follow one another at one pace and no column is named: these are series.
    Raises EvaluationError for an unknown column, an amount that is no number, and names without entity and order.

    Use when: rows are events (payments, logins, orders, readings) of entities that come back. Avoid when: a row is
    an entity. Cost: about 4 CPU seconds and 400 MB for 500,000 events a table; above 2,000,000 events a table a part
    of the entities is looked at.

    Sajja, 2026, arXiv 2604.13125, for the four properties and the degradation ratio.
    """
    named = [*shared, *([amount] if amount else []), *([counterparty] if counterparty else [])]
    if entity is None or order is None:
        if named:
            raise EvaluationError("evaluate.events", "columns of events are named, and not whose an event is and when",
                                  where="entity, order", hint="name both columns")  # fmt: skip
        return Acted()
    _check(tables[0], entity, shared, amount, counterparty)
    if tables[0].schema[order].kind not in ORDERS:
        return Acted(notes=(f"Rows were not judged as events: `{order}` says no time.",) if named else ())
    columns, notes = event_columns(tables[0], entity, order, shared=shared, amount=amount, counterparty=counterparty)
    kept, lost = _common(tables, columns)
    if kept is None:
        return Acted(notes=(lost,))
    progress("evaluate: behaviour", 0, 1)
    events = [read_events(table, kept, seed=seed) for table in tables]
    sides = [occasions_of(own) for own in events]
    if not named and not is_irregular(sides[0]):
        return Acted()
    number = [own.entities for own in events]
    if sample_size(number[0], number[1]) < FEWEST_ENTITIES:
        return Acted(notes=(f"Rows were not judged as events: {2 * FEWEST_ENTITIES} real entities and "
                            f"{FEWEST_ENTITIES} synthetic ones are the fewest that can be compared.",))  # fmt: skip
    clock = clock_of(tables[0].schema[order].kind, sides[0])
    return _judged(kept, events, sides, clock, (*notes, *([lost] if lost else [])), seed)


def _judged(
    columns: EventColumns, events: Sequence[Events], sides: Sequence[Occasions], clock: Clock, notes: tuple[str, ...],
    seed: int,
) -> Acted:  # fmt: skip
    number = [own.entities for own in events]
    pairs = [[pairs_of(own, name) for name in columns.attributes] for own in events]
    bundles, fired = _bundles(events, sides, pairs, columns, clock, seed)
    found = degradations(bundles, number, seed=seed)
    size = sample_size(number[0], number[1])
    parts = [part for part in PARTS if any(d.measure.part == part for d in found)]
    scores = [_score(part, [d for d in found if d.measure.part == part], size) for part in parts]
    summary = BehaviourSummary(
        entity=columns.entity,
        order=columns.order,
        entities=number[0],
        size=size,
        deals=DEALS,
        properties=tuple(PropertyRow(part=part, ratio=round(score.value or 0.0, 4),
                                     fresh=None if score.floor is None else round(score.floor, 4))
                         for part, score in zip(parts, scores, strict=True)),
        statistics=tuple(_row(d) for d in found),
        pictures=pictures(sides, pairs, columns.attributes, fired, clock),
    )  # fmt: skip
    return Acted((*scores, _together(scores, size)), summary, notes)


def _bundles(
    events: Sequence[Events], sides: Sequence[Occasions], pairs: Sequence[Sequence[Pairs]], columns: EventColumns,
    clock: Clock, seed: int,
) -> tuple[list[Bundle], list[Fired]]:  # fmt: skip
    """Return all statistics, and how often rules fire."""
    bundles = timing_bundles(sides, [own.entities for own in events], clock)
    bundles += bursts_bundles(events, sides, clock)
    shown = equal_parts(events, seed)
    for place, name in enumerate(columns.attributes):
        bundles += sharing_bundles(events, [own[place] for own in pairs], shown, name)
    if columns.attributes:
        tied = ties_bundle(pairs, shown, seed)
        bundles += [tied] if tied else []
    if columns.counterparty is not None:
        dealt = dealings_bundle(events, shown)
        bundles += [dealt] if dealt else []
    rules, fired = velocity_bundles(events, clock)
    return [*bundles, *rules], fired


# -- columns --------------------------------------------------------------------------------------------------------
def _check(real: Table, entity: str, shared: Sequence[str], amount: str | None, counterparty: str | None) -> None:
    for name in shared:
        check_column(name, real, role="shared")
    if amount is not None:
        check_column(amount, real, role="amount")
        if not real.schema[amount].is_number and real.schema[amount].kind not in ("constant", "empty"):
            raise EvaluationError("evaluate.amount", f"`{amount}` is {real.schema[amount].kind}, and an amount is a "
                                  "number", where="amount", hint="name a column of numbers")  # fmt: skip
    if counterparty is not None:
        check_column(counterparty, real, role="counterparty")
    for name in (entity, *shared, *([counterparty] if counterparty else [])):
        if real.schema[name].is_media:
            raise EvaluationError("evaluate.events", f"`{name}` holds arrays, by which nobody is told", where=name,
                                  hint="name a column of ids, names or levels")  # fmt: skip


def _common(tables: Sequence[Table], columns: EventColumns) -> tuple[EventColumns | None, str]:
    """Return the columns that all tables have in a form that can be read, and what is to be said of the others."""
    others = tables[1:]
    if columns.amount is not None and not tables[0].schema[columns.amount].is_number:
        columns = replace(columns, amount=None)  # one amount in all rows tells nothing

    def missing(name: str, *, number: bool = False) -> bool:
        return any(name not in t.schema or t.schema[name].is_media or (number and not t.schema[name].is_number)
                   for t in others)  # fmt: skip

    if missing(columns.entity) or any(
        columns.order not in t.schema or t.schema[columns.order].kind not in ORDERS for t in others
    ):
        lost = f"`{columns.entity}` and `{columns.order}`"
        return None, f"Rows were not judged as events: {lost} are not in all tables, as an entity and a time."
    gone = [name for name in columns.attributes if missing(name)]
    amount = columns.amount
    if amount is not None and missing(amount, number=True):
        gone.append(amount)
        amount = None
    kept = EventColumns(columns.entity, columns.order, amount, tuple(n for n in columns.shared if n not in gone),
                        None if columns.counterparty in gone else columns.counterparty)  # fmt: skip
    listed = ", ".join(f"`{name}`" for name in gone)
    return kept, f"Not all tables have {listed}, so nothing of it was judged in events." if gone else ""


# -- scores ---------------------------------------------------------------------------------------------------------
def _score(part: Part, found: Sequence[Degradation], size: int) -> Score:
    """Return the score of a property: the geometric mean of its ratios, beside that of entities held back."""
    value = mean_ratio([d.ratio for d in found])
    fresh = [d.fresh for d in found if d.fresh is not None]
    worst = max(found, key=lambda d: d.ratio)
    chance = _chance(value, worst.ratio, found)
    verdict: Verdict = judge(max(value, worst.ratio / WORST), good=GOOD, fair=FAIR)
    if chance >= ALARM:
        verdict = "good"
    title = PARTS[part][0]
    beside = f" (entities held back: {mean_ratio(fresh):.2f} times)" if fresh else ""
    return Score(
        name=f"behaviour_{part}", title=f"Behaviour: {title.lower()}", family="fidelity", value=value, unit="ratio",
        ideal=1.0, floor=mean_ratio(fresh) if fresh else None, chance=chance, n=size, of="entities a side",
        verdict=verdict,
        meaning=f"In {len(found)} statistic{'s' * (len(found) != 1)} synthetic entities lie {value:.2f} times as far "
        f"from real ones as two halves of the real ones from one another{beside}. Farthest, {worst.ratio:.1f} times: "
        f"{worst.measure.title[0].lower()}{worst.measure.title[1:]}, {worst.measure.said[1]} against "
        f"{worst.measure.said[0]} in the real events.",
    )  # fmt: skip


def _chance(value: float, worst: float, found: Sequence[Degradation]) -> float:
    """Return how likely a mean ratio, or a worst one, is so high where synthetic entities are as fresh real ones."""
    deals = list(zip(*(d.dealt for d in found), strict=True))
    means, tops = [mean_ratio(deal) for deal in deals], [max(deal) for deal in deals]
    return min(1.0, 2 * min(so_far_out(value, means), so_far_out(worst, tops)))


def _together(scores: Sequence[Score], size: int) -> Score:
    """Return the geometric mean over all properties, as the paper reports it."""
    value = mean_ratio([s.value for s in scores if s.value is not None])
    floors = [s.floor for s in scores if s.floor is not None]
    return Score(
        name="behaviour", title="Behaviour together", family="fidelity", value=value, unit="ratio", ideal=1.0,
        floor=mean_ratio(floors) if floors else None, n=size, of="entities a side", readout=True, verdict="unknown",
        meaning=f"The geometric mean of {len(scores)} degradation ratios: {value:.2f}. Learned models of tables "
        "are published with 17 to 100 by other statistics of the same properties (Sajja, 2026).",
    )  # fmt: skip


def _row(found: Degradation) -> StatisticRow:
    low, high = found.spread
    measure = found.measure
    return StatisticRow(
        part=measure.part, title=measure.title, real=measure.said[0], synthetic=measure.said[1],
        floor=round(found.floor, 6), low=round(low, 6), high=round(high, 6), distance=round(found.distance, 6),
        ratio=round(found.ratio, 4), fresh=None if found.fresh is None else round(found.fresh, 4),
    )  # fmt: skip
