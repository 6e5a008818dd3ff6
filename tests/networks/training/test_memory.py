"""Memory: estimated before, and shared out in portions where it is short."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.networks.training.conftest import CPU, denoising, small, weights

torch = pytest.importorskip("torch")

from likewise.errors import FitError  # noqa: E402
from likewise.networks.training import Phase, Plan, train  # noqa: E402
from likewise.networks.training import loop as loops  # noqa: E402
from likewise.networks.training.memory import Need, is_out_of_memory, need_of, portions_for  # noqa: E402

Plans = Callable[..., Plan]


def plain(net: Any) -> Callable[..., Any]:
    return lambda batch, rng: ((net(batch[0]) - batch[0]) ** 2).mean()


def short(net: Any, most: int, fault: Callable[[], RuntimeError]) -> Callable[..., Any]:
    def loss(batch: Any, rng: Any) -> Any:
        if len(batch[0]) > most:
            raise fault()
        return plain(net)(batch, rng)

    return loss


@pytest.mark.parametrize("fault", [
    lambda: torch.OutOfMemoryError("CUDA out of memory."),
    lambda: RuntimeError("[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate memory"),
    lambda: RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 4000000000000 bytes."),
])  # fmt: skip
def test_a_batch_that_does_not_fit_is_worked_on_in_portions_and_makes_the_same_step(
    rows: Any, plan: Plans, fault: Any
) -> None:
    whole, parted = small(), small()
    train([Phase("loss", whole, plain(whole))], [rows], plan(20, 30), seed=0)
    outcome = train([Phase("loss", parted, short(parted, 8, fault))], [rows], plan(20, 30), seed=0)
    for one, other in zip(whole.parameters(), parted.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-5)
    assert outcome.notes == ("training: memory was short, so batches of 30 rows were worked on in 4 portions",)


def test_a_row_that_does_not_fit_is_refused_in_words(net: Any, rows: Any, plan: Plans) -> None:
    def loss(batch: Any, rng: Any) -> Any:
        if torch.is_grad_enabled() and net[0].weight.requires_grad and len(batch[0]) != 4:  # the measured ones
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return plain(net)(batch, rng)

    with pytest.raises(FitError) as caught:
        train([Phase("loss", net, loss)], [rows], plan(20, 3), seed=0)
    assert caught.value.code == "fit.memory" and caught.value.hint


def test_other_faults_are_not_taken_for_a_lack_of_memory(net: Any, rows: Any, plan: Plans) -> None:
    def loss(batch: Any, rng: Any) -> Any:
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="mat1"):
        train([Phase("loss", net, loss)], [rows], plan(), seed=0)


def test_torch_says_so_in_the_words_that_are_known() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 50, dtype=torch.float64)
    assert is_out_of_memory(caught.value)


@pytest.mark.parametrize("width", [64, 512])
def test_what_a_row_keeps_is_measured(width: int) -> None:
    """Forward through a layer, a tanh and a mean keeps the input and the output of the tanh."""
    net = torch.nn.Sequential(torch.nn.Linear(16, width), torch.nn.Tanh())
    rows = torch.randn(100, 16)
    need = need_of([Phase("loss", net, lambda batch, rng: net(batch[0]).square().mean())], [rows], CPU)
    assert 2 * 4 * width <= need.row <= 2 * 4 * (3 * width + 32) + 64
    assert need.fixed == 16 * 4 * (16 * width + width)


def test_measuring_changes_no_buffer_and_no_weight(rows: Any) -> None:
    net = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.BatchNorm1d(4))
    before = weights(net)
    need_of([Phase("loss", net, denoising(net))], [rows], CPU)
    assert weights(net) == before and all(p.grad is None for p in net.parameters())


def test_portions_follow_from_the_room() -> None:
    need = Need(fixed=1000, row=100)
    assert [portions_for(need, 64, CPU, room) for room in (10_000, 8_000, 4_000, 1_300)] == [1, 2, 4, 64]
    with pytest.raises(FitError) as caught:
        portions_for(need, 64, CPU, 1_100)
    assert caught.value.code == "fit.memory"


def test_memory_that_is_short_from_the_start_is_shared_out(
    phase: Phase, rows: Any, plan: Plans, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tight(need: Need, size: int, device: Any) -> int:
        return portions_for(need, size, device, int((need.of(8) + 1) / 0.9))

    monkeypatch.setattr(loops, "portions_for", tight)
    outcome = train([phase], [rows], plan(5, 32), seed=0)
    assert "in 4 portions" in outcome.notes[0]
