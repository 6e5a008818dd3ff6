"""Clips drawn by `vae` and `gan`: how far from real ones, whether their motion is the one asked for, and at what cost.

    OMP_NUM_THREADS=1 python benchmarks/clips.py --technique vae --set shapes --strip strip.png

Sets: `shapes` (rendered: a ball or square that bounces across, up and down, circles or stands, in four colours) and
`films` (16 frames of 32 x 32 pixels, cut anywhere out of two short films of /work/shared/data/video_clips). Distances
are those of `evaluation/media/video.py`; `floor` is that of as many fresh real clips. What learned clips themselves
would come to is printed first: who draws them again does no better. A classifier of the paths of real shapes says which
motion is seen in drawn ones.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from moving_shapes import COLOURS, GROUND, moving_shapes
from PIL import Image

import likewise
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.evaluation.media.video import clip_distances
from likewise.modalities.image.geometry import crops
from likewise.modalities.image.pillow import warped
from likewise.modalities.video.files import read_clips

FILMS = Path(os.environ.get("LIKEWISE_DATA", "/work/shared/data")) / "video_clips"
FRAMES, SIZE = 16, 32


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--technique", nargs="+", default=["vae", "gan"])
    parser.add_argument("--set", nargs="+", default=["shapes", "films"], choices=["shapes", "films"])
    parser.add_argument("--rows", type=int, default=1000, help="clips to learn from")
    parser.add_argument("--drawn", type=int, default=500, help="clips to draw and judge")
    parser.add_argument("--time", help="how long training may take, e.g. 3m; as usual if not given")
    parser.add_argument("--strip", help="where to draw a filmstrip: NAME.png becomes NAME-SET-TECHNIQUE.png")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    for name in asked.set:
        sides = {"shapes": shapes, "films": films}[name](asked.rows, asked.drawn, asked.seed)
        if asked.strip:
            strip(sides["real"]["clip"][:8], asked.strip, f"{name}-real")
        real, learned, fresh = (sides[side]["clip"][: asked.drawn] for side in ("real", "learned", "fresh"))
        known = clip_distances(real, learned, fresh, seed=asked.seed)
        print(f"{name}: learned clips themselves come to {known.ratios[0]:.2f} times the floor in frames, "
              f"{known.ratios[1]:.2f} in motion")  # fmt: skip
        for technique in asked.technique:
            report(name, technique, sides, asked)


def shapes(rows: int, drawn: int, seed: int) -> dict[str, dict[str, Any]]:
    """Return clips to learn from, to judge by, and fresh ones for the floor."""
    parts = {"learned": rows, "real": drawn, "fresh": drawn}
    return {name: moving_shapes(n, np.random.default_rng([seed, i])) for i, (name, n) in enumerate(parts.items())}


def films(rows: int, drawn: int, seed: int) -> dict[str, dict[str, Any]]:
    """Return parts of films, squares cut out at random."""
    rng = np.random.default_rng([seed, 7])
    found = {path.stem: _small(read_clips([path])[0][0]) for path in sorted(FILMS.glob("*.mp4"))}
    return {side: _cut(found, n, rng) for side, n in {"learned": rows, "real": drawn, "fresh": drawn}.items()}


def _small(film: Any) -> Any:
    """Return a film so high as clips are."""
    height, width = film.shape[1:3]
    size = (SIZE, round(SIZE * width / height))
    return warped(film, crops(np.repeat([[0.0, 0.0, width, height]], len(film), axis=0), size), size)


def _cut(found: dict[str, Any], n: int, rng: np.random.Generator) -> dict[str, Any]:
    names = [list(found)[row % len(found)] for row in range(n)]
    clips = np.empty((n, FRAMES, SIZE, SIZE, 3), np.uint8)
    for row, name in enumerate(names):
        film = found[name]
        start, left = rng.integers(len(film) - FRAMES + 1), rng.integers(film.shape[2] - SIZE + 1)
        clips[row] = film[start : start + FRAMES, :, left : left + SIZE]
    return {"clip": clips, "film": names}


def report(name: str, technique: str, sides: dict[str, dict[str, Any]], asked: argparse.Namespace) -> None:
    """Fit, draw, judge and print."""
    learned, real, fresh = sides["learned"], sides["real"], sides["fresh"]
    schema = Schema(columns=(Column(name="clip", kind="video", rate=12),))
    settings = {"time": asked.time} if asked.time else {}
    started = time.process_time()
    model = likewise.fit(Table.from_any(learned, schema), technique=technique, seed=asked.seed, **settings)
    fitted = time.process_time() - started
    rows = {key: values for key, values in real.items() if key != "clip"}
    started = time.process_time()
    made = np.asarray(Table.from_any(model.sample(asked.drawn, given=pa.table(rows), seed=asked.seed)).tensor("clip"))
    drew = time.process_time() - started
    found = clip_distances(real["clip"], made, fresh["clip"], seed=asked.seed)
    print(f"{name}, {technique}: {len(learned['clip']):,} clips learned in {fitted:.0f} CPU s, "
          f"{len(made):,} drawn in {drew:.1f}")  # fmt: skip
    for what, pair, ratio in zip(("frames", "motion"), (found.frames, found.motion), found.ratios, strict=True):
        print(f"  Frechet distance of {what}: {pair[0]:.4f}, floor {pair[1]:.4f}, {ratio:.2f} times")
    near = nearest(made, learned["clip"]) / nearest(fresh["clip"], learned["clip"])
    print(f"  median distance to the nearest learned clip: {near:.2f} of that of fresh real ones")
    if name == "shapes":
        print(f"  motion as asked: {100 * told(real, made, rows['motion']):.1f} %, of fresh real ones "
              f"{100 * told(real, fresh['clip'], fresh['motion']):.1f} %; "
              f"colour as asked: {100 * coloured(made, rows['colour']):.1f} %, of fresh real ones "
              f"{100 * coloured(fresh['clip'], fresh['colour']):.1f} %")  # fmt: skip
    if asked.strip:
        strip(made[:8], asked.strip, f"{name}-{technique}")


def nearest(clips: Any, learned: Any) -> float:
    """Return the median root mean squared distance of clips to the nearest learned one, of 8 x 8 pixels."""
    small = [own.reshape(len(own), FRAMES, 8, SIZE // 8, 8, SIZE // 8, 3).mean(axis=(3, 5)).reshape(len(own), -1)
             for own in (clips, learned)]  # fmt: skip
    squares = (small[0] ** 2).sum(1)[:, None] + (small[1] ** 2).sum(1)[None] - 2 * small[0] @ small[1].T
    return float(np.median(np.sqrt(np.maximum(squares.min(axis=1), 0))))


def paths(clips: Any) -> Any:
    """Return where the shape is in each frame, and how far it goes each way."""
    bright = np.maximum(np.abs(clips.astype(float) - GROUND).max(axis=4) - 30, 0) + 1e-6
    grid = np.arange(clips.shape[2])
    x = (bright.sum(2) * grid).sum(2) / bright.sum((2, 3))
    y = (bright.sum(3) * grid).sum(2) / bright.sum((2, 3))
    return np.concatenate([x, y, x.std(1, keepdims=True), y.std(1, keepdims=True)], axis=1)


def told(real: dict[str, Any], clips: Any, motion: list[str]) -> float:
    """Return the share of clips in which a classifier of real paths sees the motion that was asked for."""
    from sklearn.ensemble import ExtraTreesClassifier

    trees = ExtraTreesClassifier(200, random_state=0).fit(paths(real["clip"]), real["motion"])
    return float((trees.predict(paths(clips)) == np.array(motion)).mean())


def coloured(clips: Any, colour: list[str]) -> float:
    """Return the share of clips whose brightest places are nearest to the colour that was asked for."""
    values = clips.astype(float).reshape(len(clips), -1, 3)
    strength = np.maximum(np.abs(values - GROUND).max(2, keepdims=True) - 60, 0) + 1e-6
    mean = (values * strength).sum(1) / strength.sum(1)
    away = np.linalg.norm(mean[:, None] - np.array(list(COLOURS.values()))[None], axis=2)
    return float((np.array(list(COLOURS))[away.argmin(1)] == np.array(colour)).mean())


def strip(clips: Any, place: str, name: str, *, every: int = 2, zoom: int = 2) -> None:
    """Write every second frame of clips as a row of pictures."""
    frames = np.pad(clips[:, ::every], ((0, 0), (0, 0), (1, 1), (1, 1), (0, 0)), constant_values=255)
    sheet = np.concatenate([np.concatenate(list(row), axis=1) for row in frames])
    image = Image.fromarray(sheet)
    path = Path(place)
    image.resize((image.width * zoom, image.height * zoom), 0).save(path.with_name(f"{path.stem}-{name}.png"))


if __name__ == "__main__":
    main()
