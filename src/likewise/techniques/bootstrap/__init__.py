"""Rows drawn with replacement, and what such draws tell of a statistic."""

from likewise.techniques.bootstrap.block_length import BlockLength, optimal_block_length
from likewise.techniques.bootstrap.ensembles import BootstrapSplit, PredictionError, out_of_bag, prediction_error
from likewise.techniques.bootstrap.interval import Interval, bootstrap_interval
from likewise.techniques.bootstrap.resampling import indices
from likewise.techniques.bootstrap.synthesizer import Bootstrap

__all__ = [
    "BlockLength",
    "Bootstrap",
    "BootstrapSplit",
    "Interval",
    "PredictionError",
    "bootstrap_interval",
    "indices",
    "optimal_block_length",
    "out_of_bag",
    "prediction_error",
]
