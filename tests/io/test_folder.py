"""Folders of pictures and sounds, NumPy archives and IDX files: read, written, and damaged."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PIL import Image

from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.errors import LikewiseError, SourceError
from likewise.io.sink import open_sink
from likewise.io.source import read_source
from likewise.recipes.synth import synthesize_to_files
from likewise.recipes.verbs import memory_to_learn

RNG = np.random.default_rng(1)
PICTURES = RNG.integers(0, 255, (6, 9, 7, 3), dtype=np.uint8)


def read(path: Path, schema: Schema | None = None) -> Table:
    return Table.from_arrow(read_source(path).table, schema)


def code(path: Path) -> LikewiseError:
    with pytest.raises(SourceError) as fault:
        read_source(path)
    assert fault.value.where and fault.value.hint
    return fault.value


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder a class, with a hidden file and a text among the pictures."""
    for number, picture in enumerate(PICTURES):
        place = tmp_path / "photos" / ("cat" if number % 2 else "dog") / f"{number}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(place)
    (tmp_path / "photos" / ".DS_Store").write_bytes(b"x")
    (tmp_path / "photos" / "README.txt").write_text("about")
    return tmp_path / "photos"


def test_a_folder_a_class(photos: Path) -> None:
    came = read_source(photos)
    table = Table.from_arrow(came.table)
    assert came.name == "photos" and came.format.form == "folder"
    assert table.schema["image"].kind == "image" and table.schema["image"].shape == (9, 7, 3)
    assert table.to_dict()["label"] == ["cat"] * 3 + ["dog"] * 3
    assert np.array_equal(table.tensor("image"), PICTURES[[1, 3, 5, 0, 2, 4]])


def test_folders_of_train_and_test(photos: Path, tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    photos.rename(tmp_path / "all" / "train")
    assert read(tmp_path / "all").to_dict()["split"] == ["train"] * 6


def test_a_folder_is_written_and_read_back(photos: Path, tmp_path: Path) -> None:
    table = read(photos)
    with open_sink(f"{tmp_path}/out/") as sink:
        sink.write(table.slice(0, 4).to_arrow())
        sink.write(table.slice(4).to_arrow())
    assert (tmp_path / "out/metadata.csv").read_text().splitlines()[1] == "cat/000001.png,cat"
    assert read(tmp_path / "out", table.schema).digest() == table.digest()
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".part")] == []


def test_a_folder_is_synthesized_to_a_folder(photos: Path, tmp_path: Path) -> None:
    made = synthesize_to_files(photos, out=tmp_path / "out", report=tmp_path / "r.html", model=tmp_path / "m.likewise",
                               technique="noise", settings={"steps": ["mirror"]}, n=5)  # fmt: skip
    assert made.rows == 5 and read(tmp_path / "out").rows == 5
    assert any("`image`" in note and "Fewer than 50" in note for note in made.report.notes)
    copies = next(score for score in made.report.scores if score.name == "exact_copies")
    assert copies.value is not None and copies.verdict == "unknown"  # mirrored pictures under equal labels


def test_metadata_with_masks_and_boxes(tmp_path: Path) -> None:
    mask = np.zeros((9, 7), dtype=np.uint8)
    mask[2:5, 3:6] = 7
    Image.fromarray(PICTURES[0]).save(tmp_path / "a.png")
    image = Image.fromarray(mask, "L").convert("P")
    image.putdata(mask.reshape(-1).tolist())
    image.save(tmp_path / "a.mask.png")
    (tmp_path / "metadata.csv").write_text(
        'file_name,mask_file_name,boxes,speed\na.png,a.mask.png,"[[3,2,6,5]]",1.5\na.png,,"[]",2.5\n'
    )
    with pytest.warns(UserWarning, match=r"names more than once are read each time \(1\): `a.png`"):
        table = read(tmp_path)
    assert table.names == ("image", "mask", "boxes", "speed")
    assert np.array_equal(table.tensor("mask")[0][..., 0], mask) and table.missing("mask").tolist() == [False, True]
    with open_sink(f"{tmp_path}/out/") as sink:
        sink.write(table.to_arrow())
    assert read(tmp_path / "out", table.schema).digest() == table.digest()


