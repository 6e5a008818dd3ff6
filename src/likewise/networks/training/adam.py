"""The optimizer: AdamW in one fused kernel a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

EPS = 1e-8
"""What keeps steps bounded where gradients are nothing."""


class Adam:
    """Move parameters by their gradients, with the kernel that `torch.optim.AdamW(fused=True)` calls.

    Called here without that class, whose first use loads torch's compiler (a second of CPU time), and which takes half
    as long again a step. `first` and `second` are the moments, `taken` the steps of each parameter. Loshchilov and
    Hutter, 2019, ICLR.
    """

    def __init__(self, parameters: Sequence[Tensor], betas: tuple[float, float], weight_decay: float) -> None:
        import torch

        self.parameters, self.betas, self.weight_decay = list(parameters), betas, weight_decay
        self.first = [torch.zeros_like(p) for p in parameters]
        self.second = [torch.zeros_like(p) for p in parameters]
        self.taken = [torch.zeros((), dtype=torch.float32, device=p.device) for p in parameters]

    def step(self, rate: float) -> None:
        """Take one step; a parameter without a gradient stays where it is."""
        import torch

        moved = [i for i, p in enumerate(self.parameters) if p.grad is not None]
        if not moved:
            return
        own, gradients = [self.parameters[i] for i in moved], [self.parameters[i].grad for i in moved]
        first, second = [self.first[i] for i in moved], [self.second[i] for i in moved]
        taken = [self.taken[i] for i in moved]
        with torch.no_grad():
            torch._foreach_add_(taken, 1)
            torch._fused_adamw_(
                own, gradients, first, second, [], taken, lr=rate, beta1=self.betas[0], beta2=self.betas[1],
                weight_decay=self.weight_decay, eps=EPS, amsgrad=False, maximize=False,
            )  # fmt: skip

    def clear(self) -> None:
        """Forget all gradients."""
        for parameter in self.parameters:
            parameter.grad = None

    def tensors(self) -> dict[str, Tensor]:
        """Return all that a step changes beside the parameters, by name."""
        parts = {"first": self.first, "second": self.second, "taken": self.taken}
        return {f"{name}/{i}": tensor for name, own in parts.items() for i, tensor in enumerate(own)}
