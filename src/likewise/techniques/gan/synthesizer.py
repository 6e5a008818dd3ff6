"""Settings of the technique `gan`, and the file that learns each kind of data."""

from __future__ import annotations

from typing import ClassVar

from likewise.core.card import Privacy
from likewise.core.protocol import Model
from likewise.core.table import Table
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt, NetworkSynthesizer
from likewise.techniques.gan.model import GANModel
from likewise.techniques.gan.tabular.maker import MOST_ROWS

BYTES, BYTES_A_CELL, BYTES_A_SYMBOL = 3 * 10**8, 40, 12
"""Bytes of torch and the networks, of a cell that is trained on, and of a cell while columns are looked at."""


class GAN(NetworkSynthesizer):
    """Learn tables, images, sounds, clips and series."""

    technique: ClassVar[str] = "gan"
    model_class: ClassVar[type[Model]] = GANModel
    privacy: ClassVar[Privacy] = Privacy(statement="no formal guarantee: rows are drawn by networks that saw real ones")

    def memory(self, rows: int, columns: int) -> int | None:
        """Return about how many bytes a fit takes beside the table itself: the networks, and cells as symbols."""
        return BYTES + min(rows, MOST_ROWS) * columns * BYTES_A_CELL + rows * columns * BYTES_A_SYMBOL

    def learn_rows(self, table: Table, effort: Effort) -> Learnt:
        """Learn a table without media."""
        from likewise.techniques.gan.tabular.learning import learn_rows

        return learn_rows(table, effort)

    def learn_cells(self, subject: Subject, effort: Effort) -> Learnt:
        """Learn the media of a table, conditioned on its attributes."""
        if subject.kind == "image":
            from likewise.techniques.gan.image.learning import learn_pictures

            return learn_pictures(subject, effort)
        if subject.kind == "series":
            from likewise.techniques.gan.sequence.learning import learn_series

            return learn_series(subject, effort)
        if subject.kind == "video":
            from likewise.techniques.gan.video.learning import learn_clips

            return learn_clips(subject, effort)
        from likewise.techniques.gan.audio.learning import learn_sounds

        return learn_sounds(subject, effort)
