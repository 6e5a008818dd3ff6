"""What a report shows of a column of images, sounds, clips or series: a few cells, and how well each class fares."""

from __future__ import annotations

from likewise.core.schema import Kind
from likewise.core.spec import Spec


class ClassRow(Spec):
    """Show a class: some real and some synthetic cells as data URIs, one a cell.

    `label` is the class, empty where cells have none. `told` and `told_real` are the shares of its real cells that
    classifiers tell after training on synthetic and on as many real cells; None where that was not tried.
    """

    label: str = ""
    real: tuple[str, ...] = ()
    synthetic: tuple[str, ...] = ()
    told: float | None = None
    told_real: float | None = None


class MediaSummary(Spec):
    """Show a column: rows of cells, a row a class, and a few synthetic sounds that can be played.

    `by` is the column whose levels are the classes, empty where there is none. `sounds` are pairs of a class and a data
    URI.
    """

    name: str
    kind: Kind
    by: str = ""
    rows: tuple[ClassRow, ...] = ()
    sounds: tuple[tuple[str, str], ...] = ()

    @property
    def shows_real(self) -> bool:
        """Whether real cells are shown: for the owner of the data alone."""
        return any(row.real for row in self.rows)

    @property
    def is_judged(self) -> bool:
        """Whether it was tried how well classes are told."""
        return any(row.told is not None for row in self.rows)

    def without_real(self, *, synthetic: bool) -> MediaSummary:
        """Return it without real cells, and without synthetic ones too where they may be copies."""
        rows = tuple(
            row.model_copy(update={"real": (), "synthetic": row.synthetic if synthetic else ()}) for row in self.rows
        )
        return self.model_copy(update={"rows": rows, "sounds": self.sounds if synthetic else ()})
