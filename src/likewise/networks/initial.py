"""Weights before training, made from a seed and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from likewise.core.extras import require
from likewise.core.seeds import generator


@contextmanager
def weights_from(seed: int, *path: int | str) -> Iterator[None]:
    """Let networks that are built inside have weights of a seed; the global generator of torch is as it was after.

    Different paths give independent weights: name what is built.
    """
    torch = require("torch", extra="deep")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(generator(seed, "weights", *path).integers(2**62)))
        yield
