"""Learning rows: the game of generator and discriminator, then a judge of what comes out, then calibration."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.networks.building import built
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.tables import Coded, TableEncoding
from likewise.networks.tables.encoding import BINS, MOST
from likewise.networks.training import Budget, Phase, Plan, train
from likewise.techniques.gan.tabular.losses import Game
from likewise.techniques.gan.tabular.maker import MOST_ROWS, Floats, NetworkRows, Networks
from likewise.techniques.gan.tabular.networks import Layout, RowDiscriminator, RowGenerator

if TYPE_CHECKING:
    from torch import Generator, Tensor

WIDTH, DEPTH = 256, 3
"""The width of both networks' layers and how many residual blocks they have."""

BATCH, LEAST_BATCH = 512, 32
"""Rows of a step, and of a step on few rows: a quarter of them, not fewer than the second."""

STEPS, GROWTH, MOST_STEPS = 14.0, 0.6, 12_000
"""Steps for a row, the power by which they grow with the rows, and the most: 900 for 1,000 rows, 8,000 for 40,000."""

RATE = 1e-3

JUDGED, MOST_JUDGED, LEAST_ROWS = 0.1, 4000, 1000
"""The share of rows that judge the judge, how many at most, and rows from which on there is one."""

JUDGE_EPOCHS, JUDGE_TIME, JUDGE_RATE = 16.0, 0.12, 5e-4
"""Passes over the rows for the judge, or the share of the time, and its learning rate."""

KEPT = 0.2
"""The share of candidates that is kept at least."""

WIDEST, LEAST_BINS, LEAST_LEVELS = 3000, 4, 10
"""Symbols of all columns together, about; of many columns each has fewer, but not fewer than these two."""

LOOKED_AT, LEAST_LOOKED, MOST_LOOKED, ROUNDS = 5, 2000, 20_000, 2
"""Candidates for each row that shares are counted in, the fewest and the most of them, and how often they are."""

QUANTILES = 33


def learn_rows(table: Table, effort: Effort) -> Learnt:
    """Learn a table without media; the note on values that few rows hold goes to the model's card."""
    encoding = TableEncoding.fit(table, seed=effort.seed, **groups_for(len(table.names)))
    notes = (f"values and levels that fewer than {encoding.floor} rows hold are not repeated",)
    networks = None
    if sum(size > 1 for size in encoding.cardinalities) > 1:
        networks = _networks(table, encoding, effort)
    return Learnt(NetworkRows(encoding, networks), encoding.output_columns, notes)


def _networks(table: Table, encoding: TableEncoding, effort: Effort) -> Networks:
    rng = generator(effort.seed, "rows")
    order = rng.permutation(table.rows)[:MOST_ROWS]
    coded = encoding.encode(table.take(order), generator(effort.seed, "places"))
    apart = min(round(JUDGED * len(order)), MOST_JUDGED) if len(order) >= LEAST_ROWS else 0
    layout = Layout.of(encoding)
    learned, kept_apart = _tensors(coded, layout, slice(apart, None)), _tensors(coded, layout, slice(apart))
    maker = built(lambda: RowGenerator(layout, WIDTH, DEPTH), effort.seed, "generator")
    teller = built(lambda: RowDiscriminator(layout, WIDTH, DEPTH), effort.seed, "discriminator")
    shares = shares_of(encoding, layout)
    start_from(maker, shares)
    _play(Game(layout, learned[0], learned[1], maker, teller), learned, effort, judged=apart > 0)
    for network in (maker, teller):
        network.to("cpu").eval()
    networks = Networks(maker, None, 0.0, 0.0, np.tile(np.linspace(0, 1, QUANTILES), (len(layout.numbers), 1)))
    looked = int(np.clip(LOOKED_AT * len(order), LEAST_LOOKED, MOST_LOOKED))
    networks = replace(networks, quantiles=quantiles_of(networks, looked, rng))
    calibrate(networks, shares, looked, rng)
    if apart:
        networks = _judged(networks, teller, learned, kept_apart, effort, rng)
        calibrate(networks, shares, round(looked / KEPT), rng)
    return networks


def _tensors(coded: Coded, layout: Layout, rows: slice) -> list[Tensor]:
    """Return symbols, and the places of numbers."""
    places = coded.places[rows][:, list(layout.numbers)]
    return [torch.from_numpy(coded.symbols[rows].copy()), torch.from_numpy(places.copy())]


def groups_for(columns: int) -> dict[str, int]:
    """Return into how many symbols numbers and levels are cut, so that many columns do not make networks too wide."""
    share = WIDEST // max(columns, 1)
    return {"bins": int(np.clip(share, LEAST_BINS, BINS)), "most": int(np.clip(share, LEAST_LEVELS, MOST))}


