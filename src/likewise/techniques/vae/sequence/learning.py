"""Learn series: the whitening of their frames, then a flow that draws its coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from likewise.networks.flow import flow_loss
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Phase
from likewise.techniques.vae.sequence.maker import FlowSeriesMaker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Generator, Tensor

RATE = 2e-3


def learn_series(subject: Subject, effort: Effort) -> Learnt:
    """Return a maker of series, conditioned on the attributes beside them."""
    maker, lessons = FlowSeriesMaker.begun(subject, effort)

    def loss(batch: Sequence[Tensor], rng: Generator) -> Tensor:
        return flow_loss(maker.network, batch[0], batch[1], rng)

    return maker.taught([Phase("flow", maker.network, loss, rate=RATE)], lessons, subject, effort)
