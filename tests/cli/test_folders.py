"""Folders of pictures and sounds on the command line: in, changed, and out again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from likewise.cli.main import exit_code
from likewise.core.table import Table
from likewise.io.source import read_source


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of pictures in two classes and one of sounds."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    for number in range(44):
        place = Path("photos") / str(number % 2) / f"{number}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 255, (6, 5, 3), dtype=np.uint8)).save(place)
    Path("sounds").mkdir()
    for number in range(3):
        soundfile.write(f"sounds/{number}.wav", rng.normal(size=80) / 9, 8000)
    return tmp_path


def fault(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, str]:
    assert exit_code([*arguments, "--json"]) == 1
    error: dict[str, str] = json.loads(capsys.readouterr().out)["error"]
    return error


def test_pictures_in_and_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["synth", "photos", "--technique", "noise", "-o", "out/", "-n", "50"]) == 0
    assert "data:image/png" in Path("photos.report.html").read_text()  # few pictures are shown, if not judged
    made = Table.from_arrow(read_source("out").table)
    assert made.rows == 50 and made.schema["image"].shape == (6, 5, 3) and made.schema["label"].levels == ("0", "1")
    assert exit_code(["sample", "photos.model.likewise", "-n", "4", "--given", "label=1", "-o", "four/"]) == 0
    assert read_source("four").table["label"].to_pylist() == ["1"] * 4
    assert exit_code(["sample", "photos.model.likewise", "-n", "4", "-o", "more"]) == 0
    assert len(list(Path("more").rglob("*.png"))) == 4
    assert (
        fault(capsys, "synth", "sounds", "-t", "bootstrap", "-n", "3", "-o", "x.png")["code"] == "source.unknown-format"
    )
    assert exit_code(["evaluate", "photos", "out", "--brief", "--report", "report.md"]) == 0
    assert "Fewer than 50 cells of `image`" in Path("report.md").read_text()


def test_a_folder_becomes_one_with_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["synth", "photos/", "--technique", "bootstrap", "-n", "3"]) == 0
    assert len(list(Path("photos-synthetic").rglob("*.png"))) == 3
    assert exit_code(["synth", "photos", "--technique", "bootstrap", "-n", "3", "-o", "three.parquet"]) == 0
    assert Table.from_arrow(read_source("three.parquet").table).schema["image"].kind == "image"


def test_a_folder_is_inspected(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["inspect", "sounds", "--json"]) == 0
    columns = json.loads(capsys.readouterr().out)["columns"]
    assert [(c["kind"], c["shape"], c["rate"]) for c in columns] == [("audio", [80, 1], 8000)]
    assert exit_code(["inspect", "photos", "-o", "schema.yaml"]) == 0
    assert exit_code(["synth", "photos", "--schema", "schema.yaml", "--technique", "bootstrap", "-n", "2"]) == 0


def test_folders_that_cannot_be_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert fault(capsys, "synth", "photos", "-t", "autoregressive")["code"] == "schema.unlearnable"
    assert fault(capsys, "synth", "photos", "-t", "noise", "-o", "sounds/")["code"] == "source.folder-not-empty"
    assert fault(capsys, "synth", "photos", "-t", "noise", "-o", "photos")["code"] == "source.folder-not-empty"
    assert fault(capsys, "synth", ".", "-t", "noise")["code"] == "source.mixed-folder"
    Path("photos/1/1.png").write_bytes(b"\x89PNG")
    error = fault(capsys, "inspect", "photos")
    assert error["code"] == "source.damaged" and error["where"].endswith("photos/1/1.png")


@pytest.mark.filterwarnings("default")
def test_damaged_files_are_skipped_where_asked(capsys: pytest.CaptureFixture[str]) -> None:
    Path("photos/1/1.png").write_bytes(b"\x89PNG")
    assert exit_code(["synth", "photos", "--technique", "bootstrap", "--damaged", "skip", "--report", "r.md"]) == 0
    said = capsys.readouterr().err
    assert "note: Files that are damaged or not there were left out, with their rows (1): `1/1.png`." in said
    assert "`1/1.png`" in Path("r.md").read_text()
    assert fault(capsys, "inspect", "photos", "--damaged", "no")["code"] == "settings.damaged"


def test_clips_in_and_out(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("av")
    from likewise.modalities.video.files import mp4

    rng = np.random.default_rng(0)
    for number in range(4):
        place = Path("clips") / str(number % 2) / f"{number}.mp4"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(mp4(rng.integers(0, 255, (5, 8, 8, 3), dtype=np.uint8), 12))
    assert exit_code(["synth", "clips", "--technique", "bootstrap", "-n", "3", "-o", "more/"]) == 0
    made = Table.from_arrow(read_source("more").table)
    assert made.rows == 3 and made.schema["video"].shape == (5, 8, 8, 3) and made.schema["video"].rate == 12
    error = fault(capsys, "synth", "clips", "--technique", "noise", "-o", "noisy/")
    assert error["code"] == "schema.unlearnable" and error["where"] == "video"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("-o", "sounds/"), "source.folder-not-empty"),
        (("-o", "nowhere/more/"), "source.no-such-folder"),
        (("-o", "notes.txt/"), "source.no-folder"),
        (("-o", "x-images-idx3-ubyte"), "source.types"),
        (("--set", "folder=notes.txt"), "source.no-folder"),
        (("--set", "device=tpu"), "settings.device"),
        (("--set", "batch_size=1"), "settings.invalid"),
    ],
)
def test_what_would_cost_a_training_is_told_before_it(
    arguments: tuple[str, ...], code: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch")
    monkeypatch.setattr("likewise.networks.training.loop.Training.run", None)  # it would be called to train
    Path("notes.txt").write_text("mine")
    for name in ("photos/0/0.png", "photos/1/1.png"):
        Path(name).with_name("x.png").write_bytes(Path(name).read_bytes())
    before = sorted(Path.cwd().iterdir())
    assert fault(capsys, "synth", "photos", "-t", "vae", *arguments)["code"] == code
    assert Path("notes.txt").read_text() == "mine" and sorted(Path.cwd().iterdir()) == before


def test_a_model_is_not_learned_for_a_place_that_cannot_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["fit", "photos", "-t", "bootstrap", "-o", "nowhere/m.likewise"]) == 1
    assert "source.no-such-folder" in capsys.readouterr().err


@pytest.mark.filterwarnings("default")
def test_damaged_files_are_skipped_by_a_fit(capsys: pytest.CaptureFixture[str]) -> None:
    Path("photos/1/1.png").write_bytes(b"")
    assert exit_code(["fit", "photos", "-t", "bootstrap", "-o", "m.likewise"]) == 1
    assert exit_code(["fit", "photos", "-t", "bootstrap", "-o", "m.likewise", "--damaged", "skip"]) == 0
    assert "1/1.png" in capsys.readouterr().err and Path("m.likewise").exists()


def test_a_stopped_training_says_that_its_folder_is_kept(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("likewise.recipes.synth.synthesize_to_files", stopped)
    assert exit_code(["synth", "photos", "--set", "folder=run"]) == 130
    assert "the same command goes on from its last checkpoint" in capsys.readouterr().err
    assert exit_code(["synth", "photos"]) == 130
    assert "checkpoint" not in capsys.readouterr().err
