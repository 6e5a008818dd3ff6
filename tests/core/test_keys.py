from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.keys import capacity, infer_pattern, make_keys
from likewise.core.schema import Pattern
from likewise.errors import SettingsError

PATTERNS = [
    Pattern(form="sequence"),
    Pattern(form="sequence", prefix="INV-", suffix="/x", start=10, step=5, width=6),
    Pattern(form="mask", mask="A99"),
    Pattern(form="mask", mask="9999-AAAAA"),
    Pattern(form="mask", mask="\\9\\A-hh**aa"),
    Pattern(form="mask", mask="*" * 40),
    Pattern(form="mask", mask="4999999999999999", check="luhn"),
    Pattern(form="mask", mask="999999999*", check="mod11"),
    Pattern(form="mask", mask="DE99999999999999999999", check="mod97"),
    Pattern(form="uuid"),
]
SHAPES = {"9": "[0-9]", "A": "[A-Z]", "a": "[a-z]", "h": "[0-9a-f]", "*": "[0-9A-Za-z]"}


def regex(mask: str) -> str:
    return "".join(SHAPES.get(t, re.escape(t[-1])) for t in re.findall(r"\\.|[^\\]", mask))


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda p: p.mask or p.form)
def test_keys_never_repeat_and_blocks_fit_together(pattern: Pattern) -> None:
    size = min(capacity(pattern), 20_000)
    keys = make_keys(pattern, 0, size, seed=3)
    assert len(keys.unique()) == size
    assert make_keys(pattern, size // 2, 100, seed=3).equals(keys[size // 2 : size // 2 + 100])
    if pattern.mask:
        assert pc.all(pc.match_substring_regex(keys, f"^{regex(pattern.mask)}$")).as_py()
    if pattern.form != "sequence":
        assert not make_keys(pattern, 0, size, seed=4).equals(keys)


@pytest.mark.parametrize("pattern", [p for p in PATTERNS if len(p.mask) != 40], ids=lambda p: p.mask or p.form)
def test_made_keys_are_recognised(pattern: Pattern) -> None:
    found = infer_pattern(make_keys(pattern, 0, 2000, seed=1))
    assert found is not None
    assert (found.form, found.check) == (pattern.form, pattern.check)
    assert (found.prefix, found.start, found.step, found.width) == (
        pattern.prefix, pattern.start, pattern.step, pattern.width)  # fmt: skip
    if pattern.form == "mask" and "*" not in pattern.mask:
        assert found.mask == pattern.mask


def test_check_digits_hold() -> None:
    luhn = [[int(c) for c in k] for k in make_keys(PATTERNS[6], 0, 200, 0).to_pylist()]
    assert all(sum(d if i % 2 else sum(divmod(2 * d, 10)) for i, d in enumerate(k)) % 10 == 0 for k in luhn)
    isbn = make_keys(PATTERNS[7], 0, 200, 0).to_pylist()
    assert all(sum((10 - i) * (10 if c == "X" else int(c)) for i, c in enumerate(k)) % 11 == 0 for k in isbn)
    iban = make_keys(PATTERNS[8], 0, 200, 0).to_pylist()
    assert all(int("".join(str(int(c, 36)) for c in k[4:] + k[:4])) % 97 == 1 for k in iban)


@settings(max_examples=60, deadline=None)
@given(st.text("9Aah*-", min_size=1, max_size=5), st.integers(0, 2**32))
def test_a_mask_walks_through_its_whole_space_once(mask: str, seed: int) -> None:
    pattern = Pattern(form="mask", mask=mask)
    room = capacity(pattern)
    if room <= 3000:
        keys = make_keys(pattern, 0, room, seed)
        assert len(keys.unique()) == room


def test_a_list_that_ends_too_soon_is_refused() -> None:
    with pytest.raises(SettingsError) as fault:
        make_keys(Pattern(form="mask", mask="A9"), 0, 261, seed=0)
    assert fault.value.code == "key.exhausted"
    assert fault.value.hint


@pytest.mark.parametrize(
    ("values", "form", "mask"),
    [
        (["7590-VHVEG", "5575-GNVDE", "3668-QPYBK"], "mask", "9999-AAAAA"),
        (["9f1c2", "0a3bd", "77fee"], "mask", "hhhhh"),
        (["550e8400-e29b-41d4-a716-446655440000"], "uuid", ""),
        (["X-1", "X-2", "X-10"], "sequence", ""),
    ],
)
def test_patterns_are_found(values: list[str], form: str, mask: str) -> None:
    pattern = infer_pattern(pa.array(values))
    assert pattern is not None
    assert (pattern.form, pattern.mask) == (form, mask)


def test_words_have_no_pattern() -> None:
    assert infer_pattern(pa.array(["a b", "cde fgh", "i"])) is None
    assert infer_pattern(pa.array([], pa.string())) is None


def test_thinly_spread_numbers_do_not_tell_the_first_one() -> None:
    pattern = infer_pattern(pa.array([str(54_321 + 9_973 * i + i * i) for i in range(500)]))
    assert pattern is not None
    assert pattern.start == 10_000


def test_one_mistyped_id_does_not_hide_the_pattern() -> None:
    values = [*make_keys(PATTERNS[3], 0, 2000, 0).to_pylist(), "1371-DWPA"]
    assert infer_pattern(pa.array(values)) == PATTERNS[3]
