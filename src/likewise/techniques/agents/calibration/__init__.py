"""Find the parameters of a simulator that data speaks for, and how sure that is."""

from likewise.techniques.agents.calibration.abc import ABC
from likewise.techniques.agents.calibration.calibrating import calibrate
from likewise.techniques.agents.calibration.checks import (
    Coverage,
    PredictiveCheck,
    predictive_check,
    simulation_based_calibration,
)
from likewise.techniques.agents.calibration.likelihood import SyntheticLikelihood
from likewise.techniques.agents.calibration.neural import Neural
from likewise.techniques.agents.calibration.posterior import Posterior
from likewise.techniques.agents.calibration.prior import Parameter, Prior

__all__ = [
    "ABC",
    "Coverage",
    "Neural",
    "Parameter",
    "Posterior",
    "PredictiveCheck",
    "Prior",
    "SyntheticLikelihood",
    "calibrate",
    "predictive_check",
    "simulation_based_calibration",
]
