"""Going back where a training diverges: sound states kept in memory, smaller steps, other randomness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from likewise.errors import FitError

if TYPE_CHECKING:
    from torch import Tensor

KEPT_EVERY = 8
"""Windows of steps between two states that are kept."""

MOST = 4
"""Times that a training may go back before it is given up."""

SLOWER = 0.5
"""What rates are multiplied by when a training has gone back."""


class Guard:
    """Keep two sound states of a training, and go back to one when losses are no numbers any more.

    First to the newer one; should that have been on its way to ruin already, to the older. A run that goes on from a
    checkpoint has that state as both.
    """

    def __init__(self, state: dict[str, Tensor], step: int, failures: int = 0) -> None:
        self.failures = failures
        self._again = 0
        self._states = [(step, copied(state))]

    @property
    def slowed(self) -> float:
        """What rates are multiplied by."""
        return SLOWER**self.failures

    def keep(self, state: dict[str, Tensor], step: int) -> None:
        """Keep a state that was found sound, in the place of the older one."""
        self._again = 0
        if len(self._states) == 1:
            self._states.append((step, copied(state)))
            return
        _, oldest = self._states.pop(0)
        copy_into(oldest, state)
        self._states.append((step, oldest))

    def back(self, state: dict[str, Tensor], what: str) -> int:
        """Put a sound state into the live one and return its step. Raises FitError when it has been done too often."""
        self.failures += 1
        self._again += 1
        if self.failures > MOST:
            raise FitError(
                "fit.diverged", f"the losses of `{what}` became no numbers {self.failures} times, with ever smaller "
                "learning rates", hint="look for extreme values in the data, or train with a larger batch_size",
            )  # fmt: skip
        if self._again > 1 and len(self._states) > 1:
            self._states.pop()
        step, kept = self._states[-1]
        copy_into(state, kept)
        return step


def copy_into(state: dict[str, Tensor], other: dict[str, Tensor]) -> None:
    """Overwrite the tensors of a state with those of another one."""
    import torch

    with torch.no_grad():
        for name, tensor in state.items():
            tensor.copy_(other[name])


def copied(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return copies, contiguous and in the memory of the processor: that of a graphics card is short."""
    return {name: tensor.detach().to("cpu", copy=True).contiguous() for name, tensor in state.items()}
