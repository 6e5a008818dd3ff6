"""The networks of clips: a generator of ways, and a judge of them."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

CONTENT, STEP = 64, 8
"""Numbers of noise that a clip is made from, and that each of its frames adds."""

EMBEDDED = 32
"""Numbers that conditions become."""


class Motion(nn.Module):  # type: ignore[misc]
    """Make ways: a code of the content, which stays, and a recurrent network's, which moves (Tulyakov et al. 2018).

    `noise` is rows x (CONTENT + frames * STEP), `condition` rows x width; what comes is rows x (`still` + frames *
    `moving`): the numbers of a clip that stay and those that move.
    """

    def __init__(self, frames: int, still: int, moving: int, condition: int, width: int = 128) -> None:
        """Build the layers."""
        super().__init__()
        self.frames = frames
        self.condition = nn.Linear(condition, EMBEDDED)
        self.content = nn.Sequential(
            nn.Linear(CONTENT + EMBEDDED, 2 * width), nn.SiLU(), nn.Linear(2 * width, width), nn.SiLU()
        )
        self.first = nn.Linear(width, width)
        self.moving = nn.GRU(STEP + width, width, batch_first=True)
        self.stays = nn.Linear(width, still)
        self.moves = nn.Sequential(nn.Linear(2 * width, width), nn.SiLU(), nn.Linear(width, moving))

    def forward(self, noise: Tensor, condition: Tensor) -> Tensor:
        """Return ways."""
        told = F.normalize(self.condition(condition), dim=1) * math.sqrt(EMBEDDED)
        content = self.content(torch.cat([noise[:, :CONTENT], told], dim=1))
        beside = content[:, None].expand(-1, self.frames, -1)
        steps = noise[:, CONTENT:].reshape(len(noise), self.frames, STEP)
        moved, _ = self.moving(torch.cat([steps, beside], dim=2), torch.tanh(self.first(content))[None])
        moves = self.moves(torch.cat([moved, beside], dim=2)).flatten(1)
        return torch.cat([self.stays(content), moves], dim=1)


class Judge(nn.Module):  # type: ignore[misc]
    """Judge vectors (rows x `size`) under their conditions, by projection (Miyato and Koyama 2018)."""

    def __init__(self, size: int, condition: int, width: int = 256) -> None:
        """Build the layers."""
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(size, 2 * width), nn.SiLU(), nn.Linear(2 * width, width), nn.SiLU(), nn.Linear(width, width),
            nn.SiLU(),
        )  # fmt: skip
        self.real = nn.Linear(width, 1)
        self.condition = nn.Linear(condition, width, bias=False)

    def forward(self, vectors: Tensor, condition: Tensor) -> Tensor:
        """Return one number a row: the higher, the more it is held for real."""
        seen = self.layers(vectors)
        return self.real(seen)[:, 0] + (seen * self.condition(condition)).sum(1) / math.sqrt(seen.shape[1])
