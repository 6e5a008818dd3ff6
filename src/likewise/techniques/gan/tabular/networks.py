"""The generator and the discriminator of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from likewise.networks.tables import TableEncoding

if TYPE_CHECKING:
    from torch import Generator, Tensor

NOISE = 64
"""Numbers that a row is generated from."""

SOFTNESS = 0.7
"""The temperature of the relaxed levels that gradients pass through."""


@dataclass(frozen=True, eq=False)
class Layout:
    """Say where each column lies in a vector of ones (a one for the symbol of each column, of `width` numbers).

    `numbers` are the columns whose values have ranks: of symbol `s` they run from `begin[s]` on for `length[s]`;
    `spread[s]` says whether a place within the symbol tells anything.
    """

    sizes: tuple[int, ...]
    numbers: tuple[int, ...]
    begin: Tensor
    length: Tensor
    spread: Tensor

    @classmethod
    def of(cls, encoding: TableEncoding) -> Layout:
        """Lay out the columns of an encoding."""
        sizes = encoding.cardinalities
        numbers = tuple(c for c, own in enumerate(encoding.columns) if own.is_number and sizes[c] > 1)
        learned = list(zip(encoding.columns, sizes, strict=True))  # the one symbol of what is not learned has no span
        spans = np.concatenate([own.spans[:size] for own, size in learned]).astype(np.float32)
        spread = np.concatenate([own.has_places[:size] for own, size in learned]).astype(np.float32)
        begin, length = torch.from_numpy(spans[:, 0].copy()), torch.from_numpy(spans[:, 1].copy())
        return cls(sizes, numbers, begin, length, torch.from_numpy(spread))

    @property
    def width(self) -> int:
        """The length of a vector of ones."""
        return sum(self.sizes)

    @property
    def starts(self) -> Tensor:
        """Where each column begins."""
        return torch.tensor([0, *np.cumsum(self.sizes)[:-1].tolist()])

    def ones(self, symbols: Tensor) -> Tensor:
        """Return the vectors of symbols (rows x columns)."""
        found = torch.zeros(len(symbols), self.width, device=symbols.device)
        return found.scatter_(1, symbols + self.starts.to(symbols.device), 1.0)

    def ranks(self, ones: Tensor, places: Tensor) -> Tensor:
        """Return the ranks of the numbers, evenly spread with a variance of one: rows x numbers.

        `places` has a column for each number. Between columns all of it is differentiable.
        """
        found = []
        for number, column in enumerate(self.numbers):
            own = slice(int(self.starts[column]), int(self.starts[column]) + self.sizes[column])
            begin, length = self.begin[own].to(ones.device), self.length[own].to(ones.device)
            there = self.spread[own].to(ones.device)
            part = ones[:, own]
            middle = part @ (begin + length * (0.5 - 0.5 * there))
            found.append(middle + (part @ (length * there)) * places[:, number])
        if not found:
            return ones.new_zeros(len(ones), 0)
        return (torch.stack(found, dim=1) - 0.5) * 12**0.5


class Residual(nn.Module):  # type: ignore[misc]
    """Add to its input what two layers make of it; at first nothing."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner = nn.Linear(width, width)
        self.outer = nn.Linear(width, width)
        nn.init.zeros_(self.outer.weight)
        nn.init.zeros_(self.outer.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return rows x width."""
        return x + self.outer(functional.leaky_relu(self.inner(functional.leaky_relu(x, 0.2)), 0.2))


class RowGenerator(nn.Module):  # type: ignore[misc]
    """Make the scores of symbols, and how places lie, of noise and a condition (ones for its level, or zeros)."""

    def __init__(self, layout: Layout, width: int, depth: int) -> None:
        super().__init__()
        self.layout = layout
        self.first = nn.Linear(NOISE + layout.width, width)
        self.blocks = nn.Sequential(*(Residual(width) for _ in range(depth)))
        self.scores = nn.Linear(width, layout.width)
        self.places = nn.Linear(width, 2 * len(layout.numbers))
        nn.init.zeros_(self.places.weight)
        nn.init.zeros_(self.places.bias)

    def forward(self, noise: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        """Return the scores (rows x width of the layout) and the mean and spread of places (rows x 2 numbers)."""
        hidden = functional.leaky_relu(self.blocks(self.first(torch.cat([noise, condition], dim=1))), 0.2)
        return self.scores(hidden).float(), self.places(hidden).float()

    def drawn(self, condition: Tensor, rng: Generator) -> tuple[Tensor, Tensor]:
        """Return scores and places (0 to 1, rows x numbers) of fresh noise."""
        rows, device = len(condition), condition.device
        noise = torch.randn(rows, NOISE, generator=rng, device=device)
        scores, raw = self(noise, condition)
        mean, spread = raw.chunk(2, dim=1)
        even = torch.rand(mean.shape, generator=rng, device=device).clamp(1e-6, 1 - 1e-6)
        return scores, torch.sigmoid(mean + torch.exp(spread.clamp(-4, 2)) * torch.logit(even))

    def likely(self, scores: Tensor) -> Tensor:
        """Return how likely each symbol is: the scores of each column by softmax."""
        return torch.cat([part.softmax(dim=1) for part in scores.split(self.layout.sizes, dim=1)], dim=1)

    def noisy(self, scores: Tensor, rng: Generator) -> Tensor:
        """Return scores with Gumbel noise, whose largest one of a column is a fair draw."""
        even = torch.rand(scores.shape, generator=rng, device=scores.device).clamp(1e-9, 1 - 1e-7)
        return scores - torch.log(-torch.log(even))

    def symbols(self, noisy: Tensor) -> Tensor:
        """Return the drawn symbols: rows x columns."""
        return torch.stack([part.argmax(dim=1) for part in noisy.split(self.layout.sizes, dim=1)], dim=1)

    def ones(self, noisy: Tensor) -> Tensor:
        """Return drawn symbols as ones, with the gradient of a softmax (Jang et al. 2017, straight through)."""
        hard = self.layout.ones(self.symbols(noisy))
        if not torch.is_grad_enabled():
            return hard
        soft = self.likely(noisy / SOFTNESS)
        return hard + soft - soft.detach()


class RowDiscriminator(nn.Module):  # type: ignore[misc]
    """Give a row a score: the higher, the more real. It is told which column the row is conditioned on, if any."""

    def __init__(self, layout: Layout, width: int, depth: int) -> None:
        super().__init__()
        self.first = nn.Linear(layout.width + len(layout.numbers) + len(layout.sizes), width)
        self.blocks = nn.Sequential(*(Residual(width) for _ in range(depth)))
        self.last = nn.Linear(width, 1)

    def forward(self, features: Tensor, asked: Tensor) -> Tensor:
        """Return the scores of rows: their ones and ranks, and a one for the column that was conditioned on."""
        hidden = functional.leaky_relu(self.blocks(self.first(torch.cat([features, asked], dim=1))), 0.2)
        return self.last(hidden).float().squeeze(1)
