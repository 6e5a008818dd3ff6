"""The folder of a run: a killed training goes on and ends with the same bytes; another one's folder is refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from tests.networks.training import killed  # noqa: E402
from tests.networks.training.conftest import denoising, small, weights  # noqa: E402

from likewise.core.aside import together  # noqa: E402
from likewise.errors import SettingsError, SourceError  # noqa: E402
from likewise.networks.training import Budget, Phase, Plan, Run, recording, train  # noqa: E402

Plans = Callable[..., Plan]
ROOT = Path(__file__).parents[3]


def started(folder: Path, save: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]), "OMP_NUM_THREADS": "1"}
    script = str(Path(killed.__file__))
    return subprocess.Popen([sys.executable, script, str(folder), "0.002", str(save)], env=environment)


def waited_for(place: Path, process: subprocess.Popen[bytes]) -> None:
    for _ in range(3000):
        if place.exists():
            return
        assert process.poll() is None
        time.sleep(0.01)
    raise AssertionError(place)


def test_a_killed_training_ends_with_the_bytes_of_one_that_was_left_alone(tmp_path: Path) -> None:
    folder, save = tmp_path / "run", tmp_path / "weights"
    for name in ("first-part", "second-part"):
        process = started(folder, save)
        waited_for(folder / name / "checkpoint.safetensors", process)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert not save.exists()
    killed.run(str(folder), 0, str(save))
    killed.run(None, 0, str(tmp_path / "undisturbed"))
    assert save.read_bytes() == (tmp_path / "undisturbed").read_bytes()
    for name, steps in (("first-part", 240), ("second-part", 250)):
        logged = [json.loads(line)["step"] for line in (folder / name / "losses.jsonl").read_text().splitlines()]
        assert logged == [*range(16, steps, 16), steps]


def test_what_is_done_is_not_done_again(phase: Phase, net: Any, rows: Any, plan: Plans, tmp_path: Path) -> None:
    with recording(Run(tmp_path)):
        first = train([phase], [rows], plan(40), seed=0, held_back=lambda: 1.0)
    after, fresh = weights(net), small()

    def never(batch: Any, rng: Any) -> Any:
        raise AssertionError

    with recording(Run(tmp_path)):
        second = train([Phase("loss", fresh, never, rate=0.01)], [rows], plan(40), seed=0, held_back=lambda: 1.0)
    assert weights(fresh) == after and second == first and not fresh.training


@pytest.mark.parametrize("other", ["data", "seed", "steps", "rate", "key", "weights"])
def test_the_folder_of_another_training_is_refused(rows: Any, plan: Plans, tmp_path: Path, other: str) -> None:
    def go(key: str = "", seed: int = 0, steps: int = 20, rate: float = 0.01) -> None:
        net = small()
        if other == "weights" and (tmp_path / "training").exists():
            net[0].bias.data += 1
        with recording(Run(tmp_path, key)):
            train([Phase("loss", net, denoising(net), rate=rate)], [rows], plan(steps), seed=seed)

    go()
    if other == "data":
        rows[0, 0] += 1
    changed: dict[str, Any] = {"seed": 1, "steps": 30, "rate": 0.02, "key": "of other settings"}
    with pytest.raises(SettingsError) as caught:
        go(**{name: value for name, value in changed.items() if name == other})
    assert caught.value.code == "settings.folder" and str(tmp_path) in str(caught.value)


def test_a_damaged_checkpoint_is_refused(phase: Phase, rows: Any, plan: Plans, tmp_path: Path) -> None:
    (tmp_path / "training").mkdir()
    (tmp_path / "training" / "checkpoint.safetensors").write_bytes(b"nothing of the kind")
    with pytest.raises(SettingsError, match="damaged"), recording(Run(tmp_path)):
        train([phase], [rows], plan(20), seed=0)


def test_trainings_of_one_name_have_folders_of_their_own(rows: Any, plan: Plans, tmp_path: Path) -> None:
    with recording(Run(tmp_path)):
        for _ in range(2):
            net = small()
            train([Phase("loss", net, denoising(net))], [rows], plan(5), seed=0, what="Training: rows")
    assert sorted(place.name for place in tmp_path.iterdir()) == ["training-rows", "training-rows-2"]


def test_seconds_that_were_spent_before_count(rows: Any, plan: Plans, tmp_path: Path) -> None:
    class Ended(Exception):
        """End the process."""

    def go(run: Run, ends: bool) -> int:
        net, calls = small(), [0]

        def slow(batch: Any, rng: Any) -> Any:
            run.resume(run.elapsed() + 0.5)  # half a second passes
            calls[0] += 1
            if ends and calls[0] == 150:
                raise Ended
            return denoising(net)(batch, rng)

        with recording(run):
            timed = plan(budget=Budget(seconds=100.0, clock=run.elapsed))
            train([Phase("loss", net, slow)], [rows], timed, seed=0)
        return calls[0]

    with pytest.raises(Ended):
        go(Run(tmp_path, every=0), True)
    assert go(Run(tmp_path, every=0), False) == pytest.approx(200 - 144, abs=8)


def test_previews_are_written_as_pictures(phase: Phase, rows: Any, plan: Plans, tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    picture = torch.arange(12, dtype=torch.uint8).reshape(3, 4).numpy()
    with recording(Run(tmp_path)):
        train([phase], [rows], plan(40, looks=2), seed=0, preview=lambda: picture)
    written = sorted((tmp_path / "training").glob("preview-*.png"))
    assert [place.name for place in written] == ["preview-20.png", "preview-40.png"]
    with image.open(written[0]) as opened:
        assert opened.size == (4, 3)


def test_checkpoints_and_previews_outlive_results_that_do_not_appear(
    phase: Phase, rows: Any, plan: Plans, tmp_path: Path
) -> None:
    def preview() -> Any:
        return np.zeros((2, 3), dtype=np.uint8)

    with pytest.raises(KeyboardInterrupt), together():
        with recording(Run(tmp_path)):
            train([phase], [rows], plan(40), seed=0, preview=preview)
        raise KeyboardInterrupt
    place = tmp_path / "training"
    assert (place / "checkpoint.safetensors").exists() and list(place.glob("preview-*.png"))
    assert not list(place.glob(".*.part"))


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(SourceError) as caught:
        Run(tmp_path / "notes.txt").place("training")
    assert caught.value.code == "source.no-folder" and caught.value.where == str(tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_text() == "mine"
