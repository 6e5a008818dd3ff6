"""Train a torch module without learning any one unit: gradients that are clipped, summed on a grid, and noised there.

A step takes each unit (a row, or all rows of a user) with probability `rate`, clips its gradient to the length `clip`,
rounds that to whole numbers of which `GRID` make up `clip`, and adds rounded Gaussian noise to their sum. As every
unit's part is whole and its length is looked at once more after rounding, the sum moves by at most `reach` when a unit
comes or goes; so noise of `noise * reach` is accounted exactly.

One thing is left to the hardware: that a unit's gradient is the same whatever stands beside it. Where many rows are
worked on at a time, their places in a batch may change its last bits. Batches all have one size, so that nothing else
does; with `batch=1` nothing at all does.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from likewise.core.extras import require
from likewise.errors import PrivacyError
from likewise.privacy.accountant import Account, Event, positive
from likewise.privacy.mechanisms.gaussian import drawable, rounded_normal
from likewise.privacy.mechanisms.randomness import words

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

Loss = Callable[..., "Tensor"]
"""`loss(module, *rows)`: the losses of some rows, one each or their sum."""

GRID = 1 << 20
"""Steps of the grid that make up the length to which gradients are clipped."""

MEMORY = 1 << 27
"""Bytes that the gradients of the rows worked on at a time may take, in the four copies there are of them."""

FAULTS = (RuntimeError, ValueError, IndexError, TypeError, NotImplementedError)
"""What torch raises for what it cannot do."""


class PrivateGradients:
    """Fill the gradients of a torch module with private ones, step by step, for any optimizer.

    `loss(module, *rows)` returns the losses of some rows of `data`, tensors of equal first length; what `users` names
    equally is one unit. Each of `steps` steps takes every unit with probability `rate`; the sum of gradients, clipped
    to the length `clip` each and with noise of `noise * clip`, is divided by `expected`, a public number of units such
    as rate times a noisy count. `batch` rows are worked on at a time, as many as memory allows where nothing is said.
    Where `draws` is not 0, `loss` gets so many standard normal numbers a row as its last tensor, drawn anew for each
    step by the operating system. Nothing else in it may be random: with a seed that is known, what a row draws would
    depend on its place in the batch, so on who else is there. The whole training is charged to `account` here, before
    any data is looked at. `noise_for` gives the noise for a budget.

    Use for 10,000 units and more, where a marginal model does not do: sequences, texts, wide tables. Avoid for less:
    the noise drowns what is learned. Avoid layers that mix rows (batch normalisation) or draw (dropout), which are
    refused. Losses on the real rows, early stopping by them, and how long a step takes are no part of what is private:
    do not publish them. Raises PrivacyError where the budget is spent, a setting is out of range, or training fails,
    without saying on which row; MissingExtra without torch.

    >>> import torch
    >>> net, rows = torch.nn.Linear(2, 1), torch.randn(100, 2)
    >>> private = PrivateGradients(net, lambda net, x: net(x) ** 2, [rows], noise=300.0, clip=1.0, rate=1.0, steps=10,
    ...                            expected=100.0, account=Account(1.0, 1e-6))
    >>> private.fill()

    Abadi et al., 2016, CCS; McMahan et al., 2018, ICLR, for users.
    """

    def __init__(
        self,
        module: Module,
        loss: Loss,
        data: Sequence[Tensor],
        *,
        noise: float,
        clip: float,
        rate: float,
        steps: int,
        expected: float,
        account: Account,
        users: ArrayLike | None = None,
        batch: int | None = None,
        draws: int = 0,
        what: str = "training",
    ) -> None:
        torch = require("torch", extra="deep")
        for setting in (noise, clip, rate, expected, steps, 1 if batch is None else batch):
            positive(setting)
        if rate > 1:
            raise PrivacyError("privacy.setting", "a rate is a probability, so at most 1")
        if any(isinstance(part, torch.nn.modules.batchnorm._BatchNorm) for part in module.modules()):
            raise PrivacyError("privacy.rows-mixed", "batch normalisation mixes rows: none has a gradient of its own",
                               hint="use LayerNorm or GroupNorm")  # fmt: skip
        self.module, self.data, self.left = module, data, steps
        self.clip, self.rate, self.expected = clip, rate, expected
        self.parameters = {name: p for name, p in module.named_parameters() if p.requires_grad}
        size = sum(p.numel() for p in self.parameters.values())
        if not size:
            raise PrivacyError("privacy.setting", "the module has no parameters to train")
        self.reach = reach(size)
        self.sigma = noise * self.reach
        self.rows = batch or max(1, min(1024, math.ceil(expected), MEMORY // (32 * size)))
        self.draws = draws
        self.gradients = per_row(module, loss, self.parameters, [*data, *self._drawn(2)])
        drawable(self.sigma)
        account.charge(Event.sampled(noise, rate, steps, what))
        self.starts, self.order = grouped(len(data[0]), users)

    def fill(self) -> None:
        """Take one step: put private gradients into the parameters' `grad`. Raises PrivacyError when none is left."""
        if self.left < 1:
            raise PrivacyError("privacy.overspent", "all steps that were paid for are taken", hint="ask for more steps")
        self.left -= 1
        import torch

        total = torch.zeros(sum(p.numel() for p in self.parameters.values()), dtype=torch.float64, device=self._device)
        try:
            for gradients in self._units(taken(len(self.starts) - 1, self.rate)):
                total += on_grid(gradients, self.clip, self.reach).sum(0, dtype=torch.float64)
        except FAULTS:
            raise PrivacyError("privacy.training", "a gradient could not be computed", where=type(self.module).__name__,
                               hint="try the loss on made-up rows of the same shapes") from None  # fmt: skip
        whole = total.cpu().numpy().astype(np.int64)
        noisy = torch.from_numpy((whole + rounded_normal(whole.size, self.sigma)) * (self.clip / GRID / self.expected))
        parts = noisy.split([p.numel() for p in self.parameters.values()])
        for parameter, part in zip(self.parameters.values(), parts):
            parameter.grad = part.to(parameter).reshape(parameter.shape)

    @property
    def _device(self) -> Any:
        return next(iter(self.parameters.values())).device

    def _units(self, units: NDArray[np.int64]) -> Iterator[Tensor]:
        """Yield the gradients of units, the sum over all rows of each, as many at a time as memory allows."""
        import torch

        lengths = self.starts[units + 1] - self.starts[units]
        owner = np.repeat(np.arange(units.size), lengths)
        first = np.cumsum(lengths) - lengths
        rows = self.order[np.arange(owner.size) - first[owner] + self.starts[units][owner]]
        carried = None
        for start in range(0, rows.size, self.rows):
            here = owner[start : start + self.rows]
            chosen = torch.from_numpy(np.resize(rows[start : start + self.rows], self.rows))  # some again, if too few
            own = (part[chosen.to(part.device)].to(self._device) for part in self.data)
            each = self.gradients(*own, *self._drawn(self.rows))[: here.size]
            places = torch.from_numpy(here - here[0]).to(self._device)
            sums = each.new_zeros(int(here[-1] - here[0]) + 1, each.shape[1])
            if carried is not None:  # first, so that a unit's rows add up in their order wherever a batch ends
                sums[0] = carried
            sums.index_add_(0, places, each)
            goes_on = start + self.rows < rows.size and owner[start + self.rows] == here[-1]
            carried = sums[-1] if goes_on else None
            yield sums[:-1] if goes_on else sums

    def _drawn(self, rows: int) -> list[Tensor]:
        """Return standard normal numbers for each of some rows, where the loss wants any."""
        import torch
        from scipy.special import ndtri

        if not self.draws:
            return []
        even = ((words(rows * self.draws) >> np.uint64(11)) + 0.5) / 2.0**53
        return [torch.from_numpy(ndtri(even).astype(np.float32).reshape(rows, self.draws)).to(self._device)]


