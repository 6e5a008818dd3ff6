"""A plug-in, installed as others are, is found, keeps the contract by the rejection of the loop, and can break it."""

from __future__ import annotations

import importlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from likewise.core.card import Card
from likewise.core.draw import MOST_TRIES, sample
from likewise.core.protocol import Model, Synthesizer
from likewise.core.registry import synthesizer, technique, techniques
from likewise.core.schema import Schema
from likewise.core.table import Container, Table
from likewise.errors import ConditionError, SettingsError
from likewise.testing import PROMISES, Promise, Subject, check_promise, drawing, files, given, kinds

HERE = Path(__file__).parent


@pytest.fixture(scope="module", autouse=True)
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[type[Synthesizer]]:
    site = tmp_path_factory.mktemp("site")
    shutil.copy(HERE / "shuffled.py", site / "likewise_shuffled.py")
    info = site / "likewise_shuffled-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: likewise-shuffled\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[likewise.techniques]\nshuffled = likewise_shuffled:Shuffled\nbroken = likewise_shuffled:Missing\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(site))
        patch.setenv("PYTHONPATH", os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")]))
        techniques.cache_clear()
        yield technique("shuffled")
    techniques.cache_clear()


@pytest.fixture(scope="module")
def subject(plugin: type[Synthesizer]) -> Subject:
    return Subject(plugin())


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_a_technique_that_cannot_condition_keeps_the_contract(subject: Subject, promise: Promise) -> None:
    check_promise(promise, subject)


def test_a_plugin_that_cannot_be_loaded_is_named() -> None:
    with pytest.raises(SettingsError) as caught:
        synthesizer("broken")
    assert caught.value.code == "settings.technique-broken" and "likewise_shuffled:Missing" in str(caught.value.where)


def test_rejection_gives_up_in_time_and_says_how_many_rows_it_tried(subject: Subject) -> None:
    odd = {"sex": "male", "plan": None, "income": (0, 1), "vip": True}
    low = sample(subject.model, 4000, seed=1).numbers("income")
    odd["income"] = (float(np.nanmin(low)), float(np.nanmin(low)) + 1e-9)
    with pytest.raises(ConditionError) as caught:
        sample(subject.model, 5000, given=odd)
    assert caught.value.code == "given.unlikely"
    assert caught.value.hint is not None and "rows drawn meet" in caught.value.what


def test_rejection_finds_rare_rows(subject: Subject) -> None:
    drawn = sample(subject.model, 3, given={"age": 33, "sex": "male", "plan": "gold", "joined": (None, "2019-09-01")})
    assert drawn.rows == 3 and set(drawn.numbers("age")) == {33}
    assert MOST_TRIES >= 100


def broken_like(model: type[Model]) -> Subject:
    shuffled = technique("shuffled")
    return Subject(type("Broken", (shuffled,), {"model_class": model, "__module__": __name__})(), rows=150)


def base() -> Any:
    return importlib.import_module("likewise_shuffled").ShuffledModel


def global_dice() -> type[Model]:
    class GlobalDice(base()):  # type: ignore[misc]
        def draw(self, n: int, rng: np.random.Generator, given: Any) -> Table:
            return super().draw(n, np.random.default_rng(np.random.randint(1000)), given)  # noqa: NPY002

    return GlobalDice


def hidden_state() -> type[Model]:
    class HiddenState(base()):  # type: ignore[misc]
        drawn: ClassVar[list[int]] = []

        def draw(self, n: int, rng: np.random.Generator, given: Any) -> Table:
            self.drawn.append(n)
            return super().draw(n, np.random.default_rng(len(self.drawn)), given)

    return HiddenState


def deaf() -> type[Model]:
    class Deaf(base()):  # type: ignore[misc]
        conditions = "native"

        def draw(self, n: int, rng: np.random.Generator, given: Any) -> Table:
            return super().draw(n, rng, None)

    return Deaf


def seedless() -> type[Model]:
    class Seedless(base()):  # type: ignore[misc]
        def draw(self, n: int, rng: np.random.Generator, given: Any) -> Table:
            return super().draw(n, np.random.default_rng(0), given)

    return Seedless


def filled() -> type[Model]:
    class Filled(base()):  # type: ignore[misc]
        def draw(self, n: int, rng: np.random.Generator, given: Any) -> Table:
            drawn = super().draw(n, rng, given)
            place = drawn.names.index("income") if "income" in drawn.names else 0
            column = (
                drawn.columns.column(place).fill_null(0) if "income" in drawn.names else drawn.columns.column(place)
            )
            return Table(drawn.columns.set_column(place, drawn.names[place], column), drawn.schema)

    return Filled


def hoarder() -> type[Model]:
    class Hoarder(base()):  # type: ignore[misc]
        kept: ClassVar[list[Table]] = []

        def draw(self, n: int, rng: np.random.Generator, given: Any) -> Table:
            self.kept.append(super().draw(n, rng, given))
            return self.kept[-1]

    return Hoarder


def empty_handed() -> type[Model]:
    class EmptyHanded(base()):  # type: ignore[misc]
        def draw(self, n: int, rng: np.random.Generator, given: Any) -> Table:
            if n == 0:
                raise ZeroDivisionError("no rows")
            return super().draw(n, rng, given)

    return EmptyHanded


def half_saved() -> type[Model]:
    @dataclass(frozen=True, eq=False)
    class HalfSaved(base()):  # type: ignore[misc]
        @classmethod
        def from_state(cls, schema: Schema, card: Card, container: Container, meta: dict[str, Any], arrays: Any) -> Any:
            return super().from_state(schema, card.model_copy(update={"notes": ("x",)}), container, meta, arrays)

        def state(self) -> Any:
            meta, arrays = super().state()
            return {**meta, "at": id(arrays)}, arrays

    return HalfSaved


@pytest.mark.parametrize(
    ("fault", "promise"),
    [
        (global_dice, drawing.no_global_generator),
        (global_dice, drawing.same_seed_same_rows),
        (hidden_state, drawing.samples_leave_no_trace),
        (hidden_state, drawing.blocks_can_be_drawn_alone),
        (deaf, given.values_are_honoured),
        (deaf, given.ranges_are_honoured),
        (deaf, given.what_cannot_hold_together_is_refused),
        (seedless, drawing.other_seed_other_rows),
        (seedless, drawing.blocks_differ),
        (filled, kinds.schema_is_kept),
        (filled, kinds.missing_values_stay),
        (hoarder, drawing.streams_keep_no_block),
        (empty_handed, drawing.none_and_one),
        (half_saved, files.equal_fits_are_equal_files),
    ],
)
def test_the_suite_notices(fault: Any, promise: Promise) -> None:
    with pytest.raises(AssertionError, match=promise.__name__):
        check_promise(promise, broken_like(fault()))
