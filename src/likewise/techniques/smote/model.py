"""Draw rows between near neighbours of the same kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core import draw
from likewise.core.card import Card
from likewise.core.conditions import Given
from likewise.core.frames import Container
from likewise.core.packing import packed, unpacked
from likewise.core.protocol import Arrays, Model
from likewise.core.schema import Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import ConditionError
from likewise.techniques.smote.cells import Cells, Floats
from likewise.techniques.smote.cleaning import Judge
from likewise.techniques.smote.geometry import APART, Geometry
from likewise.techniques.smote.maker import Maker
from likewise.techniques.smote.pools import Ints, Pool, dealt, enough
from likewise.techniques.smote.search import Points
from likewise.techniques.smote.spaces import Space, load_space
from likewise.techniques.smote.ways import (
    AcrossTheBorder,
    AwayFromSafe,
    Line,
    NearOrNoise,
    Ranked,
    Sphere,
    TowardsSafe,
    Way,
)

IN_POOLS = ("rows", "held", "chances", "marks", "beside")
CLEANED_BY = 3
"""Neighbours that say whether a drawn row lies among another class."""
MOST_TRIES = 50
"""Times that rows are drawn anew in place of those that cleaning leaves out."""


@dataclass(frozen=True, eq=False)
class SMOTEModel(Model):
    """Hold real rows of the kinds that are drawn, and make new ones between them.

    `labels` holds one row for each class, its target; None where there are no classes. `shares` says how many rows of
    each pool are drawn beside the others, `lacks` how many each lacks.
    """

    maker: Maker
    labels: Table | None
    shares: Floats
    lacks: Ints
    settings: dict[str, Any]
    judge: Judge | None = None

    technique: ClassVar[str] = "smote"
    conditions: ClassVar[Literal["native", "rejection"]] = "native"

    @property
    def lacking(self) -> int:
        """How many rows, drawn and added, bring every class to at least `ratio` times the largest."""
        return enough(self.lacks, draw.BLOCK)

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return `n` new rows; conditions on the target choose among classes, others among the rows moved between."""
        if given is not None and given.rows is None and self.labels is not None:
            model, given = self._restricted(self.labels, given)
            return model.draw(n, rng, None) if given is None else draw.rejected(model._among(given), n, rng, given)
        if given is not None:
            return draw.rejected(self if given.rows is not None else self._among(given), n, rng, given)
        cells, group = self._made(n, rng)
        columns = self.maker.space.write(cells, rng)
        if self.labels is not None:
            labels = self.labels.take(group)
            columns |= {name: labels.column(name) for name in labels.names}
        names = [c.name for c in self.schema.columns if not c.is_generated]
        schema = self.schema.select(names)
        return Table(pa.table([columns[name] for name in names], names=names), schema)

    def _made(self, n: int, rng: np.random.Generator) -> tuple[Cells, Ints]:
        """Return new cells and the group of each; where they are cleaned, until each pool has as many as it shall."""
        # What is lacking is dealt out to the row; what is like the learned rows is drawn.
        lacking = self.lacks.any()
        counts = dealt(n, self.shares) if lacking else rng.multinomial(n, self.shares / self.shares.sum())
        if self.judge is None:
            cells, pool = self.maker.made(counts, rng)
            return cells, self.maker.groups[pool]
        found: list[tuple[Cells, Ints]] = []
        wanted = counts
        for _ in range(MOST_TRIES):
            cells, pool = self.maker.made(wanted, rng)
            kept = self.judge.kept(self.maker.geometry.place(cells), self.maker.groups[pool])
            found.append((cells.take(np.flatnonzero(kept)), pool[kept]))
            wanted = wanted - np.bincount(pool[kept], minlength=len(counts))
            if not wanted.any():
                break
        else:
            raise ConditionError("given.unlikely", f"cleaning leaves fewer than one of {MOST_TRIES} rows drawn",
                                 where="clean", hint="fit with clean='none', or clean once rows are added")  # fmt: skip
        numbers, codes = (np.concatenate([getattr(c, name) for c, _ in found]) for name in ("numbers", "codes"))
        order = rng.permutation(n)
        pools = np.concatenate([pool for _, pool in found])
        return Cells(numbers[order], codes[order]), self.maker.groups[pools[order]]

    def _restricted(self, labels: Table, given: Given) -> tuple[Self, Given | None]:
        """Return the model of the classes that meet the conditions on the target, and the other conditions."""
        rest = {name: c for name, c in given.conditions.items() if name not in labels.names}
        asked = Given({name: c for name, c in given.conditions.items() if name in labels.names})
        shares = np.where(asked.matches(labels)[self.maker.groups], self.shares, 0.0)
        if not shares.any():
            raise ConditionError("given.unseen", f"no class that is drawn meets {asked}",
                                 where=next(iter(asked.conditions)),
                                 hint="give a class that lacks rows, or fit without `ratio`")  # fmt: skip
        return replace(self, shares=shares), Given(rest) if rest else None

    def _among(self, given: Given) -> Self:
        """Return the model that moves between the rows that meet conditions, or itself where no two do.

        What lies between two such rows nearly always meets them too: a level that both have, a range that both lie in.
        """
        maker = self.maker
        columns = maker.space.write(maker.cells, generator(0, "among"))
        names = [name for name in self.schema.names if name in columns]
        meets = given.matches(
            Table(pa.table([columns[name] for name in names], names=names), self.schema.select(names))
        )
        pools, shares = [], []
        for pool, share in zip(maker.pools, self.shares.tolist(), strict=True):
            kept = np.flatnonzero(meets[pool.rows])
            if len(kept) > 1 and share:
                pools.append(pool.take(kept))
                shares.append(share * float(pool.held[kept].sum() / pool.held.sum()))
        if not pools:
            return self
        narrower = Maker(
            maker.space, maker.geometry, maker.cells, tuple(pools), maker.way, self.settings["k_neighbors"]
        )
        return replace(self, maker=narrower, shares=np.array(shares))

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return the rows, where they lie and how they are drawn."""
        return kept(self.maker, self.labels, self.shares, self.lacks, self.settings, self.judge)

    @classmethod
    def from_state(cls, schema: Schema, card: Card, container: Container, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild the model from what `state` returned."""
        labels = unpacked(meta["labels"], arrays["labels"]) if "labels" in arrays else None
        starts = arrays["starts"]
        pools = tuple(
            _pool(int(group), *(arrays[name][start:end] for name in IN_POOLS))
            for group, start, end in zip(arrays["groups"], starts[:-1], starts[1:], strict=True)
        )
        space = load_space(meta["settings"]["space"], meta["space"], part(arrays, "space."))
        geometry = Geometry.from_state(meta["geometry"], part(arrays, "geometry."))
        cells = Cells(arrays["numbers"], arrays["codes"])
        settings, judge = meta["settings"], None
        maker = Maker(space, geometry, cells, pools, way_of(settings, space), int(settings["k_neighbors"]))
        if "judge.of" in arrays:
            points = Points(arrays["judge.coordinates"], arrays["judge.codes"], APART)
            judge = Judge(points, arrays["judge.of"], settings["clean"], CLEANED_BY)
        return cls(schema, card, container, maker, labels, arrays["shares"], arrays["lacks"], settings, judge)


