"""Sounds drawn by `vae` and `gan`: what a classifier learns from them alone, whether it hears what they say, the cost.

    OMP_NUM_THREADS=1 python benchmarks/sounds.py --technique vae --picture seen.png --folder heard/

Spoken digits (FSDD: six speakers, 8 kHz), learned with the digit and the speaker: of each the recordings 5 to 19 are
learned, 0 to 4 test. As many sounds as were learned are drawn, as many of each digit. Classifiers are those of
`evaluation/media/classifier.py` on log-mel spectrograms (`evaluation/media/looks.py`), medians of `--judges` trainings;
all they see of drawn sounds is what the vocoder made. `maps` are the same figures on what the network drew, before it
is heard. Distances are Frechet distances of the features of a classifier trained on the real ones: synthetic to test,
and learned to test (the floor: other takes of the same speakers). `near` is the median distance to the nearest learned
sound over that to the nearest test one; `hugging` how many drawn ones, and test ones, are nearer to one learned sound,
measured by the distance to the fifth, than 99 % of test ones.
"""

from __future__ import annotations

import argparse
import io
import os
import time
import zipfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import soundfile
from PIL import Image

import likewise
from likewise.core.schema import Column, Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.evaluation.media.classifier import Classifier
from likewise.evaluation.media.distances import frechet
from likewise.evaluation.media.looks import Look, look_of
from likewise.evaluation.media.nearness import nearest
from likewise.modalities.audio import vocoder
from likewise.modalities.audio.files import wav
from likewise.modalities.audio.maps import SoundMaps
from likewise.modalities.audio.mel import log_mel
from likewise.networks import synthesizer
from likewise.networks.device import device_of
from likewise.networks.sounds import HeardMaker, Sounds
from likewise.networks.training import Budget

DATA = Path(os.environ.get("LIKEWISE_DATA", "/work/shared/data"))
COLUMN = Column(name="audio", kind="audio", rate=8000)
SCHEMA = Schema(columns=(COLUMN,))
DIGITS = np.array(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
TESTED = 5


@dataclass
class Part:
    """Hold sounds (samples x 1), digits and speakers."""

    sounds: list[np.ndarray]
    digits: np.ndarray
    speakers: np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--technique", nargs="+", default=["vae", "gan"])
    parser.add_argument("--time", type=float, help="CPU seconds that training may take; as usual if not given")
    parser.add_argument("--epochs", type=float, help="passes over the sounds; as usual if not given")
    parser.add_argument("--judges", type=int, default=2, help="trainings of each classifier")
    parser.add_argument("--picture", help="where to draw spectrograms: NAME.png becomes NAME-TECHNIQUE.png")
    parser.add_argument("--folder", help="where to write some sounds")
    parser.add_argument("--keep", help="where models are kept: TECHNIQUE.lkw in it is judged again, not fitted")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--vocoder", action="store_true", help="measure the vocoder alone")
    asked = parser.parse_args()
    if asked.vocoder:
        vocoders()
        return
    synthesizer.Budget = partial(Budget, clock=time.process_time)  # what else runs here is not to count
    learned, test = digits()
    look = look_of(COLUMN, learned.sounds)
    seen = [look.look(part.sounds) for part in (learned, test)]
    judges = [Classifier.fit(seen[0], learned.digits, seed=j, name="real") for j in range(asked.judges)]
    maps = Sounds.of(learned.sounds, COLUMN, frames=None, device=device_of("cpu")).maps
    clock = time.process_time()
    again = maps.heard(maps.seen(test.sounds))
    clock = time.process_time() - clock
    real = median(judges, seen[1], test.digits)
    after = median(judges, look.look(again), test.digits)
    print(
        f"{len(learned.sounds):,} sounds as maps of {maps.shape}, {len(test.sounds):,} test\nclassifier on real ones "
        f"{real:.4f}, after the vocoder {after:.4f}; vocoder {1000 * clock / seconds(test.sounds):.1f} CPU ms per "
        "second of sound", flush=True,
    )  # fmt: skip
    for technique in asked.technique:
        drawn, seconds_of, made = drawn_by(technique, learned, asked)
        print(f"{technique}: {seconds_of}", flush=True)
        report(technique, (drawn, learned, test), (look.look(drawn.sounds), *seen), (judges, real), asked.judges)
        on_maps(technique, (made, maps), (drawn, learned, test), asked.judges)
        if asked.picture:
            picture(asked.picture, technique, look, learned, drawn)
        if asked.folder:
            write(Path(asked.folder), technique, maps, test, drawn)


def digits() -> tuple[Part, Part]:
    """Return the sounds to learn from, and to judge by."""
    with zipfile.ZipFile(DATA / "fsdd" / "fsdd_1200.zip") as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".wav"))
        sounds = [soundfile.read(io.BytesIO(archive.read(name)), dtype="float32", always_2d=True)[0] for name in names]
    told = np.array([Path(name).stem.split("_") for name in names])
    parts = []
    for own in (told[:, 2].astype(int) >= TESTED, told[:, 2].astype(int) < TESTED):
        parts.append(Part([sounds[i] for i in np.flatnonzero(own)], DIGITS[told[own, 0].astype(int)], told[own, 1]))
    return parts[0], parts[1]


