from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.core.seeds import generator, origin
from likewise.errors import SettingsError

PATHS = st.lists(st.integers(0, 2**32 - 1) | st.text(max_size=8), max_size=3).map(tuple)


@given(st.integers(0, 2**64), PATHS)
def test_same_seed_and_path_give_the_same_numbers(seed: int, path: Any) -> None:
    assert generator(seed, *path).random(3).tolist() == generator(seed, *path).random(3).tolist()


@given(st.integers(0, 2**32), PATHS, PATHS)
def test_other_paths_give_other_numbers(seed: int, one: Any, other: Any) -> None:
    same = generator(seed, *one).random() == generator(seed, *other).random()
    assert same == (one == other)


def test_numbers_are_the_same_on_every_machine() -> None:
    assert generator(7, "block", 3).integers(10**9) == 735_239_271
    assert generator(np.int64(7), 1).random() == generator(7, 1).random()


@pytest.mark.parametrize("seed", [-1, 1.5, True, "1", None, float("nan")])
def test_bad_seeds_are_refused(seed: Any) -> None:
    with pytest.raises(SettingsError) as caught:
        generator(seed)
    assert caught.value.code == "settings.seed" and caught.value.hint


def test_a_generator_tells_its_origin() -> None:
    assert origin(generator(7)) == (7, ()) and origin(generator(2**70, 5, 6)) == (2**70, (5, 6))
    seed, path = origin(generator(3, "block", 2))
    assert generator(seed, *path).random() == generator(3, "block", 2).random()
