"""Levels as symbols: rare ones never come back, whatever stands in for them."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.modalities.tabular.levels import LevelsCodec, coded, fit_levels_codec


def fitted(values: list[str | None], k: int = 5, **changes: object) -> tuple[LevelsCodec, Table]:
    table = Table.from_any({"x": values, "n": list(range(len(values)))})
    column = table.schema["x"].model_copy(update=changes)
    return fit_levels_codec(table, column, k=k, rng=np.random.default_rng(0)), table


def test_common_levels_round_trip() -> None:
    codec, table = fitted(["a", "b", None] * 20)
    symbols = codec.encode(*coded(table, "x"))
    back = np.array([*codec.output_levels, None], dtype=object)[codec.decode(symbols, np.random.default_rng(0))]
    assert back.tolist() == ["a", "b", None] * 20
    assert codec.rare is not None


def test_a_rare_level_of_little_weight_is_not_to_be_drawn() -> None:
    codec, _ = fitted(["a"] * 500 + ["b"] * 500 + ["hermit"])
    assert "hermit" not in codec.output_levels
    assert codec.rare == 2
    assert not codec.made


def test_codes_held_by_few_rows_are_replaced_by_others_of_their_shape() -> None:
    codes = [f"K{number:04d}" for number in range(400)]
    codec, table = fitted(codes * 2 + ["K9999"] * 50)
    assert codec.levels == ("K9999",)
    assert len(codec.made) == 400
    assert not {*codec.made} & {*codes}
    assert all(len(level) == 5 and level[0] == "K" and level[1:].isdigit() for level in codec.made)
    drawn = codec.decode(codec.encode(*coded(table, "x")), np.random.default_rng(0))
    assert drawn.max() < len(codec.output_levels)


@pytest.mark.parametrize("changes", [{"other": "refuse"}])
def test_declared_domains_are_kept_whole(changes: dict[str, object]) -> None:
    codec, _ = fitted(["a"] * 50 + ["b"], **changes)
    assert set(codec.levels) == {"a", "b"}


def test_texts_become_stand_ins() -> None:
    rng = np.random.default_rng(0)
    words = ["the", "patient", "feels", "well", "today", "pain", "left", "arm"]
    texts = [" ".join(rng.choice(words, 6)) + f" secret{number}" for number in range(300)]
    table = Table.from_any({"x": texts})
    column = Column(name="x", kind="text")
    codec = fit_levels_codec(table, column, k=5, rng=rng)
    drawn = codec.decode_texts(codec.encode(*coded(table, "x")), rng).to_pylist()
    assert not {*drawn} & {*texts}
    assert not any("secret" in text for text in drawn)
    assert {word for text in drawn for word in text.split()} <= {*words}


def test_unseen_levels_are_read_as_rare() -> None:
    codec, _ = fitted(["a", "b"] * 20)
    assert codec.encode(np.array([0, 1]), ("new", "a")).tolist() == [len(codec.levels), codec.levels.index("a")]


def test_state_round_trips() -> None:
    codec, _ = fitted([f"K{number:04d}" for number in range(100)] * 2)
    again = LevelsCodec.from_state(*codec.state())
    assert (again.levels, again.made) == (codec.levels, codec.made)
