"""Some rows of those that are being made, as a maker of a part of a column sees them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from likewise.core.schema import Column
from likewise.techniques.rules.maker import Ints, Rows


class Part:
    """Show a maker some of the rows of another view, under other `numbers` where they are given."""

    __slots__ = ("_made", "_places", "_rows", "numbers", "random")

    def __init__(self, rows: Rows, places: Ints, numbers: Ints | None = None) -> None:
        self._rows, self._places = rows, pa.array(places)
        self._made: dict[str, Any] = {}
        self.numbers, self.random = rows.numbers[places] if numbers is None else numbers, rows.random

    def column(self, name: str) -> pa.Array:
        """Return a column of these rows."""
        return self._rows.column(name).take(self._places)

    def meaning(self, name: str) -> Column:
        """Return what a column means."""
        return self._rows.meaning(name)

    def shared(self, name: str, make: Any) -> Any:
        """Return what several columns of these rows have in common."""
        if name not in self._made:
            self._made[name] = make(self._rows.shared(f"{name}#", lambda random: random))
        return self._made[name]

    def placed(self, reference: str) -> tuple[Ints, Ints, Ints]:
        """Return where these rows stand among those of their parents."""
        parents, ordinals, counts = self._rows.placed(reference)
        places = np.asarray(self._places)
        return parents[places], ordinals[places], counts[places]

    def probed(self, numbers: Ints) -> Rows:
        """Return rows of the table by which something is found out."""
        return self._rows.probed(numbers)

    def at(self, numbers: Ints) -> Rows:
        """Return other rows of the table."""
        return self._rows.at(numbers)

    @property
    def count(self) -> int:
        """The number of rows of the table."""
        return self._rows.count

    def drawn(self) -> pa.Array:
        """Return the column itself, without its gaps."""
        return self._rows.drawn().take(self._places)

    def kept(self, name: str, find: Any) -> Any:
        """Return what is found out once, of the column as a whole."""
        return self._rows.kept(name, find)
