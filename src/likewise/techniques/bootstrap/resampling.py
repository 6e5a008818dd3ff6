"""Which rows make a resample: the one place where index arrays are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from likewise.core.frames import array_of
from likewise.core.seeds import generator
from likewise.errors import FitError, SettingsError, suggest
from likewise.modalities.sequence.entities import groups_of
from likewise.techniques.bootstrap.block_length import optimal_block_length
from likewise.techniques.bootstrap.runs import BLOCKS, Indices, Runs, draw, draw_runs

Resample = Literal["iid", "bayesian", "moving", "circular", "stationary"]
RESAMPLES: tuple[Resample, ...] = get_args(Resample)

BATCH = 1 << 15
"""Rows that are laid out at a time: their numbers stay in the second-level cache."""

GROUP = 1 << 18
"""Rows of the replicates that share one generator: a group is the same whoever draws it."""

MOST_UNITS = 2000
"""Parts that the jackknife leaves out in turn, at most."""

Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Resampling:
    """Say how resamples of `length` rows are drawn from `rows` rows.

    `strata` or `entities` hold the rows of each part: every stratum keeps its size, entities are drawn whole.
    """

    kind: Resample
    rows: int
    length: int
    block: float = 1.0
    strata: tuple[Indices, ...] = ()
    entities: tuple[Indices, ...] = ()

    @property
    def batch(self) -> int:
        """The number of resamples that are laid out at a time."""
        return 1 if self.entities else max(1, BATCH // self.length)

    @property
    def group(self) -> int:
        """The number of resamples that share one generator."""
        return max(1, GROUP // self.length)

    def runs(self, rng: np.random.Generator, count: int) -> Runs:
        """Draw `count` resamples in blocks."""
        assert self.kind in BLOCKS
        return draw_runs(self.kind, rng, rows=self.rows, length=self.length, count=count, block=self.block)

    def weights(self, rng: np.random.Generator, count: int) -> Weights:
        """Draw `count` times the weights of all rows, (count, rows), flat over those that sum to 1 (Rubin, 1981)."""
        drawn: Weights = rng.standard_exponential((count, self.rows))
        drawn /= drawn.sum(axis=1, keepdims=True)
        return drawn

    def indices(self, rng: np.random.Generator, count: int) -> Indices:
        """Draw `count` resamples as rows, (count, length); of entities one at a time, of a length of its own."""
        if self.kind in BLOCKS:
            return self.runs(rng, count).indices()
        if self.entities:
            chosen = draw(rng, len(self.entities), len(self.entities)).tolist()
            return np.concatenate([self.entities[entity] for entity in chosen])[None, :]
        if self.strata:
            parts = [part[draw(rng, len(part), (count, len(part)))] for part in self.strata]
            return np.concatenate(parts, axis=1)
        return draw(rng, self.rows, (count, self.length)).astype(np.int64)

    def units(self) -> list[list[Indices]]:
        """Return, for each stratum, the parts that the jackknife leaves out in turn: rows, entities or blocks.

        Of more than 2,000 rows, rows next to each other are left out together. A part that is all there is of its
        stratum stays.
        """
        if self.entities:
            return [list(self.entities)] if len(self.entities) > 1 else []
        every = self.strata or (np.arange(self.rows),)
        most = max(int(self.rows / self.block), 1) if self.kind in BLOCKS else MOST_UNITS
        parts = [np.array_split(part, min(len(part), most, MOST_UNITS)) for part in every]
        return [units for units in parts if len(units) > 1]


def resampling(
    rows: int,
    resample: str = "iid",
    *,
    block: float | str = "auto",
    strata: Any = None,
    entity: Any = None,
    m: int | None = None,
    series: Sequence[npt.NDArray[np.float64]] = (),
) -> Resampling:
    """Check what is asked for; `series` are the columns that an automatic block length is found from.

    Raises SettingsError for what does not go together and FitError where there are fewer rows than a block takes.
    """
    if resample not in RESAMPLES:
        raise SettingsError("settings.resample", f"there is no resampling `{resample}`",
                            hint=suggest(str(resample), RESAMPLES, "resampling"))  # fmt: skip
    if not rows:
        raise FitError("fit.no-rows", "there are no rows to resample", hint="give at least one row")
    asked = [name for name, value in (("strata", strata), ("entity", entity), ("m", m)) if value is not None]
    if resample in BLOCKS and not asked:
        size = block_size(block, resample, rows, series)
        return Resampling(resample, rows, rows, size)
    if block != "auto" or len(asked) > 1 or (asked and resample != "iid"):
        said = ", ".join([f"resample={resample!r}", *asked, *(["block"] if block != "auto" else [])])
        raise SettingsError("settings.resample", f"these do not go together: {said}",
                            hint="`block` goes with moving, circular and stationary; one of `strata`, `entity` and "
                            "`m` goes with iid")  # fmt: skip
    if m is not None and (isinstance(m, bool) or not isinstance(m, int | np.integer) or not 1 <= m <= rows):
        raise SettingsError("settings.m", f"m is a whole number from 1 to the number of rows, {rows:,}",
                            hint="leave it out to draw as many rows as there are")  # fmt: skip
    return Resampling(
        "bayesian" if resample == "bayesian" else "iid",
        rows,
        rows if m is None else int(m),
        strata=() if strata is None else parts_of(strata, rows, "strata"),
        entities=() if entity is None else parts_of(entity, rows, "entity"),
    )


def block_size(
    block: float | str, kind: str, rows: int, series: Sequence[npt.NDArray[np.float64]], *, least: float = 1.0
) -> float:
    """Return the length of blocks: as asked for, or the longest that any of the series needs by itself."""
    if block == "auto":
        if not series:
            raise SettingsError("settings.block", "the block length cannot be found without numbers",
                                hint="name a block length, e.g. block=10")  # fmt: skip
        found = max(optimal_block_length(values).of(kind) for values in series)
        return min(found, float(rows))
    plain = isinstance(block, int | float | np.integer | np.floating) and not isinstance(block, bool)
    if not plain or not np.isfinite(float(block)) or float(block) < least or (
        kind != "stationary" and float(block) % 1
    ):  # fmt: skip
        raise SettingsError("settings.block", "a block length is a whole number of at least 1, or 'auto'; an average "
                            "length for stationary blocks", hint="use block='auto'")  # fmt: skip
    if float(block) > rows:
        raise FitError("fit.short-series", f"the series has {rows:,} rows, fewer than a block of {float(block):g}",
                       where="block", hint="name a shorter block, or use block='auto'")  # fmt: skip
    return float(block)


def parts_of(labels: Any, rows: int, name: str) -> tuple[Indices, ...]:
    """Return the rows of each label, in the order of first appearance; missing labels are one of their own."""
    if isinstance(labels, str) or not isinstance(labels, Iterable):
        raise SettingsError(f"settings.{name}", f"`{name}` is a {type(labels).__name__}, not one label a row",
                            hint="give a list or an array")  # fmt: skip
    values = labels.tolist() if isinstance(labels, np.ndarray) else list(labels)
    if len(values) != rows:
        raise SettingsError(f"settings.{name}", f"`{name}` holds {len(values):,} labels for {rows:,} rows",
                            hint="give one label a row")  # fmt: skip
    array, _ = array_of(values, name)
    return groups_of(array)


def indices(
    n: int,
    *,
    replicates: int = 1000,
    resample: Resample = "iid",
    block: float | None = None,
    strata: Any = None,
    entity: Any = None,
    m: int | None = None,
    seed: int = 0,
) -> Iterator[Indices]:
    """Yield the rows of each resample of `n` rows, in arrays of (some replicates, rows), int64.

    `resample` is `iid`, or `moving`, `circular` or `stationary` for blocks of `block` rows of a series; `strata` and
    `entity` are one label a row; `m` is the number of rows of a resample. With `entity` the resamples are of different
    lengths and come one at a time. The same seed gives the same arrays. Memory: 32,768 rows, or one resample, at a
    time.

    Use when a statistic of your own works on many resamples at once: `statistic(data[rows])`. Avoid for weights: draw
    them as `numpy.random.Generator.dirichlet` does.

    Raises SettingsError for what does not go together and FitError for a block longer than `n`.

    >>> [rows.shape for rows in indices(5_000, replicates=8)]
    [(6, 5000), (2, 5000)]
    """
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 0:
        raise SettingsError("settings.n", "the number of rows is a whole number of at least 0", hint="use e.g. n=1000")
    if resample == "bayesian":
        raise SettingsError("settings.resample", "a Bayesian bootstrap draws weights, not rows",
                            hint="use resample='iid'")  # fmt: skip
    check_replicates(replicates)
    size = "auto" if block is None else block
    scheme = resampling(int(n), resample, block=size, strata=strata, entity=entity, m=m)
    generator(seed)
    return _indices(scheme, int(replicates), seed)


def _indices(scheme: Resampling, replicates: int, seed: int) -> Iterator[Indices]:
    for rng, count in groups(scheme, replicates, seed):
        for start in range(0, count, scheme.batch):
            yield scheme.indices(rng, min(scheme.batch, count - start))


def groups(scheme: Resampling, replicates: int, seed: int) -> Iterator[tuple[np.random.Generator, int]]:
    """Yield the generator and the number of replicates of each group."""
    for index, start in enumerate(range(0, replicates, scheme.group)):
        yield generator(seed, "replicates", index), min(scheme.group, replicates - start)


def check_replicates(replicates: Any, least: int = 1) -> None:
    """Refuse a number of replicates that is none. Raises SettingsError."""
    if isinstance(replicates, bool) or not isinstance(replicates, int | np.integer) or replicates < least:
        raise SettingsError("settings.replicates", f"the number of replicates is a whole number of at least {least}",
                            hint="use e.g. replicates=2000")  # fmt: skip
