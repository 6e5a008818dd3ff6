"""Learning sounds: as the pictures that their log-mel spectrograms are, drawn around those of learned sounds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from likewise.core.extras import require
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.networks.apart import share_kept
from likewise.networks.conditioning import Conditioner
from likewise.networks.exemplars import Exemplars
from likewise.networks.gaussians import Floats, Gaussians, plain
from likewise.networks.pictures import Bytes
from likewise.networks.points import encoded, latent_numbers, learn_points
from likewise.networks.sounds import Sounds
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.techniques.vae.audio.maker import SoundMaker
from likewise.techniques.vae.image.maker import PictureMaker

STEPS, SHARE = 5000, 0.95
"""Steps in which the way to points and back is learned, and its share of the time: looks at what is drawn take the
rest."""

LATENT, TOLD = 2, 0.3
"""How many times as many numbers a sound becomes as a picture of its map's size, and how much it costs what they tell.
Nothing else tells the details of sounds, for the vocoder makes its own."""

ASKED = 500
"""Sounds that are drawn, at most, to see how near they lie to learned ones."""


def learn_sounds(subject: Subject, effort: Effort) -> Learnt:
    """Learn a column of sounds under the attributes beside it.

    Raises FitError where there are fewer than two sounds.
    """
    media = subject.media
    assert media is not None
    cells, attributes = subject.cells()
    sounds = Sounds.of(cells, media, frames=effort.frames, device=effort.device)
    pictures, share = _learnt(sounds, attributes.take(sounds.rows), effort)
    note = (f"`{media.name}`: sounds are drawn around points of learned ones, {share:.0%} of what is each one's own "
            "and noise, and the model file holds these points")  # fmt: skip
    return Learnt(SoundMaker(pictures, sounds.maps), (sounds.column(media),), (*sounds.pictures.notes, note))


def _learnt(sounds: Sounds, attributes: Table, effort: Effort) -> tuple[PictureMaker, float]:
    """Return a maker of maps under attributes, a row of them for each, and how much of learned points it keeps."""
    from likewise.techniques.vae.audio.changes import Changes

    pictures, changes = sounds.pictures, Changes.of(sounds.maps)
    latent = LATENT * latent_numbers(pictures.shape)
    network, _ = learn_points(pictures, effort, latent=latent, steps=STEPS, share=SHARE, told=TOLD, changes=changes)
    conditioner = Conditioner.fit(attributes)
    condition = conditioner.encode(attributes, len(pictures.pixels))
    means, spreads = encoded(network, pictures.pixels, effort.device)
    prior = Gaussians.fit(means, np.exp(spreads), condition)
    around = _around(means, condition, prior)

    def by(share: float) -> PictureMaker:
        return PictureMaker(network, replace(around, share=share), prior, None, conditioner, effort.device)

    asked = generator(effort.seed, "apart").permutation(len(condition))[:ASKED]

    def drawn(share: float) -> Floats:
        return _rows(by(share).drawn(condition[asked], generator(effort.seed, "apart", "drawn")))

    share = share_kept(drawn, _rows(pictures.pixels), asked)
    return by(share), share


def _around(means: Floats, condition: Floats, prior: Gaussians) -> Exemplars:
    """Return what draws points again as they are."""
    torch = require("torch", extra="deep")
    own, beside, groups = map(torch.from_numpy, (means, condition, prior.groups(condition)))
    return Exemplars.fit(plain(own, beside, groups, prior.tensors("cpu")).numpy(), condition, share=1.0)


def _rows(pixels: Bytes) -> Floats:
    """Return pictures as rows of numbers."""
    return np.asarray(pixels.reshape(len(pixels), -1) / np.float32(255))
