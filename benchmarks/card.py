"""How fast networks of pictures train on a graphics card, and how much of the card a step keeps busy.

    python benchmarks/card.py --side 64 128

Pictures of coloured shapes on coloured ground are learned. Printed are pictures a second, the time of a step by the
clock, and the time in which the card works in it (all kernels, as torch's profiler tells): no step can be shorter
with the same network. Steps before the clock starts (kernels are chosen in them) are not counted. A step of `vae` is
one of its pictures and, of as many, one of its points.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import torch
from torch.profiler import ProfilerActivity, profile

from likewise.core.progress import quiet
from likewise.core.table import Table
from likewise.networks.device import device_of
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort
from likewise.networks.training import Budget
from likewise.techniques.gan.image import learning as gan
from likewise.techniques.vae.image import learning as vae

FEW = 16
"""Steps that are not counted."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", nargs="+", type=int, default=[64, 128])
    parser.add_argument("--rows", type=int, default=4096)
    parser.add_argument("--batch", nargs="+", type=int, default=[64, 256])
    parser.add_argument("--steps", type=int, default=300, help="steps that are timed")
    asked = parser.parse_args()
    if not torch.cuda.is_available():
        raise SystemExit("there is no graphics card here")
    name = torch.cuda.get_device_name()
    for side in asked.side:
        subject = Subject.of(Table.from_any(shapes(asked.rows, side)))
        for technique, learn in (("gan", gan.learn_pictures), ("vae", vae.learn_pictures)):
            for batch in asked.batch:
                print(
                    f"{name}: {technique}, {side} px, {batch} a step: {speed(learn, subject, batch, asked)}", flush=True
                )


def shapes(rows: int, side: int) -> dict[str, object]:
    """Return pictures of discs and squares, rows x side x side x 3."""
    rng = np.random.default_rng(0)
    across = np.arange(side)
    ground, ink = rng.integers(0, 256, (2, rows, 1, 1, 3))
    middle, size = rng.uniform(0.3, 0.7, (2, rows, 1)) * side, rng.uniform(0.1, 0.3, (rows, 1, 1)) * side
    down, right = (np.abs(across - own) for own in middle)
    down, right = down[:, :, None], right[:, None, :]
    round_ = rng.random(rows) < 0.5
    inside = np.where(round_[:, None, None], np.hypot(down, right) < size, np.maximum(down, right) < size)
    pictures = np.where(inside[..., None], ink, ground).astype(np.uint8)
    return {"picture": pictures, "kind": np.where(round_, "disc", "square")}


def speed(learn: Callable[..., object], subject: Subject, batch: int, asked: argparse.Namespace) -> str:
    """Return the pictures a second of all passes but the first, and the share of the time in which kernels ran."""
    device = device_of("auto")

    def fit(steps: int) -> float:
        clock = time.perf_counter()
        learn(subject, Effort(Budget(steps * batch / asked.rows, None), batch, device, 0, quiet))
        return time.perf_counter() - clock

    def working(steps: int) -> float:
        with profile(activities=[ProfilerActivity.CUDA], acc_events=True) as told:
            fit(steps)
        return sum(event.self_device_time_total for event in told.key_averages()) / 1e6

    few, many = FEW, FEW + asked.steps
    fit(few)
    step = (fit(many) - fit(few)) / asked.steps
    busy = (working(3 * few) - working(few)) / (2 * few)
    return f"{batch / step:,.0f} pictures a second, {1e3 * step:.2f} ms a step, kernels {1e3 * busy:.2f} ms of it"


if __name__ == "__main__":
    main()
