"""A training that diverges goes back, and is given up in words when that does not help."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from tests.networks.training.conftest import denoising, weights  # noqa: E402

from likewise.errors import FitError  # noqa: E402
from likewise.networks.training import Phase, Plan, train  # noqa: E402
from likewise.networks.training.guard import Guard  # noqa: E402

Plans = Callable[..., Plan]


@pytest.mark.parametrize("when", [3, 150, 199])
def test_it_goes_on_from_a_sound_state(net: Any, rows: Any, plan: Plans, when: int) -> None:
    calls = [0]

    def once(batch: Any, rng: Any) -> Any:
        calls[0] += 1
        return denoising(net)(batch, rng) * (float("nan") if calls[0] == when else 1)

    outcome = train([Phase("loss", net, once, rate=0.01)], [rows], plan(200), seed=0)
    assert outcome.steps == 200 and calls[0] > 201 and outcome.losses["loss"] < 0.5
    assert all(p.isfinite().all() for p in net.parameters())
    assert outcome.notes == (
        "training: losses became no numbers 1 times, and training went on from a state before that, in smaller steps",
    )


def test_gradients_that_are_no_numbers_are_found_by_what_they_do(net: Any, rows: Any, plan: Plans) -> None:
    calls = [0]

    def once(batch: Any, rng: Any) -> Any:
        calls[0] += 1
        kink = torch.sqrt((net(batch[0]) * 0).abs()).sum() if calls[0] == 40 else 0  # finite, with no slope
        return denoising(net)(batch, rng) + kink

    assert train([Phase("loss", net, once, rate=0.01)], [rows], plan(100), seed=0).notes
    assert all(p.isfinite().all() for p in net.parameters())


def test_data_that_cannot_be_learned_are_refused_in_words(net: Any, phase: Phase, rows: Any, plan: Plans) -> None:
    rows[7, 2] = float("inf")
    with pytest.raises(FitError) as caught:
        train([phase], [rows], plan(), seed=0, what="training rows")
    assert caught.value.code == "fit.diverged" and caught.value.hint
    assert "training rows" in str(caught.value)


def test_it_goes_back_to_the_newer_state_first_and_then_to_the_older() -> None:
    live = {"weight": torch.zeros(2)}
    guard = Guard(live, 0)
    for step in (128, 256, 384):
        live["weight"].fill_(step)
        guard.keep(live, step)
    assert [guard.back(live, "it"), guard.back(live, "it"), guard.back(live, "it")] == [384, 256, 256]
    assert live["weight"].tolist() == [256, 256] and guard.slowed == 0.125


def test_going_back_repeats(rows: Any, plan: Plans) -> None:
    from tests.networks.training.conftest import small

    found = []
    for _ in range(2):
        net = small()

        def touchy(batch: Any, rng: Any, net: Any = net) -> Any:
            return denoising(net)(batch, rng) / (torch.rand((), generator=rng) > 0.005)

        notes = train([Phase("loss", net, touchy, rate=0.01)], [rows], plan(300), seed=0).notes
        found.append((weights(net), notes))
    assert found[0] == found[1] and found[0][1]