def way_of(settings: dict[str, Any], space: Space) -> Way:
    """Return how a variant moves."""
    ways: dict[str, Way] = {
        "svm": AwayFromSafe(),
        "safe-level": TowardsSafe(settings["k_neighbors"]),
        "borderline-2": AcrossTheBorder(),
        "g-smote": Sphere(settings["truncation"], settings["deformation"], settings["selection"]),
        "smogn": NearOrNoise(settings["noise"]),
        "mlsmote": Ranked(np.isin(space.levels, settings["target"])),
    }
    return ways.get(settings["variant"], Line())


def kept(
    maker: Maker, labels: Table | None, shares: Floats, lacks: Ints, settings: dict[str, Any], judge: Judge | None
) -> tuple[dict[str, Any], Arrays]:
    """Return what a model file holds."""
    space, in_space = maker.space.state()
    geometry, in_geometry = maker.geometry.state()
    meta = {"settings": settings, "space": space, "geometry": geometry}
    ends = np.cumsum([0, *(len(pool) for pool in maker.pools)])
    arrays: Arrays = {
        "numbers": maker.cells.numbers, "codes": maker.cells.codes, "starts": ends, "shares": shares, "lacks": lacks,
        "groups": np.array([pool.group for pool in maker.pools], dtype=np.int64),
    }  # fmt: skip
    widest = max(pool.beside.shape[1] for pool in maker.pools)
    for name in IN_POOLS:
        own: list[npt.NDArray[Any]] = [getattr(pool, name) for pool in maker.pools]
        if name == "beside":  # pools that want none have a width of none
            own = [np.pad(beside, ((0, 0), (0, widest - beside.shape[1])), constant_values=-1) for beside in own]
        arrays[name] = np.concatenate(own)
    if judge is not None:
        arrays |= {
            "judge.coordinates": judge.points.coordinates,
            "judge.codes": judge.points.codes,
            "judge.of": judge.of,
        }
    arrays |= {f"space.{name}": array for name, array in in_space.items()}
    arrays |= {f"geometry.{name}": array for name, array in in_geometry.items()}
    if labels is not None:
        meta["labels"], arrays["labels"] = packed(labels)
    return meta, arrays


def _pool(group: int, rows: Ints, held: Ints, chances: Floats, marks: Floats, beside: Ints) -> Pool:
    """Return a pool as it was before those beside it were made as wide as the widest."""
    return Pool(group, rows, held, chances, marks, beside[:, (beside >= 0).all(axis=0)])


def part(arrays: Arrays, prefix: str) -> Arrays:
    """Return the arrays whose name begins with a prefix, without it."""
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
