"""The networks of the game of ways: each row for itself, and noise that tells nothing costs nothing."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from likewise.networks.building import built  # noqa: E402
from likewise.techniques.gan.video.maker import NOISE, ClipMaker  # noqa: E402
from likewise.techniques.gan.video.network import Perceptron, Reading  # noqa: E402


def numbers(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(0))


def test_a_way_does_not_depend_on_those_beside_it() -> None:
    generator = built(lambda: ClipMaker.untrained(5, 2), 0)
    noise, condition = numbers(4, NOISE), numbers(4, 2)
    with torch.no_grad():
        assert torch.allclose(generator(noise, condition)[1:3], generator(noise[1:3], condition[1:3]), atol=1e-6)


@pytest.mark.parametrize(("bias", "costs"), [(0.0, 0.0), (2.0, NOISE * (4 + torch.e**2 - 3) / 2)])
def test_noise_costs_what_it_tells(bias: float, costs: float) -> None:
    reader = built(lambda: Perceptron(5, 2, 2 * NOISE), 0)
    last = reader.last[-1]
    torch.nn.init.zeros_(last.weight)
    torch.nn.init.constant_(last.bias, bias)
    generator = built(lambda: ClipMaker.untrained(5, 2), 0)
    real, condition, normal = numbers(6, 5), numbers(6, 2), numbers(6, NOISE)
    again, told = Reading(generator, reader)(real, condition, normal)
    assert again.shape == (6, 5) and torch.allclose(told, torch.full((6,), costs), rtol=1e-4, atol=1e-5)
    if not bias:
        assert torch.equal(again, generator(normal, condition))
