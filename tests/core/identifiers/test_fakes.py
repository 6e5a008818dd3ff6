"""Invented values: as many as are wanted, no two alike, nobody's."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.core.counted import Counted
from likewise.core.identifiers.catalogue import BY_LABEL
from likewise.core.identifiers.fakes import Fake, fake_capacity, fake_like, fakes_at
from likewise.core.identifiers.gazetteer import given_names, surnames
from likewise.core.identifiers.recogniser import folded

KINDS = get_args(Fake)


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_are_alike_and_each_is_made_alone(kind: Fake) -> None:
    places = np.arange(300_000)
    made = fakes_at(kind, places, Counted(3))
    assert len(made.unique()) == len(places)
    assert fakes_at(kind, places[[299_999, 0, 17]], Counted(3)).to_pylist() == [
        made[i].as_py() for i in (299_999, 0, 17)
    ]
    assert fakes_at(kind, places[:50], Counted(4)).to_pylist() != made[:50].to_pylist()
    last = fakes_at(kind, np.array([fake_capacity(kind) - 1]), Counted(3))
    assert last[0].as_py() and fake_capacity(kind) > 10**8


@pytest.mark.parametrize("kind", ["name", "word", "surname first"])
def test_no_part_is_a_name_that_is_common(kind: Fake) -> None:
    words = {word for value in fakes_at(kind, np.arange(50_000), Counted(0)).to_pylist()
             for word in folded(value).replace(",", "").split()}  # fmt: skip
    assert words & (given_names() | surnames()) == set()


@pytest.mark.parametrize(("kind", "label"), [("email", "email"), ("url", "url"), ("ip", "ip address"),
                                             ("address", "postal address"), ("user name", "user name")])  # fmt: skip
def test_they_look_like_what_they_stand_for(kind: Fake, label: str) -> None:
    made = fakes_at(kind, np.arange(100), Counted(1)).to_pylist()
    assert BY_LABEL[label].passes(made).all()


@given(st.lists(st.text(max_size=12), min_size=1, max_size=5))
def test_any_values_have_a_form(values: list[str]) -> None:
    assert fake_like("name", values) in ("name", "word", "surname first")
    assert fake_like("email", values) == "email"