def test_files_that_metadata_does_not_name_are_noted(photos: Path) -> None:
    (photos / "metadata.csv").write_text("file_name,age\ncat/1.png,3\n./cat/3.png,4\n")
    with pytest.warns(UserWarning, match=r"does not name were left out \(4\): `cat/5.png`, `dog/0.png`"):
        came = read_source(photos)
    assert came.table.num_rows == 2 and len(came.notes) == 1


def test_one_file_of_a_folder_is_not_a_table(photos: Path) -> None:
    fault = code(photos / "cat/1.png")
    assert fault.code == "source.one-file" and str(photos / "cat") in str(fault.hint)


def test_pictures_of_several_sizes_modes_and_depths(tmp_path: Path) -> None:
    grey = PICTURES[0, :, :, 0]
    Image.fromarray(grey).save(tmp_path / "a.png")
    Image.fromarray(grey.astype(np.uint16) * 257).save(tmp_path / "b.png")
    Image.fromarray(grey > 99).save(tmp_path / "c.png")
    table = read(tmp_path)
    assert table.schema["image"].shape == (9, 7, 1)
    pictures = table.tensor("image")
    assert np.array_equal(pictures[0], pictures[1]) and {*np.unique(pictures[2])} <= {0, 255}
    Image.fromarray(PICTURES[1, :4]).save(tmp_path / "d.bmp")
    table = read(tmp_path)
    assert table.schema["image"].shape == (None, 7, 3) and np.array_equal(table.tensor("image")[0][..., 2], grey)
    Image.fromarray(np.concatenate([PICTURES[1], PICTURES[1, ..., :1]], axis=2)).save(tmp_path / "e.png")
    assert read(tmp_path).schema["image"].shape == (None, 7, 4)


