"""From points to symbols and places: each column is drawn from what the decoder says of it, never its likeliest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.core.protocol import Arrays
from likewise.networks.device import device_of
from likewise.networks.gaussians import divergence
from likewise.networks.makers import Latents
from likewise.networks.saving import nested, under, weights_of, with_weights
from likewise.networks.tables import TableEncoding
from likewise.techniques.vae.tabular.layout import Floats, Layout, Longs, Ranks

if TYPE_CHECKING:
    from torch import Tensor

    from likewise.networks.layers.vectors import VectorVelocity
    from likewise.techniques.vae.tabular.network import RowNetwork, Sizes
    from likewise.techniques.vae.tabular.ratio import RatioNetwork

AT_ONCE = 4096
"""Rows that pass the networks together."""

STEPS = 8
"""Steps of the flow from noise to points."""

ROUNDS = 40
"""Times that points are drawn until enough are accepted; then they are taken as they come."""

STRANGE = 10.0
"""Nats that a value which cannot come back adds to the error of its row."""

Allowed = Mapping[int, Floats]
"""The share of its values that each symbol of some columns may have, for all rows or (rows x symbols) for each."""


@dataclass(frozen=True, eq=False)
class Networks:
    """Hold what was trained: the network of rows, the flow that draws points, and what they are accepted by.

    The flow draws points less `centre`, in parts of `scale`. One is accepted with a chance in proportion to how much
    denser real ones lie there, surely where the log of that is `sure` or more. `bias` is added to logits, so that drawn
    rows have each symbol as often as real ones.
    """

    layout: Layout
    sizes: Sizes
    steering: tuple[int, int]
    rows: RowNetwork
    velocity: VectorVelocity
    ratio: RatioNetwork
    centre: Latents
    scale: Latents
    bias: npt.NDArray[np.float32]
    sure: float

    @property
    def width(self) -> int:
        """The length of a point."""
        return self.sizes[0]

    def points(self, n: int, rng: np.random.Generator) -> Latents:
        """Return `n` points as those of real rows lie (rows x width): drawn by the flow, then accepted or not."""
        found, have, pace = [np.zeros((0, self.width), np.float32)], 0, 1.0
        for _ in range(ROUNDS):
            if have >= n:
                break
            size = int(1.05 * (n - have) / pace) + 16
            drawn = self.flown(size, rng)
            chance = np.exp(np.minimum(self.log_ratios(drawn) - self.sure, 0.0))
            found.append(drawn[rng.random(size) < chance])
            have, pace = have + len(found[-1]), max(float(chance.mean()), 0.05)
        points = np.concatenate(found)[:n]
        if len(points) < n:
            points = np.concatenate([points, self.flown(n - len(points), rng)])
        return points * self.scale + self.centre

    def flown(self, n: int, rng: np.random.Generator) -> Latents:
        """Return `n` centred and scaled points (rows x width), by following the flow from noise."""
        torch = require("torch", extra="deep")
        from likewise.networks.flow import flow_draw

        noise, found = rng.standard_normal((n, self.width), dtype=np.float32), [np.zeros((0, self.width), np.float32)]
        with torch.inference_mode(), device_of("cpu").autocast():
            for part in _parts(n):
                start = torch.from_numpy(noise[part])
                found.append(flow_draw(self.velocity, start, start[:, :0], steps=STEPS).numpy())
        return np.concatenate(found)

    def log_ratios(self, flown: Latents) -> Floats:
        """Return the log of how much denser real points lie at centred and scaled ones than drawn ones do."""
        torch = require("torch", extra="deep")
        with torch.inference_mode():
            found = [self.ratio(torch.from_numpy(flown[part])).numpy() for part in _parts(len(flown))]
        return np.concatenate([np.zeros(0), *found])

    def said(self, points: Latents) -> Iterator[tuple[slice, Floats, Floats, Floats]]:
        """Yield for portions of points: their rows, the logits of symbols, the centres and deviations of ranks."""
        torch = require("torch", extra="deep")
        for part in _parts(len(points)):
            with torch.inference_mode(), device_of("cpu").autocast():
                logits, centre, scale = self.rows.decode(torch.from_numpy(points[part]))
            yield part, logits.numpy() + self.bias, centre.numpy().astype(float), scale.numpy().astype(float)

    def draw(
        self, points: Latents, rng: np.random.Generator, allowed: Allowed | None = None
    ) -> tuple[Longs, npt.NDArray[np.float32]]:
        """Return symbols and places (rows x columns) of rows at points; of some columns only `allowed` symbols."""
        columns = len(self.layout.cardinalities)
        symbols = np.zeros((len(points), columns), dtype=np.int64)
        places = np.full((len(points), columns), 0.5, dtype=np.float32)
        for part, logits, centre, scale in self.said(points):
            for column, own in enumerate(self.layout.slices):
                if own.stop - own.start > 1:
                    weights = shares_of(logits[:, own])
                    if allowed is not None and column in allowed:
                        own_allowed = allowed[column]
                        weights = _only(weights, own_allowed if own_allowed.ndim == 1 else own_allowed[part])
                    symbols[part, column] = _picked(weights, rng)
            for number, column in enumerate(self.layout.numbers):
                spans = self.layout.spans[symbols[part, column] + self.layout.offsets[column]]
                places[part, column] = _placed(centre[:, number], scale[:, number], spans, rng)
        return symbols, places

    def encode(self, symbols: Longs, ranks: Ranks) -> tuple[Latents, Latents]:
        """Return the mean and the log variance of the points of rows (both rows x width)."""
        torch = require("torch", extra="deep")
        found = [np.zeros((2, 0, self.width), dtype=np.float32)]
        with torch.inference_mode():
            for part in _parts(len(symbols)):
                both = self.rows.encode(torch.from_numpy(symbols[part]), torch.from_numpy(ranks[part]))
                found.append(torch.stack(both).numpy())
        mean, spread = np.concatenate(found, axis=1)
        return mean, spread

    def errors(self, symbols: Longs, ranks: Ranks) -> Floats:
        """Return the error of rows at the means of their points, and the divergence of these, in nats."""
        torch = require("torch", extra="deep")
        from likewise.techniques.vae.tabular.network import row_errors

        found = [np.zeros(0)]
        with torch.inference_mode():
            for part in _parts(len(symbols)):
                own, places = torch.from_numpy(symbols[part]), torch.from_numpy(ranks[part])
                mean, spread = self.rows.encode(own, places)
                lost: Tensor = row_errors(self.rows, mean, own, places, self.layout.slices, self.layout.numbers)
                found.append((lost + divergence(mean, spread)).numpy().astype(float))
        return np.concatenate(found)

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return what a model file keeps of it."""
        meta = {"sizes": list(self.sizes), "steering": list(self.steering), "sure": self.sure}
        own = {"centre": self.centre, "scale": self.scale, "bias": self.bias}
        for name, network in (("rows", self.rows), ("velocity", self.velocity), ("ratio", self.ratio)):
            own |= nested(name, weights_of(network))
        return meta, own

    @classmethod
    def from_state(cls, encoding: TableEncoding, meta: dict[str, Any], arrays: Arrays) -> Networks:
        """Rebuild it from the encoding of its table and what `state` returned."""
        layout = Layout.of(encoding)
        width, hidden, depth = meta["sizes"]
        sizes, steering = (int(width), int(hidden), int(depth)), (int(meta["steering"][0]), int(meta["steering"][1]))
        networks = built(layout, sizes, steering)
        for name, network in zip(("rows", "velocity", "ratio"), networks, strict=True):
            with_weights(network, under(name, arrays))
        own = arrays["centre"], arrays["scale"], arrays["bias"]
        return cls(layout, sizes, steering, *networks, *own, float(meta["sure"]))


