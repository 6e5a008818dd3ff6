"""Folders and archives of clips: read, written, and damaged; damaged files of all kinds are skipped where asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PIL import Image

from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import SourceError
from likewise.io.sink import open_sink
from likewise.io.source import ReadOptions, read_source
from likewise.modalities.video.files import gif, mp4

pytest.importorskip("av")
SKIP = ReadOptions(damaged="skip")


def clip(frames: int = 6, size: int = 16, colour: tuple[int, ...] = (250, 40, 10)) -> np.ndarray[Any, Any]:
    """A square that moves to the right."""
    made = np.zeros((frames, size, size, 3), dtype=np.uint8)
    for time in range(frames):
        made[time, 4:12, time : time + 8] = colour
    return made


def read(path: Path, schema: Schema | None = None) -> Table:
    return Table.from_arrow(read_source(path).table, schema)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes of clips: four of 12 frames a second, one of 24."""
    for number in range(5):
        place = tmp_path / "clips" / ("fast" if number % 2 else "slow") / f"{number}.{'gif' if number < 3 else 'mp4'}"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes((gif if number < 3 else mp4)(clip(), 24 if number == 4 else 12))
    return tmp_path / "clips"


def test_a_folder_of_clips(folder: Path) -> None:
    table = read(folder)
    column = table.schema["video"]
    assert column.kind == "video" and column.rate == 12 and column.shape == (None, 16, 16, 3)
    assert table.to_dict()["label"] == ["fast"] * 2 + ["slow"] * 3
    cells = [cell for cell in table.tensor("video") if cell is not None]
    assert [len(cell) for cell in cells] == [6, 6, 6, 6, 3]  # the one at 24 was brought to 12
    assert np.array_equal(cells[0], clip())  # a GIF of few colours is exact
    assert np.abs(cells[1].astype(int) - clip()).mean() < 8


def test_clips_are_written_as_mp4_and_animations_as_gif(folder: Path, tmp_path: Path) -> None:
    with open_sink(f"{tmp_path}/films/") as sink:
        sink.write(read(folder).to_arrow())
    assert len(list((tmp_path / "films").rglob("*.mp4"))) == 5
    films = read(tmp_path / "films")
    assert films.schema["video"].rate == 12 and films.schema["label"].levels == ("fast", "slow")
    for place in folder.rglob("*.mp4"):
        place.unlink()
    came = read_source(folder)
    table = Table.from_arrow(came.table)
    with open_sink(f"{tmp_path}/moving/", format=came.format) as sink:
        sink.write(table.to_arrow())
    assert len(list((tmp_path / "moving").rglob("*.gif"))) == 3
    assert read(tmp_path / "moving", table.schema).digest() == table.digest()


