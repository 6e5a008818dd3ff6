"""Settling most payments at once comes to what settling one after another does."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from likewise.industries.finance.books.payments import FROM_HELD, HOLDS, LAST, payments
from likewise.industries.finance.books.settling import converted, settled

ACCOUNTS, CARDS = 6, 4

PAYMENT = st.tuples(
    st.integers(0, 3 * 86_400 - 1), st.integers(0, ACCOUNTS - 1), st.integers(1, ACCOUNTS - 1), st.integers(1, 60),
    st.integers(-1, CARDS - 1), st.sampled_from([0, 0, 0, HOLDS, FROM_HELD, FROM_HELD + LAST, FROM_HELD + HOLDS]),
    st.sampled_from([0, 0, 0, 0, 3]),
)  # fmt: skip


def a_bank(opening: list[int], floor: list[int]) -> tuple[Any, Any]:
    accounts = SimpleNamespace(floor=np.array(floor), currency=np.zeros(ACCOUNTS, np.int64))
    world = SimpleNamespace(accounts=accounts, cards=SimpleNamespace(most=np.array([50, 80, 200, 1000])))
    state = SimpleNamespace(balance=np.maximum(opening, floor).astype(np.int64), held=np.zeros(ACCOUNTS, np.int64))
    return cast(Any, world), cast(Any, state)


def one_by_one(world: Any, state: Any, rows: Any) -> tuple[list[int], list[int], list[int]]:
    """Return answers and balances as a teller would find them."""
    balance, held, spent = state.balance.tolist(), state.held.tolist(), dict[tuple[int, int], int]()
    answers, after, on = [], [], []
    for k in range(len(rows["time"])):
        a, b, cost, card = (int(rows[name][k]) for name in ("payer", "payee", "billed", "card"))
        money, answer, day = int(rows["money"][k]), int(rows["refused"][k]), int(rows["time"][k]) // 86_400
        if not answer:
            own = balance[a] - int(world.accounts.floor[a]) - (0 if money & FROM_HELD else held[a])
            total = spent.get((card, day), 0) + cost
            answer = 1 if cost > own else 2 if card >= 0 and total > world.cards.most[card] else 0
        if not answer:
            spent[card, day] = spent.get((card, day), 0) + cost
            balance[a], balance[b] = balance[a] - cost, balance[b] + int(rows["amount"][k])
            held[a] = max(held[a] - cost, 0) if money & FROM_HELD else held[a]
            held[a] = 0 if money & LAST else held[a]
            held[b] += int(rows["amount"][k]) if money & HOLDS else 0
        answers.append(answer)
        after.append(balance[a])
        on.append(balance[b])
    return answers, after, on


@given(st.lists(PAYMENT, max_size=60), st.lists(st.integers(0, 150), min_size=ACCOUNTS, max_size=ACCOUNTS),
       st.lists(st.sampled_from([0, -50, -(2**62)]), min_size=ACCOUNTS, max_size=ACCOUNTS))  # fmt: skip
def test_settling_at_once_is_settling_one_by_one(asked: list[Any], opening: list[int], floor: list[int]) -> None:
    asked = sorted(asked, key=lambda row: row[0])
    time, payer, ahead, cost, card, money, refused = (np.array([row[k] for row in asked], np.int64) for k in range(7))
    rows = payments(len(asked), time=time, payer=payer, payee=(payer + ahead) % ACCOUNTS, billed=cost, amount=cost,
                    card=card, money=money, refused=refused)  # fmt: skip
    world, state = a_bank(opening, floor)
    answers, after, on = one_by_one(world, state, rows)
    found = settled(world, state, rows)
    assert [part.tolist() for part in found] == [answers, after, on]
    assert (state.balance >= world.accounts.floor).all()


def test_money_is_changed_by_the_rate_of_the_day_and_a_little_dearer() -> None:
    accounts = SimpleNamespace(currency=np.array([0, 1]))
    world = cast(Any, SimpleNamespace(accounts=accounts, rates=np.array([[1.0, 2.0], [1.0, 4.0]])))
    rows = payments(4, time=[0, 90_000, 0, 0], payer=[0, 0, 1, 0], payee=[1, 1, 0, 0], amount=[1000, 1000, 0, 70],
                    billed=[0, 0, 500, 0])  # fmt: skip
    changed = converted(world, rows)
    assert changed.tolist() == [True, True, True, False]
    assert rows["billed"].tolist() == [2030, 4060, 500, 70]
    assert rows["amount"].tolist() == [1000, 1000, 985, 70]
