"""The optimizer of one phase: gradients of its loss, in portions where memory is short, and the step they make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from likewise.errors import FitError
from likewise.networks.device import Device
from likewise.networks.training.adam import Adam
from likewise.networks.training.averaging import Average
from likewise.networks.training.memory import is_out_of_memory
from likewise.networks.training.phase import Batch, Phase
from likewise.networks.training.ranks import Ranks

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from likewise.privacy.dpsgd import PrivateGradients


class Mover:
    """Hold the optimizer and the average of one phase, and step.

    `portions` is the number of portions that a batch is worked on in. `tensors` are all that a step changes, by name.
    """

    def __init__(self, phase: Phase, device: Device, ranks: Ranks, private: PrivateGradients | None) -> None:
        import torch

        self.phase, self.ranks, self.private = phase, ranks, private
        self.device = device if phase.half else replace(device, half=False)
        self.parameters = [p for p in phase.part.parameters() if p.requires_grad]
        self.optimizer = Adam(self.parameters, phase.betas, phase.weight_decay)
        self.average = None if phase.average is None else Average(self.parameters, phase.average)
        self.portions = 1
        self.frozen: list[Tensor] = []
        self.loss = torch.zeros((), device=device.name)

    def step(self, batch: Batch, rng: Generator, seed: int, step: int, height: float) -> None:
        """Take one step; `height` is the part of the rate that is left at it. Adds the loss to `loss`."""
        import torch

        phase = self.phase
        low = min(1.0, (step + 1) / max(phase.warmup, 1)) * height
        if self.private is None:
            self._gradients(batch, rng, seed)
            if phase.clip is not None:
                torch.nn.utils.clip_grad_norm_(self.parameters, phase.clip)
        else:
            self._private_gradients(rng, seed)
        self.optimizer.step(phase.rate * low)
        if self.average is not None:
            self.average.follow(step + 1)

    def _gradients(self, batch: Batch, rng: Generator, seed: int) -> None:
        with self._others_frozen():
            while not self._tried(batch, rng.manual_seed(seed)):
                if not batch or self.portions >= len(batch[0]):
                    raise FitError("fit.memory", f"one row of `{self.phase.name}` takes more memory than there is",
                                   hint="make the cells smaller, or choose a smaller network")  # fmt: skip
                self.portions *= 2

    def _tried(self, batch: Batch, rng: Generator) -> bool:
        """Fill the gradients with the batch in its portions; say False where memory does not suffice."""
        assert self.phase.loss is not None
        own = [self.ranks.part(part) for part in batch]
        rows, mine = (len(batch[0]), len(own[0])) if batch else (1, 1)  # beside a private phase there are no rows
        self.optimizer.clear()
        losses = self.loss.new_zeros(())
        failed = False
        try:
            for portion in _portions(own, self.portions, mine):
                with self.device.autocast():
                    loss = self.phase.loss(portion, rng)
                if self.portions > 1:
                    loss = loss * (len(portion[0]) / mine)
                loss.backward()
                losses += loss.detach()
        except RuntimeError as fault:
            if not is_out_of_memory(fault):
                raise
            failed = True
        failed = self.ranks.averaged(self.parameters, mine / rows, failed)
        if not failed:
            self.loss += losses
        return not failed

    def _private_gradients(self, rng: Generator, seed: int) -> None:
        """Fill the gradients with private ones, and add those of a loss that sees no rows."""
        assert self.private is not None
        self.private.fill()
        if self.phase.loss is not None:
            with self._others_frozen():
                self.phase.loss((), rng.manual_seed(seed)).backward()

    @contextmanager
    def _others_frozen(self) -> Iterator[None]:
        for parameter in self.frozen:
            parameter.requires_grad_(False)
        try:
            yield
        finally:
            for parameter in self.frozen:
                parameter.requires_grad_(True)

    def tensors(self) -> dict[str, Tensor]:
        """Return all that a step changes."""
        found = {f"weight/{i}": p.detach() for i, p in enumerate(self.parameters)}
        found |= {f"buffer/{name}": buffer for name, buffer in self.phase.part.named_buffers()}
        found |= self.optimizer.tensors()
        if self.average is not None:
            found |= {f"average/{i}": part for i, part in enumerate(self.average.mean)}
        return {f"{self.phase.name}/{name}": part for name, part in found.items()}


def freeze_others(movers: Sequence[Mover]) -> None:
    """Tell each phase which parameters of other parts it does not train, so that no gradients are made for them."""
    for mover in movers:
        own = {id(p) for p in mover.parameters}
        others = {id(p): p for other in movers for p in other.parameters if id(p) not in own}
        mover.frozen = list(others.values())


def averages_of(movers: Sequence[Mover]) -> list[tuple[Tensor, Tensor]]:
    """Return the weights that are averaged, each with its average."""
    return [pair for m in movers if m.average for pair in zip(m.average.own, m.average.mean, strict=True)]


def _portions(batch: Sequence[Tensor], portions: int, rows: int) -> Iterator[Batch]:
    if portions == 1:
        if rows:
            yield batch
        return
    each = max(1, -(-rows // portions))
    for start in range(0, rows, each):
        yield [part[start : start + each] for part in batch]
