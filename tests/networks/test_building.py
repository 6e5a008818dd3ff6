"""Building networks from a seed."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from likewise.networks.building import built  # noqa: E402


def layer() -> torch.nn.Linear:
    return torch.nn.Linear(3, 2)


def test_same_seed_and_path_give_the_same_weights_whatever_was_drawn_before() -> None:
    first = built(layer, 1, "part").weight
    torch.rand(7)
    assert torch.equal(first, built(layer, 1, "part").weight)


def test_another_seed_or_path_gives_other_weights() -> None:
    first = built(layer, 1, "part").weight
    assert not torch.equal(first, built(layer, 2, "part").weight)
    assert not torch.equal(first, built(layer, 1, "other").weight)


def test_torchs_own_generator_is_left_as_it_was() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    built(layer, 1, "part")
    assert torch.equal(torch.rand(3), expected)
