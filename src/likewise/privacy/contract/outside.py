"""Columns that are never learned: ids, made anew by a pattern, and those that are left out."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
from pydantic import Field, field_validator

from likewise.core.keys import id_column, make_keys
from likewise.core.schema import Column, Pattern
from likewise.errors import PrivacyError
from likewise.privacy.contract.domain import Codes, Domain


class Outside(Domain):
    """Hold what columns have in common of which no cell is looked at; `note` says why that is."""

    note: str | None = None

    @property
    def is_coded(self) -> bool:
        """Never: no cell is looked at."""
        return False

    @property
    def cells(self) -> int:
        """None."""
        return 0

    @property
    def default(self) -> int:
        """None."""
        return 0

    def read(self, array: pa.Array) -> Codes:
        """Return the same for every cell."""
        return np.zeros(len(array), dtype=np.int32)

    def drawn(self, codes: Codes, rng: np.random.Generator) -> pa.Array:
        """Return nothing but missing values."""
        return pa.nulls(len(codes))


class Id(Outside):
    """Declare ids, which are made anew: by `pattern`, a mask such as `AA-9999` or a `Pattern`, else counting from 1.

    Of related tables, `refers` names the column whose ids these are, such as `customers.id`.
    """

    kind: ClassVar[str] = "id"
    pattern: Pattern = Pattern(form="sequence")
    refers: str | None = Field(default=None, pattern=r"^.+\..+$")

    @field_validator("pattern", mode="before")
    @classmethod
    def _mask(cls, pattern: Any) -> Any:
        return Pattern(form="mask", mask=pattern) if isinstance(pattern, str) else pattern

    def drawn(self, codes: Codes, rng: np.random.Generator) -> pa.Array:
        """Return new ids, each another."""
        return make_keys(self.pattern, 0, len(codes), int(rng.integers(2**62)))

    def column(self) -> Column:
        """Return the column of a schema, from the contract alone."""
        made = id_column(self.name, self.pattern, self.role)
        return made.model_copy(update={"dtype": self.dtype}) if self.dtype else made


class Ignored(Outside):
    """Declare a column that is left out."""

    kind: ClassVar[str] = "ignore"

    def column(self) -> Column:
        """Refuse: what is left out has no column."""
        raise PrivacyError("privacy.ignored", f"`{self.name}` is left out by the contract", where=self.name,
                           hint="declare its kind to have it learned")  # fmt: skip
