"""Learn series as trend, season and rest: frames to points and back by a VAE of blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.core.protocol import Arrays
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.core.tensors import Array, Cells
from likewise.errors import SettingsError
from likewise.modalities.sequence.frames import Frames
from likewise.modalities.sequence.space import FEW, LONGEST, first_frames
from likewise.networks.building import built
from likewise.networks.conditioning import Conditioner
from likewise.networks.device import Device, device_of
from likewise.networks.flow import normal_noise
from likewise.networks.makers import CellMaker, Latents, State
from likewise.networks.saving import weights_of, with_weights
from likewise.networks.series import plan_for
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Phase, train

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Generator, Tensor

    from likewise.techniques.vae.sequence.blocks import Blocks

Floats = npt.NDArray[np.float64]
Vectors = npt.NDArray[np.float32]

WIDTH, LATENT = 128, 16
RATE = 1e-3
PARTS = ("trend", "season", "rest")


@dataclass(frozen=True, eq=False)
class PartedSeriesMaker(CellMaker):
    """Make series for given attributes as a trend, a season of `season` steps and a rest."""

    frames: Frames
    conditioner: Conditioner
    network: Blocks
    season: int
    device: Device

    way: ClassVar[str] = "parted series"

    @classmethod
    def begun(cls, frames: Frames, conditioner: Conditioner, season: int, seed: int, device: Device) -> Self:
        """Return the maker whose network has the weights of the seed."""
        require("torch", extra="deep")
        from likewise.techniques.vae.sequence.blocks import Blocks

        extra = frames.lengths is not None

        def blocks() -> Blocks:
            return Blocks(frames.longest, frames.width, int(extra), conditioner.width, season, WIDTH, LATENT)

        return cls(frames, conditioner, built(blocks, seed, "series", "blocks"), season, device)

    def make(self, attributes: Table, rng: np.random.Generator) -> Cells:
        """Return a series for each row of attributes."""
        torch = require("torch", extra="deep")
        told = torch.from_numpy(self.conditioner.encode(attributes)).to(self.device.name)
        self.network.to(self.device.name)
        with torch.no_grad():
            rows = self.network.drawn(normal_noise(rng, (len(told), LATENT)).to(told.device), told)
            rows = rows + normal_noise(rng, tuple(rows.shape)).to(told.device) * self.network.spread.exp()
        return self._cells(rows.cpu().numpy().astype(np.float64))

    def _cells(self, rows: Floats) -> Cells:
        values = self.frames.decode(self._framed(rows))
        if self.frames.lengths is None:
            return values
        sizes = np.rint(self.frames.lengths.decode(rows[:, -1])).astype(np.int64)
        return [row[:size] for row, size in zip(values, sizes, strict=True)]

    def _framed(self, rows: Floats) -> Floats:
        many = self.frames.longest * self.frames.width
        return rows[:, :many].reshape(-1, self.frames.longest, self.frames.width)

    # -- the latent space -------------------------------------------------------------------------------------------
    def rows(self, cells: list[Array], rng: np.random.Generator | None = None) -> Vectors:
        """Return the frames of series; `rng` draws what is open of levels."""
        encoded = self.frames.encode(cells, rng)
        return first_frames(encoded, self.frames, self.frames.longest, None, anywhere=False)[0].astype(np.float32)

    def encode(self, cells: list[Array], attributes: Table) -> Latents:
        """Return the mean of the point of each series."""
        return np.asarray(self._pointed(cells, attributes)[2].cpu().numpy())

    def _pointed(self, cells: list[Array], attributes: Table) -> tuple[Tensor, Tensor, Tensor]:
        torch = require("torch", extra="deep")
        self.network.to(self.device.name)
        rows = torch.from_numpy(self.rows(cells)).to(self.device.name)
        told = torch.from_numpy(self.conditioner.encode(attributes, len(cells))).to(self.device.name)
        with torch.no_grad():
            return rows, told, self.network.encoded(rows, told)[0]

    def decode(self, latents: Latents, rng: np.random.Generator) -> Cells:
        """Return the series of points, without noise, as of no attributes."""
        torch = require("torch", extra="deep")
        if latents.shape[1] != LATENT:
            raise SettingsError("settings.latents", f"points of this model are {LATENT} wide", where="latents",
                                hint="give what `encode` returns")  # fmt: skip
        told = torch.zeros(len(latents), self.conditioner.width)
        with torch.no_grad():
            rows = self.network.cpu().decoded(torch.from_numpy(latents), told)
        return self._cells(rows.numpy().astype(np.float64))

    def errors(self, cells: list[Array], attributes: Table) -> Floats:
        """Return the mean square of what no part tells of each series, in widths of the noise: 1 is usual."""
        rows, told, points = self._pointed(cells, attributes)
        torch = require("torch", extra="deep")
        with torch.no_grad():
            apart = (rows - self.network.decoded(points, told)) / self.network.spread.exp()
        return np.asarray((apart**2).mean(dim=1).cpu().numpy(), dtype=np.float64)

    def parts(self, cells: list[Array], attributes: Table) -> dict[str, list[Floats]]:
        """Return the trend, the season and the rest of each series, in units of its channels."""
        _, told, points = self._pointed(cells, attributes)
        torch = require("torch", extra="deep")
        with torch.no_grad():
            found = [part.cpu().numpy() for part in self.network.parts(points, told)[: len(PARTS)]]
        count = len(self.frames.gaps)
        levels, scales = np.array([channel.line for channel in self.frames.channels.each]).T
        values = [part[:, :, :count] * scales + (levels if number == 0 else 0) for number, part in enumerate(found)]
        return {name: [row[: len(cell)] for row, cell in zip(part, cells, strict=True)]
                for name, part in zip(PARTS, values, strict=True)}  # fmt: skip

    # -- files ------------------------------------------------------------------------------------------------------
    def state(self) -> State:
        """Return everything learned."""
        meta = {"frames": self.frames.state(), "conditions": self.conditioner.state(), "season": self.season}
        return meta, weights_of(self.network)

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild it from what `state` returned."""
        frames, conditioner = Frames.from_state(meta["frames"]), Conditioner.from_state(meta["conditions"])
        maker = cls.begun(frames, conditioner, meta["season"], 0, device_of())
        with_weights(maker.network, arrays)
        return maker


