"""Promises about drawing: seeds, blocks, threads, memory."""

from __future__ import annotations

import gc
import random
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa

from likewise.core.conditions import understand
from likewise.core.draw import BLOCK, block, sample, stream
from likewise.core.table import concat
from likewise.testing.subject import Promise, Subject, expect, hinted, same

MANY = BLOCK + 37


def same_seed_same_rows(subject: Subject) -> None:
    """The same data, settings and seeds give the same bytes; where noise is to differ, the same model and seed do."""
    same(subject.draw(64, seed=5), subject.draw(64, seed=5), "two samples of one seed")
    if subject.is_private:
        return
    again = subject.fit(subject.table)
    same(subject.draw(64, seed=5), sample(again, 64, seed=5), "samples of two fits of one seed")


def other_seed_other_rows(subject: Subject) -> None:
    """Another seed gives other rows."""
    one, other = subject.draw(64, seed=5), subject.draw(64, seed=6)
    expect(one.digest() != other.digest(), "seeds 5 and 6 drew the same rows")


def samples_leave_no_trace(subject: Subject) -> None:
    """A model has no hidden state: what was drawn before changes nothing."""
    first = subject.draw(32, seed=9)
    subject.draw(50, seed=3)
    subject.draw(5, seed=9, given={"sex": "female"})
    same(first, subject.draw(32, seed=9), "a sample repeated after others")


def blocks_can_be_drawn_alone(subject: Subject) -> None:
    """Blocks drawn alone, in any order, are those of the whole sample, and a stream is the sample."""
    model = subject.narrow_model
    whole = sample(model, MANY, seed=2)
    expect(whole.rows == MANY, f"{whole.rows} rows came for {MANY}")
    alone = {index: block(model, index, MANY, None, 2) for index in (1, 0)}
    same(whole, concat([alone[0], alone[1]]), "blocks drawn last one first")
    streamed = list(stream(model, MANY, seed=2))
    expect([t.rows for t in streamed] == [BLOCK, 37], f"a stream came in parts of {[t.rows for t in streamed]}")
    same(whole, concat(streamed), "a stream")


def blocks_differ(subject: Subject) -> None:
    """Two blocks of one seed do not repeat each other."""
    model = subject.narrow_model
    one, other = (block(model, index, 2 * BLOCK, None, 4).select(["age", "sex"]) for index in (0, 1))
    expect(one.digest() != other.digest(), "blocks 0 and 1 hold the same rows")


def threads_do_not_meet(subject: Subject) -> None:
    """Several threads may draw from one model at once."""
    alone = [subject.draw(64, seed=seed) for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda seed: subject.draw(64, seed=seed), [0, 1, 2, 3] * 3))
    for place, table in enumerate(together):
        same(alone[place % 4], table, "a sample drawn beside others")


def no_global_generator(subject: Subject) -> None:
    """Neither fitting nor drawing touches the global generators of numpy or of Python."""
    before = _global_states()
    model = subject.fit(subject.table)
    model.sample(16, seed=1)
    model.sample(4, given={"sex": "male"}, seed=1)
    expect(_global_states() == before, "a global generator was used; make one with likewise.core.seeds.generator")


def _global_states() -> tuple[object, ...]:
    kind, keys, *rest = np.random.get_state()  # noqa: NPY002 (looked at, not drawn from)
    return kind, np.asarray(keys).tobytes(), rest, random.getstate()


def none_and_one(subject: Subject) -> None:
    """No row and one row can be asked for."""
    for n in (0, 1):
        for given in (None, {"sex": "female"}):
            drawn = subject.draw(n, given=given)
            expect(drawn.rows == n, f"{drawn.rows} rows came for n={n}")
            expect(drawn.schema == subject.model.schema, f"the schema is another one for n={n}")


def bad_counts_are_refused(subject: Subject) -> None:
    """The number of rows is a whole number of at least 0; it is looked at before anything is drawn."""
    for n in (-1, 1.5, True, "3", None):
        hinted(lambda n=n: subject.model.sample(n), f"n={n!r}")  # type: ignore[misc]
        hinted(lambda n=n: subject.model.stream(n), f"a stream of n={n!r}")  # type: ignore[misc]


def streams_keep_no_block(subject: Subject) -> None:
    """A stream of any length holds one block at a time."""
    blocks = stream(subject.narrow_model, 5 * BLOCK, seed=8)
    size = next(blocks).columns.nbytes
    tracemalloc.start()
    try:
        next(blocks)
        held = _held()
        for _ in range(3):
            next(blocks)
        grown = _held() - held
    finally:
        tracemalloc.stop()
    expect(grown < size, f"three more blocks of {size:,} bytes left {grown:,} bytes behind")


def _held() -> int:
    gc.collect()
    return int(tracemalloc.get_traced_memory()[0] + pa.total_allocated_bytes())


def keys_never_repeat(subject: Subject) -> None:
    """A key is unique over all blocks, and looks like those of the data."""
    keys = sample(subject.narrow_model, MANY, seed=3).column("customer")
    expect(len(keys.unique()) == MANY, f"{MANY - len(keys.unique())} keys of {MANY} are there twice")
    shapes = {f"{key[:2]}{len(key)}" for key in keys.to_pylist()}
    expect(shapes == {"C-8"}, f"the keys are of other shapes than those of the data: {sorted(shapes)[:3]}")


def conditions_hold_in_every_block(subject: Subject) -> None:
    """Conditions hold in every block, and the blocks are still those of the whole."""
    model = subject.narrow_model
    given = understand({"sex": "female", "age": (30, None)}, model.schema)
    whole = sample(model, MANY, given=given, seed=2)
    assert given is not None
    expect(bool(given.matches(whole).all()), "rows do not meet the conditions")
    same(whole.slice(BLOCK), block(model, 1, MANY, given, 2), "a conditioned block drawn alone")


PROMISES: tuple[Promise, ...] = (
    same_seed_same_rows,
    other_seed_other_rows,
    samples_leave_no_trace,
    blocks_can_be_drawn_alone,
    blocks_differ,
    threads_do_not_meet,
    no_global_generator,
    none_and_one,
    bad_counts_are_refused,
    streams_keep_no_block,
    keys_never_repeat,
    conditions_hold_in_every_block,
)
