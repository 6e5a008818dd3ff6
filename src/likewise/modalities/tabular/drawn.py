"""A column that a document declares by a distribution: what its values are, and what kind of column they make."""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from likewise.core.schema import Column, Kind, Role
from likewise.core.spec import Spec
from likewise.modalities.tabular.distributions import Distribution, Rounded
from likewise.modalities.tabular.distributions.reading import Part

DTYPES: dict[Kind, str] = {"integer": "int64", "decimal": "double", "float": "double", "date": "date32[day]",
                           "time": "time64[us]", "datetime": "timestamp[us]", "boolean": "bool"}  # fmt: skip
"""The Arrow types, by their names, that columns of a kind go back to; texts where none is said."""

GREATEST = 9e18
"""What whole numbers of a column stay below."""


class DrawnColumn(Spec):
    """Say what is drawn: a distribution, rounded to `decimals`.

    `kind` settles what the numbers make (`boolean` columns are made of 0 and 1) where it is not plain.

    >>> DrawnColumn(of={"normal": [170, 10]}, decimals=1).column("height").kind
    'decimal'
    """

    of: Part
    decimals: int | None = Field(default=None, ge=0, le=15)
    kind: Literal["integer", "decimal", "float", "boolean"] | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        check_drawn(self.of, self.decimals, self.kind)
        return self

    @property
    def distribution(self) -> Distribution:
        """The distribution of what is drawn: rounded where the column is."""
        whole = self.kind == "integer" or (self.of.kind == "integer" and self.kind is None and self.decimals is None)
        places = self.decimals if self.decimals is not None else 0 if whole else None
        exact = self.of.categories is not None or (self.of.discrete and self.of.kind != "float" and not self.kind)
        return self.of if places is None or exact else Rounded(self.of, places)

    @property
    def leaves(self) -> bool:
        """Whether whole numbers may leave those that a column holds."""
        found = self.distribution
        return float(found.ppf(1e-15)) < -GREATEST or float(found.isf(1e-15)) > GREATEST

    def column(self, name: str, role: Role = "feature", *, nullable: bool = False) -> Column:
        """Return the column of the schema."""
        found = self.distribution
        kind: Kind = self.kind or found.kind
        if self.decimals and kind == "float":
            kind = "decimal"
        places = found.decimals if isinstance(found, Rounded) and kind == "decimal" else self.decimals
        return Column(name=name, kind=kind, role=role, dtype=DTYPES.get(kind, "string"), levels=found.categories,
                      nullable=nullable, decimals=places if kind == "decimal" else None)  # fmt: skip


def check_drawn(of: Distribution, decimals: int | None, kind: Kind | None) -> None:
    """Refuse decimals and kinds that a distribution's values cannot have. Raises ValueError."""
    numbers = of.categories is None and of.kind in ("integer", "decimal", "float", "boolean")
    if not numbers and (decimals is not None or kind is not None):
        raise ValueError(f"`decimals` and `kind` are of numbers, and these are {of.kind} values")
    if kind == "boolean" and (of.support[0] < 0 or of.support[1] > 1 or not of.discrete):
        raise ValueError("a boolean column is made of 0 and 1")
    if decimals and kind in ("integer", "boolean"):
        raise ValueError(f"a column of kind {kind} has no decimals")
    if numbers and not np.isfinite([of.ppf(1e-12), of.isf(1e-12)]).all():
        raise ValueError("its values leave the numbers that a computer holds: cut it with `truncated`")
