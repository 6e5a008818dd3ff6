"""Draw the frontier of a table: settings of rising protection, measured on the user's own rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from likewise.core.progress import Progress, quiet
from likewise.core.protocol import Synthesizer
from likewise.core.registry import DEFAULT, techniques
from likewise.core.registry import technique as family_of
from likewise.core.schema import Schema
from likewise.errors import FitError, LikewiseError, SettingsError
from likewise.evaluation.report.curve import Curve, CurvePoint, Measured
from likewise.evaluation.utility.target import guess_target
from likewise.recipes.learn import candidates_of
from likewise.recipes.race.choose import choose
from likewise.recipes.race.measure import Field, drawn_from, field_of, measure
from likewise.recipes.race.result import Entry, Figure, Goal, entry_of
from likewise.recipes.race.run import FEWEST_TO_RACE
from likewise.recipes.verbs import read

EPSILONS = (0.1, 1.0, 3.0, 10.0)
"""Budgets that are tried of a technique that takes one."""

UNPAID = "Each budget was tried on the rows themselves, and no ledger holds that: the curve is for their owner alone."
"""What is said of techniques with a guarantee, whose fits are releases."""


def frontier(
    source: Any,
    *,
    technique: str = "auto",
    target: str | None = None,
    schema: Schema | str | Path | None = None,
    seed: int = 0,
    progress: Progress = quiet,
    settings: Mapping[str, Any] | None = None,
) -> Curve:
    """Measure settings from most faithful to most protective on held-back rows of `source`, and return the curve.

    `auto` tries the default technique (its `min_leaf` and its efforts) and a row of budgets of each technique that
    takes an `epsilon` and needs to be told nothing else; `settings` hold for all. Name `marginals` to try its budgets
    under a `domain`: no ledger holds these fits, so the curve is for the owner of the rows alone. At most 20,000 rows
    are learned from and measured on, a quarter of them held back. Use it before a release, to choose a trade-off rather
    than guess it. Raises FitError for under 200 rows.
    Cost: a fit and a detector a setting, about 30 CPU seconds each for 20,000 rows x 15 columns.
    """
    table = read(source, schema=schema)
    if table.rows < FEWEST_TO_RACE:
        raise FitError("fit.too-few-rows", f"{table.rows:,} rows are too few to measure a trade-off on",
                       hint=f"give {FEWEST_TO_RACE} at least")  # fmt: skip
    if target is not None:
        table = table.with_schema(table.schema.with_target(target))
    predicted = table.schema.target or (guess_target(table.schema, table) or (None,))[0]
    field, found = field_of(table, seed), list[Entry]()
    wanted = settings_to_try(technique, settings)
    for number, candidate in enumerate(wanted):
        progress(f"measuring: {entry_of(candidate).name}", number, len(wanted))
        found.append(_measured(candidate, field, predicted, seed))
    progress("measuring", len(wanted), len(wanted))
    curve = _curve(found, field, predicted)
    told = (UNPAID,) if any(candidate.is_private for candidate in wanted) else ()
    return curve.model_copy(update={"said": (*told, *curve.said)})


def settings_to_try(name: str, settings: Mapping[str, Any] | None = None) -> tuple[Synthesizer, ...]:
    """Return the settings that a frontier is drawn of, those of one technique or with `auto` of all that protect.

    >>> [found.to_dict() for found in settings_to_try("auto")][1]
    {'min_leaf': 40}
    """
    given = dict(settings or {})
    found = list(candidates_of(DEFAULT if name == "auto" else name, given))
    for one in techniques() if name == "auto" else [name]:
        try:
            family = family_of(one)
        except SettingsError:  # a plug-in that cannot be loaded
            continue
        fields = family.model_fields
        if "epsilon" not in fields or not given.keys() <= fields.keys():
            continue
        asked = one == name and fields["epsilon"].is_required()  # what is lacking then is said
        if _lacks(family, given) and not asked:
            continue
        if one == name:
            found.clear()
        found += [family.from_dict({"epsilon": budget, **given}, where=one) for budget in EPSILONS]
    return tuple(found)


def _lacks(family: type[Synthesizer], given: Mapping[str, Any]) -> bool:
    """Return whether a technique has to be told more than a budget, such as what its columns may hold."""
    needed = {name for name, field in family.model_fields.items() if field.is_required() or name == "domain"}
    return bool(needed - {"epsilon", *given})


def _measured(candidate: Synthesizer, field: Field, target: str | None, seed: int) -> Entry:
    """Return the row of a setting; without seconds, so that the same rows give the same curve on any machine."""
    entry = entry_of(candidate)
    try:
        # a private technique refuses a table that was looked at: what is measured here is for the owner of the rows
        model = candidate.fit(field.learned.to_dict() if candidate.is_private else field.learned, seed=seed)
    except LikewiseError as trouble:
        return entry.model_copy(update={"verdict": "out", "why": f"it cannot learn this table: {trouble.what}"})
    # The goal `test` leaves nothing unmeasured but copies of the rows themselves.
    figures = measure(field, drawn_from(model, field, seed), goal="test", target=target, seed=seed)
    return entry.model_copy(update={"figures": figures})


def _curve(entries: Sequence[Entry], field: Field, target: str | None) -> Curve:
    best: dict[int, list[str]] = {}
    said = []
    for goal in get_args(Goal):
        choice = choose(goal, entries)
        if choice is not None:
            best.setdefault(choice.place, []).append(goal if choice.kept else f"{goal}, nearest to it")
            said.append(f"For the goal `{goal}` take {entries[choice.place].name}: {choice.why}.")
    points = [_point(entry, str(place + 1), tuple(best.get(place, ()))) for place, entry in enumerate(entries)]
    worth = next((e.figures.tstr.natural for e in entries if e.figures and e.figures.tstr), None)
    return Curve(
        points=tuple(p.model_copy(update={"edge": _on_edge(p, points)}) for p in points),
        learned=field.learned.rows,
        held=field.held.rows,
        target=target,
        real_worth=worth,
        said=tuple(said),
    )


def _point(entry: Entry, mark: str, best_for: tuple[str, ...]) -> CurvePoint:
    figures = entry.figures
    label = entry.name if entry.settings else f"{entry.name}, defaults"
    label = label.removeprefix(f"{DEFAULT} ").removeprefix(f"{DEFAULT}, ")
    plain = CurvePoint(
        mark=mark, label=label, technique=entry.technique, settings=entry.settings, best_for=best_for, note=entry.why
    )
    if figures is None:
        return plain
    return plain.model_copy(
        update={
            "told": _with_ends(figures.c2st),
            "worth": _with_ends(figures.tstr),
            "near": _with_ends(figures.closeness),
            "copies": figures.copies.value,
            "natural": figures.copies.natural or 0.0,
        }
    )


def _with_ends(figure: Figure | None) -> Measured | None:
    return None if figure is None else (figure.value, *figure.interval)


def _on_edge(point: CurvePoint, points: Sequence[CurvePoint]) -> bool:
    """Say whether no other point is at least as good in both figures; below 0.5 nothing is better."""
    if point.told is None or point.near is None:
        return False
    own = max(point.told[0], 0.5), max(point.near[0], 0.5)
    others = [(max(p.told[0], 0.5), max(p.near[0], 0.5)) for p in points if p.told is not None and p.near is not None]
    return not any(o[0] <= own[0] and o[1] <= own[1] and o != own for o in others)
