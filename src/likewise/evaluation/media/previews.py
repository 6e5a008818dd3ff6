"""A few cells as small pictures for the report: thumbnails, spectrograms, filmstrips and lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from likewise.core.schema import Kind
from likewise.core.table import Table
from likewise.evaluation.media.looks import Spectrograms
from likewise.evaluation.media.shapes import Cell, brought_to
from likewise.evaluation.media.sides import Side, Sides, cells_of
from likewise.evaluation.report.embedded import png, svg, wav
from likewise.evaluation.report.media import ClassRow, MediaSummary
from likewise.modalities.audio.spectrum import UNKNOWN_RATE

SHOWN: Mapping[Kind, int] = {"image": 8, "audio": 4, "video": 2, "series": 4}
"""Cells a side and class."""
UNSORTED = 3
"""How many times as many are shown where there are no classes, a line each."""
CLASSES = 10
THUMBNAIL, FRAME = 48, 40
"""Height or width of a picture and of a frame of a clip at most."""
FRAMES = 5
SOUNDS, SECONDS, SOUND_BYTES = 6, 3.0, 150_000
"""Sounds that can be played, how much of one, and how many bytes of it."""
POINTS = 120
"""Points of a line of a series at most."""
INK = np.array([[8, 12, 40], [28, 44, 128], [29, 105, 190], [64, 180, 180], [190, 226, 130], [255, 250, 200]])
"""Colours of a spectrogram, from silence to full scale."""


def preview(
    sides: Sides, tables: Sequence[Table], told: Mapping[int, tuple[float, float, int]] | None
) -> MediaSummary:  # fmt: skip
    """Return some cells of the real and the synthetic side, a row a class; `told` are recalls by class.

    Classes are the commonest ten among real cells. Cells are the first of those that were measured.
    """
    kind, count = sides.column.kind, SHOWN[sides.column.kind]
    if sides.label is None:
        picked = [np.arange(min(UNSORTED * count, len(s))) for s in (sides.real, sides.synthetic)]
        drawn = [_drawn(side, table, sides, which) for side, table, which in zip(_two(sides), tables, picked)]
        rows = tuple(
            ClassRow(real=tuple(drawn[0][k : k + count]), synthetic=tuple(drawn[1][k : k + count]))
            for k in range(0, max(map(len, drawn)), count)
        )
        return MediaSummary(name=sides.column.name, kind=kind, rows=rows, sounds=_sounds(sides, tables[1]))
    common = np.bincount(sides.real.labelled.labels, minlength=len(sides.levels))
    classes = [int(k) for k in np.sort(np.argsort(-common, kind="stable")[:CLASSES]) if common[k]]
    rows = tuple(_class_row(k, sides, tables, count, told) for k in classes)
    return MediaSummary(name=sides.column.name, kind=kind, by=sides.label, rows=rows, sounds=_sounds(sides, tables[1]))


def _two(sides: Sides) -> tuple[Side, Side]:
    return sides.real, sides.synthetic


def _class_row(
    code: int, sides: Sides, tables: Sequence[Table], count: int, told: Mapping[int, tuple[float, float, int]] | None
) -> ClassRow:
    real, synthetic = (
        tuple(_drawn(side, table, sides, np.flatnonzero(side.labels == code)[:count]))
        for side, table in zip(_two(sides), tables)
    )
    found = (told or {}).get(code)
    shares = {} if found is None else {"told": round(found[0], 4), "told_real": round(found[1], 4)}
    return ClassRow(label=sides.levels[code], real=real, synthetic=synthetic, **shares)


def _drawn(side: Side, table: Table, sides: Sides, which: npt.NDArray[np.int64]) -> list[str]:
    """Return the data URIs of some cells."""
    cells = cells_of(table, sides.column.name, side.rows[which]) if len(which) else []
    if sides.column.kind == "image":
        return [png(_thumbnail(cell, THUMBNAIL)) for cell in cells]
    if sides.column.kind == "video":
        return [png(_filmstrip(cell)) for cell in cells]
    if isinstance(sides.look, Spectrograms):
        return [png(_inked(picture[:, :, 0])) for picture in sides.look.look(cells)]
    known = side.pictures[which][:, :, 0]
    return [svg(_lines(cell)) for cell in known]


def _thumbnail(cell: Cell, largest: int) -> npt.NDArray[np.uint8]:
    """Return a picture of at most `largest` pixels a side, with its sides in proportion; grey or in colours."""
    high, wide, channels = cell.shape
    by = min(1.0, largest / max(high, wide, 1))
    size = (
        max(1, round(high * by)),
        max(1, round(wide * by)),
        channels if channels in (1, 3) else 1 + 2 * (channels > 2),
    )
    return np.asarray(np.rint(255 * brought_to([cell], size)[0]), dtype=np.uint8)


def _filmstrip(clip: Cell) -> npt.NDArray[np.uint8]:
    """Return frames spread evenly over a clip, side by side with a white line between them."""
    places = np.linspace(0, max(0, len(clip) - 1), FRAMES).astype(int)
    frames = [_thumbnail(clip[place], FRAME) for place in places] if len(clip) else []
    if not frames:
        return np.full((FRAME, FRAME, 1), 255, dtype=np.uint8)
    line = np.full((frames[0].shape[0], 1, frames[0].shape[2]), 255, dtype=np.uint8)
    return np.concatenate([part for frame in frames for part in (frame, line)][:-1], axis=1)


def _inked(spectrogram: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Return a spectrogram (time x bands, 0 to 1) in colours, time to the right and high tones on top."""
    places = np.clip(spectrogram.T[::-1], 0, 1) * (len(INK) - 1)
    steps = np.arange(len(INK))
    return np.stack([np.interp(places, steps, INK[:, c]) for c in range(3)], axis=2).astype(np.uint8)


