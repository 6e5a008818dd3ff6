"""How long work says how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Be told the name of a step, how much is done and how much there is; any callable with these three will do."""

    def __call__(self, step: str, done: int, total: int, /) -> None:
        """Be told."""


def quiet(step: str, done: int, total: int) -> None:
    """Ignore all progress."""