def reach(size: int) -> float:
    """Return the most, in steps of the grid, by which one unit moves a sum of `size` gradients in L2 norm.

    A vector of length `GRID` grows by at most half a step in each coordinate when it is rounded. One step is to spare,
    for floats.
    """
    return GRID + math.sqrt(size) / 2 + 1


def on_grid(gradients: Tensor, clip: float, most: float) -> Tensor:
    """Return gradients, a unit a line, clipped and rounded to whole numbers; no line is longer than `most`.

    Lines which are not finite, or longer than `most` after all, count nothing. Products in float32 are off by an eighth
    of a step at most, which makes no line longer than that. Whole numbers up to 2**24 are exact in float32, and squares
    of what is left add up to less than 2**53, so that their sum is exact in float64.
    """
    import torch

    rows = gradients.to(torch.promote_types(gradients.dtype, torch.float32))
    lengths = torch.linalg.vector_norm(rows, dim=1, keepdim=True, dtype=torch.float64)
    whole = (rows * (GRID / torch.clamp(lengths, min=clip)).to(rows.dtype)).round_()
    fine = torch.linalg.vector_norm(whole, dim=1, keepdim=True, dtype=torch.float64) <= most * (1 - 1e-12)
    return whole if bool(fine.all()) else torch.where(fine, whole, torch.zeros_like(whole))


