"""The main job: source, schema, holdout, fit, sample, evaluate, and the files that come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from pathlib import Path
from typing import Any

import numpy as np

from likewise.constraints.kinds import Constraints
from likewise.core.aside import open_aside, together
from likewise.core.balance import Balance, understand_balance
from likewise.core.conditions import Given, understand
from likewise.core.draw import block_rows, check_n, stream
from likewise.core.progress import Progress, quiet
from likewise.core.protocol import Model, Synthesizer
from likewise.core.schema import Schema
from likewise.core.seeds import generator
from likewise.core.state import to_bytes
from likewise.core.table import Table, concat
from likewise.errors import ConditionError, SettingsError
from likewise.evaluation.evaluate import evaluate_tables
from likewise.evaluation.gates import Gates
from likewise.evaluation.report.model import Report, check_suffix
from likewise.evaluation.report.released import Released
from likewise.io.format import Format
from likewise.io.source import ReadOptions, read_source
from likewise.recipes.files import check_drawing_to, drawing_to
from likewise.recipes.learn import plan
from likewise.recipes.places import keep_apart
from likewise.recipes.private import Guarantee
from likewise.recipes.private_related import RelatedWritten, is_related, related_to_files
from likewise.recipes.private_synth import PrivatelyWritten, synthesize_privately, synthesize_privately_to_files
from likewise.recipes.proof import Proof
from likewise.recipes.quarantine import NOTHING_ASIDE, Aside, parted
from likewise.recipes.race.result import Race
from likewise.recipes.verbs import read, read_arrow, settled

FEWEST_TO_HOLD_OUT = 40
"""Rows below which nothing is held out: every row is needed to learn from."""

FEWEST_TO_JUDGE = 100
"""Rows below which a report would be noise; a larger sample of the model is judged instead."""


@dataclass(frozen=True, eq=False)
class Synthesis:
    """Hold what came of one run: `data` in the kind of object that went in, its `report` and the fitted `model`.

    `race` says how technique and settings were chosen, None where they were not.
    """

    data: Any
    report: Report | Released
    model: Model
    race: Race | None = None

    def _repr_html_(self) -> str:
        return self.report._repr_html_()


@dataclass(frozen=True, eq=False)
class Prepared:
    """Hold a source that was read and split before anything was learned from it.

    `notes` say how it was split, `entity` and `order` how the rows of a long table follow one another.
    """

    table: Table
    train: Table
    holdout: Table | None
    notes: tuple[str, ...] = ()
    entity: str | None = None
    order: str | None = None

    def having(self, notes: tuple[str, ...]) -> Prepared:
        """Return the same with what is to be said of the source itself."""
        return replace_fields(self, notes=(*notes, *self.notes))


def synthesize(
    source: Any,
    *,
    n: int | None = None,
    technique: str = "auto",
    schema: Schema | str | Path | None = None,
    target: str | None = None,
    goal: str | None = None,
    time: str | float | None = None,
    given: Any = None,
    balance: Any = None,
    constraints: Any = None,
    quarantine: str | Path | None = None,
    holdout: float = 0.2,
    gate: Gates | str | Path | None = None,
    epsilon: float | None = None,
    delta: float | None = None,
    domain: Any = None,
    unit: str | None = None,
    ledger: str | Path | None = None,
    people: str | None = None,
    public: Any = None,
    seed: int = 0,
    progress: Progress = quiet,
    settings: Mapping[str, Any] | None = None,
) -> Synthesis:
    """Make synthetic data that keeps the distribution and structure of `source`, and judge it on rows it never saw.

    `source` is a frame, an Arrow table, a dict of columns, a path or a SQL URL; `n` rows are drawn (as many as came in
    by default). A share `holdout` of the rows is kept from the fit to judge by. With a `goal` (`share`, `test` or
    `augment`) candidates are raced on the rows to learn from, and `race` of the result says which won and why; `time`
    (`60s`, `1h30m` or seconds) is kept to, report and all, or refused when nothing ends in it. `given` restricts the
    rows and `balance` settles how many have each level of a category (see `Model.sample`). `gate` holds the report
    against limits (see `evaluate`). `constraints` hold in every row that is drawn; rows of the source that break one
    are neither learned from nor judged by, but counted and written to the file `quarantine` if one is named (see
    `fit`). The same source, settings and seed give the same data, report and model. Raises a LikewiseError for anything
    that cannot be done. Under a privacy budget (`epsilon` and what goes with it, see `fit`) no row is held back, `n` is
    a noisy count if not given, and the report tells what was released instead of comparing with real rows.

    >>> made = synthesize({"age": [31, 45, 52, 38] * 30, "sex": ["F", "M", "M", "F"] * 30}, n=3)
    >>> len(made.data["age"])
    3
    """
    rules = Constraints.of(constraints).items
    promised = Guarantee.of(epsilon, delta=delta, domain=domain, unit=unit, ledger=ledger, people=people,
                             public=public)  # fmt: skip
    if promised is not None:
        promised.check_alone(goal=goal, time=time, schema=schema, quarantine=quarantine, gate=gate)
        private = promised.planned(technique, settings, target=target, constraints=rules)
        rows_made, told, model = synthesize_privately(source, private, n=n, given=given, balance=balance, seed=seed,
                                                      progress=progress)  # fmt: skip
        return Synthesis(rows_made.to_native(), told, model)
    planned = plan(technique, settings, goal=goal, time=time, constraints=rules)
    limits = None if gate is None else Gates.of(gate)
    kept, aside = parted(read(source, schema=schema), rules, quarantine)
    planned = planned.suited(kept)
    prepared = prepare(kept, by=planned.candidates[0], target=target, holdout=holdout, seed=seed)
    rows = rows_to_draw(n, given, prepared.table, balance)
    learned = planned.learn(prepared.train, seed=seed, progress=progress, draws=rows, judged=True).having(aside)
    fitted = learned.model
    wanted = understand(given, fitted.schema)
    shares = understand_balance(balance, fitted.schema, rows, wanted)
    proof = Proof.of(fitted)
    drawn = concat(list(proof.watched(stream(fitted, rows, given=wanted, balance=shares, seed=seed))))
    report = judge(prepared, fitted, drawn, given=wanted, balance=shares, limits=limits, proof=proof, seed=seed,
                   progress=progress)  # fmt: skip
    return Synthesis(drawn.to_native(), report, fitted.with_evaluation(figures(report)), learned.race)


def synthesize_to_files(
    source: str | Path,
    *,
    out: str | Path | None = None,
    report: str | Path | None = None,
    model: str | Path | None = None,
    n: int | None = None,
    technique: str = "auto",
    schema: Schema | str | Path | None = None,
    target: str | None = None,
    goal: str | None = None,
    time: str | float | None = None,
    given: Any = None,
    balance: Any = None,
    constraints: Any = None,
    quarantine: str | Path | None = None,
    holdout: float = 0.2,
    gate: Gates | str | Path | None = None,
    epsilon: float | None = None,
    delta: float | None = None,
    domain: Any = None,
    unit: str | None = None,
    ledger: str | Path | None = None,
    people: str | None = None,
    public: Any = None,
    seed: int = 0,
    progress: Progress = quiet,
    settings: Mapping[str, Any] | None = None,
    options: ReadOptions | None = None,
    replace: bool = False,
) -> Written | PrivatelyWritten | RelatedWritten:
    """Do the same from file to file, at constant memory however many rows are drawn.

    `adult.csv.gz` gives `adult.synthetic.csv.gz`, `adult.report.html` and `adult.model.likewise` in the working folder.
    All three appear together when everything has gone well; when anything fails, or on Ctrl-C, none does. A gate that
    is not passed is no failure: the report says why, and the caller decides.
    """
    rules = Constraints.of(constraints).items
    promised = Guarantee.of(epsilon, delta=delta, domain=domain, unit=unit, ledger=ledger, people=people,
                             public=public)  # fmt: skip
    if promised is not None:
        promised.check_alone(goal=goal, time=time, schema=schema, quarantine=quarantine, gate=gate)
        if is_related(source, domain):
            promised.check_related(technique)
            promised.check_one(report=report, given=given, balance=balance, target=target, constraints=rules or None)
            return related_to_files(source, promised, settings, out=out, model=model, n=n, replace=replace, seed=seed,
                                    progress=progress)  # fmt: skip
        private = promised.planned(technique, settings, target=target, constraints=rules)
        return synthesize_privately_to_files(source, private, out=out, report=report, model=model, n=n, given=given,
                                             balance=balance, options=options, replace=replace, seed=seed,
                                             progress=progress)  # fmt: skip
    planned = plan(technique, settings, goal=goal, time=time, constraints=rules)
    limits = None if gate is None else Gates.of(gate)
    came = read_source(source, options=options)
    if out is None:
        ending = "-synthetic/" if came.format.form == "folder" else f".synthetic{suffix_of(came.format)}"
        out = came.name + ending
    report = Path(f"{came.name}.report.html") if report is None else Path(report)
    model = Path(f"{came.name}.model.likewise") if model is None else Path(model)
    keep_apart(source, out, report, model, *([] if quarantine is None else [quarantine]))
    check_suffix(report)
    with together(), open_aside(report) as report_file, open_aside(model) as model_file:
        table, aside = parted(read_arrow(came.table, settled(schema)), rules, quarantine)
        planned = planned.suited(table)
        prepared = prepare(table, by=planned.candidates[0], target=target, holdout=holdout, seed=seed)
        prepared = prepared.having(came.notes)
        rows = rows_to_draw(n, given, table, balance)
        check_drawing_to(out, table, like=came.format, replace=replace)
        learned = planned.learn(prepared.train, seed=seed, progress=progress, draws=rows, judged=True).having(aside)
        fitted = learned.model
        wanted = understand(given, fitted.schema)
        shares = understand_balance(balance, fitted.schema, rows, wanted)
        proof = Proof.of(fitted)
        enough, first = max(prepared.train.rows, block_rows(fitted.schema)), list[Table]()
        with drawing_to(
            fitted,
            out,
            rows,
            given=wanted,
            balance=shares,
            seed=seed,
            like=came.format,
            replace=replace,
            progress=progress,
        ) as blocks:
            for block in proof.watched(blocks):
                if sum(t.rows for t in first) < enough:
                    first.append(block)
            judged = judge(
                prepared, fitted, concat(first), given=wanted, balance=shares, limits=limits, proof=proof,
                seed=seed, progress=progress,
            )  # fmt: skip
            fitted = fitted.with_evaluation(figures(judged))
            for file, content in ((report_file, judged.written_as(report).encode()), (model_file, to_bytes(fitted))):
                file.write(content)
                file.flush()
    return Written(out, report, model, rows, judged, fitted, learned.race, aside)


@dataclass(frozen=True, eq=False)
class Written:
    """Hold where the files of one run are, how many rows were drawn, and what was found, by a race too if one ran.

    `aside` tells of rows that were set aside as they break a rule.
    """

    data: str | Path
    report_file: Path
    model_file: Path
    rows: int
    report: Report
    model: Model
    race: Race | None = None
    aside: Aside = NOTHING_ASIDE


def prepare(
    source: Any,
    *,
    by: Synthesizer,
    schema: Schema | str | Path | None = None,
    target: str | None = None,
    holdout: float = 0.2,
    seed: int = 0,
) -> Prepared:
    """Read a source and keep a share of its rows from the fit `by` a technique; none in a table of under 40 rows."""
    if not 0 <= holdout <= 0.9:
        raise SettingsError("settings.holdout", "the share held out lies between 0 and 0.9", hint="use e.g. 0.2")
    table = read(source, schema=schema)
    if target is not None:
        table = table.with_schema(table.schema.with_target(target))
    if not holdout or table.rows < FEWEST_TO_HOLD_OUT:
        return Prepared(table, table, None)
    held = by.held_back(table, holdout, generator(seed, "holdout"))
    if not len(held.rows):
        return Prepared(table, table, None)
    kept = np.ones(table.rows, dtype=bool)
    kept[held.rows] = False
    said = (held.said,) if held.said else ()
    return Prepared(table, table.take(kept), table.take(~kept), said, held.entity, held.order)


def rows_to_draw(n: int | None, given: Any, table: Table, balance: Any = None) -> int:
    """Return how many rows are wanted, and refuse before the fit what cannot be drawn after it."""
    asked = understand(given, table.schema)
    if n is not None:
        check_n(n)
    known = table.rows if asked is None or asked.rows is None else asked.rows.rows
    rows = known if n is None else n
    shares = understand_balance(balance, table.schema, rows, asked)
    named = (*(asked.names if asked else ()), *(shares.columns if shares else ()))
    hidden = [name for name in named if table.schema[name].is_pseudonymous]
    if hidden:
        what = f"`{hidden[0]}` holds identifiers, and invented ones take their place"
        raise ConditionError("given.identifier", what, where=hidden[0], hint="give conditions on other columns")
    return rows


def judge(
    prepared: Prepared,
    model: Model,
    drawn: Table,
    *,
    given: Given | None,
    balance: Balance | None = None,
    limits: Gates | None = None,
    proof: Proof,
    seed: int,
    progress: Progress = quiet,
) -> Report:
    """Judge what was drawn against the rows learned from and those held out, under the same conditions.

    Briefly, but wholly where there are `limits` to be held against.
    Balanced rows are meant to differ from the real ones: other rows of the model, drawn as they come, are judged.
    `proof` has counted the rules in all rows; it is an error where one is broken.
    """
    notes = [*model.card.notes, *prepared.notes, *proof.notes()]
    train, held = prepared.train, prepared.holdout
    few = drawn.rows < FEWEST_TO_JUDGE and prepared.train.rows > drawn.rows
    if few or balance is not None:
        wanted = None if given is not None and given.rows is not None else given
        drawn = concat(list(stream(model, min(train.rows, block_rows(model.schema)), given=wanted, seed=seed)))
        if balance is not None:
            notes.append(
                f"Rows were drawn balanced over {balance}; the judgement is of rows of the model as they come."
            )
        else:
            what = f"Fewer than {FEWEST_TO_JUDGE} rows were asked for"
            notes.append(f"{what}: {drawn.rows:,} rows of the model were judged.")
    if given is not None and given.rows is None:
        train = train.take(given.matches(train))
        held = None if held is None else held.take(given.matches(held))
        notes.append("Rows were drawn under conditions and judged against the real rows that meet them.")
        if train.rows < FEWEST_TO_HOLD_OUT:
            train, held = prepared.train, prepared.holdout
            notes.append("Too few real rows meet the conditions: the judgement is against all of them.")
        elif held is not None and held.rows < FEWEST_TO_HOLD_OUT:
            held = None
    found = evaluate_tables(train, drawn, holdout=held, target=train.schema.target, brief=limits is None, seed=seed,
                            constraints=proof.declared(train, drawn), entity=prepared.entity,
                            order=prepared.order, progress=progress)  # fmt: skip
    found = proof.told(found)
    facts = (("technique", model.made_by), ("protection", model.card.privacy.statement))
    gate = None if limits is None else limits.judge(found.scores)
    told = {"notes": (*found.notes, *notes), "facts": (*facts, *found.facts), "gate": gate}
    return found.model_copy(update=told)


def figures(report: Report) -> dict[str, float]:
    """Return the scores that have a value, by name, for a model's card."""
    return {score.name: score.value for score in report.scores if score.value is not None}


def suffix_of(format: Format) -> str:
    """Return the end of a file name that is written like `format`: `.csv.gz` for a gzipped CSV."""
    return (format.suffix or ".csv") + (f".{format.compression}" if format.compression else "")
