"""Hold flows to what they must draw, and to the same bytes from the same generator."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from likewise.networks.building import built
from likewise.networks.device import Device, one_thread
from likewise.networks.training import Phase, Plan, train

torch = pytest.importorskip("torch")

from likewise.networks.flow import condition_width, flow_draw, flow_loss, normal_noise  # noqa: E402
from likewise.networks.layers.maps import MapVelocity  # noqa: E402
from likewise.networks.layers.vectors import VectorVelocity  # noqa: E402

PROCESSOR = Device("cpu", half=False)


def trained(network, data, condition, *, steps, drop=0.0, times="logit-normal"):
    def loss(batch, rng):
        return flow_loss(network, batch[0], batch[1], rng, drop=drop, times=times)

    train([Phase("flow", network, loss, rate=3e-3)], [data, condition], Plan(steps, 128, PROCESSOR), seed=0)
    return network


def two_moons_of_levels():
    """Rows of two levels: the first around (-1, 1) and close, the second around (1, 0) and wide."""
    rng = np.random.default_rng(0)
    level = np.arange(2000) % 2
    rows = np.where(level[:, None] == 0, [-1.0, 1.0], [1.0, 0.0]) + rng.normal(size=(2000, 2)) * (
        0.2 + 0.4 * level[:, None]
    )
    return torch.tensor(rows, dtype=torch.float32), torch.eye(2)[torch.tensor(level)]


@pytest.fixture(scope="module")
def network():
    with one_thread():
        data, condition = two_moons_of_levels()
        network = built(lambda: VectorVelocity(2, condition_width(2), width=48, depth=2, steering=32), 0, "flow")
        return trained(network, data, condition, steps=500, drop=0.1)


@pytest.mark.parametrize("way", ["heun", "midpoint"])
@pytest.mark.parametrize(("level", "mean", "deviation"), [(0, (-1, 1), 0.2), (1, (1, 0), 0.6)])
def test_the_rows_of_a_level_lie_as_those_it_learned(network, way, level, mean, deviation):
    noise = normal_noise(np.random.default_rng(1), (2000, 2))
    with torch.no_grad():
        made = flow_draw(network, noise, torch.eye(2)[[level]].expand(2000, 2), steps=12, way=way)
    assert torch.allclose(made.mean(0), torch.tensor(mean, dtype=torch.float32), atol=0.1)
    assert torch.allclose(made.std(0), torch.full((2,), deviation), atol=0.1)


def test_rows_without_conditions_are_of_both_levels(network):
    noise = normal_noise(np.random.default_rng(1), (2000, 2))
    with torch.no_grad():
        made = flow_draw(network, noise, torch.eye(2)[[0]].expand(2000, 2), steps=12, guidance=0.0)
    assert 0.35 < float((made[:, 0] > 0).float().mean()) < 0.65


def test_guidance_leans_towards_the_conditions(network):
    noise = normal_noise(np.random.default_rng(1), (1000, 2))
    asked = torch.eye(2)[[1]].expand(1000, 2)
    with torch.no_grad():
        plain, leaning = (flow_draw(network, noise, asked, steps=12, guidance=g) for g in (1.0, 3.0))
    assert float((leaning[:, 0] < -0.5).float().mean()) <= float((plain[:, 0] < -0.5).float().mean())
    assert leaning[:, 0].mean() > plain[:, 0].mean()


def test_a_flow_that_begins_as_normal_gives_noise_back_before_it_is_trained():
    network = VectorVelocity(3, condition_width(0), width=16, depth=1, steering=16, normal=True)
    noise = normal_noise(np.random.default_rng(1), (64, 3))
    with torch.no_grad():
        made = flow_draw(network, noise, torch.zeros(64, 0), steps=16)
    assert torch.allclose(made, noise, atol=0.02)


def test_maps_are_learned_beside_those_that_are_given():
    def loss(batch, rng):
        return flow_loss(partial(network, given=batch[1]), batch[0], batch[0].new_zeros((len(batch[0]), 0)), rng)

    with one_thread():
        ramp = torch.linspace(-1.5, 1.5, 6).expand(512, 1, 4, 6)  # 4 x 6 maps: what is given, turned, and a level
        turned = ramp * (torch.arange(512) % 2 * 2 - 1)[:, None, None, None]
        level = torch.linspace(-1, 1, 512)[torch.randperm(512, generator=torch.Generator().manual_seed(0))]
        data = [0.3 * level[:, None, None, None] - turned, turned]
        network = built(lambda: MapVelocity(1, 1, condition_width(0), 16, 16, 1, steering=32), 0, "maps")
        train([Phase("flow", network, loss, rate=3e-3)], data, Plan(250, 128, PROCESSOR), seed=0)
        noise = normal_noise(np.random.default_rng(0), (256, 1, 4, 6))
        with torch.no_grad():
            made = flow_draw(partial(network, given=turned[:256]), noise, torch.zeros(256, 0))
    assert made.shape == (256, 1, 4, 6)
    assert torch.allclose((made * -turned[:256].sign()).mean(0), ramp[0].abs(), atol=0.25)


def test_the_same_generator_gives_the_same_bytes(network):
    condition = torch.zeros(16, 2)
    with one_thread(), torch.no_grad():
        first, again = (flow_draw(network, normal_noise(np.random.default_rng(3), (16, 2)), condition) for _ in "ab")
    assert torch.equal(first, again)


def test_euler_on_a_straight_flow_needs_one_step():
    def to_three(x, time, condition):
        return (3 - x) / (1 - time[:, None]).clamp(min=1e-3)

    made = flow_draw(to_three, normal_noise(np.random.default_rng(0), (8, 2)), torch.zeros(8, 0), steps=1, way="euler")
    assert torch.allclose(made, torch.full((8, 2), 3.0), atol=1e-5)