def batch_for(rows: int, asked: int | None) -> int:
    """Return the rows of a step."""
    return asked or int(np.clip(rows // 4, LEAST_BATCH, BATCH))


def _play(game: Game, rows: list[Tensor], effort: Effort, *, judged: bool) -> None:
    """Train both sides in turn."""
    count = len(rows[0])
    budget = effort.budget.part(1 - JUDGE_TIME) if judged else effort.budget
    steps = min(MOST_STEPS, max(1, round(STEPS * count**GROWTH)))
    plan = Plan(steps, batch_for(count, effort.batch_size), effort.device, budget)
    game.to(effort.device.name)
    phases = [
        Phase("discriminator", game.teller, game.tell, rate=RATE, betas=(0.5, 0.99), average=None),
        Phase("generator", game.maker, game.make, rate=RATE, betas=(0.5, 0.99)),
    ]
    train(phases, rows, plan, seed=effort.seed, progress=effort.progress, what="learning rows")


def shares_of(encoding: TableEncoding, layout: Layout) -> Floats:
    """Return how often each symbol should come, all columns side by side."""
    return np.concatenate([own.shares[:size] for own, size in zip(encoding.columns, layout.sizes, strict=True)])


def start_from(maker: RowGenerator, shares: Floats) -> None:
    """Let symbols be as frequent as they should be before anything is learned."""
    with torch.no_grad():
        maker.scores.bias.copy_(torch.from_numpy(np.log(np.maximum(shares, 1e-6))))


def quantiles_of(networks: Networks, looked: int, rng: np.random.Generator) -> Floats:
    """Return the quantiles of the places that are made for each number."""
    layout = networks.generator.layout
    symbols, places = networks.candidates(looked, rng, None)
    spread = layout.spread.numpy()[symbols + layout.starts.numpy()] > 0
    even = np.linspace(0, 1, QUANTILES)
    found = [even if not spread[:, c].any() else np.quantile(places[spread[:, c], c], even) for c in layout.numbers]
    return np.array(found).reshape(-1, QUANTILES)


def calibrate(networks: Networks, shares: Floats, looked: int, rng: np.random.Generator) -> None:
    """Move the scores of symbols by fixed amounts, so that all come as often as in the data."""
    layout = networks.generator.layout
    for _ in range(ROUNDS):
        symbols, _ = networks.candidates(looked, rng, None)
        counts = np.bincount((symbols + layout.starts.numpy()).ravel(), minlength=layout.width)
        known = counts + 1.0
        wanted = shares * len(symbols) + 1.0
        with torch.no_grad():
            networks.generator.scores.bias += torch.from_numpy(np.log(wanted / known)).float()


def _judged(
    networks: Networks,
    teller: RowDiscriminator,
    learned: list[Tensor],
    apart: list[Tensor],
    effort: Effort,
    rng: np.random.Generator,
) -> Networks:
    """Return the networks with a judge: the discriminator, trained on to tell finished candidates from real rows."""
    layout, judge = networks.generator.layout, copy.deepcopy(teller)
    made = _made(networks, len(learned[0]) + len(apart[0]), rng)
    test = [part[: len(apart[0])] for part in made]
    data = [*learned, *(part[len(apart[0]) :] for part in made)]

    def scores(symbols: Tensor, places: Tensor) -> Tensor:
        ones = layout.ones(symbols)
        features = torch.cat([ones, layout.ranks(ones, places)], dim=1)
        return judge(features, features.new_zeros(len(features), len(layout.sizes)))

    def loss(batch: Sequence[Tensor], rng: Generator) -> Tensor:
        of_real, of_made = scores(*batch[:2]), scores(*batch[2:])
        return functional.softplus(-of_real).mean() + functional.softplus(of_made).mean()

    def held_back() -> float:
        with torch.no_grad():
            device = next(judge.parameters()).device
            return float(loss([part.to(device) for part in (*apart, *test)], torch.Generator()))

    epochs = effort.budget.epochs
    budget = Budget(None if epochs is None else max(1.0, epochs * JUDGE_TIME), effort.budget.left)
    batch = batch_for(len(data[0]), effort.batch_size)
    plan = Plan(max(1, round(JUDGE_EPOCHS * len(data[0]) / batch)), batch, effort.device, budget, patience=6)
    phase = Phase("judge", judge, loss, rate=JUDGE_RATE, weight_decay=0.01)
    train([phase], data, plan, seed=effort.seed, held_back=held_back, progress=effort.progress, what="judging rows")
    judge.to("cpu").eval()
    with torch.no_grad():
        of_real, of_made = (scores(*part).double().numpy() for part in (apart, test))
    sharpness, offset = _chances(of_real, of_made)
    return replace(networks, judge=judge, sharpness=sharpness, offset=offset)


def _made(networks: Networks, n: int, rng: np.random.Generator) -> list[Tensor]:
    symbols, places = networks.candidates(n, rng, None)
    numbers = list(networks.generator.layout.numbers)
    return [torch.from_numpy(symbols), torch.from_numpy(places[:, numbers].astype(np.float32))]


def _chances(of_real: Floats, of_made: Floats) -> tuple[float, float]:
    """Return by which factor and offset scores become chances to be kept, in the ratio of densities.

    A logistic regression on the scores of rows that were kept apart says by how much the judge is too sure of itself.
    """
    scores = np.concatenate([of_real, of_made])
    truth = np.concatenate([np.ones(len(of_real)), np.zeros(len(of_made))])
    design = np.stack([scores, np.ones(len(scores))], axis=1)
    slope = np.zeros(2)
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(design @ slope, -30, 30)))
        bend = design.T @ (design * (chance * (1 - chance))[:, None]) + 1e-6 * np.eye(2)
        slope += np.linalg.solve(bend, design.T @ (truth - chance))
    sharpness = max(float(slope[0]), 0.0)
    ratio = sharpness * of_made
    tops = np.quantile(ratio, np.linspace(0.5, 0.995, 100))
    rates = np.array([np.exp(np.minimum(ratio - top, 0)).mean() for top in tops])
    enough = np.flatnonzero(rates >= KEPT)
    return sharpness, -float(tops[enough[-1]] if len(enough) else tops[0])
