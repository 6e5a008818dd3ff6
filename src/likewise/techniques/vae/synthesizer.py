"""Settings of the technique `vae`."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from likewise.core.card import Privacy
from likewise.core.protocol import Model
from likewise.core.table import Table
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt, NetworkSynthesizer
from likewise.techniques.vae.model import VAEModel

BYTES, BYTES_A_CELL, BYTES_A_POINT = 4 * 10**8, 40, 512
"""Bytes of torch and the networks, of a cell, and of the point of a row."""


class VAE(NetworkSynthesizer):
    """Take data to points of a latent space and back, and learn how points lie: the prior is a flow, not assumed.

    For tables of any columns, and for one column of images (uint8, height x width x channels), sounds (float32, samples
    x channels), clips (uint8, frames x height x width x channels) or series (float64, steps x channels, NaN where
    missing) under all columns beside it. Of rows and of media the model also gives `encode`, `decode`, `interpolate`,
    `reconstruct` and `anomaly`. Keeps marginals, classes and what most rows have in common; loses fine texture of
    pictures and what few rows have.

    Use when media of any class are wanted on request, when classes are to be evened out, or for points and anomaly
    scores. Avoid for the closest likeness of tables (`autoregressive`), for tens of cells, which networks learn by
    heart, and where a guarantee is wanted (`marginals` is closer).

    With `season` series are learned as a trend, a season of so many steps (0: none) and a rest, which `parts` of the
    model tells; without, as closely as they can be. `epochs` or `time` say how long to train (where neither is given
    some minutes: see `docs/concepts`), `batch_size` rows a step, `device` where (`auto`: a graphics card where there is
    one), `size` and `frames` bound pictures, clips and sounds, `entity` and `order` say of a long table whose each row
    is and when, `folder` keeps checkpoints, losses and previews, so that a run that was ended goes on. Raises FitError
    where there is nothing to learn from, or losses are no numbers whatever is done; SchemaError for a second column of
    media; SettingsError for settings that do not fit; MissingExtra without torch (`pip install 'likewise[deep]'`).

    With `epsilon`, `delta` and `domain` (what each column may hold, as for `marginals`) a table without media is
    learned with differential privacy, by steps that each take every row with the chance `rate`; without them there is
    no guarantee. Raises PrivacyError where one cannot be given.

    >>> import numpy as np
    >>> waves = np.random.default_rng(0).normal(size=(40, 6, 2)).cumsum(axis=1)
    >>> made = VAE(epochs=1).fit({"wave": waves, "kind": ["a", "b"] * 20}).sample(3, given={"kind": "a"})
    >>> made["wave"].shape, made["kind"]
    ((3, 6, 2), ['a', 'a', 'a'])

    Kingma and Welling, 2014, ICLR; Dai and Wipf, 2019, ICLR (two stages); Liu, Gong and Liu, 2023, ICLR (the flow);
    Desai et al., 2021, arXiv:2111.08095 (parts of series).
    """

    technique: ClassVar[str] = "vae"
    home: ClassVar[str] = "likewise.techniques.vae"
    model_class: ClassVar[type[Model]] = VAEModel
    privacy: ClassVar[Privacy] = Privacy(statement="no formal guarantee: rows are drawn by networks that saw real ones")

    season: int | None = Field(default=None, ge=0, le=256)

    def learn_rows(self, table: Table, effort: Effort) -> Learnt:
        """Learn a table without media."""
        from likewise.techniques.vae.tabular.learning import learn_table

        return learn_table(table, effort)

    def learn_cells(self, subject: Subject, effort: Effort) -> Learnt:
        """Learn media, series in parts where a season is asked for."""
        if subject.kind != "series" or self.season is None:
            return super().learn_cells(subject, effort)
        from likewise.techniques.vae.sequence.parted import learn_parted

        return learn_parted(subject, effort, self.season)

    def memory(self, rows: int, columns: int) -> int | None:
        """Return about how many bytes a fit to rows takes; media are counted beside."""
        from likewise.techniques.vae.tabular.learning import FLOW_ROWS

        return BYTES + rows * columns * BYTES_A_CELL + min(rows, FLOW_ROWS) * BYTES_A_POINT
