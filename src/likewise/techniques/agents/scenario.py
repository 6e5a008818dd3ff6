"""Scenarios: who lives in a world, by which rules, with which parameters."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from likewise.core.spec import Spec, Told
from likewise.techniques.agents.rule import Rule
from likewise.techniques.agents.world import World

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Scenario(Spec, ABC, metaclass=Told):
    """Hold the parameters of a simulation, each with its type, its range and what it means; equal ones are equal.

    An author writes the fields, `rules`, and `world`: the populations and spaces at the beginning. `unit` is what a
    unit of time is (`step` where time has no meaning outside), `span` how many of them a run takes by itself. `events`
    names what rules note, in the order of the numbers that they note, and who does it; `attributes` what else may be
    told of an event.
    """

    name: ClassVar[str]
    rules: ClassVar[tuple[Rule, ...]]
    events: ClassVar[Mapping[str, str]] = {}
    attributes: ClassVar[Mapping[str, type]] = {}
    unit: ClassVar[str] = "step"
    span: ClassVar[float] = 100.0

    @abstractmethod
    def world(self, seed: int) -> dict[str, Any]:
        """Return populations and spaces at the beginning, by name."""

    def first(self, w: World) -> tuple[Ints, Floats, Ints]:
        """Return who is to do what when at the beginning, where rules are queued: (who, when, what)."""
        raise NotImplementedError

    def before(self, w: World) -> None:
        """Change the world before each step, as a whole: who is near whom, what the hour is."""

    def measured(self, w: World) -> dict[str, float]:
        """Return what is to be said of the world after each step; nothing by default."""
        return {}

    @property
    def is_queued(self) -> bool:
        """Whether agents act each in their own time."""
        return self.rules[0].order == "queued"

    def numbers(self) -> dict[str, float | int | bool]:
        """Return the parameters that rules see."""
        fields = ((name, getattr(self, name)) for name in type(self).model_fields)
        return {name: value for name, value in fields if isinstance(value, int | float)}
