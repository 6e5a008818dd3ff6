"""Learning sounds: the game is played with the pictures that their log-mel spectrograms are."""

from __future__ import annotations

from likewise.networks.sounds import Sounds
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.techniques.gan.audio.maker import SoundMaker
from likewise.techniques.gan.image.learning import learn_maker


def learn_sounds(subject: Subject, effort: Effort) -> Learnt:
    """Learn a column of sounds under the attributes beside it.

    Raises FitError where there are fewer than two sounds.
    """
    media = subject.media
    assert media is not None
    cells, attributes = subject.cells()
    sounds = Sounds.of(cells, media, frames=effort.frames, device=effort.device)
    pictures = learn_maker(sounds.pictures, attributes.take(sounds.rows), effort)
    return Learnt(SoundMaker(pictures, sounds.maps), (sounds.column(media),), sounds.pictures.notes)
