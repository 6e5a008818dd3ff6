"""Settings of the technique `gan`."""

from __future__ import annotations

from typing import ClassVar

from likewise.core.card import Privacy
from likewise.core.protocol import Model
from likewise.core.table import Table
from likewise.networks.synthesizer import Effort, Learnt, NetworkSynthesizer
from likewise.techniques.gan.model import GANModel
from likewise.techniques.gan.tabular.maker import MOST_ROWS

BYTES, BYTES_A_CELL, BYTES_A_SYMBOL = 3 * 10**8, 40, 12
"""Bytes of torch and the networks, of a cell that is trained on, and of a cell while columns are looked at."""


class GAN(NetworkSynthesizer):
    """Let a generator learn by what a discriminator can still tell, in pairs of a real and a made row (R3GAN).

    For tables of any columns, and for one column of images (uint8, height x width x channels), sounds (float32, samples
    x channels), clips (uint8, frames x height x width x channels) or series (float64, steps x channels, NaN where
    missing) under all columns beside it. Keeps marginals, classes and sharp edges; loses likeness to `vae` in as much
    time on a processor.

    Use when a draw has to be fast (one pass), when edges have to be sharp, or when rows of a rare level are wanted on
    request. Avoid for the closest likeness of tables (`autoregressive`), for tens of cells, for points of a latent
    space (`vae`), and where a guarantee is wanted (`marginals` is closer).

    `epochs` or `time` say how long to train (where neither is given some minutes: see `docs/concepts`), `batch_size`
    rows a step, `device` where (`auto`: a graphics card where there is one), `size` and `frames` bound pictures, clips
    and sounds, `entity` and `order` say of a long table whose each row is and when, `folder` keeps checkpoints, losses
    and previews, so that a run that was ended goes on. Raises FitError where there is nothing to learn from, or losses
    are no numbers whatever is done; SchemaError for a second column of media; SettingsError for settings that do not
    fit; MissingExtra without torch (`pip install 'likewise[deep]'`).

    With `epsilon`, `delta` and `domain` (what each column may hold, as for `marginals`) a table without media is
    learned with differential privacy, by steps that each take every row with the chance `rate`; without them there is
    no guarantee. Raises PrivacyError where one cannot be given.

    >>> model = GAN(epochs=1).fit({"load": [k * k % 61 for k in range(300)], "fault": ["no", "no", "yes"] * 100})
    >>> set(model.sample(20, given={"fault": "yes"})["fault"])
    {'yes'}

    Goodfellow et al., 2014, NeurIPS; Huang et al., 2024, NeurIPS (R3GAN); Xu et al., 2019, NeurIPS (conditions).
    """

    technique: ClassVar[str] = "gan"
    home: ClassVar[str] = "likewise.techniques.gan"
    model_class: ClassVar[type[Model]] = GANModel
    privacy: ClassVar[Privacy] = Privacy(statement="no formal guarantee: rows are drawn by networks that saw real ones")

    def memory(self, rows: int, columns: int) -> int | None:
        """Return about how many bytes a fit takes beside the table itself: the networks, and cells as symbols."""
        return BYTES + min(rows, MOST_ROWS) * columns * BYTES_A_CELL + rows * columns * BYTES_A_SYMBOL

    def learn_rows(self, table: Table, effort: Effort) -> Learnt:
        """Learn a table without media."""
        from likewise.techniques.gan.tabular.learning import learn_rows

        return learn_rows(table, effort)
