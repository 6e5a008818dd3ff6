"""Clips in files: read by PyAV and, where they are animations, by Pillow, and written as MP4 or GIF."""

from __future__ import annotations

import io
import struct
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from likewise.core.extras import require
from likewise.core.faults import damaged_file
from likewise.errors import SourceError
from likewise.modalities.image.files import CHANNELS, check_room
from likewise.modalities.image.pillow import Bytes, from_image, to_image
from likewise.modalities.video.pace import at_rate, evenly

SUFFIXES = frozenset({".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm"})
ANIMATION = ".gif"
UNSAID = 100
"""Milliseconds that a picture of an animation is shown where the file does not say, as browsers have it."""

COARSE = 12
"""How coarsely MP4 is coded: 0 would be without loss, 23 is what films are mostly coded at."""

BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error)
"""What Pillow raises for a damaged animation."""


def read_clips(
    paths: Sequence[Path | None], *, skipped: list[Path] | None = None
) -> tuple[list[Bytes | None], int]:  # fmt: skip
    """Return the clips of files (frames x height x width x channels), None where there is no path, and their rate.

    Frames a second are whole numbers; where they differ all clips are brought to those of most, of two as common to the
    higher one, by leaving out or repeating frames: none are mixed. Clips of different length or size stay so. They
    have three channels, or one where no clip has any colour. Sound is left out. Raises SourceError for a file that is
    no whole clip or has no frame, with its name (with `skipped` it is noted there instead), and for more than fits in
    memory.
    """
    came = [None if path is None else _found(path, skipped) for path in paths]
    counts = Counter(own[1] for own in came if own is not None)
    usual = max(counts, key=lambda rate: (counts[rate], rate), default=0)
    clips = [None if own is None else at_rate(own[0], own[1], usual) for own in came]
    if all(clip is None or _is_grey(clip) for clip in clips):
        clips = [None if clip is None else np.ascontiguousarray(clip[..., :1]) for clip in clips]
    return clips, usual


def is_animation(path: Path) -> bool:
    """Return whether a GIF moves: it has several pictures, or says how long its one is shown.

    A damaged one counts as moving: what it is is found out when it is read.
    """
    image_module = require("PIL.Image", extra="image")
    try:
        with image_module.open(path) as image:
            return bool(getattr(image, "n_frames", 1) > 1 or (image.info.get("duration") and "loop" in image.info))
    except (*BROKEN, image_module.DecompressionBombError):
        return True


def _found(path: Path, skipped: list[Path] | None) -> tuple[Bytes, int] | None:
    try:
        return _animation(path) if path.suffix.lower() == ANIMATION else _film(path)
    except SourceError as fault:
        if skipped is None or fault.code != "source.damaged":
            raise
        skipped.append(path)
        return None


def _is_grey(clip: Bytes) -> bool:
    return bool((clip[..., 0] == clip[..., 1]).all() and (clip[..., 1] == clip[..., 2]).all())


