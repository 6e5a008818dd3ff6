"""What can be watched of a training: its losses, and what its networks make by now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Preview = Callable[[], Any]
"""`preview()`: a picture (height x width, with channels or without, uint8) of what the networks make as they are."""


@dataclass(frozen=True)
class Moment:
    """Tell a watcher of a training where it is: steps taken of those expected, and each phase's mean loss of late.

    `preview` makes a picture with the averaged weights; None where the technique offers none.
    """

    step: int
    total: int
    losses: dict[str, float]
    preview: Preview | None


def told(what: str, losses: dict[str, float]) -> str:
    """Return a training's name with its losses, for progress.

    >>> told("training images", {"loss": 0.4321})
    'training images: loss 0.43'
    >>> told("training", {"critic": 0.51, "generator": 1.2}), told("training", {})
    ('training: critic 0.51, generator 1.2', 'training')
    """
    said = ", ".join(f"{name if len(losses) > 1 else 'loss'} {loss:.2g}" for name, loss in losses.items())
    return f"{what}: {said}" if said else what
