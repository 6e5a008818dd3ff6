"""Columns whose domain is still to be found in the data, and paid for."""

from __future__ import annotations

from typing import ClassVar, Literal

from likewise.core.schema import Column
from likewise.errors import PrivacyError
from likewise.privacy.contract.outside import Outside


class Open(Outside):
    """Declare that the domain of a column is to be discovered at a price; `like` says its kind where that is known."""

    kind: ClassVar[str] = "discover"
    like: Literal["number", "category", "boolean", "date", "datetime"] | None = None

    def column(self) -> Column:
        """Refuse: what the column holds is not known yet."""
        raise PrivacyError("privacy.undiscovered", f"the domain of `{self.name}` is still to be discovered",
                           where=self.name, hint="discover it first, or declare it")  # fmt: skip
