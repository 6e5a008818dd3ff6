"""Train on the processes that torch's launcher would start: one of them."""

from __future__ import annotations

import sys

import torch
from tests.networks.training.conftest import CPU, small

from likewise.networks.training import Phase, Plan, Run, recording, train


def run(folder: str | None = None) -> bytes:
    """Train and return the weights."""
    torch.set_num_threads(1)
    rows, net = torch.randn(200, 4, generator=torch.Generator().manual_seed(0)), small()
    critic = small()
    calls = [0]

    def loss(batch, rng):  # type: ignore[no-untyped-def]
        calls[0] += 1
        if folder is not None and calls[0] == 9 and "--short" in sys.argv and len(batch[0]) > 9:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return ((net(batch[0]) - batch[0]) ** 2).mean() + critic(net(batch[0])).square().mean()

    phases = [Phase("loss", net, loss, rate=0.01), Phase("critic", critic, lambda b, rng: critic(b[0]).abs().mean())]
    with recording(None if folder is None else Run(folder, every=0)):
        train(phases, [rows], Plan(40, 31, CPU), seed=0, held_back=lambda: float(net(rows).square().mean()))
    return b"".join(p.detach().numpy().tobytes() for part in (net, critic) for p in part.state_dict().values())


if __name__ == "__main__":
    sys.stdout.buffer.write(run(sys.argv[1]))
