"""Secrets cut into shares: any `threshold` of them give the secret back, fewer say nothing about it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

PRIME = 2**256 + 297
"""The smallest prime above every secret of 32 bytes."""

SECRET, SHARE = 32, 33
"""How many bytes a secret and a share take."""


def cut(secret: bytes, places: Sequence[int], threshold: int) -> dict[int, bytes]:
    """Return a share of a secret of 32 bytes for each place (0, 1, ...): a random polynomial's values there.

    >>> shares = cut(b"k" * 32, (0, 1, 2), threshold=2)
    >>> joined({2: shares[2], 0: shares[0]}) == b"k" * 32
    True

    Shamir, 1979, CACM 22.
    """
    terms = [int.from_bytes(secret), *(secrets.randbelow(PRIME) for _ in range(threshold - 1))]
    return {place: _value(terms, place + 1).to_bytes(SHARE) for place in places}


def joined(shares: Mapping[int, bytes]) -> bytes | None:
    """Return the secret that shares give, by place; None where they are of no secret of 32 bytes."""
    at = {place + 1: int.from_bytes(share) for place, share in shares.items()}
    total = 0
    for x, y in at.items():
        above = below = 1
        for other in at:
            if other != x:
                above, below = above * other % PRIME, below * (other - x) % PRIME
        total = (total + y * above * pow(below, -1, PRIME)) % PRIME
    return total.to_bytes(SECRET) if total < 2 ** (8 * SECRET) else None


def _value(terms: Sequence[int], x: int) -> int:
    """Return a polynomial's value, its terms from the constant up."""
    value = 0
    for term in reversed(terms):
        value = (value * x + term) % PRIME
    return value
