"""Parameters that change while a simulation runs: straight lines between values at given times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from likewise.errors import SettingsError, suggest

if TYPE_CHECKING:
    from likewise.techniques.agents.scenario import Scenario

SLICES = 100
"""Parts of a run, where agents act each in their own time, within which parameters stay as they are."""

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Drift:
    """Hold the values of parameters at times; before the first and after the last they stay.

    >>> Drift({"rate": ((0.0, 1.0), (10.0, 3.0))}).at(5.0)
    {'rate': 2.0}
    """

    points: Mapping[str, Points]

    @classmethod
    def of(cls, scenario: Scenario, points: Mapping[str, Any]) -> Drift:
        """Check what parameters are to become. Raises SettingsError for one that there is not, or out of its range."""
        numbers = scenario.numbers()
        found: dict[str, Points] = {}
        for name, wanted in points.items():
            if not isinstance(numbers.get(name), float):
                known = [other for other, value in numbers.items() if isinstance(value, float)]
                raise SettingsError("agents.drift", f"`{name}` is no parameter that may change while time goes on",
                                    where=f"drift.{name}", hint=suggest(name, known, "parameter"))  # fmt: skip
            pairs = sorted((float(time), float(value)) for time, value in dict(wanted).items())
            for _, value in pairs:
                type(scenario).from_dict({**scenario.model_dump(), name: value}, where=f"drift.{name}")
            found[name] = tuple(pairs)
        return cls(found)

    def at(self, now: float) -> dict[str, float]:
        """Return the values at a time."""
        lines = {name: np.array(pairs).T for name, pairs in self.points.items()}
        return {name: float(np.interp(now, times, values)) for name, (times, values) in lines.items()}
