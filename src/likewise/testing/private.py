"""Promises of techniques with a formal guarantee: nothing about the data comes out but what noise was added to."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa

from likewise.core.card import Card
from likewise.core.draw import sample
from likewise.core.protocol import Model
from likewise.core.schema import MEDIA
from likewise.core.state import to_bytes
from likewise.core.table import Table
from likewise.privacy.accountant import Event, spent
from likewise.recipes.told import settings_of
from likewise.testing.kinds import values_fit
from likewise.testing.subject import Promise, Subject, expect, hinted, listed, people


def noise_is_new_each_time(subject: Subject) -> None:
    """Two fits of one seed draw other noise, and their files have the same members."""
    if not subject.is_private:
        return
    again = subject.fit(subject.table)
    expect(to_bytes(again) != to_bytes(subject.model), "two fits of one seed are the same: the seed reaches the noise")
    (meta, arrays), (own_meta, own_arrays) = again.state(), subject.model.state()
    expect([*meta] == [*own_meta] and [*arrays] == [*own_arrays], "two fits saved other members")
    odd = [name for name in arrays if arrays[name].dtype != own_arrays[name].dtype]
    expect(not odd, f"two fits saved other types of {listed(odd)}")


def card_tells_the_guarantee(subject: Subject) -> None:
    """The card tells epsilon, delta, unit, neighbours, contract and each release, which together keep to the budget."""
    if not subject.is_private:
        return
    told, asked = subject.model.card.privacy, subject.declaring(subject.table).inside.to_dict()
    expect(told.epsilon == asked["epsilon"], f"the card says epsilon {told.epsilon}")
    expect(told.delta is not None and 0 < told.delta < 1, f"the card says delta {told.delta}")
    expect(bool(told.unit and told.neighbours and told.contract), "the card lacks unit, neighbours or contract")
    expect(bool(told.events), "the card does not tell what was released")
    cost = spent([Event.from_dict(event) for event in told.events], told.delta or 0.5)
    expect(cost <= (told.epsilon or 0) * (1 + 1e-9), f"the releases come to an epsilon of {cost:g}")


def card_tells_nothing_else(subject: Subject) -> None:
    """All of the card but rows, seed, costs and notes is the same whatever the data."""
    if not subject.is_private:
        return
    one, other = (_public(model) for model in (subject.model, subject.fit(_late(subject), like=subject.table)))
    odd = [name for name in one if one[name] != other[name]]
    expect(not odd, f"{listed(odd)} of the card follow the data")


def _public(model: Model) -> dict[str, object]:
    fields = json.loads(model.card.model_dump_json())
    free = {"privacy": {k: v for k, v in fields["privacy"].items() if k not in ("events", "mu")}}
    return {k: v for k, v in fields.items() if k not in ("rows", "notes")} | free


def _late(subject: Subject) -> pa.Table:
    return people(subject.rows, late=True).select(subject.table.column_names)


def settings_rebuild_it(subject: Subject) -> None:
    """The card's settings and contract are what it takes to fit the technique anew."""
    if not subject.is_private:
        return
    card = Card.from_dict(json.loads(subject.model.card.model_dump_json()))
    expect("domain" not in card.settings, "the contract stands on the card twice: leave it out of the settings")
    again = type(subject.synthesizer).from_dict(settings_of(subject.model))
    expect(again.to_dict() == subject.declaring(subject.table).to_dict(), "other settings came back from the card")


def tables_without_rows_are_learned(subject: Subject) -> None:
    """A table without rows is learned like any other: to refuse it would tell."""
    if not subject.is_private:
        return
    model = subject.fit(subject.table.slice(0, 0), like=subject.table)
    expect(model.schema == subject.model.schema, "the schema is another one without rows")
    values_fit(sample(model, 20))


def the_contract_rules_not_the_data(subject: Subject) -> None:
    """Kinds, types, levels and bounds are those of the contract, whatever types and values the data have."""
    if not subject.is_private:
        return
    texts = {
        name: [None if v is None else str(v) for v in column] for name, column in subject.table.to_pydict().items()
    }
    broken = {name: ["?" * 9, *column[1:]] for name, column in texts.items()}
    for what, data in (("texts", texts), ("cells that are none", broken), ("a later month", _late(subject))):
        data = data if isinstance(data, pa.Table) else pa.table({n: pa.array(v, pa.string()) for n, v in data.items()})
        model = subject.fit(data, like=subject.table)
        expect(model.schema == subject.model.schema, f"{what} changed the schema")
        drawn = sample(model, 100)
        values_fit(drawn)
        expect("student" not in drawn.column("plan").to_pylist(), "a level came that the contract does not have")


def the_undeclared_is_refused(subject: Subject) -> None:
    """A column that the contract does not have is refused by name, and so is a contract's that the data lack."""
    if not subject.is_private:
        return
    more = subject.table.append_column("secret", pa.array(["Quisling"] * subject.rows))
    error = hinted(lambda: subject.fit(more, like=subject.table), "a column that is not declared")
    expect(error.where == "secret", f"the error points at {error.where}")
    expect("Quisling" not in f"{error}{error.hint}", "the error quotes a cell")
    error = hinted(lambda: subject.fit(subject.narrow, like=subject.table), "a table that lacks declared columns")
    expect(str(error.where) in subject.table.column_names, f"the error points at {error.where}")


def other_kinds_are_refused(subject: Subject) -> None:
    """Kinds that no contract can declare are refused by name, with the way out."""
    if not subject.is_private:
        return
    for kind in sorted(MEDIA | ({"text", "json"} - subject.synthesizer.kinds)):
        error = hinted(lambda kind=kind: subject.with_domain({"it": {"kind": kind}}).fit({"it": ["x"]}), f"kind {kind}")  # type: ignore[misc]
        expect("it" in str(error) and kind in str(error), f"the error does not name column and kind {kind}: {error}")
        expect("ignore" in (error.hint or ""), f"the hint for kind {kind} does not lead on: {error.hint}")
    left = {"it": "ignore", "age": {"kind": "number", "integer": True, "min": 0, "max": 99}}
    data = {"it": [np.zeros(3)] * 3, "age": [1, 2, 3]}
    expect(Table.from_any(subject.with_domain(left).fit(data).sample(2)).names == ("age",), "ignored columns came back")


PROMISES: tuple[Promise, ...] = (
    noise_is_new_each_time,
    card_tells_the_guarantee,
    card_tells_nothing_else,
    settings_rebuild_it,
    tables_without_rows_are_learned,
    the_contract_rules_not_the_data,
    the_undeclared_is_refused,
    other_kinds_are_refused,
)
