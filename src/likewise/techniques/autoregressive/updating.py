"""Follow new data: codecs, rules and trees as they are after rows that the model had not seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from likewise.constraints.kinds import Constraints, Determined, Part
from likewise.core.alike import rows_like
from likewise.core.card import Card, Update, versions
from likewise.core.conditions import levels_of
from likewise.core.draw import BLOCK
from likewise.core.progress import Progress
from likewise.core.pseudonyms import pseudonymised
from likewise.core.schema import Column, Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import FitError, SchemaError, SettingsError
from likewise.modalities.tabular.codec import encode, output_schema
from likewise.modalities.tabular.following import follow, unchanged
from likewise.modalities.tabular.numbers import NumberCodec
from likewise.techniques.autoregressive.boosted.step import Boosted
from likewise.techniques.autoregressive.copied import Choice, Copied, repeats_in
from likewise.techniques.autoregressive.copying import followed_repeats, news_of_their_own, with_choices, with_hidden
from likewise.techniques.autoregressive.ended import Ended, ways_held, ways_in
from likewise.techniques.autoregressive.model import AutoregressiveModel
from likewise.techniques.autoregressive.regrowth import News, regrown
from likewise.techniques.autoregressive.saving import Step
from likewise.techniques.autoregressive.steps import Grown, Lookup
from likewise.techniques.autoregressive.structure import kept, limits_of, lookup
from likewise.techniques.autoregressive.synthesizer import Autoregressive, with_computed_bounds
from likewise.techniques.autoregressive.telling import most_levels, outputs_for

Learned = TypeVar("Learned", bound=AutoregressiveModel)


def updated(model: Learned, data: Any, *, keep: float, seed: int, progress: Progress) -> Learned:
    """Return the model after it followed new rows (see the model's method)."""
    _check(keep, seed)
    came = Table.from_any(data)
    table = pseudonymised(_as_learned(model, came), seed=seed)
    settings, stream = Autoregressive.from_dict(model.card.settings), (seed, "update", len(model.card.updates))
    news = _news(model, table, settings, keep, stream)
    constraints = _still_held(model.constraints, table, news)
    steps: list[Step] = []
    wanted = [*model.steps, *_given_up(model, constraints)]
    schema = with_hidden(table.schema, len(news.codecs) - len(model.codecs))
    for done, step in enumerate(wanted):
        progress("following columns", done, len(wanted))
        before = [earlier.column for earlier in steps]
        steps.append(_followed(step, before, news, constraints, schema, settings, stream))
    progress("following columns", len(wanted), len(wanted))
    codecs = [followed.codec for followed in news.codecs[: len(model.codecs)]]
    shown = with_computed_bounds(output_schema(codecs, _resolved(model.learned, table)), codecs, constraints)
    columns = tuple(c if c.is_generated else shown[c.name] for c in model.schema.columns)
    update = Update(rows=came.rows, data_digest=came.digest(), keep=float(keep), seed=int(seed))
    return replace(
        model,
        schema=model.schema.model_copy(update={"columns": columns}),
        card=_card(model.card, update, model.constraints, constraints),
        codecs=tuple(codecs),
        steps=tuple(steps),
        constraints=constraints,
    )


def _check(keep: float, seed: int) -> None:
    """Refuse what cannot be followed, before any work."""
    generator(seed)
    if isinstance(keep, bool) or not isinstance(keep, int | float | np.number) or not 0 <= keep <= 1:
        raise SettingsError("settings.keep", "`keep` is what an earlier row counts beside a new one, from 0 to 1",
                            where="keep", hint="use e.g. keep=0.5")  # fmt: skip


def _as_learned(model: AutoregressiveModel, came: Table) -> Table:
    """Return new rows as the columns that were learned; refuse others, and those that are missing or another kind."""
    if not came.rows:
        raise FitError("fit.no-rows", "there are no new rows to learn from", hint="give at least one row")
    extra = [name for name in came.names if name not in model.schema]
    if extra:
        listed = ", ".join(f"`{name}`" for name in extra[:5]) + (", ..." if len(extra) > 5 else "")
        raise SchemaError("schema.extra-column", f"the new data hold {len(extra)} columns that were not learned: "
                          f"{listed}", where=extra[0], hint="drop them, or fit anew to learn them")  # fmt: skip
    schema = model.learned
    absent = [name for name in schema.names if name not in came.schema]
    for column in () if absent else schema.columns:
        own = came.schema[column.name]
        if column.decimals is not None and own.decimals is not None:
            schema = schema.replace(column.name, decimals=max(column.decimals, own.decimals))
    table = rows_like(came, schema, wanted=schema.names).select(schema.names)
    for column in schema.columns:
        if column.is_levels and not column.is_pseudonymous:
            _check_levels(column, came.schema[column.name], table)
    return table.with_schema(Schema(columns=tuple(map(_counting_on, table.schema.columns))))


def _counting_on(column: Column) -> Column:
    """Return a column of identifiers whose invented ones begin after those that were in use at the fit, or are now.

    Real ones of the fit are not known any more; where they were counted up, they lie before these.
    """
    pattern = column.pattern
    if not column.is_pseudonymous or pattern is None or pattern.form != "sequence":
        return column
    start = pattern.start + pattern.step * (2 * len(column.levels or ()) + 16)
    return column.model_copy(update={"pattern": pattern.model_copy(update={"start": start})})


def _check_levels(column: Column, own: Column, table: Table) -> None:
    """Refuse numbers where words were learned, and new levels of a column whose levels are declared."""
    codes, names = table.codes(column.name), levels_of(table.schema[column.name])
    held = {names[code] for code in np.unique(codes[codes >= 0]).tolist()}
    known = {*levels_of(column)}
    if own.is_number and not held & known and not any(map(_is_number, known)):
        raise SchemaError("schema.kind", f"`{column.name}` holds numbers where words were learned", where=column.name,
                          hint="put the columns in their places, or fit anew")  # fmt: skip
    if column.other == "refuse" and held - known:
        what = f"`{column.name}` holds {len(held - known)} levels that its schema does not list"
        raise SchemaError("schema.unknown-level", what, where=column.name,
                          hint="correct them, or fit anew with `other: keep`")  # fmt: skip


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _news(
    model: AutoregressiveModel, table: Table, settings: Autoregressive, keep: float, stream: tuple[int, str, int]
) -> News:
    """Return what the trees are to follow: codecs that know the new rows, these rows, and rows drawn from the model."""
    weight = int(keep * model.card.weight) + table.rows
    k, columns = settings.count_for(weight), model.learned.columns
    codecs = [
        follow(codec, table, column, k=k, rng=generator(*stream, "codec", column.name))
        for codec, column in zip(model.codecs, columns, strict=True)
    ]
    drawn = model.draw(min(int(keep * model.card.weight), BLOCK), generator(*stream, "replay"), None)
    together = [
        np.append(*(encode(followed.codec, rows, column.name) for rows in (drawn, table)))
        for followed, column in zip(codecs, columns, strict=True)
    ]
    repeats = [followed_repeats(own, codecs) for own in repeats_in(model.steps)]
    own = [followed.codec for followed in codecs]
    hidden = [
        np.concatenate([with_choices(repeats, own, rows), ways_in(own, model.learned.names, rows)])
        for rows in (drawn, table)
    ]
    codecs += [unchanged(codec) for codec in model.all_codecs[len(model.codecs) :]]
    return News(codecs, np.vstack([*together, np.hstack(hidden)]), drawn.rows, keep, weight)


def _still_held(constraints: Constraints, table: Table, news: News) -> Constraints:
    """Return the rules that the new rows keep too, and that old and new rows together keep."""
    held = Constraints(items=tuple(rule for rule in constraints.items if rule.holds(table).all()))
    return kept(held, [followed.codec for followed in news.codecs], news.together, table.schema)


def _given_up(model: AutoregressiveModel, constraints: Constraints) -> list[int]:
    """Return the columns that followed by a formula until now."""
    computed = {formula.column for formula in constraints.formulas}
    names = model.learned.names
    return [names.index(f.column) for f in model.constraints.formulas if f.column not in computed]


def _followed(
    step: Step | int, before: list[int], news: News, constraints: Constraints, schema: Schema,
    settings: Autoregressive, stream: tuple[int, str, int],
) -> Step:  # fmt: skip
    """Return a step after the new rows; a column whose rule is given up is learned from replayed and new rows."""
    if isinstance(step, Choice | Copied):
        part = news_of_their_own(news, step.repeats.which) if isinstance(step, Copied) else news
        inner = _followed(step.step, before, part, constraints, schema, settings, stream)
        return replace(step, step=inner, repeats=followed_repeats(step.repeats, news.codecs))
    if isinstance(step, Ended):
        inner = _followed(step.step, before, news, constraints, schema, settings, stream)
        if not isinstance(inner, Grown | Boosted):
            return inner
        own, ways = news.together[step.column], news.together[step.which]
        sizes = news.codecs[step.column].codec.symbols + 1, news.codecs[step.which].codec.symbols + 1
        return replace(step, step=inner, held=ways_held(own, ways, sizes[0], sizes[1]), donors=None)
    codecs = [followed.codec for followed in news.codecs]
    number = step if isinstance(step, int) else step.column
    rules: list[Determined | Part] = [*constraints.determined, *constraints.parts]
    decided = any(found.column == schema.names[number] for found in rules)
    if isinstance(step, Lookup) and decided:
        return _looked_up(step, news)
    if not isinstance(step, Grown):
        return settings.learn_column(number, before, constraints, codecs, news.together, schema, stream[0])
    is_number = isinstance(codecs[number], NumberCodec)
    features = news.together[list(step.predictors)]
    split_on = outputs_for(news.together[number], codecs[number].symbols + 1, features, is_number=is_number)
    least = settings.leaf_for(news.weight, most_levels(codecs, [number, *step.predictors]))
    grown = regrown(step, news, split_on, least, generator(*stream, "tree", number))
    limits = limits_of(number, before, constraints.orders, codecs, schema) if is_number else []
    return replace(grown, limits=tuple(limits))


def _looked_up(step: Lookup, news: News) -> Lookup:
    """Return a look-up that also knows what stands beside new symbols of the deciding column."""
    by, column = news.codecs[step.by], news.codecs[step.column]
    symbols = column.renamed(step.symbols[by.like])
    own = lookup(news.symbols[step.by], news.symbols[step.column], len(symbols))
    fresh = (by.share == 0) & (np.bincount(news.symbols[step.by], minlength=len(symbols)) > 0)
    return replace(step, symbols=np.where(fresh, own, symbols).astype(np.int32))


def _resolved(schema: Schema, table: Table) -> Schema:
    """Return the learned columns as old and new rows have them: missing cells and second levels may have come."""
    columns = []
    for column in schema.columns:
        nullable = column.nullable or bool(table.missing(column.name).any())
        kind = table.schema[column.name].kind if column.kind == "constant" else column.kind
        decimals = table.schema[column.name].decimals
        columns.append(column.model_copy(update={"nullable": nullable, "kind": kind, "decimals": decimals}))
    return Schema(columns=tuple(columns))


def _card(card: Card, update: Update, before: Constraints, after: Constraints) -> Card:
    """Return the card with what was followed, without what no longer holds of the model."""
    broken = [rule.said() for rule in before.items if rule not in after.items]
    notes = [note for note in card.notes if not any(note.endswith(said) for said in broken)]
    notes.append(f"followed {update.rows:,} more rows, beside which an earlier row counts {update.keep:g}")
    notes += [f"given up, for a new row breaks it: {said}" for said in broken]
    return card.model_copy(
        update={"updates": (*card.updates, update), "notes": tuple(notes), "evaluation": {}, "versions": versions()}
    )
