"""Promises about settings, seeds and what a model says of itself."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from likewise.core.card import Card
from likewise.core.protocol import Model, Synthesizer
from likewise.core.registry import technique, techniques
from likewise.testing.subject import Promise, Subject, expect, hinted, refusal


def is_installed_under_its_name(subject: Subject) -> None:
    """The technique is found by its name, which model files carry."""
    synthesizer = subject.synthesizer
    name = synthesizer.technique
    entry = f'list it in pyproject.toml: [project.entry-points."likewise.techniques"] {name} = ...'
    expect(name in techniques(), f"no technique `{name}` is installed; {entry}")
    expect(technique(name) is type(synthesizer), f"the name `{name}` leads to another class")
    expect(synthesizer.model_class.technique == name, f"its model calls itself `{synthesizer.model_class.technique}`")


def settings_go_to_json_and_back(subject: Subject) -> None:
    """Equal settings are equal objects, also after a way through JSON."""
    synthesizer = subject.synthesizer
    written: dict[str, Any] = json.loads(json.dumps(synthesizer.to_dict()))
    again = type(synthesizer).from_dict(written)
    expect(again == synthesizer, f"{again!r} came back for {synthesizer!r}")
    expect(type(synthesizer).from_dict(again.to_dict()).to_dict() == again.to_dict(), "settings differ the second time")


def unknown_settings_are_refused(subject: Subject) -> None:
    """A setting that does not exist is refused, and the nearest that does is named."""
    kind: type[Synthesizer] = type(subject.synthesizer)
    fields = sorted(kind.model_fields)
    known = fields[0] if fields else ""
    error = hinted(lambda: kind.from_dict({f"{known}x": 1}), f"the unknown setting `{known}x`")
    expect(known in (error.hint or ""), f"the hint does not name `{known}`: {error.hint}")
    hinted(lambda: kind(**{f"{known}x": 1}), f"the unknown setting `{known}x` of {kind.__name__}(...)")


def candidates_are_its_own(subject: Subject) -> None:
    """What it puts up for a race are settings of its own, each once, and its memory is a number or not known."""
    kind = type(subject.synthesizer)
    found = kind.candidates()
    expect(all(type(each) is kind for each in found), "a candidate is of another class")
    expect(all(each not in found[:place] for place, each in enumerate(found)), "two candidates are the same")
    for each in found:
        few, many = each.memory(1_000, 10), each.memory(2_000, 10)
        expect((few is None) == (many is None) and 0 <= (few or 0) <= (many or 0), f"{each!r}: memory {few}, {many}")


def settings_are_frozen(subject: Subject) -> None:
    """Settings and models never change."""
    for name in type(subject.synthesizer).model_fields:
        try:
            setattr(subject.synthesizer, name, getattr(subject.synthesizer, name))
        except (ValidationError, AttributeError):
            continue
        raise AssertionError(f"the setting `{name}` can be changed")
    try:
        subject.model.card = subject.model.card  # type: ignore[misc]
    except AttributeError:
        return
    raise AssertionError("the card of a model can be changed: declare the model `@dataclass(frozen=True, eq=False)`")


def bad_seeds_are_refused(subject: Subject) -> None:
    """A seed is a whole number of at least 0, for fitting and for drawing."""
    for seed in (-1, 1.5, True, "7", None):
        hinted(lambda seed=seed: subject.fit(subject.table, seed=seed), f"fit with seed={seed!r}")  # type: ignore[misc]
        hinted(lambda seed=seed: subject.model.sample(1, seed=seed), f"sample with seed={seed!r}")  # type: ignore[misc]


def card_tells_where_it_came_from(subject: Subject) -> None:
    """The card names technique, settings, seed, rows, data digest, versions and privacy, and goes through JSON."""
    model: Model = subject.model
    card = model.card
    expect(card.technique == subject.synthesizer.technique, f"the card says technique `{card.technique}`")
    expect(card.seed == 1, f"the card says seed {card.seed}")
    if not subject.is_private:  # whose card tells settings beside the contract, and a noisy count of rows
        expect(card.settings == subject.synthesizer.to_dict(), "the card does not hold the settings")
        expect(card.rows == subject.rows, f"the card says {card.rows} rows")
    expect(len(card.data_digest) == 64 and bool(card.versions), "the card lacks the data digest or the versions")
    expect(bool(card.privacy.statement.strip()), "the card says nothing about privacy")
    expect(Card.from_dict(json.loads(card.model_dump_json())) == card, "the card changes on its way through JSON")


def nothing_to_learn_from_is_refused(subject: Subject) -> None:
    """A table without rows, without columns or with a name twice is refused; without rows not where that would tell."""
    import pyarrow as pa

    if not subject.is_private:
        hinted(lambda: subject.fit(subject.table.slice(0, 0)), "a table without rows")
    refusal(lambda: subject.fit(pa.table({})), "a table without columns")
    twice = pa.table([pa.array([1, 2]), pa.array([3, 4])], names=["a", "a"])
    error = hinted(lambda: subject.fit(twice), "a table with two columns `a`")
    expect("a" in str(error), "the error does not name the column that is there twice")


PROMISES: tuple[Promise, ...] = (
    is_installed_under_its_name,
    settings_go_to_json_and_back,
    unknown_settings_are_refused,
    candidates_are_its_own,
    settings_are_frozen,
    bad_seeds_are_refused,
    card_tells_where_it_came_from,
    nothing_to_learn_from_is_refused,
)
