"""A small network, rows for it, and a loss with randomness in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from likewise.networks.building import built  # noqa: E402
from likewise.networks.device import Device  # noqa: E402
from likewise.networks.training import Phase, Plan  # noqa: E402

CPU = Device("cpu", False)


@pytest.fixture(autouse=True)
def one_thread() -> Any:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def rows() -> Any:
    return torch.randn(200, 4, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def net() -> Any:
    return small()


@pytest.fixture
def phase(net: Any) -> Phase:
    return Phase("loss", net, denoising(net), rate=0.01)


@pytest.fixture
def plan() -> Callable[..., Plan]:
    return lambda steps=100, size=32, **more: Plan(steps, size, CPU, **more)


def small() -> Any:
    return built(lambda: torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 4)), 0, "net")


def denoising(net: Any) -> Callable[..., Any]:
    def loss(batch: Any, rng: Any) -> Any:
        noisy = batch[0] + 0.1 * torch.randn(batch[0].shape, generator=rng)
        return ((net(noisy) - batch[0]) ** 2).mean()

    return loss


def weights(net: Any) -> bytes:
    return b"".join(p.detach().numpy().tobytes() for p in net.state_dict().values())
