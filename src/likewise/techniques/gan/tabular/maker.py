"""Rows of what the networks learned: candidates are generated, some are turned down, and conditions are met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from likewise.core.conditions import Given
from likewise.core.draw import rejected
from likewise.core.protocol import Arrays
from likewise.core.schema import Schema
from likewise.core.table import Table, concat
from likewise.errors import ConditionError
from likewise.networks.makers import RowMaker, State
from likewise.networks.saving import nested, under, weights_of, with_weights
from likewise.networks.tables import TableEncoding

if TYPE_CHECKING:
    from likewise.techniques.gan.tabular.networks import RowDiscriminator, RowGenerator

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MOST_ROWS = 300_000
"""Rows that networks are trained on at most; all others settle the marginals alone."""

AT_ONCE = 8192
"""Candidates that networks make at a time."""

MOST = 65_536
"""Candidates of which rows are taken at a time."""

DIRECT = 0.5
"""Where a condition allows a smaller share of a column's values than this, they are put in and not waited for."""


@dataclass(frozen=True, eq=False)
class Networks:
    """Hold the generator, the judge that turns candidates down, and the quantiles that even out the places it makes.

    A candidate is kept with the chance `exp(sharpness * score + offset)`, one at most, of the judge's score; the judge
    is None where there were too few rows to train one. `quantiles` has a row for each number of the layout. `asked`
    says whether the generator learned to make rows of a level that is asked for.
    """

    generator: RowGenerator
    judge: RowDiscriminator | None
    sharpness: float
    offset: float
    quantiles: Floats
    asked: bool = True

    def candidates(self, n: int, rng: np.random.Generator, condition: Condition | None) -> tuple[Longs, Floats]:
        """Return symbols and places (rows x columns) of those of `n` candidates that are kept."""
        import torch

        seeded = torch.Generator().manual_seed(int(rng.integers(2**62)))
        parts = []
        with torch.inference_mode():
            for start in range(0, n, AT_ONCE):
                parts.append(self._kept(min(AT_ONCE, n - start), seeded, rng, condition))
        return np.concatenate([s for s, _ in parts]), np.concatenate([p for _, p in parts])

    def _kept(self, n: int, seeded: Any, rng: np.random.Generator, condition: Condition | None) -> tuple[Longs, Floats]:
        import torch

        layout = self.generator.layout
        asked = torch.zeros(n, layout.width)
        if condition is not None:
            chosen = torch.from_numpy(rng.choice(len(condition.shares), size=n, p=condition.shares))
            asked.scatter_(1, (chosen + layout.starts[condition.column])[:, None], 1.0)
        scores, places = self.generator.drawn(asked, seeded)
        symbols = self.generator.symbols(self.generator.noisy(scores, seeded))
        if condition is not None:
            symbols[:, condition.column] = chosen
        places = torch.from_numpy(self.evened(places.numpy()))
        kept = np.ones(n, dtype=bool)
        if self.judge is not None:
            ones = layout.ones(symbols)
            features = torch.cat([ones, layout.ranks(ones, places)], dim=1)
            told = self.judge(features, torch.zeros(n, len(layout.sizes))).numpy()
            kept = rng.random(n) < np.exp(np.minimum(self.sharpness * told + self.offset, 0))
        whole = np.full((n, len(layout.sizes)), 0.5)
        whole[:, list(layout.numbers)] = places.numpy()
        return symbols.numpy()[kept], whole[kept]

    def evened(self, places: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return places by their rank among all that the generator makes, so that they are evenly spread."""
        even = np.linspace(0, 1, self.quantiles.shape[1])
        found = [np.interp(places[:, c], own, even) for c, own in enumerate(self.quantiles)]
        return np.stack(found, axis=1).astype(np.float32) if found else places


@dataclass(frozen=True, eq=False)
class Condition:
    """Say of which symbols of one column candidates are made, and how often each."""

    column: int
    shares: Floats


@dataclass(frozen=True, eq=False)
class NetworkRows(RowMaker):
    """Draw rows; without networks, where no two columns vary, every column by itself."""

    encoding: TableEncoding
    networks: Networks | None

    way: ClassVar[str] = "tabular"

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return `n` rows; conditions are put in for one column, where that was learned, and waited for in the others.

        Raises ConditionError where they cannot be met, and for partial rows.
        """
        if given is not None:
            source = _Conditioned(self, given)
            return rejected(source, n, rng, given)
        found: list[Table] = []
        have, tried = 0, 0
        while not found or have < n:
            rate = max(have / tried if tried else 1.0, 0.05)
            pool = min(MOST, round(1.05 * (n - have) / rate) + 64) if n else 0
            drawn = self.encoding.decode(*self.candidates(pool, rng), rng)
            found.append(drawn)
            have, tried = have + drawn.rows, tried + pool
        return concat(found).slice(0, n)

    def candidates(self, n: int, rng: np.random.Generator, condition: Condition | None = None) -> tuple[Longs, Floats]:
        """Return symbols and places (rows x columns) of those of `n` candidates that are kept."""
        if self.networks is not None:
            if not n:
                return np.zeros((0, len(self.encoding.columns)), np.int64), np.zeros((0, len(self.encoding.columns)))
            return self.networks.candidates(n, rng, condition)
        sizes = self.encoding.cardinalities
        symbols = np.zeros((n, len(sizes)), dtype=np.int64)
        for column, size in enumerate(sizes):
            if size > 1:
                symbols[:, column] = rng.choice(size, size=n, p=self.encoding.columns[column].shares)
        if condition is not None:
            symbols[:, condition.column] = rng.choice(len(condition.shares), size=n, p=condition.shares)
        return symbols, rng.random(symbols.shape)

    def state(self) -> State:
        """Return the encoding, the weights of both networks and what calibrates them."""
        meta, arrays = self.encoding.state()
        if self.networks is None:
            return meta, arrays
        own = self.networks
        arrays |= nested("generator", weights_of(own.generator)) | {"quantiles": own.quantiles}
        sizes = {"width": own.generator.first.out_features, "depth": len(own.generator.blocks)}
        if own.judge is not None:
            arrays |= nested("judge", weights_of(own.judge))
        kept = {
            "sharpness": own.sharpness,
            "offset": own.offset,
            "has_judge": own.judge is not None,
            "asked": own.asked,
        }
        return {**meta, "networks": {**sizes, **kept}}, arrays

    @classmethod
    def from_state(cls, schema: Schema, meta: Mapping[str, Any], arrays: Arrays) -> Self:
        """Rebuild it from a model file."""
        encoding = TableEncoding.from_state(schema, dict(meta), arrays)
        own = meta.get("networks")
        if own is None:
            return cls(encoding, None)
        from likewise.techniques.gan.tabular.networks import Layout, RowDiscriminator, RowGenerator

        layout = Layout.of(encoding)
        generator, judge = RowGenerator(layout, own["width"], own["depth"]), None
        with_weights(generator, under("generator", arrays))
        if own["has_judge"]:
            judge = RowDiscriminator(layout, own["width"], own["depth"])
            with_weights(judge, under("judge", arrays))
        return cls(
            encoding, Networks(generator, judge, own["sharpness"], own["offset"], arrays["quantiles"], own["asked"])
        )


class _Conditioned:
    """Draw rows of which most meet the conditions: what `rejected` draws from."""

    technique = "gan"

    def __init__(self, maker: NetworkRows, given: Given) -> None:
        self.maker, self.given = maker, given
        self.fine, coarse = maker.encoding.allowed(given.conditions)
        shares = {column: maker.encoding.columns[column].shares for column in coarse}
        if any(not (shares[column] * wanted).any() for column, wanted in coarse.items()):
            raise ConditionError("given.unseen", f"no row that was learned meets {given}",
                                 hint="loosen the conditions: one of the columns decides the other")  # fmt: skip
        asked = maker.networks is None or maker.networks.asked
        self.condition = _put_in(maker.encoding, coarse) if asked else None

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return those of `n` candidates that meet the conditions."""
        encoding = self.maker.encoding
        symbols, places = self.maker.candidates(n, rng, self.condition)
        fine = encoding.fine(symbols, places, rng)
        kept = np.ones(len(symbols), dtype=bool)
        for column, wanted in self.fine.items():
            kept &= rng.random(len(symbols)) < wanted[fine[column]]
        return encoding.cells([own[kept] for own in fine], rng, self.given.conditions)


def _put_in(encoding: TableEncoding, allowed: Mapping[int, Floats]) -> Condition | None:
    """Return the column whose condition the fewest values meet, and how often each symbol that it allows is drawn."""
    found: list[tuple[float, Condition]] = []
    for column, wanted in allowed.items():
        shares = encoding.columns[column].shares
        share = float((shares * wanted).sum())
        if share < DIRECT:
            open_ = shares * (wanted > 0)
            found.append((share, Condition(column, open_ / open_.sum())))
    return min(found, key=lambda pair: pair[0])[1] if found else None
