"""Strings of regular expressions: each matches, numbers give different ones, and what cannot be made is refused."""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from likewise.core.counted import Counted
from likewise.errors import SettingsError
from likewise.techniques.rules.patterns.pattern import compiled

PATTERNS = [
    "[A-Z]{3}-[0-9]{4}", "[0-9a-f]{40}", r"(foo|bar|quux)-\d{4}", r"[a-z]+@[a-z]+\.(com|org)", "(?i)abc|DE*",
    r"([ab]{2})x\1", "[а-я]{3,5}", r"(?=.*[A-Z])(?=.*\d)[A-Za-z\d]{8,12}", r"(?!0+$)\d{4}", "(a|ab)(c|bcd)(d*)",
    ".{0,40}", "[a-z]{20,30}", "", "a?^b", r"\w\W\s\S\D.", "[^a-z]{2}", r"[^\x00-\x7f]",
    "(?:(a|b)\\1){2,3}", "(?x) a b # c",
    "(?P<x>[xyz])(?P=x)?", "[\\x20-\\uFFFF]{2}", "(?i)[^a]", "x*?y+?", "((a|b)|(c|d)e)?",
    "日本|東京", "(?s).", r"^\Aab\Z$",
]  # fmt: skip
ROWS = np.arange(400)


def texts(pattern: str, **bounds: int) -> list[str]:
    found: list[str] = compiled(pattern, **bounds).draw(Counted(5, "texts"), ROWS).to_pylist()
    return found


@pytest.mark.parametrize("pattern", PATTERNS)
def test_what_is_drawn_matches(pattern: str) -> None:
    assert [text for text in texts(pattern) if not re.fullmatch(pattern, text)] == []


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_row_is_drawn_alone_as_among_others(pattern: str) -> None:
    random, made = Counted(5, "texts"), compiled(pattern)
    assert made.draw(random, np.array([321, 7])).to_pylist() == [texts(pattern)[321], texts(pattern)[7]]


@pytest.mark.parametrize("pattern", [each for each in PATTERNS if r"{2,3}" not in each and "?P=x" not in each])
def test_numbers_give_different_strings_that_match(pattern: str) -> None:
    made = compiled(pattern)
    ranks = np.unique(np.linspace(0, made.room - 1, 300).astype(np.int64).clip(0, made.room - 1))
    found = made.at(ranks).to_pylist()
    assert len(set(found)) == len(ranks)
    assert [text for text in found if not re.fullmatch(pattern, text)] == []


BRANCHES = st.deferred(
    lambda: st.one_of(
        st.sampled_from(["a", "b", "[ab]", "[^a]", r"\d", "(a|b)", "(aa|a)", "(?:b|)"]),
        st.builds("{}{}".format, BRANCHES, BRANCHES),
        st.builds("({}|{})".format, BRANCHES, BRANCHES),
        st.builds("({}){}".format, BRANCHES, st.sampled_from(["?", "*", "+", "{2}", "{1,2}"])),
    )
)


