"""Settings of networks: a folder that a fit goes on from, and which no card tells of."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest

torch = pytest.importorskip("torch")

from likewise.core.card import Privacy  # noqa: E402
from likewise.core.progress import quiet  # noqa: E402
from likewise.core.table import Table  # noqa: E402
from likewise.errors import SettingsError  # noqa: E402
from likewise.networks.building import built  # noqa: E402
from likewise.networks.saving import weights_of  # noqa: E402
from likewise.networks.synthesizer import Effort, Learnt, NetworkSynthesizer  # noqa: E402
from likewise.networks.training import Phase, Plan, train  # noqa: E402

ROWS = Table.from_any({"x": [float(i % 7) for i in range(60)]})


class Means:
    """Hold a layer as what was learned."""

    way = "means"

    def __init__(self, layer: Any) -> None:
        self.layer = layer

    def state(self) -> Any:
        return {}, weights_of(self.layer)


class Meaning(NetworkSynthesizer):
    """Learn a mean, by a network of one layer."""

    technique: ClassVar[str] = "meaning"
    privacy: ClassVar[Privacy] = Privacy(statement="none")
    trained: ClassVar[list[int]] = []

    def learn_rows(self, table: Table, effort: Effort) -> Learnt:
        layer = built(lambda: torch.nn.Linear(1, 1), effort.seed, "layer")

        def loss(batch: Any, rng: Any) -> Any:
            self.trained.append(len(batch[0]))
            return (layer(torch.ones(1, 1)) - batch[0]).square().mean()

        rows = torch.tensor(table.numbers("x"), dtype=torch.float32)[:, None]
        outcome = train([Phase("loss", layer, loss)], [rows], Plan(20, 16, effort.device, effort.budget),
                        seed=effort.seed, progress=effort.progress, what="training means")  # fmt: skip
        return Learnt(Means(layer), table.schema.columns, outcome.notes if self.batch_size else ("one layer",))


def learned(settings: Meaning, seed: int = 0) -> Any:
    Meaning.trained.clear()
    return settings.learn(ROWS, seed=seed, progress=quiet)


def test_a_fit_in_a_folder_gives_what_one_without_gives_and_is_not_done_twice(tmp_path: Path) -> None:
    folder = str(tmp_path / "run")
    plain, kept = learned(Meaning()), learned(Meaning(folder=folder))
    assert Meaning.trained
    again = learned(Meaning(folder=folder))
    assert not Meaning.trained
    for name, array in plain[2].items():
        assert (array == kept[2][name]).all() and (array == again[2][name]).all()
    assert (tmp_path / "run" / "training-means" / "losses.jsonl").exists()


@pytest.mark.parametrize("other", [{"time": 60.0}, {"epochs": 4.0}])
def test_the_folder_of_other_settings_is_refused(tmp_path: Path, other: dict[str, float]) -> None:
    learned(Meaning(folder=str(tmp_path)))
    with pytest.raises(SettingsError) as caught:
        learned(Meaning(folder=str(tmp_path), **other))
    assert caught.value.code == "settings.folder"


def test_the_folder_is_no_part_of_what_is_written_down_and_trials_leave_it_alone() -> None:
    settings = Meaning(folder="/somewhere", epochs=3)
    assert settings.to_dict() == {"epochs": 3}
    assert settings.for_trial() == Meaning(epochs=3)


def test_seconds_of_the_fit_end_its_training() -> None:
    learned(Meaning(time=1))
    assert len(Meaning.trained) > 30


@pytest.mark.parametrize("passed_on", [True, False])
def test_what_is_to_be_said_of_a_training_is_on_the_card_once_whether_or_not_it_is_passed_on(passed_on: bool) -> None:
    notes = learned(Meaning(time=1, batch_size=16 if passed_on else None))[3]
    assert sum("steps in the time that was given; epochs=" in note for note in notes) == 1
    assert len(notes) == (1 if passed_on else 2)
