"""The networks of clips: a generator of ways, a judge of ways, and a judge of the clips that are shown on them."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from likewise.networks.layers.convolution import Residual, halved

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


class ClipJudge(nn.Module):  # type: ignore[misc]
    """Judge clips whose frames lie behind one another as channels: what is at a place at all times is seen at once.

    Clips are rows x frames * channels x height x width. One that is given one frame judges pictures.
    """

    def __init__(self, channels: int, base: tuple[int, int], condition: int, widths: tuple[int, ...]) -> None:
        """Build the layers; `base` is the height and width of the smallest maps, which have the last of `widths`."""
        super().__init__()
        layers: list[nn.Module] = [nn.PixelUnshuffle(2), nn.Conv2d(4 * channels, widths[0], 3, padding=1)]
        layers.append(Residual(widths[0]))
        for before, width in pairwise(widths):
            layers += [halved(before, width), Residual(width)]
        self.layers = nn.Sequential(*layers, nn.Flatten(), nn.SiLU())
        self.judge = Judge(widths[-1] * base[0] * base[1], condition, width=128)

    def forward(self, clips: Tensor, condition: Tensor) -> Tensor:
        """Return one number a clip."""
        seen = self.layers(clips.contiguous(memory_format=torch.channels_last))
        with torch.autocast(seen.device.type, enabled=False):
            return self.judge(seen.float(), condition)
