"""One training loop for all networks: phases of a step, time as a budget, averages of weights, checkpoints."""

from likewise.networks.training.loop import Outcome, train
from likewise.networks.training.phase import Phase
from likewise.networks.training.plan import Budget, Plan

__all__ = ["Budget", "Outcome", "Phase", "Plan", "train"]
