"""What networks learn of a table: one column of media and the attributes beside it, or rows alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from likewise.core.protocol import learned_part
from likewise.core.schema import Column, Kind
from likewise.core.table import Table
from likewise.core.tensors import Array
from likewise.errors import SchemaError


@dataclass(frozen=True, eq=False)
class Subject:
    """Hold the learned columns of a table apart: `media` (None: there is none) and the attributes, in their order.

    Rows whose media cell is missing are learned as attributes only.
    """

    table: Table
    media: Column | None
    attributes: Table

    @classmethod
    def of(cls, table: Table) -> Subject:
        """Part a table. Raises SchemaError where several columns hold media."""
        part = learned_part(table)
        media = [column for column in part.schema.columns if column.is_media]
        if len(media) > 1:
            raise SchemaError("schema.several-media", f"`{media[1].name}` is a second column of arrays beside "
                              f"`{media[0].name}`, and networks learn one", where=media[1].name,
                              hint="set `role: ignore` on the others")  # fmt: skip
        others = [column.name for column in part.schema.columns if not column.is_media]
        return cls(part, media[0] if media else None, part.select(others))

    @property
    def kind(self) -> Kind | None:
        """The kind of the media, None for rows alone."""
        return None if self.media is None else self.media.kind

    def cells(self) -> tuple[list[Array], Table]:
        """Return the media cells that are not missing, and the attributes of their rows."""
        assert self.media is not None
        found = list(self.table.tensor(self.media.name))
        there = np.flatnonzero([cell is not None for cell in found])
        return [found[i] for i in there], self.attributes.take(there)
