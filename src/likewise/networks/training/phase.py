"""A phase of a training step: a part of the networks, the loss that moves it, and how fast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from torch import Generator, Tensor
    from torch.nn import Module

    from likewise.networks.training.private import PrivateSettings

Batch = Sequence["Tensor"]
"""Some rows of every tensor of the data, in one order."""

Loss = Callable[[Batch, "Generator"], "Tensor"]
"""`loss(batch, rng)`: the mean loss of a batch; all that is random in it comes from `rng`."""


@dataclass(frozen=True, eq=False)
class Phase:
    """Move the parameters of `part` by the gradient of `loss` (AdamW); the phases of a step follow each other.

    `rate` is the learning rate at its height, reached after `warmup` steps; `decay` lets it fall along a cosine to
    nothing, or stay. `average` is the share of the steps over which weights are averaged (None: the last ones are
    taken). `clip` bounds the length of the gradient.

    While a phase is at work, the parameters of the parts of other phases are frozen: gradients flow through them, none
    is computed for them. What a loss remembers from step to step lies in buffers of its part (`register_buffer`), so
    that checkpoints hold it. Where memory is short, a batch is worked on in portions whose gradients are averaged: that
    is the same step where the loss is a mean over rows, and another one where it compares rows with each other
    (all pairs of a batch, its standard deviation), for then only rows of one portion are compared.

    `half=False` computes in float32 also where the device is fast at bfloat16. On a processor bfloat16 pays for layers
    of 128 and more, and not for attention.

    With `private` the gradients are differentially private, and no phase of the training is given rows: `loss` (None
    where there is none) adds its gradient as it is.
    """

    name: str
    part: Module
    loss: Loss | None
    rate: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.99)
    weight_decay: float = 0.0
    warmup: int = 20
    decay: Literal["cosine", "none"] = "cosine"
    average: float | None = 0.05
    clip: float | None = None
    half: bool = True
    private: PrivateSettings | None = None
