"""How much memory a training will take, and what tells that there was too little."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from likewise.core.machine import available_memory, gigabytes
from likewise.errors import FitError
from likewise.networks.device import Device
from likewise.networks.training.phase import Phase

if TYPE_CHECKING:
    from torch import Tensor

COPIES = 3
"""States of a training that are held beside the one in work: two to go back to, and the best one."""

PASSING = 2.0
"""What a step takes at its height, times what its forward pass keeps: gradients of what is kept come on top of it."""

TRIED = 4
"""Rows that the memory of a row is measured on."""

USED = 0.9
"""The share of the free memory that a training may take."""

SIGNS = ("out of memory", "not enough memory", "can't allocate", "cannot allocate", "failed to allocate")


@dataclass(frozen=True)
class Need:
    """Hold the bytes that a training takes whatever its batches are, and for each row of a batch."""

    fixed: int
    row: int

    def of(self, rows: int) -> int:
        """Return the bytes for batches of so many rows."""
        return self.fixed + rows * self.row


def is_out_of_memory(fault: RuntimeError) -> bool:
    """Whether an error of torch says that memory did not suffice, on a graphics card or a processor."""
    import torch

    return isinstance(fault, torch.OutOfMemoryError) or any(sign in str(fault).lower() for sign in SIGNS)


def need_of(phases: Sequence[Phase], data: Sequence[Tensor], device: Device) -> Need:
    """Return what a training takes: weights with all that goes with them, and what one forward pass keeps for a row.

    What is kept is measured: every tensor that torch saves for the backward pass of a few rows, each storage once.
    Parts and data are on their device; no gradient is computed and no buffer is changed. A loss that cannot be had of a
    few rows is not measured.
    """
    parameters = {id(p): p for phase in phases for p in phase.part.parameters()}
    weights = sum(p.numel() * p.element_size() for p in parameters.values())
    rows = min(TRIED, len(data[0]))
    kept = max((_kept(phase, data, rows, device) for phase in phases if phase.private is None), default=0)
    given = sum(part.numel() // max(len(part), 1) * part.element_size() for part in data)
    # Weights, gradient, two moments and the average; and all but the gradient in each copy.
    return Need((4 + 4 * COPIES) * weights, int(PASSING * kept / rows) + given)


def _kept(phase: Phase, data: Sequence[Tensor], rows: int, device: Device) -> int:
    import torch

    weights = {p.untyped_storage().data_ptr() for p in phase.part.parameters()}
    sizes: dict[int, int] = {}
    held = []

    def note(tensor: Tensor) -> Tensor:
        """Note a tensor that is saved for the backward pass."""
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            sizes[storage.data_ptr()] = storage.nbytes()
            held.append(tensor)  # else its place in memory could be taken by the next one
        return tensor

    assert phase.loss is not None
    buffers = {name: buffer.clone() for name, buffer in phase.part.named_buffers()}
    rng = torch.Generator(device.name).manual_seed(0)
    few = [part[:rows].to(device.name, copy=True) for part in data]
    keeping = torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor)
    with suppress(RuntimeError, ValueError), keeping, device.autocast():  # training will say it, if it is a fault
        phase.loss(few, rng)
    with torch.no_grad():
        for name, buffer in phase.part.named_buffers():
            buffer.copy_(buffers[name])
    return sum(sizes.values())


def portions_for(need: Need, size: int, device: Device, room: int | None = None) -> int:
    """Return the portions that batches of `size` rows are worked on in, so that they fit in memory: 1, 2, 4 ...

    Raises FitError where even one row at a time would not.
    """
    room = room if room is not None else free_memory(device)
    if room is None or need.of(size) <= USED * room:
        return 1
    if need.of(1) > USED * room:
        raise FitError("fit.memory", f"training takes about {gigabytes(need.of(1))} of memory even for one row at a "
                       f"time, and {gigabytes(room)} are available", where=device.name,
                       hint="learn smaller cells (`size`, `frames`) or fewer columns")  # fmt: skip
    portions = 1
    while need.of(-(-size // portions)) > USED * room:
        portions *= 2
    return portions


def free_memory(device: Device) -> int | None:
    """Return the bytes that a training may still take on its device; None where nobody says."""
    import torch

    if device.name.startswith("cuda"):
        return int(torch.cuda.mem_get_info(device.name)[0])
    return available_memory() if device.name == "cpu" else None


def placed(data: Sequence[Tensor], device: Device) -> list[Tensor]:
    """Return the data on the device, or where it lies if it would take half of the memory there."""
    room = free_memory(device) if device.name != "cpu" else None
    if room is not None and sum(part.numel() * part.element_size() for part in data) > room / 2:
        return list(data)
    return [part.to(device.name) for part in data]
