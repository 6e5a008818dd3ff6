"""The one training loop: same seed same bytes, every row once a pass, phases that leave each other alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from tests.networks.training.conftest import denoising, small, weights  # noqa: E402

from likewise.networks.training import Budget, Moment, Phase, Plan, train  # noqa: E402
from likewise.networks.training.adam import Adam  # noqa: E402

Plans = Callable[..., Plan]


def trained(rows: Any, plan: Plan, seed: int = 1, **settings: Any) -> bytes:
    net = small()
    train([Phase("loss", net, denoising(net), **settings)], [rows], plan, seed=seed)
    return weights(net)


def test_same_seed_gives_the_same_bytes_and_another_does_not(rows: Any, plan: Plans) -> None:
    assert trained(rows, plan()) == trained(rows, plan())
    assert trained(rows, plan()) != trained(rows, plan(), seed=2)


def test_what_was_drawn_before_from_torchs_generator_does_not_matter(rows: Any, plan: Plans) -> None:
    first = trained(rows, plan())
    torch.rand(3)
    assert trained(rows, plan()) == first


def test_the_loss_falls_and_is_told(net: Any, phase: Phase, rows: Any, plan: Plans) -> None:
    told: list[tuple[str, int, int]] = []
    before = phase.loss([rows], torch.Generator().manual_seed(0)).item()
    outcome = train([phase], [rows], plan(300), seed=0, progress=lambda *word: told.append(word), what="training rows")
    assert outcome.losses["loss"] < before / 2
    assert outcome.steps == outcome.planned == 300
    assert outcome.epochs == 300 * 32 / 200
    assert told[-1] == (f"training rows: loss {outcome.losses['loss']:.2g}", 300, 300)
    assert not net.training


def test_every_row_comes_once_a_pass_in_every_tensor(net: Any, rows: Any, plan: Plans) -> None:
    seen: list[int] = []

    def loss(batch: Any, rng: Any) -> Any:
        assert torch.equal(batch[0], rows[batch[1]])
        seen.extend(batch[1].tolist())
        return net(batch[0]).mean()

    numbers = torch.arange(200)
    train([Phase("loss", net, loss)], [rows, numbers], plan(25), seed=0)  # four passes
    seen = seen[4:]  # those whose memory was measured
    for start in range(0, 800, 200):
        assert sorted(seen[start : start + 200]) == list(range(200))
    assert seen[:200] != seen[200:400]


def test_epochs_are_passes_and_a_batch_is_never_larger_than_the_data(phase: Phase, rows: Any, plan: Plans) -> None:
    assert train([phase], [rows], plan(size=50, budget=Budget(epochs=3)), seed=0).steps == 12
    assert train([phase], [rows], plan(size=5000, budget=Budget(epochs=3)), seed=0).steps == 3


def test_a_phase_moves_its_part_alone_and_makes_no_gradients_for_others(rows: Any, plan: Plans) -> None:
    maker, critic = small(), small()
    found: list[tuple[bool, bool]] = []

    def loss(batch: Any, rng: Any) -> Any:
        found.append((maker[0].weight.requires_grad, critic[0].weight.requires_grad))
        return critic(maker(batch[0])).square().mean()

    still = weights(critic)
    train([Phase("maker", maker, loss), Phase("critic", critic, loss, rate=0.0)], [rows], plan(4), seed=0)
    assert found[-2:] == [(True, False), (False, True)]
    assert weights(critic) == still
    assert weights(maker) != weights(small())
    assert all(p.requires_grad for part in (maker, critic) for p in part.parameters())


def test_a_part_that_two_phases_share_is_moved_by_both(rows: Any, plan: Plans) -> None:
    shared = small()
    phases = [Phase(name, shared, denoising(shared)) for name in ("one", "other")]
    moved: list[bool] = []
    train(phases, [rows], plan(3), seed=0, watch=lambda moment: moved.append(True))
    assert moved and weights(shared) != trained(rows, Plan(3, 32, Plan(1, 1, plan().device).device))


def test_frozen_weights_stay(net: Any, phase: Phase, rows: Any, plan: Plans) -> None:
    net[0].weight.requires_grad_(False)
    before = net[0].weight.clone()
    train([phase], [rows], plan(20), seed=0)
    assert torch.equal(net[0].weight, before) and not net[0].weight.requires_grad


def test_a_watcher_is_told_and_can_look_at_what_the_averaged_weights_make(
    net: Any, phase: Phase, rows: Any, plan: Plans
) -> None:
    moments: list[Moment] = []
    pictures: list[Any] = []

    def watch(moment: Moment) -> None:
        assert moment.preview is not None
        before = weights(net)
        pictures.append((before, moment.preview()))
        assert weights(net) == before and net.training
        moments.append(moment)

    train([phase], [rows], plan(64), seed=0, watch=watch, preview=lambda: (net.training, weights(net)))
    assert [moment.step for moment in moments] == [16, 32, 48, 64]
    assert all(moment.total == 64 and moment.losses["loss"] > 0 for moment in moments)
    assert all(not training and averaged != live for live, (training, averaged) in pictures)


@pytest.mark.parametrize("decay", ["cosine", "none"])
def test_rates_rise_and_fall(net: Any, rows: Any, plan: Plans, decay: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rates: list[float] = []
    step = Adam.step
    monkeypatch.setattr(Adam, "step", lambda self, rate: (rates.append(rate), step(self, rate)))
    train([Phase("loss", net, denoising(net), rate=1.0, warmup=4, decay=decay)], [rows], plan(100), seed=0)
    assert rates[:5] == [0.25, 0.5, 0.75, 1.0, 1.0]
    assert rates[-1] == (1.0 if decay == "none" else pytest.approx(0.0, abs=0.001))
    assert rates[55] == (1.0 if decay == "none" else pytest.approx(0.5))


def test_losses_in_bfloat16_learn_as_well(net: Any, phase: Phase, rows: Any, plan: Plans) -> None:
    from likewise.networks.device import Device

    outcome = train([phase], [rows], Plan(300, 32, Device("cpu", True)), seed=0)
    assert outcome.losses["loss"] < 0.3 and net[0].weight.dtype == torch.float32