def test_animations_among_pictures_are_read_as_pictures(tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_bytes(gif(clip(), 12))
    assert read(tmp_path).schema["video"].shape == (6, 16, 16, 3)
    Image.fromarray(clip()[0]).save(tmp_path / "b.gif")
    assert read(tmp_path).schema["image"].shape == (16, 16, 3)
    (tmp_path / "c.mp4").write_bytes(mp4(clip(), 12))
    with pytest.raises(SourceError) as fault:
        read_source(tmp_path)
    assert fault.value.code == "source.mixed-folder" and "clips and pictures" in str(fault.value)


@pytest.mark.parametrize("name", ["x.npz", "x.parquet", "x.arrow", "x.jsonl"])
def test_clips_survive_formats_without_loss(name: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    table = Table.from_any({"film": rng.integers(0, 255, (3, 4, 5, 6, 3), dtype=np.uint8)})
    assert table.schema["film"].kind == "video" and table.schema["film"].shape == (4, 5, 6, 3)
    table = table.with_schema(table.schema.replace("film", rate=25))
    with open_sink(tmp_path / name) as sink:
        sink.write(table.to_arrow())
    assert read(tmp_path / name, table.schema).digest() == table.digest()
    if name in ("x.parquet", "x.arrow"):
        assert read(tmp_path / name).schema["film"].rate == 25


def test_clips_of_frames_and_arrays() -> None:
    clips = [clip(4), None, clip(7)]
    schema = Schema(columns=(Column(name="v", kind="video", rate=5),))
    for data in ({"v": clips}, {"v": [c if c is None else c[..., 0] for c in clips]}):
        table = Table.from_any(data, schema)
        assert table.schema["v"].kind == "video" and table.missing("v").tolist() == [False, True, False]
        assert table.schema["v"].shape == (None, 16, 16, data["v"][0].shape[3] if data["v"][0].ndim == 4 else 1)
    pandas = pytest.importorskip("pandas")
    frame = Table.from_any(pandas.DataFrame({"v": clips})).to_pandas()
    assert np.array_equal(frame["v"][2], clips[2])
    with pytest.raises(Exception, match="no image, sound, clip or series"):
        Table.from_any({"v": np.zeros((2, 3, 4, 5, 3))})  # no bytes


def test_damaged_clips_are_named(folder: Path) -> None:
    for place in (folder / "fast/3.mp4", folder / "slow/0.gif"):
        whole = place.read_bytes()
        for content in (whole[:60], whole[:-100], b"junk" * 30, b""):
            place.write_bytes(content)
            with pytest.raises(SourceError) as fault:
                read_source(folder)
            assert fault.value.code == "source.damaged" and str(fault.value.where).endswith(place.name)
        place.write_bytes(whole)


def damaged(folder: Path) -> None:
    """One file of each kind, cut off."""
    for place in ("clips/a.gif", "clips/b.gif", "photos/a.png", "photos/b.png", "sounds/a.wav", "sounds/b.wav"):
        path = folder / place
        path.parent.mkdir(exist_ok=True)
        if path.suffix == ".gif":
            path.write_bytes(gif(clip(), 12))
        elif path.suffix == ".png":
            Image.fromarray(clip()[0]).save(path)
        else:
            soundfile.write(path, np.sin(np.arange(400)) / 2, 8000)
        if path.stem == "b":
            path.write_bytes(path.read_bytes()[:35])


@pytest.mark.parametrize("kind", ["clips", "photos", "sounds"])
def test_damaged_files_are_skipped_where_asked(kind: str, tmp_path: Path) -> None:
    damaged(tmp_path)
    with pytest.raises(SourceError, match="with damage"):
        read_source(tmp_path / kind)
    with pytest.warns(UserWarning, match=r"damaged or not there were left out, with their rows \(1\): `b"):
        came = read_source(tmp_path / kind, options=SKIP)
    assert came.table.num_rows == 1 and len(came.notes) == 1
    (tmp_path / kind / next((tmp_path / kind).glob("a.*")).name).write_bytes(b"")
    with pytest.raises(SourceError, match="every file"):
        read_source(tmp_path / kind, options=SKIP)


def test_rows_of_metadata_are_skipped_with_their_files(tmp_path: Path) -> None:
    damaged(tmp_path)
    lines = ["file_name,age", "a.png,1", "b.png,2", "gone.png,3", ",4", "a.png,5"]
    (tmp_path / "photos/metadata.csv").write_text("\n".join(lines) + "\n")
    with (
        pytest.warns(UserWarning, match=r"damaged or not there .*\(2\)"),
        pytest.warns(UserWarning, match="more than once.*a.png"),
    ):
        table = Table.from_arrow(read_source(tmp_path / "photos", options=SKIP).table)
    assert table.to_dict()["age"] == ["1", "4", "5"] or table.to_dict()["age"] == [1, 4, 5]
    assert table.missing("image").tolist() == [False, True, False]


def test_what_cannot_be_written_as_a_film() -> None:
    for write in (mp4, gif):
        for odd in (np.zeros((2, 4, 4, 4), np.uint8), np.zeros((0, 4, 4, 3), np.uint8)):
            with pytest.raises(SourceError) as fault:
                write(odd, 10)
            assert fault.value.code == "source.types" and fault.value.hint


def test_grey_and_odd_sizes_stay_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(mp4(clip()[:, :15, :13, :1], 10))
    (tmp_path / "b.gif").write_bytes(gif(clip()[:, :15, :13, 1:2], 10))
    table = read(tmp_path)
    assert table.schema["video"].shape == (6, 15, 13, 1) and table.schema["video"].rate == 10
    assert mp4(clip(), 10) == mp4(clip(), 10) and gif(clip(), 10) == gif(clip(), 10)


def test_a_camera_held_upright(tmp_path: Path) -> None:
    film = bytearray(mp4(clip()[:, :12], 10))
    at = film.index(b"tkhd") + 44
    turned = [0, 1 << 16, 0, -(1 << 16), 0, 0, 12 << 16, 0, 1 << 30]  # to be shown a quarter to the right
    film[at : at + 36] = b"".join(number.to_bytes(4, "big", signed=True) for number in turned)
    (tmp_path / "a.mp4").write_bytes(film)
    shown = np.rot90(clip()[:, :12], -1, axes=(1, 2))
    (found,) = read(tmp_path).tensor("video")
    assert found is not None and found.shape == shown.shape and np.abs(found.astype(int) - shown).mean() < 8