# -- films ----------------------------------------------------------------------------------------------------------
def _film(path: Path) -> tuple[Bytes, int]:
    av = require("av", extra="video")
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise damaged_file(path, "clip")
            stream = container.streams.video[0]
            stream.thread_type = "NONE"
            rate = stream.average_rate or stream.guessed_rate or Fraction(25)
            told = stream.frames or round(float((container.duration or 0) / 1e6 * rate))
            check_room(told * stream.width * stream.height * CHANNELS["RGB"], [path], "clips")
            frames = []
            for frame in container.decode(stream):
                if frame.is_corrupt:
                    raise damaged_file(path, "clip")
                upright = np.rot90(frame.to_ndarray(format="rgb24"), frame.rotation // 90)
                frames.append(np.ascontiguousarray(upright))
            if not frames or len(frames) < stream.frames or len({frame.shape for frame in frames}) > 1:
                raise damaged_file(path, "clip")
    except av.FFmpegError as fault:
        if isinstance(fault, FileNotFoundError | PermissionError | IsADirectoryError):
            raise
        raise damaged_file(path, "clip") from None
    return np.stack(frames), max(1, round(rate))


# -- animations -----------------------------------------------------------------------------------------------------
def _animation(path: Path) -> tuple[Bytes, int]:
    image_module, sequence = require("PIL.Image", extra="image"), require("PIL.ImageSequence", extra="image")
    frames, times = [], []
    try:
        with image_module.open(path) as image:
            check_room(getattr(image, "n_frames", 1) * image.width * image.height * CHANNELS["RGB"], [path], "clips")
            for frame in sequence.Iterator(image):
                frames.append(from_image(frame.convert("RGB"), 3))
                times.append(int(frame.info.get("duration") or UNSAID))
    except (*BROKEN, image_module.DecompressionBombError) as fault:
        if isinstance(fault, OSError) and fault.errno is not None:
            raise
        raise damaged_file(path, "clip") from None
    return evenly(np.stack(frames), np.array(times))


# -- writing --------------------------------------------------------------------------------------------------------
def mp4(clip: Bytes, rate: int) -> bytes:
    """Return a clip of 1 or 3 channels as the bytes of an MP4 file; what is read back differs a little.

    H.264 where PyAV was built with it, else MPEG-4. Raises SourceError for a clip without frames or of other channels,
    MissingExtra without PyAV.
    """
    _check_written(clip, "MP4")
    av = require("av", extra="video")
    codec = "libx264" if "libx264" in av.codecs_available else "mpeg4"
    whole = clip.shape[1] % 2 == 0 and clip.shape[2] % 2 == 0
    stream = io.BytesIO()
    with av.open(stream, "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        track = container.add_stream(codec, rate=rate)
        track.height, track.width = clip.shape[1:3]
        track.pix_fmt = "yuv420p" if whole or codec == "mpeg4" else "yuv444p"
        track.codec_context.thread_count = 1
        track.codec_context.flags |= av.codec.context.Flags.bitexact
        track.options = {"crf": str(COARSE), "preset": "medium"} if codec == "libx264" else {"q:v": "2"}
        for picture in clip:
            colour = np.ascontiguousarray(np.repeat(picture, 3, axis=2) if picture.shape[2] == 1 else picture)
            container.mux(track.encode(av.VideoFrame.from_ndarray(colour, format="rgb24")))
        container.mux(track.encode())
    return stream.getvalue()


def gif(clip: Bytes, rate: int) -> bytes:
    """Return a clip of 1 or 3 channels as the bytes of an animated GIF, exact where a picture has at most 256 colours.

    Every frame is written, equal ones too, for hundredths of a second that add up to the clip's length. Raises
    SourceError for a clip without frames or of other channels.
    """
    _check_written(clip, "GIF")
    writing = require("PIL.GifImagePlugin", extra="image")
    ends = np.rint(np.arange(len(clip) + 1) * 100 / rate).astype(int)
    times = np.maximum(np.diff(ends), 1) * 10
    frames = [_of_palette(picture) for picture in clip]
    parts = list(writing.getheader(frames[0], info={"loop": 0, "duration": int(times[0])})[0])
    for frame, time in zip(frames, times.tolist(), strict=True):
        parts += writing.getdata(frame, duration=time, include_color_table=True)
    return b"".join([*parts, b";"])


def _of_palette(picture: Bytes) -> Any:
    image = to_image(picture)
    if picture.shape[2] == 1:
        return image
    colours = image.getcolors(256)
    return image.quantize(len(colours) if colours else 256, dither=0)


def _check_written(clip: Bytes, form: str) -> None:
    if clip.shape[3] not in (1, 3):
        raise SourceError("source.types", f"a clip of {clip.shape[3]} channels cannot be stored as {form}",
                          hint="write .npz or .parquet instead")  # fmt: skip
    if 0 in clip.shape:
        raise SourceError("source.types", f"a clip without a frame cannot be stored as {form}",
                          hint="write .parquet instead, or leave such rows out")  # fmt: skip
