"""The public verbs: what users, the command line and every other door call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from likewise.constraints.document.writing import write_constraints
from likewise.constraints.kinds import Constraint, Constraints
from likewise.constraints.mining.copies import Copy, mine_copies
from likewise.constraints.mining.mine import mine
from likewise.constraints.mining.proposed import propose, shareable
from likewise.core.alike import rows_beside
from likewise.core.identifiers.replacing import identified
from likewise.core.progress import Progress, quiet
from likewise.core.protocol import Synthesizer, learned_part, memory_to_fit
from likewise.core.registry import synthesizer
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.evaluation.gates import Gates
from likewise.evaluation.report.model import Report
from likewise.io.source import ReadOptions, read_source
from likewise.recipes.augment import Augmenting, technique_to_augment
from likewise.recipes.learn import Learned, Plan, plan
from likewise.recipes.private import Guarantee
from likewise.recipes.private_related import fit_related, is_related
from likewise.recipes.quarantine import parted


def read(source: Any, *, schema: Schema | str | Path | None = None, options: ReadOptions | None = None) -> Table:
    """Read a file, a SQL URL, a frame, an Arrow table or a dict of columns into a Table, and infer its schema.

    `schema` (a Schema or the path of a `schema.yaml`) settles what is not to be inferred, `options` how a file or a
    folder is read: `ReadOptions(damaged="skip")` leaves out files that are damaged. Raises SourceError when the
    source cannot be read and SchemaError when it does not fit the schema. Columns of identifiers, such as names and
    e-mails, are marked so that invented values take their place; `pii: none` in a schema lets one be learned.

    >>> read({"age": [31, 45], "sex": ["F", "M"]}).rows
    2
    """
    wanted = settled(schema)
    if isinstance(source, str | Path):
        return read_arrow(read_source(source, options=options).table, wanted)
    return guarded(Table.from_any(source, wanted), wanted)


def read_arrow(raw: pa.Table, schema: Schema | None) -> Table:
    """Return what was read from a file as a table, its columns typed as `schema` says or inferred."""
    return guarded(Table.from_arrow(raw, schema), schema)


def guarded(table: Table, schema: Schema | None) -> Table:
    """Return a table whose columns of identifiers are marked, also where a schema by hand says nothing of them."""
    if schema is None:
        return table
    changed = table.schema
    for column in schema.columns:
        own = table.schema[column.name]
        if own.pii is None and own.pattern is None and own.role != "ignore":
            found = identified(own, table.column(own.name))
            if found.pii is not None:
                changed = changed.replace(own.name, kind=found.kind, pii=found.pii, pattern=found.pattern, levels=None,
                                          bounds=None, format=None)  # fmt: skip
    return table if changed is table.schema else Table.from_arrow(table.written(), changed, table.container)


def settled(schema: Schema | str | Path | None) -> Schema | None:
    """Return a schema that is given as such, read from its path, or left to be inferred. Raises SchemaError."""
    return schema if schema is None or isinstance(schema, Schema) else Schema.read(schema)


def infer_schema(source: Any) -> Schema:
    """Return what each column of a source was taken for, with the reason for each guess.

    >>> infer_schema({"age": [31, 45, 52], "vip": [True, False, True]})["vip"].kind
    'boolean'
    """
    return read(source).schema


def infer_constraints(source: Any) -> Constraints:
    """Return the rules that hold in every row of a source: formulas, orders, and columns that others decide.

    Also why cells are missing, and columns that are unique together. Nothing is claimed of fewer than 200 rows. The
    default technique lets these rules, save the last kind, hold in every row that it draws.

    >>> start = [7 * row % 90 for row in range(300)]
    >>> visits = {"start": start, "end": [day + row % 5 for row, day in enumerate(start)]}
    >>> [rule.said() for rule in infer_constraints(visits).shown]
    ['`start` is never above `end`']
    """
    return mine(read(source))


def rules_yaml(source: Any, *, found: Constraints | None = None, exact: bool = False) -> str:
    """Return the rules of a source as a document to edit, and to give back as `constraints`.

    It lists what was `found` to hold in every row (see `infer_constraints`), and proposes bounds, lists and patterns
    that no row breaks. Unless `exact`, no value that fewer than ten rows hold is quoted.

    >>> print(rules_yaml({"age": [k * k % 67 for k in range(300)]}), end="")
    likewise: 1
    constraints:
    - age >= 0  # proposed: no row breaks it
    """
    table = read(source)
    rules = mine(table) if found is None else found
    items: list[Constraint] = [*(rules if exact else shareable(rules, table)).items]
    notes = {number: _seen(getattr(item, "support", 0), exact) for number, item in enumerate(items)}
    proposed = propose(table, exact=exact)
    notes |= dict.fromkeys(range(len(items), len(items) + len(proposed)), "proposed: no row breaks it")
    return write_constraints([*items, *proposed], notes)


def _seen(rows: int, exact: bool) -> str:
    if exact:
        return f"seen in {rows:,} rows"
    return f"seen in about {float(f'{rows:.1g}'):,.0f} rows"


def infer_copies(source: Any, rules: Constraints | None = None) -> list[Copy]:
    """Return which columns repeat another one's value in a share of the rows, beside the `rules` that hold in all.

    >>> bill = [(7919 * row) % 5003 for row in range(400)]
    >>> paid = [owed if row % 4 else (row * row) % 5003 for row, owed in enumerate(bill)]
    >>> [found.said() for found in infer_copies({"bill": bill, "paid": paid})]
    ['`paid` repeats `bill` in 75.2 % of the rows']
    """
    table = read(source)
    return mine_copies(table, mine(table) if rules is None else rules)


def fit(
    source: Any,
    *,
    technique: str = "auto",
    schema: Schema | str | Path | None = None,
    target: str | None = None,
    goal: str | None = None,
    time: str | float | None = None,
    constraints: Any = None,
    quarantine: str | Path | None = None,
    epsilon: float | None = None,
    delta: float | None = None,
    domain: Any = None,
    unit: str | None = None,
    ledger: str | Path | None = None,
    people: str | None = None,
    public: Any = None,
    seed: int = 0,
    progress: Progress = quiet,
    **settings: Any,
) -> Any:
    """Learn a model from data; `settings` are those of the technique.

    `technique` is the name of an installed one; `auto` takes the default for tables, or with a `goal` (`share`, `test`
    or `augment`) the winner of a race on the rows themselves, told on the model's card. `time` (`60s`, `1h30m` or
    seconds) is kept to, or refused with SettingsError when nothing ends in it. `target` names the column that is to be
    predicted. `constraints` (a list of rules, a `rules.yaml` or Constraints) hold in every row that the model draws;
    rows of the source that break one are set aside, counted on the card, and written to the file `quarantine` if one is
    named. The same data, settings and seed give the same model file.

    With `epsilon` the model keeps (`epsilon`, `delta`)-differential privacy for a row added or removed, or for all rows
    of one value of the column `unit`: nothing is learned that no noise was added to. `domain` then says what each
    column may hold (a mapping, a `domain.yaml`, or `discover` to pay for it, see `likewise.privacy.contract`). The
    `ledger`, a file, adds up what was released on the same `people` and refuses what is more than their budget. A table
    that is `public`, with the same columns and none of the rows, may propose what to count, unprotected. The noise is
    drawn by the operating system, not from the seed. Raises PrivacyError where a guarantee cannot be given. Of a
    Dataset or a mapping of tables `domain` has a contract for each, and `unit` is the table whose rows are protected
    with all rows that belong to them; the model (`RelatedModel`) then draws all tables.

    >>> model = fit({"age": [31, 45, 52] * 20, "sex": ["F", "M", "M"] * 20})
    >>> len(model.sample(5)["age"])
    5
    """
    rules = Constraints.of(constraints).items
    promised = Guarantee.of(epsilon, delta=delta, domain=domain, unit=unit, ledger=ledger, people=people,
                             public=public)  # fmt: skip
    if promised is not None:
        promised.check_alone(goal=goal, time=time, schema=schema, quarantine=quarantine)
        if is_related(source, domain):
            promised.check_related(technique)
            return fit_related(source, promised, settings, seed=seed, progress=progress)
        private = promised.planned(technique, settings, target=target, constraints=rules)
        return private.fit(source, seed=seed, progress=progress)
    planned = plan(technique, settings, goal=goal, time=time, constraints=rules)
    return learn(source, planned, schema=schema, target=target, quarantine=quarantine, seed=seed,
                 progress=progress).model  # fmt: skip


def learn(
    source: Any,
    planned: Plan,
    *,
    schema: Schema | str | Path | None = None,
    target: str | None = None,
    quarantine: str | Path | None = None,
    seed: int = 0,
    progress: Progress = quiet,
    options: ReadOptions | None = None,
) -> Learned:
    """Learn a model from data as planned, and return with it what a race found, if there was one.

    Rows that break the plan's rules are written to the file `quarantine`, if one is named.

    >>> from likewise.recipes.learn import plan
    >>> learn({"age": [31, 45, 52] * 20}, plan("bootstrap")).model.technique
    'bootstrap'
    """
    table = read(source, schema=schema, options=options)
    if target is not None:
        table = table.with_schema(table.schema.with_target(target))
    kept, aside = parted(table, planned.constraints, quarantine)
    return planned.learn(kept, seed=seed, progress=progress).having(aside)


def kept_rules(table: Table, rules: Constraints) -> Constraints:
    """Return those of the rules of a table that hold in every row that the default technique would draw.

    >>> table = read({"city": ["Rome", "Oslo", "Bern"] * 100, "code": [39, 47, 41] * 100})
    >>> [rule.said() for rule in kept_rules(table, infer_constraints(table)).items]
    ['`city` decides `code`']
    """
    from likewise.techniques.autoregressive import Autoregressive

    technique = synthesizer("auto")
    part = _part_for(technique, table)
    learned = Constraints(items=tuple(rule for rule in rules.items if {*rule.columns} <= {*part.names}))
    if not part.names or not isinstance(technique, Autoregressive):
        return Constraints()
    return technique.kept_rules(part, learned)


def _part_for(technique: Synthesizer, table: Table) -> Table:
    """Return the columns that a technique would learn of a table, without those of a kind that it cannot."""
    part = learned_part(table)
    return part.select([c.name for c in part.schema.columns if c.kind in technique.kinds])


def memory_to_learn(table: Table) -> int | None:
    """Return about how many bytes the default technique takes to learn a table, None where that is not known.

    With pictures, sounds or series the default is the one that enlarges such tables.

    >>> memory_to_learn(read({"age": [31, 45, 52]})) < 1_000_000
    True
    """
    technique = synthesizer(technique_to_augment(Augmenting(), table.schema))
    return memory_to_fit(technique, _part_for(technique, table))


def evaluate(
    real: Any,
    synthetic: Any,
    *,
    holdout: Any = None,
    target: str | None = None,
    sensitive: Sequence[str] = (),
    quasi: Sequence[str] = (),
    schema: Schema | str | Path | None = None,
    gate: Gates | str | Path | None = None,
    constraints: Any = None,
    entity: str | None = None,
    order: str | None = None,
    shared: Sequence[str] = (),
    amount: str | None = None,
    counterparty: str | None = None,
    brief: bool = False,
    seed: int = 0,
    progress: Progress = quiet,
) -> Report:
    """Judge anyone's synthetic data: how alike, how useful and how safe it is, every figure beside its floor.

    `real` is the data that the generator saw, `holdout` real rows that it did not see: without them there is no floor
    and no evidence about copying. The columns of `synthetic` and `holdout` are read as those of `real`. `gate` is a
    built-in profile (`share`, `test` or `augment`), a `gates.yaml` or a Gates; `gate` of the report says whether it
    is passed. `sensitive` columns are those whose groups are to be treated alike, `quasi` (quasi-identifiers) those
    that an attacker may know, beside those whose roles say so. `constraints` (a `rules.yaml`, or a list of rules)
    are rules whose violations are counted on both sides. Of a long table `entity` names the column that says whose
    a row is, `order` the one that says when: rows are judged as series, too, and as events where they come irregularly,
    of which `amount` names the amount, `shared` columns whose values entities have in common (devices, shops) and
    `counterparty` whom an event goes to. Raises EvaluationError when the tables have no column in common or a column
    is unknown. Cost: half a CPU minute to two for 20,000 rows x 15 columns, on
    one thread, and little more for larger tables; `brief` leaves out attacks, models of several families, subgroups
    and the score card, and takes a tenth of it.

    >>> rows = {"age": [31, 45, 52, 38] * 30, "sex": ["F", "M", "M", "F"] * 30}
    >>> evaluate(rows, rows).scores[0].name
    'shape_error'
    """
    from likewise.evaluation.evaluate import evaluate_tables

    limits = None if gate is None else Gates.of(gate)
    table = read(real, schema=schema)
    made = _read_like(synthetic, table.schema)
    held = None if holdout is None else _read_like(holdout, table.schema)
    found = evaluate_tables(table, made, holdout=held, target=target, sensitive=sensitive, quasi=quasi,
                            constraints=None if constraints is None else Constraints.of(constraints),
                            entity=entity, order=order, shared=shared, amount=amount, counterparty=counterparty,
                            brief=brief, seed=seed, progress=progress)  # fmt: skip
    return found if limits is None else found.model_copy(update={"gate": limits.judge(found.scores)})


def _read_like(source: Any, schema: Schema) -> Table:
    """Read a table whose columns mean what those of `schema` mean; what does not fit is left to the judge."""
    return source if isinstance(source, Table) else rows_beside(read(source), schema)