def learn_parted(subject: Subject, effort: Effort, season: int) -> Learnt:
    """Return a maker of series as trend, season and rest, conditioned on the attributes beside them."""
    torch = require("torch", extra="deep")
    cells, attributes = subject.cells()
    assert subject.media is not None
    longest = max((len(cell) for cell in cells), default=0)
    if len(cells) < FEW or not 1 < longest <= LONGEST or season > longest:
        raise SettingsError("settings.season", f"a season of {season} steps is learned of {FEW} series or more, whose "
                            f"longest has at least so many steps and at most {LONGEST}", where="season",
                            hint="leave `season` out")  # fmt: skip
    frames, conditioner = Frames.fit(cells, "plain"), Conditioner.fit(attributes)
    maker = PartedSeriesMaker.begun(frames, conditioner, season, effort.seed, effort.device)
    rows = maker.rows(cells, generator(effort.seed, "series"))

    def loss(batch: Sequence[Tensor], rng: Generator) -> Tensor:
        noise = torch.randn(len(batch[0]), LATENT, generator=rng, device=batch[0].device)
        return maker.network.loss(batch[0], batch[1], noise)

    data = [torch.from_numpy(rows), torch.from_numpy(conditioner.encode(attributes, len(cells)))]
    phase = Phase("blocks", maker.network, loss, rate=RATE, clip=1.0, half=False)
    train([phase], data, plan_for(len(rows), effort), seed=effort.seed, progress=effort.progress, what="series")
    with torch.no_grad():
        rng = generator(effort.seed, "series", "noise")
        maker.network.cpu().measure(*data, normal_noise(rng, (len(rows), LATENT)))
    shape = (None if frames.lengths is not None else longest, len(frames.gaps))
    column = subject.media.model_copy(update={"nullable": False, "reason": "", "shape": shape})
    return Learnt(maker, (column,))
