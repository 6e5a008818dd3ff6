from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.errors import SchemaError
from likewise.industries.finance.messages.blocks import Block
from likewise.industries.finance.messages.identities import Seen, digests, spread, uetrs

IDS = st.lists(st.text("AB01/-", min_size=1, max_size=35), min_size=1, max_size=20, unique=True)


@given(IDS, st.text("AB01/-", min_size=1, max_size=35))
def test_a_digest_is_a_function_of_the_id_alone(ids: list[str], longer: str) -> None:
    alone = [int(digests(pa.array([id]), 3, "use")[0]) for id in ids]
    assert digests(pa.array([*ids, longer]), 3, "use").tolist()[:-1] == alone
    assert len(set(alone)) == len(ids)
    assert not set(alone) & set(digests(pa.array(ids), 4, "use").tolist())


def test_bits_of_ids_that_differ_little_are_as_likely_as_not() -> None:
    bits = digests(pa.array([f"TX{n:010d}" for n in range(20_000)]), 0, "use")
    ones = np.unpackbits(bits.view(np.uint8)).reshape(-1, 64).mean(axis=0)
    assert np.abs(ones - 0.5).max() < 5 * 0.5 / 20_000**0.5
    assert np.bincount(spread(bits, 10)).min() > 1800


def test_uetrs_of_many_ids_differ() -> None:
    ids = pa.array([f"T{n}" for n in range(50_000)])
    assert len(uetrs(ids, 0).unique()) == 50_000


@given(st.lists(st.lists(st.integers(0, 30), max_size=9), max_size=12))
def test_the_first_id_that_was_there_before_is_refused(blocks: list[list[int]]) -> None:
    seen, known, start = Seen(), set[int](), 0
    for ids in blocks:
        block = Block("t", np.arange(start, start + len(ids)), {"id": pa.array(map(str, ids), pa.string())})
        again = [start + n + 1 for n, id in enumerate(ids) if id in known or id in ids[:n]]
        if again:
            with pytest.raises(SchemaError) as raised:
                seen.check(block, "id")
            assert raised.value.where is not None
            assert raised.value.where.startswith(f"t.id (rows {', '.join(map(str, again[:3]))}")
            return
        seen.check(block, "id")
        known |= set(ids)
        start += len(ids)
