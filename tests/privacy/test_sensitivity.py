"""What a whole fit asks of the rows, answered exactly: no unit moves an answer by more than it is charged for.

Mechanisms are replaced by ones that note the exact answer and return the same whatever it was. Two runs on neighbours
must then ask the same questions, and their answers may differ by the sensitivity that was charged, and no more.
"""

from __future__ import annotations

import math
import random
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from likewise.privacy import mechanisms
from likewise.privacy.accountant import Account, Event
from likewise.techniques.marginals import Marginals

DOMAIN: dict[str, Any] = {
    "age": {"kind": "number", "integer": True, "min": 0, "max": 120, "missing": True},
    "pay": {"kind": "number", "decimals": 2, "min": 0, "max": 100_000, "missing": True},
    "sex": {"kind": "category", "levels": ["F", "M"]},
    "city": {"kind": "category", "levels": [*"abcdefgh"], "other": True},
    "seen": {"kind": "date", "min": "2020-01-01", "max": "2024-12-31"},
    "sick": {"kind": "boolean", "role": "target"},
}


@dataclass
class Asked:
    """Hold one question: its exact answer, how far one unit may move it, and what the account was charged."""

    answer: Any
    sensitivity: float
    event: Event
    scale: float
    monotone: bool = False


class Notes:
    """Answer as mechanisms do, without a look at the data, and note what was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []

    def note(self, account: Account, event: Event, *asked: Any, **more: Any) -> None:
        account.charge(event)
        self.asked.append(Asked(*asked[:2], event, *asked[2:], **more))

    def gaussian(
        self, counts: NDArray[np.int64], *, sigma: float, account: Account, sensitivity: float = 1, what: str
    ) -> Any:
        self.note(account, Event.gaussian(sigma / sensitivity, what), np.array(counts), sensitivity, sigma)
        return np.rint(np.random.default_rng(len(self.asked)).normal(300, sigma, np.shape(counts))).astype(np.int64)

    def choose(
        self, scores: NDArray[np.int64], *, epsilon: float, account: Account, sensitivity: int = 1,
        monotone: bool = False, what: str,
    ) -> int:  # fmt: skip
        event = Event.choice(epsilon, what)
        self.note(account, event, np.array(scores), sensitivity, epsilon, monotone=monotone)
        return len(self.asked) * 7919 % len(scores)

    def thresholded(
        self, counts: dict[str, int], *, sigma: float, delta: float, account: Account, most: int = 1, what: str
    ) -> dict[str, int]:
        event = Event(mechanism="threshold", mu=math.sqrt(most) / sigma, delta=delta, what=what)
        self.note(account, event, dict(counts), most, sigma)
        return {"a": 500, "b": 300}


@pytest.fixture
def notes(monkeypatch: pytest.MonkeyPatch) -> Notes:
    found = Notes()
    Marginals(epsilon=20.0, domain="discover").fit({"a": ["x"] * 9})  # which loads whatever names a mechanism
    real = {getattr(mechanisms, name): getattr(found, name) for name in ("gaussian", "choose", "thresholded")}
    for module in [module for name, module in sys.modules.items() if name.startswith("likewise.")]:
        for name, value in list(vars(module).items()):
            if callable(value) and getattr(value, "__hash__", None) and value in real:
                monkeypatch.setattr(module, name, real[value])
    return found


def row(who: int, rng: random.Random) -> dict[str, Any]:
    return {
        "who": who, "age": rng.choice([None, rng.randrange(121), "x"]), "pay": rng.choice([None, rng.random() * 1e5]),
        "sex": rng.choice("FM"), "city": rng.choice("abcdefghz"), "sick": rng.random() < 0.5,
        "seen": f"202{rng.randrange(5)}-01-1{rng.randrange(10)}",
    }  # fmt: skip


def asked(notes: Notes, rows: list[dict[str, Any]], contract: dict[str, Any], **settings: Any) -> list[Asked]:
    notes.asked.clear()
    technique = Marginals(domain=contract, **{"epsilon": 3.0, **settings})
    technique.fit({name: [own[name] for own in rows] for name in rows[0]})
    return [*notes.asked]


def holds(with_unit: list[Asked], without: list[Asked]) -> float:
    """Check all questions of two runs; return the largest part of its sensitivity that an answer moved by."""
    assert [(one.event, one.scale, one.sensitivity) for one in with_unit] == [
        (one.event, one.scale, one.sensitivity) for one in without
    ]
    largest = 0.0
    for one, other in zip(with_unit, without, strict=True):
        if one.event.mechanism == "threshold":
            moved = [abs(one.answer.get(key, 0) - other.answer.get(key, 0)) for key in {*one.answer, *other.answer}]
            assert max(moved, default=0) <= 1 and sum(moved) <= one.sensitivity
            continue
        change = (one.answer - other.answer).astype(float)
        if one.event.mechanism == "choice":
            assert not one.monotone or not change.min() < 0 < change.max()
            assert one.event.mu == pytest.approx(Event.choice(one.scale).mu)
            far = np.abs(change).max()
        else:
            assert one.event.mu * one.scale == pytest.approx(one.sensitivity)
            far = np.linalg.norm(change)
        assert far <= one.sensitivity * (1 + 1e-12), one.event.what
        largest = max(largest, float(far) / one.sensitivity)
    return largest


@pytest.mark.parametrize("mode", ["fast", "standard"])
@pytest.mark.parametrize("most", [None, 1, 3])
def test_no_unit_moves_an_answer_by_more_than_is_charged(notes: Notes, mode: str, most: int | None) -> None:
    rng = random.Random(4)
    base = [row(place // 5, rng) for place in range(200)]
    contract: dict[str, Any] = {"columns": {"who": "id", **DOMAIN}}
    if most is None:
        more = [[*base, row(999, rng)], [row(999, rng), *base]]
    else:
        contract |= {"unit": "who", "most": most}
        more = [[*base, *[row(999, rng)] * 1000], [*[row(999, rng) for _ in range(20)], *base]]
    known = asked(notes, base, contract, mode=mode)
    found = [holds(asked(notes, rows, contract, mode=mode), known) for rows in more]
    assert max(found) == pytest.approx(1.0)  # some answer does move by all that it is charged for


@pytest.mark.parametrize("unit", [None, "who"])
def test_nor_does_it_in_a_discovery(notes: Notes, unit: str | None) -> None:
    rng = random.Random(5)
    base = [row(place // 5, rng) for place in range(200)]
    contract: dict[str, Any] = {"columns": {"who": "id", **dict.fromkeys(DOMAIN, "discover")}, "unit": unit}
    more = [row(999, rng) for _ in range(20 if unit else 1)]
    known = asked(notes, base, contract, epsilon=20.0)
    for rows in ([*base, *more], [*more, *base]):
        holds(asked(notes, rows, contract, epsilon=20.0), known)