@settings(max_examples=30, deadline=None)
@given(BRANCHES)
@example("(aaaaa){2}")
def test_any_pattern_is_drawn_and_numbered_rightly(pattern: str) -> None:
    made = compiled(pattern)
    with suppress(SettingsError):  # where no text is as short as that
        made = compiled(pattern, longest=max(8, made.longest // 4))
    drawn = made.draw(Counted(1, "any"), np.arange(60)).to_pylist()
    numbered = made.at(np.arange(min(made.room, 300))).to_pylist()
    assert len(set(numbered)) == len(numbered)
    assert all(re.fullmatch(pattern, text) and len(text) <= made.longest for text in drawn + numbered)


@pytest.mark.parametrize(
    "pattern", ["a*b?", "(a|ab)(b|)*", "(aa|a)+", "[ab]{1,3}c?", "a|b|ab|(a)(b)", "(?!aa)[abc]+", "c{0,2}a"]
)
def test_all_strings_are_counted_once(pattern: str) -> None:
    every = {"".join(each) for size in range(5) for each in product("abc", repeat=size)}
    wanted = {text for text in every if re.fullmatch(pattern, text)}
    made = compiled(pattern, longest=4)
    assert made.count == len(wanted)
    assert set(made.at(np.arange(made.count)).to_pylist()) == wanted


def test_what_is_only_looked_for_may_stand_anywhere() -> None:
    made = compiled("b+", full=False, longest=6)
    found = made.at(np.arange(500)).to_pylist()
    assert len(set(found)) == 500
    assert all(re.search("b+", text) for text in found)
    assert compiled("^a[0-9]$", full=False).count == 10
    assert all(text.startswith("a") for text in compiled("^a", full=False).at(np.arange(100)).to_pylist())


def test_lengths_are_kept() -> None:
    assert {len(text) for text in texts("[a-z]*", shortest=12, longest=14)} == {12, 13, 14}
    assert {len(text) for text in texts("a+b+", longest=5)} <= {2, 3, 4, 5}


def test_choices_are_alike_likely() -> None:
    drawn = compiled("(no|y[0-9]{6})").draw(Counted(1, "even"), np.arange(4000)).to_pylist()
    assert abs(drawn.count("no") - 2000) < 4 * 32
    counts = np.bincount(
        [int(text) for text in compiled("[0-9]").draw(Counted(2, "even"), np.arange(9000)).to_pylist()]
    )
    assert ((counts - 900) ** 2 / 900).sum() < 33.7  # chi-square, 9 degrees of freedom, one in 10,000


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("a(", "character 2"),
        (r"x(?<=x)y", "lookbehind at character 2"),
        (r"(?=a)a(?=b)b", "lookahead after the beginning at character 7"),
        (r"a\bb", "word boundary at character 2"),
        (r"(a)?\1", "may hold nothing"),
        ("(?>a)b", "atomic group at character 1"),
        ("a++", "possessive"),
        ("(?=[0-9])[a-z]", "no text"),
        ("a{1000000}", "too long"),
        ("(" * 3000 + ")" * 3000, "too long"),
        (r"\x00", "no text"),
    ],
)
def test_what_cannot_be_made_is_refused_with_its_place(pattern: str, said: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(said)) as fault:
        compiled(pattern)
    assert fault.value.code == "settings.pattern"


def test_too_few_strings_are_refused_with_both_numbers() -> None:
    with pytest.raises(SettingsError, match="makes 200 different texts, and 201 are wanted"):
        compiled("[AB][0-9]{2}").at(np.arange(201))


def test_bounds_that_no_string_keeps_are_refused() -> None:
    with pytest.raises(SettingsError, match="no text of 0 to 3 characters"):
        compiled("[0-9]{4}", longest=3)


@pytest.mark.parametrize(("nested", "plain"), [
    ("(x{0,30}){0,30}", "x{0,900}"), ("((a{0,9}){0,9}){0,9}", "a{0,729}"), ("(x{2,3}){4}", "x{8,12}"),
    ("(x{1,3}){2,4}", "x{2,12}"), ("(x{2,3}){0,1}", "|x{2,3}"), ("(x{3}){1,2}", "xxx|xxxxxx"),
])  # fmt: skip
def test_repeats_of_repeats_are_counted(nested: str, plain: str) -> None:
    """They took as long as the square of their lengths."""
    found, wanted = compiled(nested), compiled(plain)
    assert found.count == wanted.count
    ranks = np.arange(min(found.count, 50))
    assert found.at(ranks).to_pylist() == wanted.at(ranks).to_pylist()


def test_long_texts_are_numbered_before_all_are_counted() -> None:
    """Their exact number has thousands of digits, and nobody asked for it."""
    texts = compiled(".{1,900}")
    assert len(set(texts.at(np.arange(2000)).to_pylist())) == 2000
    assert texts.room == 2**61
    assert "count" not in vars(texts._counting)
