"""Sums that others add up: what they tell of columns, and which pairs are chosen by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest

from likewise.privacy.accountant import Account
from likewise.privacy.answers import Answered, Axis, Clique, Codes, counted, seen
from likewise.privacy.mechanisms import gaussian
from likewise.privacy.pieces import Pieces
from likewise.techniques.marginals.select.bins import Bins
from likewise.techniques.marginals.select.summed import GLANCE, Summed, groups_of


@dataclass
class Held:
    """Answer from rows that are here."""

    codes: Codes
    sizes: tuple[int, ...]
    account: Account

    def measure(
        self, cliques: Sequence[Clique], *, mu: float, axes: Sequence[Axis] | None = None, what: str
    ) -> Answered:
        codes, sizes = seen(self.codes, self.sizes, axes)
        norm = len(cliques) ** 0.5
        exact = [counted(codes, sizes, clique) for clique in cliques]
        noisy = gaussian(np.concatenate([counts.ravel() for counts in exact]), sigma=norm / mu, account=self.account,
                         sensitivity=norm, what=what)  # fmt: skip
        parts = np.split(noisy, np.cumsum([counts.size for counts in exact])[:-1])
        return Answered([part.reshape(counts.shape) for part, counts in zip(parts, exact, strict=True)], norm / mu)


def teller(codes: Codes, sizes: tuple[int, ...], epsilon: float = 5.0) -> Summed:
    return Summed(Held(codes, sizes, Account(epsilon, 1e-6)), [f"c{i}" for i in range(len(sizes))], 1.0)


def alone(size: int, masses: npt.NDArray[np.int64]) -> Bins:
    """Return bins of a cell each."""
    places = np.arange(size)
    return Bins(Pieces(places, places + 1, masses.astype(np.float64)), places)


def rows(n: int = 20_000) -> Codes:
    """Return four columns, of which the last two agree and the others know nothing of each other."""
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 6, (n, 4), dtype=np.int32)
    codes[:, 3] = np.where(rng.random(n) < 0.5, codes[:, 2], codes[:, 3])
    return codes


def test_the_number_of_rows_is_asked_for() -> None:
    total, sigma = teller(rows(), (6,) * 4).total(0.2)
    assert sigma == 5.0
    assert abs(total - 20_000) < 50  # ten sigmas


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize(("size", "ordered"), [(6, False), (40, True), (3000, True)])
def test_the_counts_of_a_column_are_told_at_all_levels(size: int, ordered: bool, missing: bool) -> None:
    codes = np.random.default_rng(1).integers(0, size + missing, (30_000, 1), dtype=np.int32)
    pieces = teller(codes, (size + missing,)).column(0, ordered=ordered, missing=missing, mu=0.5)
    assert abs(pieces.total - 30_000) < 1500
    assert pieces.stops[-1] == size + missing
    if missing:
        assert pieces.starts[-1] == size
        assert abs(pieces.masses[-1] - (codes == size).sum()) < 60


def test_the_pair_that_depends_is_chosen_and_paid_for_once() -> None:
    codes = rows()
    asked = teller(codes, (6,) * 4)
    asked.part([alone(6, np.bincount(column, minlength=6)) for column in codes.T])
    cliques = [(a, b) for a in range(4) for b in range(a + 1, 4)]
    flat = [np.full((6, 6), len(codes) / 36) for _ in cliques]
    asked.compare(cliques, flat, [0.0] * len(cliques))
    spent = [event.mu for event in asked.account.events]
    assert cliques[asked.pick(np.arange(len(cliques)), 0.1)] == (2, 3)
    asked.compare(cliques, flat, [0.0] * len(cliques))
    assert [event.mu for event in asked.account.events] == spent
    assert spent == [pytest.approx(asked.account.share(GLANCE))]


def test_pairs_within_triples_are_summed_out_of_them() -> None:
    codes = rows()
    asked = teller(codes, (6,) * 4)
    asked.part([alone(6, np.bincount(column, minlength=6)) for column in codes.T])
    cliques = [(2, 3), (0, 2, 3), (0, 1), (0, 1, 3)]
    expected = [np.full((6,) * len(q), len(codes) / 6 ** len(q)) for q in cliques]
    asked.compare(cliques, expected, [0.0] * 4)
    assert asked.pick(np.array([0, 2]), 0.1) == 0
    assert asked.pick(np.array([1, 3]), 0.1) == 1


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("masses", [[1.0] * 20, [0.0] * 9, [100.0, *[0.0] * 8], [1.0, 2.0], [3.0]])
def test_coarse_bins_are_few_and_none_is_empty(masses: list[float], ordered: bool) -> None:
    groups = groups_of(np.array(masses), ordered=ordered)
    assert np.array_equal(groups.sum(axis=1), np.ones(len(masses)))
    assert 1 <= groups.shape[1] <= 4
    assert (groups.sum(axis=0) > 0).all()
    of = groups.argmax(axis=1)
    assert not ordered or np.array_equal(of, np.sort(of))
