"""What a method of calibration gives: weighted draws, and how it came to them."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from likewise.core.spec import Spec, Told
from likewise.techniques.agents.calibration.simulations import Simulations

Floats = npt.NDArray[np.float64]


class Generation(Spec):
    """Tell one round: simulations so far, the distance still accepted, the share of new ones accepted, sample size."""

    simulations: int
    tolerance: float | None = None
    acceptance: float | None = None
    effective: float


@dataclass(frozen=True, eq=False)
class Sampled:
    """Hold draws as deviates (n, p) with weights (n,), the rounds, why it ended, and what is to be said of it."""

    deviates: Floats
    weights: Floats
    trace: tuple[Generation, ...]
    stopped: str
    notes: tuple[str, ...] = ()


class Method(Spec, metaclass=Told):
    """Hold the settings of one way to calibrate."""

    name: ClassVar[str]

    @abstractmethod
    def sample(self, runs: Simulations) -> Sampled:
        """Run simulations within their budget, and return draws of the parameters given what was observed."""

    def check(self, runs: Simulations) -> None:
        """Raise SettingsError where the budget is too small for the method."""
