"""Templates: the shape of strings without any of the strings."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from likewise.modalities.tabular.templates import Template, fit_template, shape_of


def test_shapes_keep_what_is_no_letter_or_digit() -> None:
    assert shape_of("Ab-12 é") == "Aa-99 a"


def test_codes_come_back_in_their_shape() -> None:
    template = fit_template([f"AB-{n:03d}" for n in range(50)], [1] * 50, k=5)
    made = template.make(200, np.random.default_rng(0))
    assert all(re.fullmatch(r"AB-0\d\d", text) for text in made)


def test_a_shape_that_few_share_is_not_kept() -> None:
    template = fit_template([f"{n:05d}" for n in range(50)] + ["@handle!"], [1] * 51, k=5)
    assert template.shapes == (r"\0\0\099",)


def test_few_values_give_plain_shapes() -> None:
    template = fit_template(["O'Neil", "Smith-Jones"], [1, 1], k=5)
    assert all(set(shape) <= set("Aa9") for shape in template.shapes)
    assert all(text.isalpha() for text in template.make(20, np.random.default_rng(0)))


def test_words_keep_their_frequency_and_length() -> None:
    values = ["red red blue"] * 30 + ["green blue red"] * 30
    template = fit_template(values, [1] * 60, k=10)
    texts = template.make(2000, np.random.default_rng(0))
    assert {len(text.split()) for text in texts} == {3}
    assert {word for text in texts for word in text.split()} == {"red", "blue", "green"}


@given(st.lists(st.text(min_size=0, max_size=12), min_size=1, max_size=30), st.integers(2, 5))
def test_any_strings_give_a_working_template(values: list[str], k: int) -> None:
    template = fit_template(values, [1] * len(values), k=k)
    made = template.make(5, np.random.default_rng(0))
    assert len(made) == 5
    meta, arrays = template.state()
    again = Template.from_state(meta, arrays).make(5, np.random.default_rng(0))
    assert again.tolist() == made.tolist()
