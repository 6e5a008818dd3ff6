"""Held-back rows: the best weights are kept, patience ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from tests.networks.training.conftest import weights  # noqa: E402

from likewise.networks.training import Phase, Plan, train  # noqa: E402

Plans = Callable[..., Plan]


def test_the_best_of_the_averaged_weights_are_kept(net: Any, phase: Phase, rows: Any, plan: Plans) -> None:
    looks: list[tuple[float, bytes]] = []

    def judged() -> float:
        assert not net.training
        looks.append((abs(len(looks) - 6.5), weights(net)))
        return looks[-1][0]

    outcome = train([phase], [rows], plan(200), seed=0, held_back=judged)
    assert len(looks) == 19  # twenty, of which the first tenth of a run has one
    assert weights(net) == looks[6][1] and outcome.held_back == 0.5 and outcome.steps == 200


def test_patience_ends_a_run_that_gets_no_better(net: Any, phase: Phase, rows: Any, plan: Plans) -> None:
    losses = iter([5.0, 4.0, 3.0, 3.5, 3.0, *[9.0] * 30])
    outcome = train([phase], [rows], plan(200, patience=3), seed=0, held_back=lambda: next(losses))
    assert outcome.steps == 20 + 5 * 10 and outcome.held_back == 3
    assert outcome.notes == ("training: ended after 70 of 200 steps, as held-back rows were not told better any more",)


def test_looks_change_nothing_but_what_is_kept(rows: Any, plan: Plans) -> None:
    from tests.networks.training.conftest import denoising, small

    found = []
    for held_back in (None, iter(range(99, 0, -1)).__next__):  # ever better: the last are the best
        net = small()
        train([Phase("loss", net, denoising(net))], [rows], plan(100), seed=0, held_back=held_back)
        found.append(weights(net))
    assert found[0] == found[1]


def test_a_loss_on_held_back_rows_that_is_no_number_keeps_nothing(
    net: Any, phase: Phase, rows: Any, plan: Plans
) -> None:
    outcome = train([phase], [rows], plan(40), seed=0, held_back=lambda: float("nan"))
    assert outcome.held_back != outcome.held_back and all(p.isfinite().all() for p in net.parameters())
