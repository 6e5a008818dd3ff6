"""Small worlds: columns with few values, rules about them, and all rows that there are, for tests by enumeration."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from likewise.constraints.language.cells import Cells
from likewise.constraints.language.evaluating import holds
from likewise.constraints.language.reading import read_expression
from likewise.constraints.reasoning.domain import Domain
from likewise.constraints.reasoning.intervals import decimals_of_step

DOMAINS: dict[str, Domain] = {
    "a": Domain.between(-2, 3, step=1),
    "b": Domain.between(0, 4, step=1, missing="may"),
    "c": Domain.between(-1, 1, step=0.5),
    "s": Domain.among(["x", "y", "zz"], missing="may"),
    "t": Domain.among(["x", "zz"]),
    "f": Domain.between(0, 1, step=1, sort="truth", missing="may"),
}

VALUES: dict[str, list[float | str | None]] = {
    "a": [-2, -1, 0, 1, 2, 3], "b": [0, 1, 2, 3, 4, None], "c": [-1, -0.5, 0, 0.5, 1], "s": ["x", "y", "zz", None],
    "t": ["x", "zz"], "f": [0, 1, None],
}  # fmt: skip


def all_rows(names: Sequence[str] = tuple(VALUES)) -> list[dict[str, float | str | None]]:
    return [dict(zip(names, row)) for row in itertools.product(*(VALUES[name] for name in names))]


def cells_of(rows: Sequence[Mapping[str, float | str | None]], name: str, domain: Domain) -> Cells:
    values = [row[name] for row in rows]
    if domain.sort == "text":
        return Cells("text", pa.array(values, pa.string()))
    return Cells(
        domain.sort, np.array([np.nan if v is None else v for v in values], dtype=float), decimals_of_step(domain.step)
    )


ROWS = all_rows()
CELLS = {name: cells_of(ROWS, name, domain) for name, domain in DOMAINS.items()}


def solutions(rules: Sequence[str]) -> np.ndarray:
    """Return which of all rows meet all rules."""
    met = np.ones(len(ROWS), dtype=bool)
    for rule in rules:
        met &= holds(read_expression(rule), CELLS.__getitem__, len(ROWS))
    return met


NUMBERS = st.sampled_from(["a", "b", "c", "a", "b"])
CONSTANTS = st.sampled_from(["0", "1", "2", "3", "-1", "0.5", "5"])


def amounts(depth: int = 1) -> st.SearchStrategy[str]:
    simple = st.one_of(NUMBERS, CONSTANTS)
    if not depth:
        return simple
    below = amounts(depth - 1)
    reckoned = st.tuples(below, st.sampled_from(["+", "-", "*", "/", "//", "%"]), below).map(
        lambda t: f"({t[0]} {t[1]} {t[2]})"
    )
    chosen = st.tuples(truths(0), below, below).map(lambda t: f"(if {t[0]} then {t[1]} else {t[2]})")
    return st.one_of(
        simple,
        reckoned,
        below.map(lambda x: f"abs({x})"),
        below.map(lambda x: f"(-{x})"),
        chosen,
        below.map(lambda x: f"({x} ** 2)"),
    )


def truths(depth: int = 2) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["<", "<=", "==", "!=", ">", ">="])
    atoms = [
        st.tuples(amounts(min(depth, 1)), signs, amounts(min(depth, 1))).map(" ".join),
        st.tuples(st.sampled_from(["s", "t"]), signs, st.sampled_from(["'x'", "'y'", "'w'", "t", "s"])).map(" ".join),
        st.sampled_from(["s in ['x', 'zz']", "s not in ['y']", "t matches 'z+'", "b is missing", "s is not missing",
                         "f", "f == true", "b in [1, 4]", "a between b and 3", "len(s) == 2", "(a + b) is missing"]),
    ]  # fmt: skip
    if not depth:
        return st.one_of(*atoms)
    below = truths(depth - 1)
    return st.one_of(
        *atoms,
        below.map(lambda x: f"not ({x})"),
        st.tuples(below, below).map(lambda t: f"({t[0]}) and ({t[1]})"),
        st.tuples(below, below).map(lambda t: f"({t[0]}) or ({t[1]})"),
        st.tuples(below, below).map(lambda t: f"(if {t[0]} then {t[1]})"),
        st.tuples(below, below, below).map(lambda t: f"(if {t[0]} then {t[1]} else {t[2]})"),
    )


RULES = st.lists(truths(), min_size=1, max_size=4)
