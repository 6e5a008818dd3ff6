"""Learning sounds: the game is played with the pictures that their log-mel spectrograms are."""

from __future__ import annotations

from likewise.errors import FitError
from likewise.networks.sounds import Sounds
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.techniques.gan.audio.maker import SoundMaker
from likewise.techniques.gan.image.learning import FEWEST, learn_maker


def learn_sounds(subject: Subject, effort: Effort) -> Learnt:
    """Learn a column of sounds under the attributes beside it.

    Raises FitError where there are fewer than two sounds, or where their channels differ.
    """
    media = subject.media
    assert media is not None
    cells, attributes = subject.cells()
    sounds = Sounds.of(cells, media, frames=effort.frames, device=effort.device)
    if len(sounds.rows) < FEWEST:
        raise FitError("fit.one-sound", f"`{media.name}` holds one sound, which could only be drawn again as it is",
                       where=media.name, hint="give more sounds; `noise` changes single ones")  # fmt: skip
    pictures = learn_maker(sounds.pictures, attributes.take(sounds.rows), effort)
    return Learnt(SoundMaker(pictures, sounds.maps), (sounds.column(media),), sounds.pictures.notes)
