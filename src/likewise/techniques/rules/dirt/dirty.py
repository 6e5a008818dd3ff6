"""What the document says of errors in a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import Field, SerializeAsAny

from likewise.core.schema import Column
from likewise.core.spec import Spec
from likewise.errors import SettingsError, suggest
from likewise.modalities.tabular.distributions.reading import at
from likewise.techniques.rules.dirt.errors import ERRORS, Error, settings_of
from likewise.techniques.rules.maker import told


class Duplicates(Spec):
    """Repeat a `share` of rows below the others, under keys of their own; with chance `typos` a text is misspelt."""

    share: float = Field(gt=0, le=1)
    typos: float = Field(default=0.0, ge=0, le=1)


class Dirty(Spec):
    """List the errors of a table: kinds, shares of rows, columns; and rows that come twice.

    The answer key goes into a table of its own, which is called after the table with `_answers` behind.
    """

    errors: tuple[SerializeAsAny[Error], ...] = ()
    duplicates: Duplicates | None = None

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Read a mapping of kinds to settings, or to lists of them. Raises SettingsError with the path."""
        if not isinstance(value, Mapping) or not value:
            raise told(path, "kinds of errors are wanted", "write {typos: {share: 0.02, columns: [name]}}")
        errors: list[Error] = []
        twice: Duplicates | None = None
        known = (*ERRORS, "duplicates")
        for word, written in value.items():
            own = f"{path}.{word}"
            if word not in known:
                raise told(own, f"there is no error `{word}`", suggest(str(word), known, "error"))
            for place, each in enumerate(written if isinstance(written, list) else [written]):
                where = f"{own}[{place}]" if isinstance(written, list) else own
                if not isinstance(each, Mapping):
                    raise told(where, "a share and columns are wanted", "write {share: 0.02, columns: [name]}")
                try:
                    if word == "duplicates":
                        twice = Duplicates.from_dict({str(name): found for name, found in each.items()})
                    else:
                        errors.append(ERRORS[word].from_dict(settings_of(word, each)))
                except SettingsError as fault:
                    raise at(where, fault) from None
        return cls(errors=tuple(errors), duplicates=twice)

    def check(self, columns: Mapping[str, Column], path: str) -> None:
        """Refuse columns that are not there or cannot be spoilt so. Raises SettingsError with the path."""
        for error in self.errors:
            own = f"{path}.{error.word}"
            for name in error.columns:
                if name not in columns:
                    raise told(own, f"there is no column `{name}`", suggest(name, tuple(columns), "column"))
            reason = error.refused({name: columns[name] for name in error.columns})
            if reason is not None:
                raise told(own, reason, "name other columns")
