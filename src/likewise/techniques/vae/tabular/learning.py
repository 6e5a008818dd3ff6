"""Learn a table in two stages: rows to points and back, then a flow that draws points as those of rows lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.networks import building
from likewise.networks.device import one_thread
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.tables import TableEncoding
from likewise.networks.training import Phase, Plan, train
from likewise.techniques.vae.tabular.drawing import Networks, built, shares_of
from likewise.techniques.vae.tabular.layout import Floats, Layout, Longs, Ranks
from likewise.techniques.vae.tabular.maker import LatentRows

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from likewise.techniques.vae.tabular.network import Sizes

BETA = 0.6
"""The weight of the divergence: below 1, points say more of their rows than the likelihood alone would pay for."""

BINS = 64
"""Symbols that the values of a number are cut into, about."""

ROWS_STEPS, FLOW_STEPS, RATIO_STEPS = 2500, 2500, 1200
"""Steps of training rows, points, and the ratio that points are accepted by, at most."""

PASSES = 80
"""Times that rows are seen by each stage at most, where they are few."""

FEWEST_STEPS = 100
"""Steps of a stage at least."""

FIRST, SECOND = 0.45, 0.7
"""The share of a given time that the first stage takes, and of what is left then the second."""

FLOW_ROWS = 2**18
"""Rows whose points the flow is trained on at most."""

DRAWN = 2**16
"""Points drawn to learn at most by which of them to accept."""

KEPT = 0.4
"""The share of drawn points that is accepted."""

COUNTED, LEAST_COUNTED, ROUNDS = 16_384, 1024, 6
"""Rows that are drawn to see how often symbols come, the fewest of them, and times that logits are corrected by it."""

COUNTED_A_ROW = 16
"""Rows that are drawn for that for each one learned: of few rows shares are not known any better."""

CORRECTED = 3.0
"""What is added to a logit at most."""


@dataclass(frozen=True)
class Extent:
    """Say how large networks are for a table, and how long they train: sizes by columns, steps by rows."""

    sizes: Sizes
    steering: tuple[int, int]
    batch: int
    steps: tuple[int, int, int]

    @classmethod
    def of(cls, rows: int, columns: int, batch: int | None) -> Extent:
        """Return what is usual for so many rows and columns."""
        hidden = 64 * int(np.clip(-(-columns // 4), 1, 4))
        own = batch if batch is not None else int(np.clip(rows // 8, 64, 1024))
        most = max(FEWEST_STEPS, PASSES * rows // own)
        sizes = int(np.clip(2 * columns, 4, 32)), hidden, 2
        return cls(sizes, (hidden, 3), own, (min(ROWS_STEPS, most), min(FLOW_STEPS, most), min(RATIO_STEPS, most // 2)))


def learn_table(table: Table, effort: Effort) -> Learnt:
    """Return the maker of a table's rows."""
    encoding = TableEncoding.fit(table, seed=effort.seed, bins=BINS)
    layout = Layout.of(encoding)
    symbols, ranks = layout.coded(encoding.encode(table, generator(effort.seed, "places")))
    extent = Extent.of(table.rows, sum(size > 1 for size in layout.cardinalities), effort.batch_size)
    rows, velocity, ratio = building.built(lambda: built(layout, extent.sizes, extent.steering), effort.seed, "rows")
    rows.start_from(layout.shares)
    width = extent.sizes[0]
    blank = np.zeros(width, np.float32), np.ones(width, np.float32), np.zeros(layout.size, np.float32)
    networks = Networks(layout, extent.sizes, extent.steering, rows, velocity, ratio, *blank, sure=0.0)
    _learn_rows(networks, symbols, ranks, extent, effort)
    networks, points = _learn_points(networks, symbols, ranks, extent, effort)
    networks = _learn_ratio(networks, points, extent, effort)
    with one_thread():
        networks = replace(networks, bias=corrected(networks, generator(effort.seed, "correction"), table.rows))
    return Learnt(LatentRows(encoding, networks), encoding.output_columns)


def _learn_rows(networks: Networks, symbols: Longs, ranks: Ranks, extent: Extent, effort: Effort) -> None:
    """Train the encoder and the decoder."""
    torch = require("torch", extra="deep")
    from likewise.techniques.vae.tabular.network import evidence_loss

    plan = Plan(extent.steps[0], extent.batch, effort.device, effort.budget.part(FIRST))
    lost = partial(
        evidence_loss,
        slices=networks.layout.slices,
        numbers=networks.layout.numbers,
        beta=BETA,
        warm=max(1.0, plan.steps_for(len(symbols)) / 10),
    )
    network = networks.rows

    def loss(batch: Sequence[Tensor], rng: Generator) -> Tensor:
        return lost(network, batch, rng)

    phase = Phase("rows", network, loss, rate=2e-3, weight_decay=0.01, warmup=50, clip=5.0)
    data = [torch.from_numpy(symbols), torch.from_numpy(ranks)]
    train([phase], data, plan, seed=effort.seed, progress=effort.progress, what="learning rows")
    network.to("cpu")


