"""The model of the technique `vae`: rows and media drawn, and taken to a latent space and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.alike import rows_like
from likewise.core.schema import Column, Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.core.tensors import Array
from likewise.errors import SchemaError, SettingsError
from likewise.networks.device import one_thread
from likewise.networks.makers import CellEncoding, CellMaker, Latents, RowEncoding, RowMaker
from likewise.networks.model import NetworkModel, typed_cells
from likewise.techniques.vae.audio.maker import SoundMaker
from likewise.techniques.vae.image.maker import PictureMaker
from likewise.techniques.vae.sequence.maker import FlowSeriesMaker
from likewise.techniques.vae.sequence.parted import PartedSeriesMaker
from likewise.techniques.vae.tabular.maker import LatentRows
from likewise.techniques.vae.video.maker import ClipMaker

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class VAEModel(NetworkModel):
    """Draw what networks learned, and take data to the latent space and back.

    Beside a media column the latent space is that of the media: attributes are read where the networks need them, and
    `decode` gives the media column alone. Of a table without media it is that of the rows.
    """

    technique: ClassVar[str] = "vae"
    row_makers: ClassVar[Mapping[str, type[RowMaker]]] = {LatentRows.way: LatentRows}
    cell_makers: ClassVar[Mapping[str, type[CellMaker]]] = {
        maker.way: maker for maker in (PictureMaker, FlowSeriesMaker, PartedSeriesMaker, ClipMaker, SoundMaker)
    }

    def encode(self, data: Any) -> Latents:
        """Return the point of each row in the latent space: float32, rows x width, NaN where the media are missing.

        `data` has the columns that were learned, in any kind of table. Nothing random is in it: the point is the mean
        of the encoder's distribution. Use for search, clustering or features of a classifier; avoid to publish points
        of real rows: they tell nearly as much as the rows do. Raises SchemaError when a learned column is not there,
        SettingsError where the attributes alone are learned as counts (there is no latent space then).

        Kingma & Welling, Auto-Encoding Variational Bayes, 2014.

        >>> from likewise.techniques.vae import VAE
        >>> table = {"age": [20, 30, 40, 50] * 25, "grown": ["no", "yes", "yes", "yes"] * 25}
        >>> model = VAE(epochs=1).fit(table)
        >>> len(model.encode(table))
        100
        """
        table = self._rows(data)
        with one_thread():
            if (maker := self._cells_encoding()) is not None:
                cells, there = _cells_of(table, self._media)
                found = maker.encode(cells, self._beside(table, there))
                points: Latents = np.full((table.rows, found.shape[1]), np.nan, dtype=np.float32)
                points[there] = found
                return points
            return self._rows_encoding().encode(table)

    def decode(self, latents: Any, *, seed: int = 0) -> Any:
        """Return a row for each point of the latent space, in the kind of object that the model was fitted to.

        `latents` is an array of rows x width, as `encode` gives it. Of a table, cells are drawn from what the decoder
        says of the point, by `seed`; a media column comes alone. Raises SettingsError for an array of another shape.

        Use for rows near others, or along a line between them; `sample` draws points by the prior that was learned.

        >>> from likewise.techniques.vae import VAE
        >>> table = {"age": [20, 30, 40, 50] * 25, "grown": ["no", "yes", "yes", "yes"] * 25}
        >>> model = VAE(epochs=1).fit(table)
        >>> len(model.decode(model.encode(table)[:7])["age"])
        7
        """
        points = np.asarray(latents, dtype=np.float32)
        if points.ndim != 2 or not np.isfinite(points).all():
            raise SettingsError("settings.latents", "latents are an array of rows x width without gaps",
                                where="latents", hint="give what `encode` returns")  # fmt: skip
        return self._decoded(points, seed).to_native()

    def interpolate(self, a: Any, b: Any, steps: int = 8, *, seed: int = 0) -> Any:
        """Return `steps` rows on the straight way from row `a` to row `b` through the latent space, both ends included.

        `a` and `b` are tables of one row. What comes is what `decode` gives. Use to see what the latent space has
        learned; avoid as a way to make data: rows between two are not drawn by their frequency. Raises SettingsError
        for fewer than two steps or tables of several rows.

        >>> from likewise.techniques.vae import VAE
        >>> table = {"age": [20, 30, 40, 50] * 25, "grown": ["no", "yes", "yes", "yes"] * 25}
        >>> model = VAE(epochs=1).fit(table)
        >>> len(model.interpolate({"age": [20], "grown": ["no"]}, {"age": [50], "grown": ["yes"]}, 5)["age"])
        5
        """
        if steps < 2:
            raise SettingsError("settings.steps", "a way has two ends at least", where="steps", hint="use steps=8")
        ends = [self.encode(data) for data in (a, b)]
        if any(len(end) != 1 or not np.isfinite(end).all() for end in ends):
            raise SettingsError("settings.ends", "`a` and `b` are one row each, without missing media",
                                hint="give tables of one row")  # fmt: skip
        share = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
        return self._decoded((1 - share) * ends[0] + share * ends[1], seed).to_native()

    def reconstruct(self, data: Any, *, seed: int = 0) -> Any:
        """Return the rows as they come back from the latent space, in their order; a media column comes alone.

        What does not come back is what the model does not know. `anomaly` says by how much. Rows whose media are
        missing are missing in what comes back. Raises what `encode` raises.

        >>> from likewise.techniques.vae import VAE
        >>> table = {"age": [20, 30, 40, 50] * 25, "grown": ["no", "yes", "yes", "yes"] * 25}
        >>> len(VAE(epochs=1).fit(table).reconstruct(table)["grown"])
        100
        """
        points = self.encode(data)
        there = np.isfinite(points).all(axis=1)
        drawn = self._decoded(points[there], seed)
        if there.all():
            return drawn.to_native()
        place = np.where(there, np.cumsum(there) - 1, 0)
        columns = drawn.columns.take(pa.array(place, mask=~there))
        return Table(columns, drawn.schema, drawn.container).to_native()

    def anomaly(self, data: Any) -> Floats:
        """Return how strange each row is to the model: float64, a number a row, higher is stranger; NaN without media.

        It is the error of the reconstruction, and how far the row's point lies from where points of learned rows lie.
        The scale is the model's own: compare rows with each other, or with rows that are known to be good. Use to
        find odd rows in data like those learned from. Avoid when odd rows were learned too, and often. Raises what
        `encode` raises.

        An & Cho, Variational Autoencoder based Anomaly Detection using Reconstruction Probability, 2015.

        >>> from likewise.techniques.vae import VAE
        >>> table = {"age": [20, 30, 40, 50] * 25, "grown": ["no", "yes", "yes", "yes"] * 25}
        >>> VAE(epochs=1).fit(table).anomaly(table).shape
        (100,)
        """
        table = self._rows(data)
        with one_thread():
            if (maker := self._cells_encoding()) is not None:
                cells, there = _cells_of(table, self._media)
                scores = np.full(table.rows, np.nan)
                scores[there] = maker.errors(cells, self._beside(table, there))
                return scores
            return self._rows_encoding().errors(table)

    def parts(self, data: Any) -> dict[str, list[Floats]]:
        """Return the `trend`, the `season` and the `rest` of each series: float64, steps x channels, in their units.

        Their sum is what the model makes of a series; what it lacks is noise to it. Use to see what a model has
        understood. Series that are missing are left out. Raises SettingsError for a model that was
        fitted without `season`.

        Desai et al., TimeVAE: A Variational Auto-Encoder for Multivariate Time Series Generation, 2021.

        >>> from likewise.techniques.vae import VAE
        >>> waves = np.sin(np.arange(12)) + np.random.default_rng(0).normal(size=(40, 12))
        >>> sorted(VAE(season=6, epochs=1).fit({"wave": waves[..., None]}).parts({"wave": waves[..., None]}))
        ['rest', 'season', 'trend']
        """
        maker = self.cells
        if not isinstance(maker, PartedSeriesMaker):
            raise SettingsError("settings.season", "this model tells no parts of series", where="season",
                                hint="fit series with e.g. season=7, or season=0 for a trend alone")  # fmt: skip
        table = self._rows(data)
        with one_thread():
            cells, there = _cells_of(table, self._media)
            return maker.parts(cells, self._beside(table, there))

    @property
    def _media(self) -> Column:
        return next(column for column in self.learned.columns if column.is_media)

    def _cells_encoding(self) -> CellEncoding | None:
        maker: Any = self.cells
        return maker if isinstance(maker, CellEncoding) else None

    def _rows_encoding(self) -> RowEncoding:
        maker: Any = self.rows
        if self.cells is None and isinstance(maker, RowEncoding):
            return maker
        raise SettingsError("settings.no-latents", "this model has no latent space: it draws from counts, or without "
                            "an encoder", hint="fit technique='vae' to a table, pictures or series")  # fmt: skip

    def _rows(self, data: Any) -> Table:
        learned = [column.name for column in self.schema.columns if not column.is_generated]
        table = rows_like(data, self.schema, wanted=learned).select(learned)
        return table if self.panel is None else self.panel.gathered(table)

    def _beside(self, table: Table, there: npt.NDArray[np.intp]) -> Table:
        """Return the attributes of those rows whose media are there."""
        return table.select([c.name for c in table.schema.columns if not c.is_media]).take(there)

    def _decoded(self, points: Latents, seed: int) -> Table:
        rng = generator(seed, "decode")
        with one_thread():
            if (maker := self._cells_encoding()) is None:
                drawn = self._rows_encoding().decode(points, rng)
                return Table(drawn.columns, drawn.schema, self.container)
            column = self._media
            typed = typed_cells(maker.decode(points, rng), column)
        return Table(pa.table({column.name: typed}), Schema(columns=(column,)), self.container)


def _cells_of(table: Table, column: Column) -> tuple[list[Array], npt.NDArray[np.intp]]:
    """Return the media cells that are there, and their rows. Raises SchemaError where the column holds no arrays."""
    if not table.schema[column.name].is_media:
        raise SchemaError("schema.kind", f"column `{column.name}` holds no arrays", where=column.name,
                          hint="give images, sounds, clips or series")  # fmt: skip
    cells = list(table.tensor(column.name))
    there = np.flatnonzero([cell is not None for cell in cells])
    return [cell for cell in cells if cell is not None], there
