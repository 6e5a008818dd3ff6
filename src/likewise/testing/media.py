"""Promises about images, sounds, clips and series: they are learned as the technique says, or refused by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.draw import sample
from likewise.core.media import field_of
from likewise.core.registry import able
from likewise.core.schema import MEDIA, Column, Kind
from likewise.core.seeds import generator
from likewise.core.state import from_bytes, to_bytes
from likewise.core.table import Table
from likewise.core.tensors import to_tensor
from likewise.testing.subject import Promise, Subject, expect, hinted, same

RATES: dict[Kind, int] = {"audio": 8000, "video": 12}
SHAPES: dict[Kind, tuple[int, ...]] = {
    "image": (8, 6, 3), "audio": (200, 1), "video": (5, 8, 6, 3), "series": (12, 2),
}  # fmt: skip


def with_media(subject: Subject, kind: Kind) -> pa.Table:
    """Return the made-up table with a column of a media kind, called after it."""
    rng = generator(0, "testing", kind)
    cells: npt.NDArray[Any] = rng.normal(size=(subject.rows, *SHAPES[kind])) / 5
    if kind in ("image", "video"):
        cells = np.clip(128 + 200 * cells, 0, 255).astype(np.uint8)
    array = to_tensor(np.clip(cells, -1, 1).astype(np.float32) if kind == "audio" else cells)
    column = Column(name=kind, kind=kind, rate=RATES.get(kind))
    return subject.table.append_column(field_of(column, array.type), array)


def media_are_learned_or_refused(subject: Subject) -> None:
    """A media column of a kind in `kinds` comes back as one; of another kind it is refused, with the way out."""
    if subject.is_private:  # it is told what columns hold, and a contract has no such kind
        return
    for kind in sorted(MEDIA):
        table = with_media(subject, kind)
        if kind in subject.synthesizer.kinds:
            _learned(subject, table, kind)
            continue
        error = hinted(lambda table=table: subject.fit(table), f"a column of kind {kind}")  # type: ignore[misc]
        expect(error.code == "schema.unlearnable" and error.where == kind, f"{kind} was refused as {error.code}")
        others = [name for name in able(kind) if name not in str(error.hint)]
        expect(not others, f"the hint does not name {', '.join(others)}")
        real = Table.from_any(table)
        model = subject.fit(real.with_schema(real.schema.replace(kind, role="ignore")))
        expect(kind not in sample(model, 3).names, f"an ignored column of kind {kind} came back")


def _learned(subject: Subject, table: pa.Table, kind: Kind) -> None:
    model = subject.fit(table)
    drawn = sample(model, 40, seed=3)
    expect(drawn.schema[kind].kind == kind, f"a column of kind {kind} came back as {drawn.schema[kind].kind}")
    expect(drawn.schema[kind].rate == RATES.get(kind), "the rate was lost")
    shape = drawn.schema[kind].shape or ()
    cells = [cell for cell in drawn.tensor(kind) if cell is not None]
    fits = all(len(c.shape) == len(shape) and all(w in (None, s) for w, s in zip(shape, c.shape, strict=True))
               for c in cells)  # fmt: skip
    expect(fits, f"cells of kind {kind} are not of the shape that their schema says")
    same(drawn, sample(model, 40, seed=3), f"two draws of {kind} with one seed")
    same(drawn, sample(from_bytes(to_bytes(model)), 40, seed=3), f"draws of {kind} before and after saving")
    expect(sample(model, 0).rows == 0, f"no rows of {kind} were wanted")
    back = Table.from_arrow(model.sample(5))
    expect(back.schema[kind].kind == kind, f"Arrow came in and no column of kind {kind} went out")


PROMISES: tuple[Promise, ...] = (media_are_learned_or_refused,)
