"""Building networks whose first weights come from a seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from likewise.core.extras import require
from likewise.core.seeds import generator

if TYPE_CHECKING:
    from torch.nn import Module

Net = TypeVar("Net", bound="Module")


def built(make: Callable[[], Net], seed: int, *path: int | str) -> Net:
    """Return the module that `make` builds, its first weights drawn from `seed` and the name of its place in a model.

    Torch's own generator is left as it was. `make` builds on the processor; `train` moves the module to its device.
    Modules of one model have different paths, else equal layers begin equal.

    >>> import torch
    >>> one, same, other = (built(lambda: torch.nn.Linear(2, 1), 0, name) for name in ("decoder", "decoder", "encoder"))
    >>> bool((one.weight == same.weight).all()), bool((one.weight == other.weight).all())
    (True, False)
    """
    torch = require("torch", extra="deep")
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(int(generator(seed, "weights", *path).integers(2**62)))
        return make()
