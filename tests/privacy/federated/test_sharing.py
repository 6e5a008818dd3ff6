"""Secrets in shares: enough of them give the secret back, fewer fit any secret."""

from __future__ import annotations

import secrets
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from likewise.privacy.federated.sharing import PRIME, SHARE, cut, joined


@given(secret=st.binary(min_size=32, max_size=32), parties=st.integers(1, 7), data=st.data())
def test_any_shares_that_are_enough_give_the_secret(secret: bytes, parties: int, data: st.DataObject) -> None:
    threshold = data.draw(st.integers(1, parties))
    shares = cut(secret, range(parties), threshold)
    assert all(len(share) == SHARE for share in shares.values())
    for places in combinations(range(parties), threshold):
        assert joined({place: shares[place] for place in places}) == secret
    assert joined(shares) == secret


def test_fewer_shares_fit_any_secret() -> None:
    shares = cut(b"a" * 32, range(3), 3)
    other = {0: shares[0], 1: shares[1]}
    wanted = int.from_bytes(b"b" * 32)
    # with x = 1, 2, 3 the secret is 3 y1 - 3 y2 + y3: some third share makes it any other
    third = (wanted - 3 * int.from_bytes(other[0]) + 3 * int.from_bytes(other[1])) % PRIME
    assert joined({**other, 2: third.to_bytes(SHARE)}) == b"b" * 32


def test_shares_of_the_same_secret_differ_each_time() -> None:
    assert cut(b"a" * 32, (0, 1), 2)[0] != cut(b"a" * 32, (0, 1), 2)[0]


def test_shares_that_fit_no_secret_of_this_length_give_none() -> None:
    assert joined({0: (PRIME - 1).to_bytes(SHARE)}) is None


def test_the_field_is_one() -> None:
    """Miller and Rabin's test, 64 times: a composite number passes with probability at most 4 ** -64."""
    odd, twos = PRIME - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(64):
        power = pow(secrets.randbelow(PRIME - 3) + 2, odd, PRIME)
        assert power == 1 or PRIME - 1 in [pow(power, 2**k, PRIME) for k in range(twos)]
