"""Which cells of a column are missing: by chance alone, or as other values say."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self

from pydantic import Field

from likewise.constraints.language.expression import Expression
from likewise.constraints.language.reading import read_expression
from likewise.core.spec import Spec
from likewise.errors import SettingsError
from likewise.modalities.tabular.distributions.reading import at
from likewise.techniques.rules.maker import told

WAYS = ("where", "rises", "falls", "together")


class Missing(Spec):
    """Say how cells come to be missing.

    A `share` alone: completely at random. With `where` that share of the rows in which a rule holds, and of the others
    `otherwise`. With `rises` or `falls` the chance grows or shrinks with a column, the more so the greater `strength`
    is, and is `share` on average. `together` with another column: in the same rows as that. Where the column itself is
    named, what is missing depends on what would stand there.

    Rubin, 1976, Biometrika 63 (missing completely at random, at random, and not at random).
    """

    share: float = Field(default=0.0, ge=0, le=1)
    where: str | None = None
    otherwise: float = Field(default=0.0, ge=0, le=1)
    rises: str | None = None
    falls: str | None = None
    strength: float = Field(default=1.0, gt=0, le=100)
    together: str | None = None

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Read a share, or a mapping with one way. Raises SettingsError with the path."""
        own = f"{path}.missing"
        if isinstance(value, Missing):
            return value  # type: ignore[return-value]
        if not isinstance(value, Mapping):
            value = {"share": value}
        try:
            found = cls.from_dict({str(name): setting for name, setting in value.items()})
        except SettingsError as fault:
            raise at(own, fault) from None
        ways = [way for way in WAYS if getattr(found, way) is not None]
        if len(ways) > 1:
            raise told(own, f"`{ways[0]}` and `{ways[1]}` are both given", "choose one of them")
        if found.where is not None:
            try:
                read_expression(found.where)
            except SettingsError as fault:
                raise SettingsError(fault.code, f"{own}.where: {fault.what}", where=own, hint=fault.hint) from None
        return found

    @property
    def some(self) -> bool:
        """Whether any cell may be missing."""
        return self.share > 0 or (self.where is not None and self.otherwise > 0) or self.together is not None

    @property
    def by(self) -> str | None:
        """The column that the chance rises or falls with."""
        return self.rises or self.falls

    @property
    def slope(self) -> float:
        """How fast the chance rises with that column, on the scale of its spread."""
        return self.strength if self.rises is not None else -self.strength

    @cached_property
    def rule(self) -> Expression | None:
        """The rule that `where` is."""
        return None if self.where is None else read_expression(self.where)

    def names(self) -> tuple[str, ...]:
        """Return the columns that it depends on."""
        named = [name for name in (self.by, self.together) if name is not None]
        return (*named, *(() if self.rule is None else self.rule.names()))
