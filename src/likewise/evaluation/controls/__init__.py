"""Break real rows on purpose: what a metric must find, each fault alone, beside fresh real rows that must pass.

Copies take rows of the table that a generator would have learned from; every other fault is laid upon fresh real rows
that are in neither that table nor the holdout, so that nothing but the fault is wrong with them.
"""

from likewise.evaluation.controls.catalogue import CONTROLS, Control, make_control
from likewise.evaluation.controls.together import PARITY, plant_parity

__all__ = ["CONTROLS", "PARITY", "Control", "make_control", "plant_parity"]
