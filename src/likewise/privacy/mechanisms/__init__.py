"""Mechanisms: whole numbers in, whole numbers out, noise drawn exactly from the operating system's randomness.

Every one of them charges the account that it is given before it draws, and takes no seed.
"""

from likewise.privacy.mechanisms.choosing import choose
from likewise.privacy.mechanisms.gaussian import gaussian
from likewise.privacy.mechanisms.lattice import discrete_gaussian, geometric
from likewise.privacy.mechanisms.thresholding import threshold, thresholded

__all__ = ["choose", "discrete_gaussian", "gaussian", "geometric", "threshold", "thresholded"]
