from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.privacy.masking.ff1 import FF1, aes

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
KEY = "2B7E151628AED2A6ABF7158809CF4F3C"
SAMPLES = [  # NIST, FF1 samples 1 to 9: key, radix, tweak, plain, cipher
    (KEY, 10, "", "0123456789", "2433477484"),
    (KEY, 10, "39383736353433323130", "0123456789", "6124200773"),
    (KEY, 36, "3737373770717273373737", "0123456789abcdefghi", "a9tv40mll9kdu509eum"),
    (KEY + "EF4359D8D580AA4F", 10, "", "0123456789", "2830668132"),
    (KEY + "EF4359D8D580AA4F", 10, "39383736353433323130", "0123456789", "2496655549"),
    (KEY + "EF4359D8D580AA4F", 36, "3737373770717273373737", "0123456789abcdefghi", "xbj3kv35jrawxv32ysr"),
    (KEY + "EF4359D8D580AA4F7F036D6F04FC6A94", 10, "", "0123456789", "6657667009"),
    (KEY + "EF4359D8D580AA4F7F036D6F04FC6A94", 10, "39383736353433323130", "0123456789", "1001623463"),
    (KEY + "EF4359D8D580AA4F7F036D6F04FC6A94", 36, "3737373770717273373737", "0123456789abcdefghi",
     "xs8a0azh2avyalyzuwd"),
]  # fmt: skip


def halves(text: str, radix: int) -> tuple[np.ndarray, np.ndarray]:
    half = len(text) // 2
    return np.array([int(text[:half], radix)], np.uint64), np.array([int(text[half:], radix)], np.uint64)


def digits(number: int, radix: int, width: int) -> str:
    found = ""
    for _ in range(width):
        number, digit = divmod(number, radix)
        found = ALPHABET[digit] + found
    return found


@pytest.mark.parametrize(("key", "radix", "tweak", "plain", "cipher"), SAMPLES)
def test_the_standards_samples(key: str, radix: int, tweak: str, plain: str, cipher: str) -> None:
    machine = FF1(radix, len(plain))
    extra = np.frombuffer(bytes.fromhex(tweak), np.uint8).reshape(1, -1)
    left, right = machine.encrypt(aes(bytes.fromhex(key)), *halves(plain, radix), extra)
    half = len(plain) // 2
    assert digits(int(left[0]), radix, half) + digits(int(right[0]), radix, len(plain) - half) == cipher
    back = machine.decrypt(aes(bytes.fromhex(key)), left, right, extra)
    assert back == halves(plain, radix)


@settings(deadline=None)
@given(st.integers(2, 126), st.data())
def test_bits_of_any_length_come_back(length: int, data: st.DataObject) -> None:
    machine, cipher = FF1(2, length), aes(bytes(16))
    left = np.array(data.draw(st.lists(st.integers(0, 2 ** (length // 2) - 1), min_size=3, max_size=3)), np.uint64)
    right = np.array(
        data.draw(st.lists(st.integers(0, 2 ** (length - length // 2) - 1), min_size=3, max_size=3)), np.uint64
    )
    tweak = np.arange(24, dtype=np.uint8).reshape(3, 8)
    found = machine.decrypt(cipher, *machine.encrypt(cipher, left, right, tweak), tweak)
    assert (found[0] == left).all() and (found[1] == right).all()


def test_a_small_domain_is_permuted() -> None:
    numbers = np.arange(256, dtype=np.uint64)
    left, right = FF1(2, 8).encrypt(
        aes(bytes(16)), numbers >> np.uint64(4), numbers & np.uint64(15), np.zeros((256, 0), np.uint8)
    )
    assert sorted(((left << np.uint64(4)) | right).tolist()) == list(range(256))


def test_strings_that_are_too_long_are_refused() -> None:
    with pytest.raises(ValueError, match="out of reach"):
        FF1(10, 40)