def built(layout: Layout, sizes: Sizes, steering: tuple[int, int]) -> tuple[RowNetwork, VectorVelocity, RatioNetwork]:
    """Return networks before training: `steering` are the units of a layer and the blocks of the velocity."""
    require("torch", extra="deep")
    from likewise.networks.flow import condition_width
    from likewise.networks.layers.vectors import VectorVelocity
    from likewise.techniques.vae.tabular.network import RowNetwork
    from likewise.techniques.vae.tabular.ratio import RatioNetwork

    rows = RowNetwork(layout.spans, len(layout.cardinalities), len(layout.numbers), sizes)
    velocity = VectorVelocity(sizes[0], condition_width(0), width=steering[0], depth=steering[1])
    return rows, velocity, RatioNetwork(sizes[0], steering[0])


def shares_of(logits: npt.NDArray[Any]) -> Floats:
    """Return the shares that logits mean: rows x symbols, each row summing to 1."""
    weights = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _only(weights: Floats, allowed: Floats) -> Floats:
    """Return weights of allowed symbols; as often as allowed where a row would have none of them."""
    within = weights * allowed
    lost = within.sum(axis=1) < 1e-30
    anyhow = np.broadcast_to(allowed, within.shape)[lost]
    within[lost] = np.where(anyhow.any(axis=1, keepdims=True), anyhow, 1.0)
    return within


def _picked(weights: Floats, rng: np.random.Generator) -> Longs:
    """Return a symbol for each row, drawn by the weights."""
    totals = np.cumsum(weights, axis=1)
    found = (totals <= rng.random((len(weights), 1)) * totals[:, -1:]).sum(axis=1)
    return np.asarray(np.minimum(found, weights.shape[1] - 1), dtype=np.int64)


def _placed(centre: Floats, scale: Floats, spans: Floats, rng: np.random.Generator) -> Floats:
    """Return places within spans (rows x begin, length), by logistic distributions of ranks cut to these.

    Spans above their centre are turned over: in the lower tail no digits are lost.
    """
    chance = rng.random(len(centre))
    start, length = spans[:, 0], spans[:, 1]
    above = start + length / 2 > centre
    begin = np.where(above, centre - start - length, start - centre) / scale
    low, high = (_logistic(ends) for ends in (begin, begin + length / scale))
    at = low + chance * (high - low)
    sure = at > 1e-250
    at = np.where(sure, np.minimum(at, 1 - 1e-12), 0.5)
    inside = (np.log(at / (1 - at)) - begin) * scale / np.where(length > 0, length, 1.0)
    inside = np.clip(np.where(above, 1 - inside, inside), 0.0, 1.0)
    return np.where(length > 0, np.where(sure, inside, chance), 0.5)


def _logistic(values: Floats) -> Floats:
    return np.exp(-np.logaddexp(0.0, -values))


def _parts(n: int) -> Iterator[slice]:
    return (slice(start, min(start + AT_ONCE, n)) for start in range(0, n, AT_ONCE))
