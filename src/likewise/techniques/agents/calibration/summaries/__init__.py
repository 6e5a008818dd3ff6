"""Summary statistics to compare a simulation with real data by: each has as many values whatever the data holds."""

from likewise.techniques.agents.calibration.summaries.graphs import degree_moments
from likewise.techniques.agents.calibration.summaries.motion import accelerations, headways, nearest_neighbours, speeds
from likewise.techniques.agents.calibration.summaries.sequences import Vocabulary
from likewise.techniques.agents.calibration.summaries.summary import Summary, quantiles
from likewise.techniques.agents.calibration.summaries.times import (
    bucket_counts,
    burstiness,
    gap_autocorrelation,
    gap_quantiles,
    hourly_profile,
    weekly_profile,
)

__all__ = [
    "Summary",
    "Vocabulary",
    "accelerations",
    "bucket_counts",
    "burstiness",
    "degree_moments",
    "gap_autocorrelation",
    "gap_quantiles",
    "headways",
    "hourly_profile",
    "nearest_neighbours",
    "quantiles",
    "speeds",
    "weekly_profile",
]
