"""Train a little in a folder, slowly: a process for tests to kill."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import torch
from tests.networks.training.conftest import CPU, denoising, small

from likewise.networks.training import Budget, Phase, Plan, Run, recording, train


def run(folder: str | None, pause: float, save: str) -> None:
    """Train two networks, one after another, and write their weights."""
    torch.set_num_threads(1)
    rows = torch.randn(200, 4, generator=torch.Generator().manual_seed(0))
    first, second = small(), small()
    first.register_buffer("seen", torch.zeros(()))

    def slow(net: torch.nn.Module):  # type: ignore[no-untyped-def]
        def loss(batch, rng):  # type: ignore[no-untyped-def]
            time.sleep(pause)
            first.seen += 1
            return denoising(net)(batch, rng) * (1 + 0.001 * first.seen)

        return loss

    def held_back() -> float:
        return float(((first(rows) - rows) ** 2).mean() + (first[0].bias[0] * 5).sin())  # not best at the end

    with recording(None if folder is None else Run(folder, every=0.02)):
        train([Phase("one", first, slow(first), rate=0.01)], [rows], Plan(240, 32, CPU), seed=0, held_back=held_back,
              what="first part")  # fmt: skip
        phases = [Phase("one", first, slow(first)), Phase("two", second, slow(second), rate=0.01)]
        train(phases, [rows], Plan(1, 32, CPU, Budget(epochs=40)), seed=0, what="second part")
    weights = b"".join(p.detach().numpy().tobytes() for net in (first, second) for p in net.state_dict().values())
    Path(save).write_bytes(weights)


if __name__ == "__main__":
    run(sys.argv[1] or None, float(sys.argv[2]), sys.argv[3])
