"""Changes of series: noise, scale, warps of size and of time, parts cut out and lost channels."""

from likewise.techniques.noise.operation import Operation
from likewise.techniques.noise.series.magnitude import ChannelDropout, Jitter, MagnitudeWarp, Rotation, Scaling
from likewise.techniques.noise.series.time import Permutation, TimeWarp, WindowSlice, WindowWarp

__all__ = [
    "SERIES", "ChannelDropout", "Jitter", "MagnitudeWarp", "Permutation", "Rotation", "Scaling", "TimeWarp",
    "WindowSlice", "WindowWarp",
]  # fmt: skip

SERIES: tuple[type[Operation], ...] = (
    Jitter, Scaling, Rotation, MagnitudeWarp, TimeWarp, WindowSlice, WindowWarp, Permutation, ChannelDropout,
)  # fmt: skip
"""The operations, in the order of the documentation."""
