"""Laws of generalising: every class meets what is asked, counted by brute force, and every cell holds its value."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from likewise.core.table import Table
from likewise.errors import PrivacyError
from likewise.privacy.anonymity.anonymise import anonymised
from likewise.privacy.anonymity.coding import coded
from likewise.privacy.anonymity.criteria import Criteria, Secret, Tally, meets
from likewise.privacy.anonymity.document import Anonymizing
from likewise.privacy.anonymity.lattice import Lattice
from likewise.privacy.anonymity.measures import entropy_diversity, is_recursive_diverse, l_diversity, t_closeness
from likewise.privacy.anonymity.ways import Quasi

GROUPS = {"North": ["Oslo", "Bergen"], "South": {"Italy": ["Rome", "Bari"], "Spain": ["Vigo"]}}
METHODS = ("mondrian", "relaxed", "lattice")

people = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(0, 99)),
        st.sampled_from([None, "F", "M", "X"]),
        st.sampled_from(["Oslo", "Bergen", "Rome", "Bari", "Vigo"]),
        st.one_of(st.none(), st.floats(-5, 5).map(lambda v: round(v, 1))),
        st.sampled_from(["flu", "flu", "none", "gout"]),
    ),
    min_size=6,
    max_size=60,
)


def never(*_: object) -> Any:
    raise AssertionError("nothing is invented here")


def table_of(rows: list[tuple[Any, ...]]) -> pa.Table:
    kinds = (pa.int64(), pa.string(), pa.string(), pa.float64(), pa.string())
    arrays = [pa.array(values, kind) for values, kind in zip(zip(*rows, strict=True), kinds, strict=True)]
    return pa.table(arrays, names=["age", "sex", "city", "score", "ill"]).append_column(
        "row", pa.array(range(len(rows)))
    )


def plan_of(**asked: Any) -> Anonymizing:
    ways = {"age": "quasi", "sex": "quasi", "city": {"quasi": {"groups": GROUPS}}, "score": "quasi",
            "ill": "sensitive", "row": "keep"}  # fmt: skip
    return Anonymizing.of({"columns": ways, **asked})


def classes_of(rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    found = defaultdict(list)
    for row in rows:
        found[tuple(row[name] for name in ("age", "sex", "city", "score"))].append(row)
    return found


def holds(cell: str | None, value: Any, name: str) -> bool:
    """Say whether a written cell can stand for a value."""
    if cell == "*":
        return True
    if value is None or cell is None:
        return value is None and cell is None
    if name == "city":
        below = {"North": "Oslo Bergen", "South": "Rome Bari Vigo", "Italy": "Rome Bari", "Spain": "Vigo"}
        return value in below.get(cell, cell).split()
    if name == "sex":
        return value in cell.split(" | ")
    low, dots, high = cell.partition("..")
    return float(low) <= value <= float(high if dots else low)


@settings(max_examples=60)
@given(rows=people, k=st.integers(2, 5), l=st.integers(1, 3), t=st.sampled_from([None, 0.1, 0.4]),
       method=st.sampled_from(METHODS))  # fmt: skip
def test_every_class_meets_what_is_asked_and_every_cell_holds_its_value(rows, k, l, t, method) -> None:  # noqa: E741
    ill = Counter(row[4] for row in rows)
    assume(len(ill) >= l)
    raw = table_of(rows)
    made = anonymised(raw, None, plan_of(k=k, l=l, t=t, method=method, suppress=0.2), None, never)
    out = made.rows.to_pylist()
    kept = Counter(row["ill"] for row in out)
    assert made.summary.left_out == len(rows) - len(out) <= (0.2 * len(rows) if method == "lattice" else 0)
    found = classes_of(out)
    for members in found.values():
        own = Counter(row["ill"] for row in members)
        assert len(members) >= k and len(own) >= l
        if t is not None:
            away = sum(abs(own[v] / len(members) - kept[v] / len(out)) for v in kept) / 2
            assert away <= t + 1e-9
    assert made.summary.reached is not None
    assert made.summary.reached.k == min(map(len, found.values()))
    for row in out:
        before = raw.slice(row["row"], 1).to_pylist()[0]
        assert row["ill"] == before["ill"]
        for name in ("age", "sex", "city", "score"):
            assert holds(row[name], before[name], name), (name, row[name], before[name])


@settings(max_examples=40)
@given(rows=people, method=st.sampled_from(METHODS), kind=st.sampled_from(["entropy", "recursive"]))
def test_diversity_by_entropy_and_recursion_hold(rows, method, kind) -> None:
    asked = {"entropy": 1.4} if kind == "entropy" else {"recursive": 2, "c": 3.0}
    try:
        made = anonymised(table_of(rows), None, plan_of(k=2, l=asked, method=method, suppress=0.1), None, never)
    except PrivacyError as fault:  # even all rows together may not be diverse
        assert fault.code in ("privacy.l", "privacy.unreachable")
        return
    for members in classes_of(made.rows.to_pylist()).values():
        counts = sorted(Counter(row["ill"] for row in members).values(), reverse=True)
        share = np.array(counts) / sum(counts)
        if kind == "entropy":
            assert np.exp(-(share * np.log(share)).sum()) >= 1.4 - 1e-6
        else:
            assert counts[0] < 3 * sum(counts[1:])


histograms = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=40)


@given(rows=histograms, ordered=st.booleans(), t=st.floats(0.01, 1), c=st.floats(0.5, 4), at=st.integers(2, 3))
def test_the_search_and_the_count_afterwards_agree(rows, ordered, t, c, at) -> None:
    """Both are decided by code of their own: along cumulated shares, and along quantiles."""
    of = np.unique([q for q, _ in rows], return_inverse=True)[1]
    codes = np.unique([s for _, s in rows], return_inverse=True)[1]
    secret = Secret("ill", codes, int(codes.max()) + 1, ordered)
    tally, whole = Tally.of_rows(of, int(of.max()) + 1, secret), np.bincount(codes) / len(codes)
    away = t_closeness(of, codes, ordered=ordered)
    assume(abs(away - t) > 1e-6)
    assert meets(tally, secret, whole, Criteria(t=t)).all() == (away <= t)
    assert meets(tally, secret, whole, Criteria(l=2)).all() == (l_diversity(of, codes) >= 2)
    recursive = Criteria(l={"recursive": at, "c": c})  # type: ignore[arg-type]
    assert meets(tally, secret, whole, recursive).all() == is_recursive_diverse(of, codes, c=c, at=at)
    worth = entropy_diversity(of, codes)
    assume(abs(worth - 1.5) > 1e-6)
    assert meets(tally, secret, whole, Criteria(l={"entropy": 1.5})).all() == (worth >= 1.5)  # type: ignore[arg-type]


def lattice_of(raw: pa.Table, hows: dict[str, Quasi], k: int, suppress: float) -> Lattice:
    table = Table.from_arrow(raw)
    own = [coded(table, raw, name, how) for name, how in hows.items()]
    return Lattice(np.column_stack([codes for codes, _ in own]), [h.laddered() for _, h in own], [],
                   Criteria(k=k), suppress)  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_the_lattice_finds_the_least_lossy_of_all_combinations(seed: int) -> None:
    chance = np.random.default_rng(seed)
    n = int(chance.integers(30, 300))
    raw = pa.table({
        "age": chance.integers(0, 90, n), "paid": np.floor(chance.lognormal(3, 1, n)),
        "kids": pa.array(chance.poisson(2, n), mask=chance.random(n) < 0.2),
        "city": chance.choice(["Oslo", "Bergen", "Rome", "Bari", "Vigo"], n, p=[0.5, 0.2, 0.2, 0.05, 0.05]),
    })  # fmt: skip
    hows = {"age": Quasi(), "paid": Quasi(), "kids": Quasi(), "city": Quasi(groups=GROUPS)}
    lattice = lattice_of(raw, hows, int(chance.integers(2, 9)), float(chance.choice([0.0, 0.05, 0.2])))
    levels = list(itertools.product(*(range(h.top + 1) for h in lattice.hierarchies)))
    every = [node.loss for own in levels if (node := lattice.node(np.array(own))) is not None]
    found = lattice.search()
    assert found.is_best and found.tried < len(levels) / 2
    assert found.node.loss == pytest.approx(min(every))


def test_a_cell_that_may_be_anything_has_lost_all() -> None:
    raw = pa.table({"age": [None, 10, 20, 40], "city": ["Oslo", "Rome", "Bari", "Vigo"]})
    table = Table.from_arrow(raw)
    age, city = (coded(table, raw, name, how)[1] for name, how in (("age", Quasi()), ("city", Quasi(groups=GROUPS))))
    low, high = np.array([0, 1, 0, 1]), np.array([3, 2, 0, 3])
    first, last = age.extent(low, high)
    assert (first.tolist(), last.tolist()) == ([0, 1, 0, 1], [3, 2, 0, 3])
    assert age.loss(first, last).round(3).tolist() == [1, 0.333, 0, 1]
    assert age.written(low, high).to_pylist() == ["*", "10..20", None, "*"]
    assert city.labels.to_pylist() == [None, "Oslo", "Bari", "Rome", "Vigo"]
    pairs = np.array([1, 2, 2, 1]), np.array([1, 3, 4, 3])
    assert city.written(*pairs).to_pylist() == ["Oslo", "Italy", "South", "*"]
    assert city.loss(*city.extent(*pairs)).round(3).tolist() == [0, 0.333, 0.667, 1]


def test_rows_cut_level_by_level_are_cut_as_one_class_after_another_is() -> None:
    """Strict Mondrian of one number: cut at the value next to the median, again and again, in plain recursion."""
    values = np.random.default_rng(3).integers(0, 300, 500)

    def cut(own: list[int]) -> list[list[int]]:
        places = [i for i in range(5, len(own) - 4) if own[i] != own[i - 1]]
        if not places:
            return [own]
        best = min(places, key=lambda i: (abs(2 * i - len(own)), i))
        return cut(own[:best]) + cut(own[best:])

    classes = cut(sorted(values.tolist()))
    classes = cut(sorted(values.tolist()))
    wanted: Counter[str] = Counter()
    for own in classes:
        wanted[f"{own[0]}..{own[-1]}" if own[0] != own[-1] else str(own[0])] += len(own)
    plan = Anonymizing.of({"k": 5, "columns": {"x": "quasi"}})
    assert Counter(anonymised(pa.table({"x": values}), None, plan, None, never).rows["x"].to_pylist()) == wanted


@pytest.mark.parametrize("method", METHODS)
def test_skew_ties_gaps_and_high_cardinality_are_cut(method: str) -> None:
    chance = np.random.default_rng(0)
    n = 3000
    raw = pa.table({
        "skewed": np.floor(chance.lognormal(3, 2, n)),
        "tied": np.where(chance.random(n) < 0.9, 7, chance.integers(0, 9, n)),
        "gaps": pa.array([None if c < 0.5 else int(c * 100) for c in chance.random(n)]),
        "many": [f"c{i}" for i in chance.integers(0, 900, n)], "none": pa.nulls(n, pa.string()), "one": ["a"] * n,
    })  # fmt: skip
    plan = Anonymizing.of({"k": 10, "method": method, "others": "keep",
                           "columns": dict.fromkeys(("skewed", "tied", "gaps", "many", "one"), "quasi")})  # fmt: skip
    made = anonymised(raw, None, plan, None, never)
    assert made.summary.reached is not None and made.summary.reached.k >= 10
    assert made.summary.reached.classes > 5
    assert all(0 <= loss.span <= 1 and 0 <= loss.entropy <= 1 for loss in made.summary.loss.values())