def _lines(series: npt.NDArray[np.float32]) -> str:
    """Return the channels of a series as lines, each between its usual extremes (three deviations)."""
    points = series[np.linspace(0, len(series) - 1, min(POINTS, len(series))).astype(int)]
    across = np.linspace(2, 118, len(points)) if len(points) > 1 else np.array([60.0])
    down = 30 - 28 * np.clip(points, -3, 3) / 3
    paths = []
    for channel in range(min(points.shape[1], 6)):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down[:, channel], strict=True))
        paths.append(f'<polyline class="c{channel}" points="{path}"/>')
    style = "".join(f".c{k}{{stroke:{colour}}}" for k, colour in enumerate(LINES))
    dark = "".join(f".c{k}{{stroke:{colour}}}" for k, colour in enumerate(DARK_LINES))
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="120" viewBox="0 0 120 60">'
    shared = "polyline{fill:none;stroke-width:1;stroke-linejoin:round}"
    return f"{head}<style>{shared}{style}@media(prefers-color-scheme:dark){{{dark}}}</style>{''.join(paths)}</svg>"


LINES = ("#1d4fd7", "#c2410c", "#0b6b47", "#7c3aed", "#a61b29", "#566070")
DARK_LINES = ("#7fb0ff", "#fdba74", "#6fd6a8", "#c4b5fd", "#ff9aa2", "#a2abba")


def _sounds(sides: Sides, synthetic: Table) -> tuple[tuple[str, str], ...]:
    """Return a few synthetic sounds, of different classes as far as there are any."""
    if sides.column.kind != "audio":
        return ()
    _, first = np.unique(sides.synthetic.labels, return_index=True)
    which = np.concatenate([first, np.setdiff1d(np.arange(SOUNDS), first)])[: min(SOUNDS, len(sides.synthetic))]
    rate = sides.column.rate or UNKNOWN_RATE
    made = []
    for code, cell in zip(
        sides.synthetic.labels[which], cells_of(synthetic, sides.column.name, sides.synthetic.rows[which])
    ):
        most = min(int(SECONDS * rate), SOUND_BYTES // (2 * cell.shape[1]))
        made.append((sides.levels[code] if code >= 0 else "", wav(cell[:most], rate)))
    return tuple(made)
