"""An average of weights that spans the same share of a run at each of its steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


class Average:
    """Follow weights by an average over about the last `share` of the steps so far.

    The weights of step t count as t**g, with g such that their mean age is half of `share`, as that of a plain mean of
    the last `share` would be. The average needs no knowledge of when the run ends, forgets its first weights in runs of
    any length, and can be looked at on the way. Karras et al., 2024, CVPR (power-function averages).
    """

    def __init__(self, own: Sequence[Tensor], share: float) -> None:
        self.own = list(own)
        self.mean = [part.detach().clone() for part in own]
        self.power = 2 / share - 1  # g + 1

    def follow(self, steps: int) -> None:
        """Take in the weights after so many steps."""
        import torch

        new = 1 - (1 - 1 / steps) ** self.power
        with torch.no_grad():
            torch._foreach_lerp_(self.mean, self.own, new)
