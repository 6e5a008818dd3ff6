"""Learning sounds: as the pictures that their log-mel spectrograms are."""

from __future__ import annotations

from likewise.networks.exemplars import Exemplars
from likewise.networks.sounds import Sounds
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.techniques.vae.audio.maker import SoundMaker
from likewise.techniques.vae.image.learning import learn_maker


def learn_sounds(subject: Subject, effort: Effort) -> Learnt:
    """Learn a column of sounds under the attributes beside it.

    Raises FitError where there are fewer than two sounds.
    """
    media = subject.media
    assert media is not None
    cells, attributes = subject.cells()
    sounds = Sounds.of(cells, media, frames=effort.frames, device=effort.device)
    pictures = learn_maker(sounds.pictures, attributes.take(sounds.rows), effort, apart=True)
    notes = list(sounds.pictures.notes)
    if isinstance(pictures.flow, Exemplars):
        notes.append(f"`{media.name}`: sounds are drawn around points of learned ones, {pictures.flow.share:.0%} of "
                     "each and noise, and the model file holds these points: they are too few for a flow")  # fmt: skip
    return Learnt(SoundMaker(pictures, sounds.maps), (sounds.column(media),), tuple(notes))
