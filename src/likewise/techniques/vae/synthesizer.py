"""Settings of the technique `vae`, and the file that learns each kind of data."""

from __future__ import annotations

from typing import ClassVar

from likewise.core.card import Privacy
from likewise.core.protocol import Model
from likewise.core.table import Table
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt, NetworkSynthesizer
from likewise.techniques.vae.model import VAEModel

BYTES, BYTES_A_CELL, BYTES_A_POINT = 4 * 10**8, 40, 512
"""Bytes of torch and the networks, of a cell, and of the point of a row."""


class VAE(NetworkSynthesizer):
    """Learn tables, images, sounds, clips and series."""

    technique: ClassVar[str] = "vae"
    model_class: ClassVar[type[Model]] = VAEModel
    privacy: ClassVar[Privacy] = Privacy(statement="no formal guarantee: rows are drawn by networks that saw real ones")

    def learn_rows(self, table: Table, effort: Effort) -> Learnt:
        """Learn a table without media."""
        from likewise.techniques.vae.tabular.learning import learn_table

        return learn_table(table, effort)

    def memory(self, rows: int, columns: int) -> int | None:
        """Return about how many bytes a fit to rows takes; media are counted beside."""
        from likewise.techniques.vae.tabular.learning import FLOW_ROWS

        return BYTES + rows * columns * BYTES_A_CELL + min(rows, FLOW_ROWS) * BYTES_A_POINT

    def learn_cells(self, subject: Subject, effort: Effort) -> Learnt:
        """Learn the media of a table, conditioned on its attributes."""
        if subject.kind == "image":
            from likewise.techniques.vae.image.learning import learn_pictures

            return learn_pictures(subject, effort)
        if subject.kind == "series":
            from likewise.techniques.vae.sequence.learning import learn_series

            return learn_series(subject, effort)
        if subject.kind == "video":
            from likewise.techniques.vae.video.learning import learn_clips

            return learn_clips(subject, effort)
        from likewise.techniques.vae.audio.learning import learn_sounds

        return learn_sounds(subject, effort)
