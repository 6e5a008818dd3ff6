"""The optimizer is torch's AdamW, to the last bit."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.networks.training.conftest import small

torch = pytest.importorskip("torch")

from likewise.networks.training.adam import Adam  # noqa: E402


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_it_steps_as_torchs_own(decay: float) -> None:
    ours, theirs = small(), small()
    own = Adam(list(ours.parameters()), (0.5, 0.9), decay)
    torchs = torch.optim.AdamW(theirs.parameters(), betas=(0.5, 0.9), weight_decay=decay, fused=True)
    rng = torch.Generator().manual_seed(0)
    for step in range(50):
        rows, rate = torch.randn(8, 4, generator=rng), 0.01 * (step + 1)
        torchs.param_groups[0]["lr"] = rate
        own.clear()
        torchs.zero_grad()
        for net in (ours, theirs):
            net(rows).square().sum().backward()
        if step == 20:  # what has no gradient stays, and its moments too
            ours[0].weight.grad = theirs[0].weight.grad = None
        own.step(rate)
        torchs.step()
    assert all(torch.equal(one, other) for one, other in zip(ours.parameters(), theirs.parameters(), strict=True))


def test_training_does_not_load_torchs_compiler() -> None:
    script = """
import sys, torch
from likewise.networks.device import Device
from likewise.networks.training import Phase, Plan, train
net = torch.nn.Linear(2, 2)
phase = Phase("loss", net, lambda batch, rng: net(batch[0]).square().mean(), clip=1.0)
train([phase], [torch.ones(8, 2)], Plan(20, 4, Device("cpu", True)), seed=0, held_back=lambda: 1.0)
sys.exit("torch._dynamo" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
