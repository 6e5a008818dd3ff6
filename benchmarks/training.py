"""Measure the trainer of networks: precision by layer, what it adds to a step, and what threads do to bytes.

    python benchmarks/training.py [--parts layers,widths,optimizer,overhead,frozen,threads]

All times are CPU milliseconds on one thread, the least of three runs, for other work on a machine only adds to them.
`layers` is one layer forward and backward in float32 and bfloat16, `widths` whole steps of three linear layers;
`optimizer` one step of 24 tensors; `overhead` the trainer beside the same steps written out; `frozen` a small
convolutional GAN whose phases do and do not freeze one another. `threads` trains ten steps on 1, 1, 2 and 2 threads.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional as fn

from likewise.networks.building import built
from likewise.networks.device import Device
from likewise.networks.training import Phase, Plan, loop, train
from likewise.networks.training.adam import Adam

FLOAT, HALF = Device("cpu", False), Device("cpu", True)
Run = Callable[[], object]


def cost(run: Run, times: int = 15) -> float:
    """Return the CPU milliseconds of a call, the least mean of three runs."""
    found = []
    for _ in range(3):
        run()
        start = time.process_time()
        for _ in range(times):
            run()
        found.append((time.process_time() - start) / times * 1e3)
    return min(found)


def layers() -> None:
    """Print what layers cost in both precisions, pictures also channels last."""
    attention = nn.TransformerEncoderLayer(64, 4, 128, batch_first=True, dropout=0.0)
    for name, layer, shape in (
        ("linear 256 to 256, 512 rows", nn.Linear(256, 256), (512, 256)),
        ("linear 1024 to 1024, 512 rows", nn.Linear(1024, 1024), (512, 1024)),
        ("convolution 64 to 64, 3 x 3, 64 x 14 x 14", nn.Conv2d(64, 64, 3, padding=1), (64, 64, 14, 14)),
        ("transposed convolution 64 to 32, 64 x 14 x 14", nn.ConvTranspose2d(64, 32, 4, 2, 1), (64, 64, 14, 14)),
        ("convolution of 1 axis 64 to 64, 64 x 128", nn.Conv1d(64, 64, 5, padding=2), (64, 64, 128)),
        ("convolution of 3 axes 8 to 16, 8 x 8 x 16 x 16", nn.Conv3d(8, 16, 3, padding=1), (8, 8, 8, 16, 16)),
        ("GRU 32 to 64, 24 steps", nn.GRU(32, 64, batch_first=True), (64, 24, 32)),
        ("attention, encoder layer of 64, 24 steps", attention, (64, 24, 64)),
    ):
        rows = torch.randn(shape)
        found = [cost(lambda: backward(layer, rows, device), 8) for device in (FLOAT, HALF)]  # noqa: B023
        if len(shape) == 4:
            last, rows = layer.to(memory_format=torch.channels_last), rows.contiguous(memory_format=torch.channels_last)
            found += [cost(lambda: backward(last, rows, device), 8) for device in (FLOAT, HALF)]  # noqa: B023
        print(f"{name:<50}", *(f"{value:8.2f}" for value in found))


def backward(layer: nn.Module, rows: Any, device: Device) -> None:
    """Pass through a layer and back, to its input too."""
    rows = rows.detach().requires_grad_(True)
    with device.autocast():
        made = layer(rows)
    (made[0] if isinstance(made, tuple) else made).float().square().mean().backward()


def linear(width: int) -> nn.Module:
    """Return three linear layers of a width."""
    return nn.Sequential(
        nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width)
    )


def squares(net: nn.Module) -> Callable[..., Any]:
    """Return the loss of rows that are told from noisy ones."""

    def loss(batch: Any, rng: Any) -> Any:
        noisy = batch[0] + 0.1 * torch.randn(batch[0].shape, generator=rng)
        return (net(noisy) - batch[0]).float().square().mean()

    return loss


def widths() -> None:
    """Print whole steps in both precisions."""
    for size, width in ((64, 64), (64, 128), (64, 256), (256, 64), (256, 128), (256, 256), (1024, 128)):
        found = []
        for device in (FLOAT, HALF):
            net, rows = built(lambda: linear(width), 0, "net"), torch.randn(2048, width)  # noqa: B023
            phase, plan = Phase("loss", net, squares(net)), Plan(40, size, device)
            found.append(cost(lambda: train([phase], [rows], plan, seed=0), 1) / 40)  # noqa: B023
        print(f"{size:>5} rows, width {width:<5}", *(f"{value:8.2f}" for value in found))


def optimizer() -> None:
    """Print one step of each optimizer."""
    parameters = [p for _ in range(12) for p in nn.Linear(128, 128).parameters()]
    for p in parameters:
        p.grad = torch.randn_like(p)
    own = Adam(parameters, (0.9, 0.99), 0.0)
    print(f"{'the trainer':<30} {cost(lambda: own.step(1e-3), 100):8.3f}")
    for settings in ({"fused": True}, {"foreach": True}, {"foreach": False}):
        start = time.process_time()
        torchs: Any = torch.optim.AdamW(parameters, lr=1e-3, **settings)
        made = time.process_time() - start
        print(f"{f'AdamW {settings}':<30} {cost(torchs.step, 100):8.3f}, made in {made:.2f} s")


def overhead() -> None:
    """Print a step of the trainer, and the same written out."""
    net, rows = built(lambda: linear(64), 0, "net"), torch.randn(1000, 64)
    loss, rng, chosen = squares(net), torch.Generator(), torch.arange(64)
    own = Adam(list(net.parameters()), (0.9, 0.99), 0.0)
    mean = [p.detach().clone() for p in own.parameters]

    def bare() -> None:
        """Take a step."""
        rng.manual_seed(1)
        own.clear()
        loss([rows[chosen]], rng).backward()
        own.step(1e-3)
        with torch.no_grad():
            torch._foreach_lerp_(mean, own.parameters, 0.1)

    phase, plan = Phase("loss", net, loss), Plan(500, 64, FLOAT)
    print(f"trainer {cost(lambda: train([phase], [rows], plan, seed=0), 1) / 500:.3f}, bare {cost(bare, 500):.3f}")


def frozen() -> None:
    """Print a step of a GAN whose phases freeze one another, and of one whose do not."""
    maker = nn.Sequential(nn.Linear(32, 64 * 49), nn.Unflatten(1, (64, 7, 7)), nn.ConvTranspose2d(64, 32, 4, 2, 1),
                          nn.SiLU(), nn.ConvTranspose2d(32, 1, 4, 2, 1))  # fmt: skip
    critic = nn.Sequential(nn.Conv2d(1, 32, 4, 2, 1), nn.SiLU(), nn.Conv2d(32, 64, 4, 2, 1), nn.SiLU(), nn.Flatten(),
                           nn.Linear(64 * 49, 1))  # fmt: skip

    def made(batch: Any, rng: Any) -> Any:
        return maker(torch.randn(len(batch[0]), 32, generator=rng))

    def told(batch: Any, rng: Any) -> Any:
        with torch.no_grad():
            drawn = made(batch, rng)
        return fn.softplus(critic(drawn) - critic(batch[0])).mean()

    def pair(batch: Any, rng: Any) -> Any:
        return fn.softplus(critic(batch[0]) - critic(made(batch, rng))).mean()

    phases, rows, plan = (
        [Phase("c", critic, told), Phase("m", maker, pair)],
        torch.randn(256, 1, 28, 28),
        Plan(20, 64, HALF),
    )
    found = [cost(lambda: train(phases, [rows], plan, seed=0), 1) / 20]
    loop.freeze_others = lambda movers: None
    found.append(cost(lambda: train(phases, [rows], plan, seed=0), 1) / 20)
    print(f"frozen {found[0]:.1f}, not {found[1]:.1f}")


class Sequence(nn.Module):
    """Read a series by a GRU, or by attention, and tell it."""

    def __init__(self, attends: bool) -> None:
        super().__init__()
        self.reader: Any = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True, dropout=0.0) if attends else None
        self.reader = self.reader or nn.GRU(32, 32, batch_first=True)

    def forward(self, rows: Any) -> Any:
        """Return what was read."""
        read = self.reader(rows)
        return read[0] if isinstance(read, tuple) else read


def threads() -> None:
    """Print whether weights are the same on equal and on unequal numbers of threads."""
    pictures = lambda: nn.Sequential(nn.Conv2d(1, 32, 3, padding=1), nn.SiLU(), nn.ConvTranspose2d(32, 1, 3, 1, 1))  # noqa: E731
    cases: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
        "linear": (lambda: linear(256), (200, 256)), "convolutions": (pictures, (100, 1, 16, 16)),
        "convolutions of 1 axis": (lambda: nn.Conv1d(12, 12, 5, padding=2), (200, 12, 64)),
        "GRU": (lambda: Sequence(False), (200, 12, 32)), "attention": (lambda: Sequence(True), (200, 12, 32)),
    }  # fmt: skip
    for name, (make, shape) in cases.items():
        for device in (FLOAT, HALF):
            found = []
            for count in (1, 1, 2, 2):
                torch.set_num_threads(count)
                net, rows = built(make, 0, "net"), torch.randn(shape, generator=torch.Generator().manual_seed(0))
                train([Phase("loss", net, squares(net))], [rows], Plan(10, 64, device), seed=0)
                whole = b"".join(p.detach().numpy().tobytes() for p in net.parameters())
                found.append(hashlib.sha256(whole).hexdigest())
            same = ["same" if found[i] == found[j] else "DIFFER" for i, j in ((0, 1), (2, 3), (0, 2))]
            print(f"{name:<24} {'bfloat16' if device.half else 'float32':<9} 1/1 {same[0]} 2/2 {same[1]} 1/2 {same[2]}",
                  flush=True)  # fmt: skip
    torch.set_num_threads(1)


PARTS = {"layers": layers, "widths": widths, "optimizer": optimizer, "overhead": overhead, "frozen": frozen,
         "threads": threads}  # fmt: skip

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", default=",".join(PARTS))
    torch.set_num_threads(1)
    for part in parser.parse_args().parts.split(","):
        begun = time.process_time()
        print(f"\n{part}")
        PARTS[part]()
        print(f"({time.process_time() - begun:.0f} CPU s)")
