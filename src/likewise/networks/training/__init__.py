"""One training loop for all networks: phases of a step, time as a budget, averages of weights, checkpoints."""

from likewise.networks.training.loop import train
from likewise.networks.training.outcome import Outcome, noting
from likewise.networks.training.phase import Phase
from likewise.networks.training.plan import Budget, Plan
from likewise.networks.training.private import PrivateSettings
from likewise.networks.training.run import Run, recording
from likewise.networks.training.watching import Moment

__all__ = [
    "Budget",
    "Moment",
    "Outcome",
    "Phase",
    "Plan",
    "PrivateSettings",
    "Run",
    "noting",
    "recording",
    "train",
]
