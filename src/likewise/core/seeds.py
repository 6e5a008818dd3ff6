"""The one place where random generators are made."""

from __future__ import annotations

import hashlib

import numpy as np

from likewise.errors import SettingsError


def generator(seed: int, *path: int | str) -> np.random.Generator:
    """Return the generator of one named stream of a seed.

    The same seed and path give the same numbers on any machine; different paths are independent, so that work can be
    split among any number of workers without changing a byte.

    >>> bool(generator(0, "block", 3).random() == generator(0, "block", 3).random())
    True
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise SettingsError("settings.seed", "a seed is a whole number of at least 0", where="seed",
                            hint="use e.g. seed=0")  # fmt: skip
    key = tuple(part if isinstance(part, int) else _number(part) for part in path)
    return np.random.Generator(np.random.PCG64DXSM(np.random.SeedSequence(int(seed), spawn_key=key)))


def _number(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest())


def origin(rng: np.random.Generator) -> tuple[int, tuple[int, ...]]:
    """Return the seed and the path that `generator` made a generator of.

    A block of rows is drawn from a generator of its own; by the origin it knows which block of which seed it is.

    >>> origin(generator(5, 3))
    (5, (3,))
    """
    sequence = rng.bit_generator.seed_seq
    assert isinstance(sequence, np.random.SeedSequence) and isinstance(sequence.entropy, int)
    return sequence.entropy, tuple(sequence.spawn_key)
