"""Training by private gradients. Each test fails by chance with a probability below 1e-10."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri
from scipy.stats import beta, binom

from likewise.errors import PrivacyError
from likewise.privacy.accountant import Account, spent

torch = pytest.importorskip("torch")
pytest.importorskip("dp_accounting")

from likewise.privacy.dpsgd import GRID, PrivateGradients, grouped, on_grid, per_row, reach, taken  # noqa: E402

Loss = Callable[..., Any]


def crossed(net: Any, x: Any, y: Any) -> Any:
    return torch.nn.functional.cross_entropy(net(x), y, reduction="none")


def made(rows: int, seed: int = 0) -> tuple[Any, Any]:
    """Return rows of two classes that a line parts but for some 5 %."""
    made = torch.Generator().manual_seed(seed)
    x = torch.randn(rows, 4, generator=made)
    return x, (x @ torch.tensor([2.0, -1.0, 1.0, 0.5]) + 0.3 * torch.randn(rows, generator=made) > 0).long()


def network(seed: int = 0) -> Any:
    torch.manual_seed(seed)
    return torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 2))


def private(net: Any, loss: Loss, data: Any, account: Account | None = None, **settings: Any) -> PrivateGradients:
    fields = {"noise": 200.0, "clip": 1.0, "rate": 1.0, "steps": 5, "expected": 100.0, **settings}
    return PrivateGradients(net, loss, data, account=account or Account(1e9, 0.5), **fields)


def flat(net: Any) -> Any:
    return torch.cat([p.grad.reshape(-1) for p in net.parameters()])


def test_a_network_learns_at_epsilon_three() -> None:
    x, y = made(6000)
    net, steps, rate = network(), 60, 0.1
    account = Account(3.0, 1e-5)
    step = private(net, crossed, [x, y], account, noise=1.43, rate=rate, steps=steps,
                   expected=600.0)  # fmt: skip
    optimizer = torch.optim.Adam(net.parameters(), lr=0.05)
    for _ in range(steps):
        step.fill()
        optimizer.step()
    fresh, wanted = made(2000, seed=1)
    assert float((net(fresh).argmax(1) == wanted).double().mean()) > 0.88
    assert 2.9 < spent(account.events, 1e-5) <= 3.0
    with pytest.raises(PrivacyError, match="all steps that were paid for"):
        step.fill()


def test_gradients_are_plain_ones_where_nothing_is_clipped_and_noise_is_taken_off() -> None:
    net, (x, y) = network(), made(3000)
    step = private(net, crossed, [x, y], noise=1e-3, clip=100.0, expected=3000.0)  # below 1e-3 * 100 / 3000 each
    step.fill()
    filled = flat(net)
    net.zero_grad()
    crossed(net, x, y).mean().backward()
    assert torch.allclose(filled, flat(net), atol=1e-3)
    assert float((filled - flat(net)).std()) > 1e-6  # the noise


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32), st.integers(1, 200), st.sampled_from([1e-6, 0.5, 1.0, 3.7, 1e6]), st.floats(-20, 20))
def test_no_unit_moves_a_sum_by_more_than_the_reach(seed: int, size: int, clip: float, power: float) -> None:
    drawn = np.random.default_rng(seed).normal(size=(20, size)) * clip * 10.0**power
    gradients = torch.tensor(drawn, dtype=torch.float32)
    whole = on_grid(gradients, clip, reach(size))
    assert torch.equal(whole, whole.round())
    assert all(math.hypot(*map(int, row)) <= reach(size) for row in whole.tolist())
    short = torch.linalg.vector_norm(gradients.double(), dim=1) < clip
    expected = gradients.double() * (GRID / clip)
    assert torch.all((whole - expected).abs()[short] <= 0.5 + 0.125)  # an eighth: products in float32
    lengths = torch.linalg.vector_norm(whole, dim=1)
    assert torch.all((lengths - GRID).abs()[~short] <= math.sqrt(size) / 2 + 1)


def test_gradients_that_are_not_finite_count_nothing() -> None:
    broken = torch.tensor([[math.nan, 1.0], [math.inf, 0.0], [-math.inf, math.inf], [1e38, 1e38], [3.0, 4.0]])
    whole = on_grid(broken, 1.0, reach(2))
    assert whole[:3].abs().sum() == 0
    assert torch.allclose(whole[4], torch.tensor([0.6, 0.8]) * GRID, atol=0.7)


def test_each_row_is_clipped_by_itself_and_each_user_as_one() -> None:
    net = torch.nn.Linear(1, 1, bias=False)
    rows = torch.tensor([[100.0], [-0.25], [0.5], [0.5], [0.25]])
    loss = lambda net, x: net(x)  # noqa: E731 (the gradient is the row itself)
    for users, wanted in ((None, 1 - 0.25 + 0.5 + 0.5 + 0.25), (["a", "b", "a", "c", "c"], 1 - 0.25 + 0.75)):
        for batch in (1, 2, 3, 1024, None):  # a user's rows may lie in several batches
            step = private(net, loss, [rows], noise=1e-4, clip=1.0, expected=1.0, users=users, batch=batch)
            step.fill()
            assert math.isclose(float(net.weight.grad), wanted, abs_tol=2e-3)


def test_a_users_gradient_is_the_same_to_the_last_bit_wherever_a_batch_ends() -> None:
    """Others decide where: a user who comes first moves all that follow by a row."""
    net = torch.nn.Linear(1, 1, bias=False)
    own = torch.randn(60, 1, generator=torch.Generator().manual_seed(3)) * 1e3
    loss = lambda net, x: net(x)  # noqa: E731 (the gradient is the row itself)

    def sums(rows: Any, users: list[int]) -> Any:
        step = private(net, loss, [rows], users=users, batch=7)
        return torch.cat([*step._units(np.arange(len(set(users))))])

    users = [1 + row // 6 for row in range(60)]
    known = sums(own, users)
    for more in range(1, 7):
        assert torch.equal(sums(torch.cat([torch.ones(more, 1), own]), [0] * more + users)[1:], known)


def test_layers_that_cannot_be_differentiated_together_are_one_by_one() -> None:
    class Odd(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = torch.nn.Linear(4, 2)

        def forward(self, x: Any) -> Any:
            return self.inner(x) * (2.0 if float(x.sum()) > 0 else 1.0)  # what vmap cannot do

    torch.manual_seed(0)
    net, (x, y) = Odd(), made(10)
    gradients = per_row(net, crossed, dict(net.named_parameters()), [x, y])
    assert gradients.__name__ == "one_by_one"
    found = gradients(x, y)
    for i in range(10):
        net.zero_grad()
        crossed(net, x[i : i + 1], y[i : i + 1]).sum().backward()
        assert torch.allclose(found[i], flat(net), atol=1e-6)
    assert per_row(network(), crossed, dict(network().named_parameters()), [x, y]).__name__ == "together"


@pytest.mark.parametrize("layer", [torch.nn.LSTM(4, 3, batch_first=True), torch.nn.GRU(4, 3, batch_first=True)])
def test_recurrent_layers_train(layer: Any) -> None:
    step = private(layer, lambda net, x: net(x)[0].square().sum((1, 2)), [torch.randn(20, 5, 4)])
    step.fill()
    assert all(torch.isfinite(p.grad).all() for p in layer.parameters())


def test_numbers_that_a_loss_is_given_are_standard_normal_and_no_seed_reaches_them() -> None:
    step = private(torch.nn.Linear(2, 1), lambda net, x, drawn: net(x + drawn), [torch.zeros(4, 2)], draws=2)
    drawn = []
    for _ in range(2):
        torch.manual_seed(0)
        drawn.append(step._drawn(50_000)[0])
    assert drawn[0].shape == (50_000, 2) and not torch.equal(*drawn)
    assert abs(float(drawn[0].mean())) < 0.03 and abs(float(drawn[0].std()) - 1) < 0.03


def test_what_is_given_moves_gradients() -> None:
    net = torch.nn.Linear(1, 1, bias=False)
    step = private(net, lambda net, x, drawn: net(drawn[:, :1])[:, 0], [torch.zeros(400, 1)], draws=2, noise=1e-3,
                   clip=100.0, expected=1.0)  # fmt: skip
    sums = []
    for _ in range(2):
        step.fill()
        sums.append(float(net.weight.grad))
    assert 1e-3 < abs(sums[0] - sums[1]) < 400  # sums of 400 standard normal numbers


@pytest.mark.parametrize("layer", [torch.nn.Dropout(0.5), None], ids=["a layer", "the loss"])
def test_a_loss_that_draws_by_itself_is_refused_and_leaves_the_generator_alone(layer: Any) -> None:
    net = torch.nn.Sequential(torch.nn.Linear(4, 2), layer or torch.nn.Identity())

    def loss(net: Any, x: Any) -> Any:
        return (net(x) * (1 if layer else torch.randn(x.shape[0], 2))).square().sum(1)

    state = torch.get_rng_state()
    with pytest.raises(PrivacyError) as found:
        private(net, loss, [torch.zeros(20, 4)])
    assert found.value.code == "privacy.rows-random" and torch.equal(state, torch.get_rng_state())


def test_empty_batches_are_noise_and_frozen_parameters_are_left_alone() -> None:
    net, (x, y) = network(), made(20)
    net[0].requires_grad_(False)
    step = private(net, crossed, [x, y], rate=1e-9)
    step.fill()
    assert net[0].weight.grad is None and net[2].weight.grad.abs().sum() > 0
    private(net, crossed, [x[:0], y[:0]]).fill()


def test_noise_is_as_large_as_is_charged_and_no_seed_reaches_it() -> None:
    net = torch.nn.Linear(1000, 1, bias=False)
    step = private(net, lambda net, x: 0 * net(x), [torch.zeros(3, 1000)], noise=5.0, clip=2.0, expected=10.0)
    filled = []
    for _ in range(2):
        torch.manual_seed(0)
        np.random.seed(0)  # noqa: NPY002
        step.fill()
        filled.append(net.weight.grad.clone())
    assert not torch.equal(*filled)
    assert abs(float(filled[0].std()) - 5.0 * 2.0 / 10.0) < 0.18  # 8 standard errors


def test_units_are_taken_with_the_probability_that_is_charged() -> None:
    found = taken(100_000, 0.03)
    assert binom.ppf(1e-11, 100_000, 0.03) < found.size < binom.isf(1e-11, 100_000, 0.03)
    assert not np.array_equal(found, taken(100_000, 0.03))
    assert taken(5, 1.0).tolist() == [0, 1, 2, 3, 4]
    assert taken(5, 1 - 2.0**-53).size <= 5


@given(st.lists(st.integers(0, 5)))
def test_rows_of_a_user_stand_together(users: list[int]) -> None:
    starts, order = grouped(len(users), users)
    parts = [sorted({users[i] for i in order[a:b]}) for a, b in pairwise(starts)]
    assert parts == [[user] for user in sorted(set(users))]
    assert sorted(order) == list(range(len(users)))


class Sealed:
    """Raises when a row is looked at: only the form may be asked for."""

    def __init__(self, like: Any) -> None:
        self.shape, self.dtype, self.device = like.shape, like.dtype, like.device

    def __getitem__(self, _: Any) -> Any:
        raise AssertionError("the data was looked at")


def test_what_is_too_dear_is_refused_before_the_data_is_looked_at() -> None:
    account = Account(1.0, 1e-5)
    data = [Sealed(part) for part in made(10)]
    with pytest.raises(PrivacyError, match="more than what is left"):
        private(network(), crossed, data, account, noise=1.0)
    assert account.events == []


def test_an_error_says_nothing_of_the_row() -> None:
    net, (x, y) = network(), made(10)
    y[3] = 7
    step = private(net, crossed, [x, y])
    with pytest.raises(PrivacyError) as told:
        step.fill()
    assert "7" not in str(told.value) and told.value.__cause__ is None and told.value.__suppress_context__


@pytest.mark.parametrize("setting", ["noise", "clip", "rate", "steps", "expected", "batch"])
def test_broken_settings_are_refused(setting: str) -> None:
    for value in (0, -1, math.nan, math.inf):
        with pytest.raises(PrivacyError):
            private(network(), crossed, made(5), **{setting: value})
    with pytest.raises(PrivacyError, match="at most 1"):
        private(network(), crossed, made(5), rate=1.5)
    with pytest.raises(PrivacyError, match="mixes rows"):
        private(torch.nn.BatchNorm1d(4), lambda net, x: net(x).sum(1), [made(5)[0]])
    with pytest.raises(PrivacyError, match="no parameters"):
        private(torch.nn.Tanh(), lambda net, x: net(x).sum(1), [made(5)[0]])
    with pytest.raises(PrivacyError, match="cannot be drawn"):
        private(network(), crossed, made(5), noise=1e6)


def test_a_canary_is_found_no_better_than_is_claimed() -> None:
    net, times, mu = torch.nn.Linear(1, 1, bias=False), 1500, 2.0
    hits = []
    for rows in (0, 1):  # nobody but the canary, whose gradient is as long as may be
        step = private(
            net, lambda net, x: net(x), [torch.full((rows, 1), 50.0)], noise=1 / mu, steps=times, expected=1.0
        )
        found = 0
        for _ in range(times):
            step.fill()
            found += float(net.weight.grad) > 0.5
        hits.append(found)
    least = beta.ppf(1e-11, hits[1], times - hits[1] + 1)
    most = beta.isf(1e-11, hits[0] + 1, times - hits[0])
    assert 0.6 * mu < ndtri(least) - ndtri(most) <= mu
    assert abs(hits[1] / times - ndtr(mu / 2)) < 0.1