def taken(units: int, rate: float) -> NDArray[np.int64]:
    """Return which units are taken, each with a probability just below `rate`, by the operating system's randomness."""
    if rate == 1:
        return np.arange(units)
    return np.flatnonzero(words(units) < np.uint64(int(rate * 2.0**64)))


def grouped(rows: int, users: ArrayLike | None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the rows of each unit start, and the order of rows in which they stand together."""
    if users is None:
        return np.arange(rows + 1), np.arange(rows)
    _, codes, counts = np.unique(np.asarray(users), return_inverse=True, return_counts=True)
    return np.concatenate([[0], np.cumsum(counts)]), np.argsort(codes, kind="stable")


def per_row(module: Module, loss: Loss, parameters: dict[str, Any], data: Sequence[Tensor]) -> Callable[..., Tensor]:
    """Return the function that gives the gradient of each row as a line: all at once, or one by one where torch cannot.

    Which of them is tried on zeros in the shape of the data. Buffers are copies, so that nothing but gradients gets
    out. Raises PrivacyError where the loss draws random numbers.
    """
    import torch
    from torch.func import functional_call, grad, vmap

    class Objective(torch.nn.Module):  # type: ignore[misc]
        """Hold the module and its loss as one, so that parameters can be put into both."""

        def __init__(self) -> None:
            super().__init__()
            self.inner = module

        def forward(self, *row: Tensor) -> Tensor:
            """Return the loss of one row."""
            return loss(self.inner, *(part.unsqueeze(0) for part in row)).sum()

    objective = Objective()

    def of_row(values: dict[str, Any], buffers: dict[str, Any], *row: Tensor) -> Tensor:
        """Return the loss of one row under given values of the parameters."""
        return functional_call(objective, {f"inner.{k}": v for k, v in (values | buffers).items()}, row)

    def settings() -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the parameters, apart from the module's, and copies of its buffers."""
        return {k: p.detach() for k, p in parameters.items()}, {k: b.clone() for k, b in module.named_buffers()}

    def lines(found: dict[str, Any], rows: int) -> Tensor:
        """Return the gradients of all parameters in a line for each row."""
        return torch.cat([found[name].reshape(rows, -1) for name in parameters], dim=1)

    def together(*rows: Tensor) -> Tensor:
        """Return the gradients of rows, all at once."""
        found = vmap(grad(of_row), (None, None, *(0 for _ in rows)), randomness="error")(*settings(), *rows)
        return lines(found, len(rows[0]))

    def one_by_one(*rows: Tensor) -> Tensor:
        """Return the gradients of rows, one after another."""
        return torch.cat([lines(grad(of_row)(*settings(), *row), 1) for row in zip(*rows)])

    device = next(iter(parameters.values())).device
    zeros = [torch.zeros((2, *part.shape[1:]), dtype=part.dtype, device=device) for part in data]
    try:
        with warnings.catch_warnings():  # torch warns where all at once is one by one and slow
            warnings.simplefilter("error")
            together(*zeros)
    except (*FAULTS, Warning):
        before = torch.get_rng_state()
        one_by_one(*zeros)
        if not torch.equal(before, torch.get_rng_state()):
            torch.set_rng_state(before)
            raise PrivacyError("privacy.rows-random", "the loss of a row draws random numbers of its own",
                               hint="let it use those of `draws`; leave out dropout") from None  # fmt: skip
        return one_by_one
    return together
