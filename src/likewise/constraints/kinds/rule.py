"""What every kind of constraint has: a name, a price, and a way to tell which rows meet it."""

from __future__ import annotations

from abc import abstractmethod
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from likewise.core.dataset import Dataset
from likewise.core.spec import Spec
from likewise.core.table import Table
from likewise.errors import SettingsError

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Scope = Literal["row", "rows", "tables"]


class Rule(Spec):
    """Hold one constraint: `name` is what messages call it, `cost` what it costs to drop.

    A rule without a cost always holds; one with a cost may be dropped, the cheapest first, where not all can hold.
    `table` is the table that it is about where there are several and its columns do not say.
    """

    name: str | None = None
    cost: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    table: str | None = None

    @property
    def scope(self) -> Scope:
        """What has to be seen to tell whether a row meets it: the row, other rows of its table, or other tables."""
        return "row"

    @abstractmethod
    def said(self) -> str:
        """Return the constraint as a sentence."""

    def holds(self, table: Table) -> Mask:
        """Return which rows of its table meet the constraint; for those of the scopes `row` and `rows`.

        Raises SettingsError where other tables have to be seen.
        """
        raise SettingsError("settings.rule-tables", f"more than one table is needed to tell whether {self.said()}",
                            hint="give the tables as a Dataset")  # fmt: skip

    def holds_in(self, data: Dataset) -> Mask:
        """Return which rows of its table among several (see `home`) meet the constraint."""
        return self.holds(data[self.home(data)])

    def home(self, data: Dataset) -> str:
        """Return the table whose rows meet the constraint or break it. Raises SettingsError where that is not clear."""
        if self.table is not None:
            data[self.table]
            return self.table
        if len(data) == 1:
            return next(iter(data))
        raise SettingsError("settings.rule-table", f"which of the tables is it about: {self.said()}?",
                            hint="say it with `table:`")  # fmt: skip