def vocoders() -> None:
    """Print how well sounds are heard from their spectrograms, and at what cost, by iterations and momentum."""
    sounds = [sound for part in digits() for sound in part.sounds[::12]]
    for vocoder.ITERATIONS, vocoder.MOMENTUM in ((32, 0.99), (48, 0.99), (64, 0.99), (48, 0.0)):
        clock, apart, off = time.process_time(), [], []
        for sound in sounds:
            seen = log_mel(sound, 8000, frame=512, hop=128, bands=48)
            made = vocoder.heard(np.exp(seen), 8000, frame=512, hop=128, samples=len(sound))
            again = log_mel(made[:, None], 8000, frame=512, hop=128, bands=48)
            apart.append(np.abs(np.maximum(seen, -9.5) - np.maximum(again, -9.5)).mean() * 20 / np.log(10))
            off.append(np.linalg.norm(np.exp(seen) - np.exp(again)) / np.linalg.norm(np.exp(seen)))
        spent = 1000 * (time.process_time() - clock) / seconds(sounds)
        print(f"{vocoder.ITERATIONS} iterations, momentum {vocoder.MOMENTUM}: {np.mean(apart):.2f} dB, spectral "
              f"convergence {np.mean(off):.3f}, {spent:.0f} CPU ms per second of sound", flush=True)  # fmt: skip


def drawn_by(technique: str, learned: Part, asked: argparse.Namespace) -> tuple[Part, str, np.ndarray]:
    """Return as many sounds as were learned, what it cost, and the maps that they were heard from."""
    settings = {name: getattr(asked, name) for name in ("time", "epochs") if getattr(asked, name) is not None}
    table = {"audio": learned.sounds, "digit": learned.digits, "speaker": learned.speakers}
    clock = time.process_time()
    kept = None if asked.keep is None else Path(asked.keep) / f"{technique}.lkw"
    if kept is not None and kept.exists():
        model = likewise.load(kept)
    else:
        model = likewise.fit(table, technique=technique, seed=asked.seed, schema=SCHEMA, **settings)
    fitted, clock = time.process_time() - clock, time.process_time()
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        model.save(kept)
    rows = model.sample(len(learned.digits), seed=asked.seed, balance="digit")
    spent = time.process_time() - clock
    part = Part([np.asarray(cell) for cell in rows["audio"]], np.array(rows["digit"]), np.array(rows["speaker"]))
    cells = model.cells
    assert isinstance(cells, HeardMaker)
    beside = Table.from_any({"digit": part.digits, "speaker": part.speakers})
    made = cells.pictures.make(beside, generator(asked.seed, "maps"))
    said = (f"fit {fitted:.0f} CPU s, {1000 * spent / len(part.digits):.1f} CPU s per 1,000 drawn, "
            f"{1000 * spent / seconds(part.sounds):.1f} CPU ms per second of sound")  # fmt: skip
    print(*model.card.notes, sep="\n")
    return part, said, np.asarray(made)


def seconds(sounds: list[np.ndarray]) -> float:
    """Return how long sounds are together."""
    return sum(len(sound) for sound in sounds) / 8000


