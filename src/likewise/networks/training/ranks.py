"""One training on several graphics cards or machines, by torch's own `torch.distributed`.

Start the same command once per card with torch's launcher:

    torchrun --nproc-per-node 4 -m likewise synth photos/ --technique gan -o out/

Each process takes its part of the rows of every batch, gradients are averaged over all of them, and so every process
holds the same weights at every step. The first one writes checkpoints and losses. On processors the exchange is by
gloo, on graphics cards by NCCL. What is random differs between processes, so that the result differs from that of one
process, of the same kind though it is; without randomness in a loss it is the same but for rounding.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Ranks:
    """Tell which of how many processes this is, and exchange numbers with the others; alone, all stays as it is."""

    rank: int = 0
    world: int = 1
    device: str = "cpu"

    @classmethod
    def found(cls, device: str) -> Ranks:
        """Return the processes that torch's launcher started, connected; one alone where it did not."""
        world = int(os.environ.get("WORLD_SIZE", "1"))
        if world < 2:
            return cls(device=device)
        import torch.distributed as dist

        if not dist.is_initialized():
            dist.init_process_group("nccl" if device.startswith("cuda") else "gloo")
            atexit.register(dist.destroy_process_group)  # else its threads may end the process with an error
        return cls(dist.get_rank(), dist.get_world_size(), device)

    def part(self, rows: Tensor) -> Tensor:
        """Return the rows of a batch that this process takes; of fewer rows than processes, none for the last ones."""
        return rows if self.world == 1 else rows[self.rank :: self.world]

    def averaged(self, parameters: Sequence[Tensor], weight: float, failed: bool) -> bool:
        """Add up gradients, each process's counted by its share of the batch; say whether any process failed."""
        if self.world == 1:
            return failed
        import torch

        own = [torch.zeros_like(p) if p.grad is None or failed else p.grad * weight for p in parameters]
        flat = torch.cat([*(part.reshape(-1).float() for part in own), own[0].new_full((1,), float(failed)).float()])
        _all_reduce(flat)
        if flat[-1] > 0:
            return True
        pieces = flat[:-1].split([p.numel() for p in parameters])
        for parameter, piece in zip(parameters, pieces, strict=True):
            parameter.grad = piece.reshape(parameter.shape).to(parameter.dtype)
        return False

    def mean(self, losses: Tensor) -> Tensor:
        """Return losses averaged over all processes."""
        if self.world == 1:
            return losses
        shared = losses.clone()
        _all_reduce(shared)
        return shared / self.world

    def agreed(self, value: float) -> float:
        """Return the first process's number, so that all decide alike."""
        if self.world == 1:
            return value
        import torch
        import torch.distributed as dist

        shared = torch.tensor([value], dtype=torch.float64, device=self.device)
        dist.broadcast(shared, 0)
        return float(shared[0])


def _all_reduce(values: Any) -> None:
    import torch.distributed as dist

    dist.all_reduce(values)
