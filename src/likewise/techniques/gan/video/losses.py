"""The losses of adversaries: pairs of a real and a drawn row, and judges that are held flat around both.

Relativistic pairing with zero-centred penalties (Huang et al. 2024, "The GAN is dead; long live the GAN!").
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from likewise.core.extras import require

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Generator, Tensor
    from torch.nn import Module

    Judged = Callable[[Tensor], Tensor]


def judge_loss(judge: Judged, real: Tensor, drawn: Tensor, rng: Generator, *, penalty: float, reach: float) -> Tensor:
    """Return how badly a judge tells drawn rows from the real ones they are paired with, and how steep it is there.

    The squared slope is that along random directions of length `reach` a number, which costs one more look instead of
    a second derivative: `penalty` weighs it.
    """
    torch = require("torch", extra="deep")
    both = torch.cat([real, drawn])
    moved = both + reach * torch.randn(both.shape, generator=rng, device=both.device)
    seen, beside = judge(both), judge(moved)
    slope = ((beside - seen) / reach).square().mean()
    of_real, of_drawn = seen.chunk(2)
    return torch.nn.functional.softplus(of_drawn - of_real).mean() + penalty * slope


def drawn_loss(judge: Judged, real: Tensor, drawn: Tensor) -> Tensor:
    """Return how badly drawn rows pass for more real than the real ones they are paired with."""
    torch = require("torch", extra="deep")
    with torch.no_grad():
        of_real = judge(real)
    return torch.nn.functional.softplus(of_real - judge(drawn)).mean()


@contextmanager
def at_rest(module: Module) -> Iterator[None]:
    """Let nothing be learned about a module inside: what flows through it leaves no gradients in its own weights."""
    module.requires_grad_(False)
    try:
        yield
    finally:
        module.requires_grad_(True)
