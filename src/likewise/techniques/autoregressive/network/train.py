"""Learning the network: one trunk for all columns, most rows in the drawing order, some in any other."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.core.progress import Progress, quiet
from likewise.core.seeds import generator
from likewise.techniques.autoregressive.network.layout import WAVES, Layout
from likewise.techniques.autoregressive.network.network import Network, Weights

Ints = npt.NDArray[np.int32]

WIDTH, WIDER, BLOCKS = 128, 256, 2
BATCH = 256
"""Rows learned from at a time; a sixteenth of small tables."""

LEAST_STEPS = 600
"""Steps below which a network is hardly trained: small tables are passed over more often."""

RATE, DECAY, DROPOUT = 2e-3, 0.02, 0.1
WARMING = 100
"""Steps over which the rate rises to its full size, before it falls along a cosine."""

AVERAGE = 0.995
"""How much the running average of the weights keeps at each step; the average is what is kept in the end."""

IN_ORDER = 0.9
"""Share of the batches learned in the drawing order; the others keep any order possible."""

SHUT = -1e9
"""The logit of what cannot be."""


def train(symbols: Ints, layout: Layout, columns: tuple[int, ...], *, seed: int, epochs: int,
          progress: Progress = quiet) -> Network:  # fmt: skip
    """Return the network after `epochs` passes or more over the rows, its weights averaged over the last ones.

    `symbols` is (columns, rows) in drawing order. A CPU learns on one thread, so that the same seed gives the same
    network; a GPU is used where there is one, and its results can differ in the last digits. Raises MissingExtra
    without torch. Cost: about 0.25 ms a row, epoch and 15 columns on one core.
    """
    torch = require("torch", extra="torch")
    rng = generator(seed, "network")
    count = symbols.shape[1]
    batches = max(count // int(np.clip(count // 16, 32, BATCH)), 1)
    epochs = max(epochs, math.ceil(LEAST_STEPS / batches))
    device = "cuda" if torch.cuda.is_available() else "cpu"
    with _settled(torch, int(rng.integers(2**31))):
        rows = torch.from_numpy(np.ascontiguousarray(symbols.T)).long().to(device)
        net = _module(torch, layout).to(device)
        average = [p.detach().clone() for p in net.parameters()]
        optimiser = _optimiser(torch, net)
        at, steps = 0, epochs * batches
        net.train()
        for epoch in range(epochs):
            progress("learning the network", epoch, epochs)
            for batch in np.array_split(rng.permutation(count), batches):
                in_order = rng.random() < IN_ORDER
                turn = np.arange(len(columns)) if in_order else rng.permutation(len(columns))
                rate = RATE * min(1.0, (at + 1) / WARMING) * (0.51 + 0.49 * math.cos(math.pi * at / steps))
                _learn(torch, net, optimiser, rows[torch.from_numpy(batch)].T, torch.from_numpy(turn).to(device), rate)
                at += 1
                for kept, new in zip(average, net.parameters(), strict=True):
                    kept.lerp_(new.detach(), 1 - min(AVERAGE, (at + 1) / (at + 10)))
        progress("learning the network", epochs, epochs)
        for parameter, value in zip(net.parameters(), average, strict=True):
            parameter.data.copy_(value)
        return Network(columns, layout, _weights(net))


def _learn(torch: Any, net: Any, optimiser: Any, symbols: Any, turn: Any, rate: float) -> None:
    """Take one step down the slope of the loss on some rows."""
    for group in optimiser.param_groups:
        group["lr"] = rate
    with torch.autocast(symbols.device.type, torch.bfloat16, enabled=symbols.is_cuda or _has_bfloat16(torch)):
        loss = net(symbols, turn).sum(0).mean()
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
    optimiser.step()


def _has_bfloat16(torch: Any) -> bool:
    """Whether the processor multiplies bfloat16 by itself: one that does not is 20 times slower with it."""
    return bool(torch.cpu._is_avx512_bf16_supported())


@contextmanager
def _settled(torch: Any, seed: int) -> Iterator[None]:
    """Let torch use one thread and this seed, and leave both as they were."""
    threads, state = torch.get_num_threads(), torch.random.get_rng_state()
    torch.set_num_threads(1)
    torch.random.manual_seed(seed)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.random.set_rng_state(state)


def _optimiser(torch: Any, net: Any) -> Any:
    matrices = [p for p in net.parameters() if p.ndim > 1]
    others = [p for p in net.parameters() if p.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": DECAY}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.99))


def _module(torch: Any, layout: Layout) -> Any:
    """Return the module: called with symbols (columns, rows) and an order, it gives their losses, column by column."""
    nn, functional = torch.nn, torch.nn.functional
    columns, groups, members = len(layout.counts), layout.groups, layout.members

    class Learner(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.group_in = nn.Parameter(torch.randn(columns, groups, WIDTH) * 0.3)
            self.place_in = nn.Parameter(torch.randn(columns, 2 * WAVES + 1, WIDTH) * 0.1)
            self.asked = nn.Parameter(torch.randn(columns, WIDTH) * 0.02)
            self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(BLOCKS))
            self.wide = nn.ModuleList(nn.Linear(WIDTH, WIDER) for _ in range(BLOCKS))
            self.narrow = nn.ModuleList(nn.Linear(WIDER, WIDTH) for _ in range(BLOCKS))
            self.last = nn.LayerNorm(WIDTH)
            self.group_out = nn.Parameter(torch.randn(columns, WIDTH, groups) * 0.01)
            self.group_bias = nn.Parameter(torch.zeros(columns, 1, groups))
            self.member_out = nn.Parameter(torch.randn(columns, WIDTH, members) * 0.01)
            self.member_bias = nn.Parameter(torch.zeros(columns * groups, members))
            for linear in self.narrow:
                nn.init.zeros_(linear.weight)
            shut_groups, shut_members = _shut(layout)
            self.register_buffer("shut_groups", torch.from_numpy(shut_groups)[:, None, :])
            self.register_buffer("shut_members", torch.from_numpy(shut_members.reshape(-1, members)))
            self.register_buffer("group", torch.from_numpy(layout.group).long())
            self.register_buffer("member", torch.from_numpy(layout.member).long())
            self.register_buffer("features", torch.from_numpy(layout.features))
            self.register_buffer("number", torch.arange(columns)[:, None])

        def forward(self, symbols: Any, turn: Any) -> Any:
            rows = symbols.shape[1]
            group, member = self.group[self.number, symbols], self.member[self.number, symbols]
            known = functional.embedding(group + self.number * groups, self.group_in.reshape(-1, WIDTH))
            known = (known + torch.bmm(self.features[self.number, symbols], self.place_in))[turn]
            before = torch.cumsum(known, 0) - known
            share = 1 / torch.sqrt(torch.arange(columns, device=known.device).clamp(min=1)).to(known.dtype)
            hidden = before * share[:, None, None] + self.asked[turn][:, None, :]
            for norm, wide, narrow in zip(self.norms, self.wide, self.narrow, strict=True):
                inner = functional.gelu(wide(norm(hidden)), approximate="tanh")
                hidden = hidden + narrow(functional.dropout(inner, DROPOUT, self.training))
            hidden = self.last(hidden)[torch.argsort(turn)]
            first = torch.bmm(hidden, self.group_out) + self.group_bias + self.shut_groups
            loss = functional.cross_entropy(
                first.float().reshape(columns * rows, -1), group.reshape(-1), reduction="none"
            )
            if members > 1:
                bias = functional.embedding(group + self.number * groups, self.member_bias + self.shut_members)
                second = torch.bmm(hidden, self.member_out) + bias
                loss = loss + functional.cross_entropy(
                    second.float().reshape(columns * rows, -1), member.reshape(-1), reduction="none"
                )
            return loss.reshape(columns, rows)

    return Learner()


def _shut(layout: Layout) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return the logits that shut out digits which no row of a column has: (columns, G) and (columns, G, M)."""
    columns = len(layout.counts)
    members = np.full((columns, layout.groups, layout.members), SHUT, dtype=np.float32)
    number, symbol = np.nonzero(layout.seen)
    members[number, layout.group[number, symbol], layout.member[number, symbol]] = 0
    groups = members.max(axis=2)
    members[groups == SHUT] = 0  # a group that is never drawn may hold anything
    return groups, members


def _weights(net: Any) -> Weights:
    def array(tensor: Any) -> npt.NDArray[np.float32]:
        found: npt.NDArray[np.float32] = np.ascontiguousarray(tensor.detach().float().cpu().numpy())
        return found

    def stack(tensors: list[Any]) -> npt.NDArray[np.float32]:
        return np.stack([array(tensor) for tensor in tensors])

    columns, groups = net.group_in.shape[:2]
    return Weights(
        group_in=array(net.group_in), place_in=array(net.place_in), asked=array(net.asked),
        scale=stack([n.weight for n in net.norms]), shift=stack([n.bias for n in net.norms]),
        wide=stack([n.weight.T for n in net.wide]), wide_bias=stack([n.bias for n in net.wide]),
        narrow=stack([n.weight.T for n in net.narrow]), narrow_bias=stack([n.bias for n in net.narrow]),
        last_scale=array(net.last.weight), last_shift=array(net.last.bias),
        group_out=array(net.group_out), group_bias=array((net.group_bias + net.shut_groups)[:, 0]),
        member_out=array(net.member_out),
        member_bias=array((net.member_bias + net.shut_members).reshape(columns, groups, -1)),
    )  # fmt: skip
