"""Private phases: paid for before any row is looked at, and nothing else looks at rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.networks.training.conftest import CPU

torch = pytest.importorskip("torch")
pytest.importorskip("dp_accounting")

from likewise.errors import FitError, PrivacyError  # noqa: E402
from likewise.networks.building import built  # noqa: E402
from likewise.networks.training import Budget, Phase, Plan, PrivateSettings, Run, recording, train  # noqa: E402
from likewise.privacy.accountant import Account, noise_for, spent  # noqa: E402


class Small(torch.nn.Module):
    """A variational autoencoder of four numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.decoder = torch.nn.Linear(4, 4), torch.nn.Linear(2, 4)

    def forward(self, rows: Any, noise: Any) -> Any:
        mean, spread = self.encoder(rows).chunk(2, dim=1)
        latent = mean + (0.5 * spread).exp() * noise
        loss = ((self.decoder(latent) - rows) ** 2).sum(1)
        return loss - 0.05 * (1 + spread - mean**2 - spread.exp()).sum(1)


def rows_of(n: int) -> Any:
    hidden = torch.randn(n, 1, generator=torch.Generator().manual_seed(0))
    return hidden * torch.tensor([[1.0, -1.0, 2.0, 0.5]])


def private(account: Account, noise: float, rate: float = 0.2, expected: float = 20.0) -> Phase:
    settings = PrivateSettings(lambda net, *rows: net(*rows), noise, account, rate, expected, draws=2)
    return Phase("vae", built(Small, 0, "vae"), None, rate=0.02, private=settings)


def test_a_small_autoencoder_learns_privately_and_the_account_is_charged() -> None:
    rows, account = rows_of(2000), Account(4.0, 1e-5)
    plan, still = Plan(150, 200, CPU), torch.zeros(2000, 2)
    phase = private(account, noise_for(4.0, 1e-5, 0.1, 150), 0.1, 200.0)
    with torch.no_grad():
        before = phase.part(rows, still).mean().item()
    state = torch.get_rng_state()
    outcome = train([phase], [rows], plan, seed=0)
    assert torch.equal(torch.get_rng_state(), state)
    with torch.no_grad():
        assert phase.part(rows, still).mean().item() < before / 2
    assert outcome.steps == 150 and outcome.losses == {}
    assert [event.steps for event in account.events] == [150] and account.events[0].what == "vae"
    assert 3.99 < spent(account.events, 1e-5) <= 4.0


def test_a_table_without_rows_is_trained_on_like_any_other() -> None:
    account = Account(1.0, 1e-5)
    outcome = train([private(account, 300)], [rows_of(0)], Plan(5, 20, CPU), seed=0)
    assert outcome.steps == 5 and [event.steps for event in account.events] == [5]


def test_a_budget_that_is_spent_refuses_before_anything_is_trained() -> None:
    account, phase = Account(1.0, 1e-5), None
    phase = private(account, 0.5)
    before = phase.part.decoder.weight.clone()
    with pytest.raises(PrivacyError) as caught:
        train([phase], [rows_of(100)], Plan(50, 20, CPU), seed=0)
    assert caught.value.code == "privacy.overspent" and torch.equal(phase.part.decoder.weight, before)


@pytest.mark.parametrize("asked", ["time", "passes", "held back"])
def test_what_would_look_at_rows_beside_is_refused(asked: str) -> None:
    budget = {"time": Budget(seconds=5), "passes": Budget(epochs=2)}.get(asked, Budget())
    held_back: Callable[[], float] | None = (lambda: 1.0) if asked == "held back" else None
    with pytest.raises(PrivacyError) as caught:
        train([private(Account(1, 1e-5), 300)], [rows_of(100)], Plan(5, 20, CPU, budget), seed=0, held_back=held_back)
    assert caught.value.code == "privacy.training"


def test_other_phases_are_given_no_rows() -> None:
    other, seen = built(lambda: torch.nn.Linear(1, 1), 0, "other"), []

    def loss(batch: Any, rng: Any) -> Any:
        seen.append(batch)
        return other(torch.randn(8, 1, generator=rng)).square().mean()

    outcome = train([private(Account(1, 1e-5), 300), Phase("other", other, loss)], [rows_of(100)], Plan(20, 20, CPU),
                    seed=0)  # fmt: skip
    assert seen and not any(map(len, seen)) and set(outcome.losses) == {"other"}


def test_the_loss_of_a_private_phase_is_given_no_rows_and_moves_it() -> None:
    seen: list[int] = []

    def loss(batch: Any, rng: Any) -> Any:
        seen.append(len(batch))
        return 1e6 * phase.part.decoder.bias.sum()

    phase = replace(private(Account(1, 1e-5), 300), loss=loss)
    train([phase], [rows_of(100)], Plan(20, 20, CPU), seed=0)
    assert seen == [0] * 20 and bool((phase.part.decoder.bias < built(Small, 0, "vae").decoder.bias).all())


def test_a_training_that_is_done_is_charged_when_it_is_read_again(tmp_path: Any) -> None:
    for _ in range(2):
        account = Account(1, 1e-5)
        with recording(Run(tmp_path)):
            train([private(account, 300)], [rows_of(100)], Plan(5, 20, CPU), seed=0)
        assert len(account.events) == 1


def test_weights_that_are_no_numbers_end_it_for_steps_are_paid_for_once() -> None:
    phase = replace(private(Account(1, 1e-5), 300), rate=1e38)
    with pytest.raises(FitError) as caught:
        train([phase], [rows_of(100)], Plan(40, 20, CPU), seed=0)
    assert caught.value.code == "fit.diverged"