def test_more_pictures_than_fit_are_refused(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("likewise.modalities.image.files.available_memory", lambda: 2000)
    assert code(photos).code == "source.memory"


def test_a_camera_held_upright(tmp_path: Path) -> None:
    image = Image.fromarray(PICTURES[0])
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(tmp_path / "a.png", exif=exif)
    assert np.array_equal(read(tmp_path).tensor("image")[0], np.rot90(PICTURES[0], -1))


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    for number in range(4):
        place = tmp_path / "sounds" / str(number % 2) / f"{number}.wav"
        place.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(place, RNG.normal(size=(300 + number, 2)) / 8, 8000)
    return tmp_path / "sounds"


def test_sounds_are_read_and_written_to_the_bit(sounds: Path, tmp_path: Path) -> None:
    table = read(sounds)
    assert table.schema["audio"].kind == "audio" and table.schema["audio"].rate == 8000
    assert table.schema["audio"].shape == (None, 2) and table.schema["label"].levels == ("0", "1")
    with open_sink(f"{tmp_path}/out/") as sink:
        sink.write(table.to_arrow())
    assert read(tmp_path / "out", table.schema).digest() == table.digest()


def test_sounds_of_other_rates_are_brought_to_the_usual_one(sounds: Path) -> None:
    tone = np.sin(2 * np.pi * 500 * np.arange(16_000) / 16_000) / 2
    soundfile.write(sounds / "0/9.wav", tone, 16_000, subtype="FLOAT")
    table = read(sounds)
    assert table.schema["audio"].rate == 8000
    found = next(cell for cell in table.tensor("audio") if cell is not None and len(cell) == 8000)[100:-100, 0]
    assert np.abs(found - tone[::2][100:-100]).max() < 0.005


def test_damaged_files_are_named(photos: Path, sounds: Path, tmp_path: Path) -> None:
    whole = (photos / "cat/1.png").read_bytes()
    for content in (whole[:60], whole[:-40], b"\x89PNG\r\n\x1a\n" + b"0" * 90, b""):
        (photos / "cat/1.png").write_bytes(content)
        fault = code(photos)
        assert fault.code == "source.damaged" and str(fault.where).endswith("cat/1.png")
    whole = (sounds / "0/0.wav").read_bytes()
    for content in (b"RIFF" + b"0" * 90, whole[: len(whole) // 2], whole[:30], b""):
        (sounds / "0/0.wav").write_bytes(content)
        fault = code(sounds)
        assert fault.code == "source.damaged" and "skip" in str(fault.hint)


@pytest.mark.parametrize("form", ["MP3", "FLAC", "OGG", "AIFF"])
def test_sounds_of_every_form_are_read_or_damaged(form: str, tmp_path: Path) -> None:
    suffix = {"OGG": ".ogg"}.get(form, f".{form.lower()}")
    tone = np.sin(np.arange(30_000) / 20) / 3
    soundfile.write(tmp_path / f"a{suffix}", tone, 8000, format=form)
    found = read(tmp_path).tensor("audio")[0][:, 0]
    assert abs(len(found) - 30_000) < 3000 and abs(found.std() - tone.std()) < 0.02
    whole = (tmp_path / f"a{suffix}").read_bytes()
    (tmp_path / f"a{suffix}").write_bytes(whole[: len(whole) // 2])
    if form != "OGG":  # its pages do not tell how many follow
        assert code(tmp_path).code == "source.damaged"


def test_a_sound_from_a_pipe_does_not_know_its_size(sounds: Path) -> None:
    whole, rows = (sounds / "0/0.wav").read_bytes(), read(sounds).rows
    (sounds / "0/0.wav").write_bytes(whole[:4] + b"\xff" * 4 + whole[8:])
    assert read(sounds).rows == rows


def test_folders_that_are_refused(photos: Path, sounds: Path, tmp_path: Path) -> None:
    assert code(tmp_path / "no such").code == "source.no-such-file"
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty/song.m4a").write_bytes(b"x")
    assert code(tmp_path / "empty").code == "source.folder" and ".mp3" in str(code(tmp_path / "empty").hint)
    assert code(tmp_path).code == "source.mixed-folder"
    for text, wanted in (("a,b\n1,2\n", "source.no-file-name"), ("file_name\nx.png\ny.png\n", "source.no-such-file"),
                         ("file_name\nREADME.txt\n", "source.unknown-format"), ("", "source.empty")):  # fmt: skip
        (photos / "metadata.csv").write_text(text)
        assert code(photos).code == wanted


def test_a_folder_with_something_in_it_is_never_written_over(photos: Path, tmp_path: Path) -> None:
    table = read(photos)
    with pytest.raises(SourceError, match="not empty"), open_sink(f"{photos}/") as sink:
        sink.write(table.to_arrow())
    with pytest.raises(ZeroDivisionError), open_sink(f"{tmp_path}/out/") as sink:
        sink.write(table.to_arrow())
        raise ZeroDivisionError
    assert sorted(p.name for p in tmp_path.iterdir()) == ["photos"]


# -- NumPy archives -------------------------------------------------------------------------------------------------
def test_archives_of_arrays(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", image=PICTURES, label=np.arange(6)[:, None] % 2, name=np.array(list("abcdef")))
    table = read(tmp_path / "a.npz")
    assert table.schema["image"].kind == "image" and table.schema["label"].kind == "category"
    with open_sink(tmp_path / "b.npz") as sink:
        sink.write(table.to_arrow())
    assert read(tmp_path / "b.npz", table.schema).digest() == table.digest()


def test_archives_of_splits(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x_train=PICTURES[:4], y_train=[0, 1, 2, 3], x_test=PICTURES[4:], y_test=[4, 5])
    table = read(tmp_path / "a.npz")
    assert table.names == ("x", "y", "split") and np.array_equal(table.tensor("x"), PICTURES)
    assert table.to_dict()["split"] == ["train"] * 4 + ["test"] * 2


@pytest.mark.parametrize(
    ("arrays", "wanted"),
    [
        ({"a": np.arange(3), "b": np.arange(4)}, "source.lengths"),
        ({"a": np.array(5)}, "source.lengths"),
        ({"a": np.array([{}, []], dtype=object)}, "source.objects"),
        ({"a": np.zeros((2, 2), dtype=complex)}, "source.types"),
        ({}, "source.empty"),
    ],
)
def test_archives_that_are_refused(arrays: dict[str, Any], wanted: str, tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", **arrays)
    assert code(tmp_path / "a.npz").code == wanted


def test_damaged_archives(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", a=np.arange(1000))
    whole = (tmp_path / "a.npz").read_bytes()
    for content in (whole[:-30], b"junk" * 20, whole[:40] + b"\xff" * 60 + whole[100:]):
        (tmp_path / "a.npz").write_bytes(content)
        assert code(tmp_path / "a.npz").code == "source.damaged"
    with pytest.raises(SourceError, match="differ in shape"), open_sink(tmp_path / "c.npz") as sink:
        sink.write(Table.from_any({"x": [np.zeros((2, 2)), np.zeros((3, 2))]}).to_arrow())


# -- IDX ------------------------------------------------------------------------------------------------------------
def idx(array: np.ndarray[Any, Any]) -> bytes:
    return bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">i4").tobytes() + array.astype(np.uint8).tobytes()


def test_idx_files(tmp_path: Path) -> None:
    pictures, place = PICTURES[..., 0], tmp_path / "train-images-idx3-ubyte.gz"
    place.write_bytes(gzip.compress(idx(pictures)))
    (tmp_path / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(np.arange(6) % 3)))
    table = read(place)
    assert table.names == ("image", "label") and np.array_equal(table.tensor("image")[..., 0], pictures)
    assert read_source(place).name == "train" and table.schema["label"].levels == ("0", "1", "2")
    with open_sink(tmp_path / "made-images-idx3-ubyte") as sink:
        sink.write(table.to_arrow())
    assert (tmp_path / "made-images-idx3-ubyte").read_bytes() == idx(pictures)
    assert read(tmp_path / "made-labels-idx1-ubyte", table.schema).digest() == table.digest()


def test_idx_files_that_are_refused(tmp_path: Path) -> None:
    place, labels = tmp_path / "a-images-idx3-ubyte", tmp_path / "a-labels-idx1-ubyte"
    whole = idx(PICTURES[..., 0])
    for content in (whole[:-5], b"", b"\0\0\x08", gzip.compress(whole)[:-9], b"\1" + whole[1:]):
        place.write_bytes(content)
        assert code(place).code == "source.damaged"
    place.write_bytes(whole)
    labels.write_bytes(idx(np.arange(5)))
    assert code(place).code == "source.lengths"
    for data in (
        {"image": PICTURES, "other": list("abcdef")},
        {"label": list("abcdef")},
        {"image": PICTURES, "label": list("abcdef")},
    ):
        with pytest.raises(SourceError) as fault, open_sink(tmp_path / "b-images-idx3-ubyte") as sink:
            sink.write(Table.from_any(data).to_arrow())
        assert fault.value.code == "source.types"


@pytest.mark.parametrize(
    "name", ["x.csv", "x.jsonl", "x.json", "x.xlsx", "x.sqlite", "x.duckdb", "x.parquet", "x.arrow"]
)
def test_arrays_survive_every_format(name: str, tmp_path: Path) -> None:
    table = Table.from_any({"n": [1, 2, 3], "s": [RNG.normal(size=(3, 2)), None, np.array([[np.nan, 1]])],
                            "u": PICTURES[:3, :2, :2]})  # fmt: skip
    with open_sink(tmp_path / name) as sink:
        sink.write(table.slice(0, 2).to_arrow())
        sink.write(table.slice(2).to_arrow())
    assert read(tmp_path / name, table.schema).digest() == table.digest()


def test_what_learning_pictures_takes_is_told_with_the_pictures() -> None:
    photos = np.zeros((50, 100, 100, 3), dtype=np.uint8)
    needed = memory_to_learn(Table.from_any({"photo": photos, "label": ["a", "b"] * 25}))
    assert needed is not None and needed > 2 * photos.nbytes