def _learn_points(
    networks: Networks, symbols: Longs, ranks: Ranks, extent: Extent, effort: Effort
) -> tuple[Networks, list[Tensor]]:
    """Train the flow on points drawn anew for each step from what the encoder says of rows: middles and deviations."""
    torch = require("torch", extra="deep")
    from likewise.networks.flow import flow_loss

    rng = generator(effort.seed, "points")
    some = np.sort(rng.permutation(len(symbols))[:FLOW_ROWS])
    with one_thread():
        mean, spread = networks.encode(symbols[some], ranks[some])
    centre = mean.mean(axis=0)
    scale = np.sqrt(mean.var(axis=0) + np.exp(spread).mean(axis=0)).astype(np.float32)
    velocity = networks.velocity

    def loss(batch: Sequence[Tensor], rng: Generator) -> Tensor:
        middle, deviation = batch
        noise = torch.randn(middle.shape, generator=rng, device=middle.device)
        return flow_loss(velocity, torch.addcmul(middle, deviation, noise), middle[:, :0], rng)

    data = [torch.from_numpy((mean - centre) / scale), torch.from_numpy(np.exp(0.5 * spread) / scale)]
    phase = Phase("points", velocity, loss, rate=2e-3, warmup=50, average=0.1, clip=1.0)
    plan = Plan(extent.steps[1], extent.batch, effort.device, effort.budget.part(SECOND))
    train([phase], data, plan, seed=effort.seed, progress=effort.progress, what="learning how rows lie")
    velocity.to("cpu")
    return replace(networks, centre=centre, scale=scale), data


def _learn_ratio(networks: Networks, points: Sequence[Tensor], extent: Extent, effort: Effort) -> Networks:
    """Train what draws of the flow are accepted by, and settle from where on they are surely."""
    torch = require("torch", extra="deep")
    from likewise.techniques.vae.tabular.ratio import ratio_loss

    rng, network = generator(effort.seed, "flown"), networks.ratio
    some = torch.from_numpy(rng.permutation(len(points[0]))[:DRAWN])
    with one_thread():
        flown = networks.flown(len(some), rng)

    def loss(batch: Sequence[Tensor], rng: Generator) -> Tensor:
        return ratio_loss(network, batch, rng)

    data = [*(part[some] for part in points), torch.from_numpy(flown)]
    phase = Phase("ratio", network, loss, rate=1e-3, weight_decay=0.05, warmup=50, average=0.1)
    plan = Plan(extent.steps[2], extent.batch, effort.device, effort.budget.part(1.0))
    train([phase], data, plan, seed=effort.seed, progress=effort.progress, what="learning what to accept")
    network.to("cpu")
    with one_thread():
        return replace(networks, sure=_sure_from(networks.log_ratios(flown)))


def _sure_from(ratios: Floats) -> float:
    """Return the log ratio from which on points are accepted surely, so that the share `KEPT` of them is."""
    low, high = float(ratios.min()), float(ratios.max())
    for _ in range(40):
        middle = (low + high) / 2
        if np.exp(np.minimum(ratios - middle, 0.0)).mean() > KEPT:
            low = middle
        else:
            high = middle
    return low


def corrected(networks: Networks, rng: np.random.Generator, rows: int = COUNTED) -> npt.NDArray[np.float32]:
    """Return what is added to logits, so that rows drawn by the flow have symbols as often as the `rows` learned."""
    layout, bias = networks.layout, np.zeros(networks.layout.size)
    count = int(np.clip(min(2**24 // layout.size, COUNTED_A_ROW * rows), LEAST_COUNTED, COUNTED))
    logits = np.concatenate([own for _, own, _, _ in networks.said(networks.points(count, rng))])
    for own in layout.slices:
        if own.stop - own.start < 2:
            continue
        wanted = layout.shares[own]
        for _ in range(ROUNDS):
            found = shares_of(logits[:, own] + bias[own]).mean(axis=0)
            bias[own] += np.log((wanted + 1e-6) / (found + 1e-6))
        bias[own] = np.clip(bias[own], -CORRECTED, CORRECTED)
    return bias.astype(np.float32)
