"""An average over the last share of a run, short or long."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from likewise.networks.training.averaging import Average  # noqa: E402


@pytest.mark.parametrize("share", [0.02, 0.05, 0.2, 1.0])
@pytest.mark.parametrize("steps", [1, 10, 300, 4000])
def test_the_mean_age_is_half_of_the_share_in_runs_of_any_length(share: float, steps: int) -> None:
    own = torch.zeros(1, dtype=torch.float64)
    average = Average([own], share)
    for step in range(1, steps + 1):
        own.fill_(step)  # so that the average is the mean step
        average.follow(step)
    age = (steps - float(average.mean[0])) / steps
    assert age == pytest.approx(share / 2, abs=0.6 / steps)


def test_first_weights_are_forgotten() -> None:
    own = torch.full((1,), 1e6)
    average = Average([own], 0.05)
    own.zero_()
    average.follow(1)
    assert average.mean[0] == 0
