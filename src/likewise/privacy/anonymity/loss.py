"""What generalising and leaving out cost, by three measures."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from likewise.core.spec import Spec
from likewise.privacy.anonymity.generalise import Cells, Generalised, classes_of

Ints = npt.NDArray[np.int64]


class Loss(Spec):
    """Hold what one column lost: 0 is nothing, 1 all that it told.

    `span` is the share of the line or of the levels that a cell may be (generalised information loss; Iyengar, 2002);
    `entropy` the share of the bits (non-uniform entropy; Gionis and Tassa, 2009, TKDE 21). A row left out lost all.
    """

    span: float
    entropy: float


def loss_of(cells: Cells, rows: int) -> Loss:
    """Return what a column lost of `rows` rows, of which the cells are those kept."""
    gone, hierarchy = rows - len(cells.codes), cells.hierarchy
    span = float(hierarchy.loss(cells.first, cells.last).sum()) + gone
    counts = hierarchy.rows
    upto = np.concatenate([[0], np.cumsum(counts)])
    inside = upto[cells.last + 1] - upto[cells.first]
    bits = float(np.log2(inside / counts[cells.codes]).sum())
    some = counts[counts > 0]
    whole = float((some * np.log2(rows / some)).sum())
    left = np.bincount(cells.codes, minlength=len(counts))
    away = counts - left
    bits += float((away[away > 0] * np.log2(rows / counts[away > 0])).sum())
    return Loss(span=span / rows, entropy=min(1.0, bits / whole) if whole else 0.0)


def discernibility(found: Generalised, rows: int) -> float:
    """Return how many rows a row cannot be told from, on average; one left out from all.

    Bayardo and Agrawal, 2005, ICDE.
    """
    of, count = classes_of([cells.texts for cells in found.columns])
    sizes = np.bincount(of, minlength=count).astype(np.float64)
    return float(((sizes**2).sum() + (rows - len(of)) * rows) / rows)