def median(judges: list[Classifier], seen: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of sounds that classifiers name rightly."""
    return float(np.median([(judge.classify(seen) == labels).mean() for judge in judges]))


def report(
    name: str, parts: tuple[Part, Part, Part], seen: tuple[np.ndarray, ...], judged: tuple[list[Classifier], float],
    trainings: int,
) -> None:  # fmt: skip
    """Print what the drawn sounds are worth."""
    (drawn, learned, test), (judges, real) = parts, judged
    own = [Classifier.fit(seen[0], drawn.digits, seed=j, name="synthetic") for j in range(trainings)]
    alone, heard = median(own, seen[2], test.digits), median(judges, seen[0], drawn.digits)
    by_speaker = Classifier.fit(seen[1], learned.speakers, seed=0, name="speakers")
    told = [(by_speaker.classify(seen[k]) == parts[p].speakers).mean() for k, p in ((0, 0), (2, 2))]
    apart = [[frechet(j.vectors(seen[k]), j.vectors(seen[2])) for j in judges] for k in (0, 1)]
    distance, floor = (float(np.median(found)) for found in apart)
    print(f"{name}: classifier on synthetic ones {alone:.4f}, ratio {alone / real:.4f}; that on real ones hears the "
          f"digit in {heard:.4f} of them, the speaker in {told[0]:.4f} (test {told[1]:.4f})\n"
          f"{name}: Frechet distance {distance:.3f}, floor {floor:.3f}, ratio {distance / floor:.2f}\n"
          f"{name}: {closeness(seen)}; seconds {spread(drawn)}, learned {spread(learned)}", flush=True)  # fmt: skip


def spread(part: Part) -> str:
    """Return the lower, middle and upper lengths of sounds."""
    return " / ".join(f"{q:.2f}" for q in np.quantile([len(s) / 8000 for s in part.sounds], (0.1, 0.5, 0.9)))


def closeness(seen: tuple[np.ndarray, ...]) -> str:
    """Return how near drawn sounds lie to learned ones, beside test ones."""
    flat = [own.reshape(len(own), -1).astype(np.float32) for own in seen]
    to_learned, to_test, natural = (nearest(flat[a], flat[b], 5)[0] for a, b in ((0, 1), (0, 2), (2, 1)))
    own, usual = (found[:, 0] / found[:, -1] for found in (to_learned, natural))
    limit = float(np.quantile(usual, 0.01))
    return (f"near {np.median(to_learned[:, 0]) / np.median(to_test[:, 0]):.3f}, distance to the nearest learned one "
            f"{np.median(to_learned[:, 0]):.2f}, of test ones {np.median(natural[:, 0]):.2f}; hugging "
            f"{(own < limit).mean():.3f}, test {(usual < limit).mean():.3f}")  # fmt: skip


def on_maps(name: str, made: tuple[np.ndarray, SoundMaps], parts: tuple[Part, Part, Part], trainings: int) -> None:
    """Print what the maps are worth that the network drew."""
    (drawn, learned, test), (maps, how) = parts, made
    seen = [own.astype(np.float32) / 255 for own in (maps, how.seen(learned.sounds), how.seen(test.sounds))]
    marks = []
    for pictures, labels, said in ((seen[1], learned.digits, "real maps"), (seen[0], drawn.digits, "drawn maps")):
        judges = [Classifier.fit(pictures, labels, seed=j, name=said) for j in range(trainings)]
        marks.append(median(judges, seen[2], test.digits))
    print(f"{name}: on maps: classifier on real ones {marks[0]:.4f}, on drawn ones {marks[1]:.4f}, ratio "
          f"{marks[1] / marks[0]:.4f}", flush=True)  # fmt: skip


def picture(path: str, name: str, look: Look, learned: Part, drawn: Part, across: int = 6) -> None:
    """Draw spectrograms, a row a digit: learned ones to the left, drawn ones to the right; low bands at the bottom."""
    rows = []
    for digit in DIGITS:
        sides = [
            look.look([p.sounds[i] for i in np.flatnonzero(p.digits == digit)[::9][:across]]) for p in (learned, drawn)
        ]
        tiles = [np.pad(own[::-1, :, 0], 1) for side in sides for own in side.transpose(0, 2, 1, 3)]
        rows.append(np.concatenate(tiles, axis=1))
    whole = np.rint(255 * np.clip(np.concatenate(rows), 0, 1)).astype(np.uint8)
    target = Path(path)
    Image.fromarray(whole).save(target.with_name(f"{target.stem}-{name}.png"))


def write(folder: Path, name: str, maps: SoundMaps, test: Part, drawn: Part) -> None:
    """Write of each digit a real sound, the same after the vocoder, and a drawn one."""
    folder.mkdir(parents=True, exist_ok=True)
    for digit in DIGITS:
        real = test.sounds[int(np.flatnonzero(test.digits == digit)[0])]
        made = drawn.sounds[int(np.flatnonzero(drawn.digits == digit)[0])]
        for said, sound in (("real", real), ("vocoder", maps.heard(maps.seen([real]))[0]), (name, made)):
            (folder / f"{digit}-{said}.wav").write_bytes(wav(sound, 8000))


if __name__ == "__main__":
    main()
