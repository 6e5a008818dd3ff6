"""Industries: ready-made worlds that make related tables from a few parameters, without any data."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from pydantic import AfterValidator

from likewise.core.dataset import Dataset
from likewise.core.progress import Progress, quiet
from likewise.core.spec import Spec, Told


@dataclass(frozen=True)
class Written:
    """Say how many rows were written of each table, and what is to be said of them."""

    tables: Mapping[str, int]
    notes: tuple[str, ...] = field(default=())


class Industry(Spec, ABC, metaclass=Told):
    """Hold the parameters of a world of one trade, each with its type, its range and what it means.

    An author writes the fields, each with a description, and two methods. Equal parameters and seeds give equal bytes.
    Fields are options of `likewise generate NAME` and arguments of `likewise.generate("NAME")`.
    """

    name: ClassVar[str]
    examples: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def generate(
        self, *, tables: Sequence[str] | None = None, seed: int = 0, progress: Progress = quiet
    ) -> Dataset:  # fmt: skip
        """Return the tables, or those that are wanted. Raises SettingsError where they would not fit the memory."""

    @abstractmethod
    def write(
        self, place: str | Path, *, format: str | None = None, tables: Sequence[str] | None = None, seed: int = 0,
        progress: Progress = quiet,
    ) -> Written:  # fmt: skip
        """Write the tables into a new folder, a block of rows at a time. Raises SourceError; then nothing is there."""


def between(low: float, high: float) -> Any:
    """Return what checks that a number lies in a range, both ends included, and names the range where it does not.

    >>> between(0, 0.05).func(2.0)
    Traceback (most recent call last):
    ValueError: a number from 0 to 0.05 is wanted
    """

    def check(value: Any) -> Any:
        if not low <= value <= high:
            raise ValueError(f"a number from {low:,} to {high:,} is wanted")
        return value

    return AfterValidator(check)
