"""What may be asked of a value: schemas, single demands, and ways of which one must be taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from likewise.techniques.rules.documents.node import Node


class Unmet(Exception):
    """Say that no value can meet what is asked, and why."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(path, why)
        self.path, self.why = path, why


class Part(NamedTuple):
    """Say that a value must be valid against a schema, or must not be."""

    node: Node
    holds: bool = True

    @property
    def key(self) -> tuple[Any, bool]:
        """What tells it from others."""
        return (self.node.key, self.holds)

    def admits(self, value: Any) -> bool:
        """Return whether the value does as it must."""
        return self.node.admits(value) is self.holds


class Demand(NamedTuple):
    """Ask for one thing of a value, by the word of a keyword; `node` is the schema that asks."""

    word: str
    node: Node
    value: Any = None


@dataclass(frozen=True)
class Alternative:
    """Hold one way to go on: schemas and demands that would then hold too."""

    parts: tuple[Part, ...] = ()
    demands: tuple[Demand, ...] = ()


@dataclass(frozen=True)
class Choice:
    """Hold the ways of which one must be taken; `owner` is the schema that the taken ones speak for."""

    owner: Node
    ways: tuple[Alternative, ...]
    ordered: bool = False
    """Whether the first ways are better than the last."""
