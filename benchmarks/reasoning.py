"""How fast rules are reasoned about: bounds beside known cells, contradictions, and open cells filled in."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from likewise.constraints.language.cells import Cells
from likewise.constraints.language.reading import read_expression
from likewise.constraints.reasoning import solving
from likewise.constraints.reasoning.bounding import bounds_given
from likewise.constraints.reasoning.contradictions import examine
from likewise.constraints.reasoning.domain import Domain
from likewise.constraints.reasoning.solving import solve
from likewise.core.counted import Counted

WHOLE = Domain.between(0, 1000, step=1)
COLUMNS = {
    "a": WHOLE, "b": WHOLE, "c": Domain.among("uvwxyz"), "s": Domain.among("xyz"), "q": Domain.between(1, 20, step=1),
    "m": Domain.between(0, 100, step=1, missing="may"), "t": Domain.between(0, 1e6, step=0.01),
    "p": Domain.between(0.5, 99, step=0.01), "x": Domain.between(-10, 10), "y": Domain.between(),
}  # fmt: skip
RULES = [
    (["a < b"], "a", 100_000),
    (["a < b", "b < a + 5", "b % 3 == 0"], "a", 20_000),
    (["if s == 'x' then c in ['u', 'v'] else m is missing", "a + m <= 1000"], "as", 20_000),
    (["t == q * p"], "", 20_000),
    (["a + b + q + m == 1000", "a % 7 == 3", "(b + a) % 11 == 5", "q * 3 == m"], "", 200),
    (["x == y * 1.5", "y > 2"], "", 20_000),
]


def cells(name: str, rows: int) -> Cells:
    numbers = np.random.default_rng(0)
    if name == "s":
        return Cells("text", pa.array(numbers.choice(list("xyz"), rows)))
    return Cells("number", np.floor(numbers.random(rows) * 900), 0)


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    start = time.process_time()
    found = call()
    return found, time.process_time() - start


def main() -> None:
    examine(["a < b"], COLUMNS)  # so that no import is timed
    for rules, known_ones, rows in RULES:
        names = {name for rule in rules for name in read_expression(rule).names()}
        domains = {name: COLUMNS[name] for name in names}
        _, seconds = timed(partial(examine, rules, domains))
        print(f"{'; '.join(rules)}\n  examined in {1000 * seconds:.0f} ms")
        for dives, count in ((4, rows), (0, 100)):
            known = {name: cells(name, count) for name in known_ones}
            solving.DIVES = dives
            found, seconds = timed(partial(solve, rules, domains, known, Counted(1), np.arange(count)))
            how = "filled in" if dives else "searched one by one"
            print(f"  {count:,} rows {how}: {count / seconds:,.0f} a CPU second, {100 * found.met.mean():.1f} % met")
    start = {"a": cells("a", 1_000_000)}
    _, seconds = timed(partial(bounds_given, ["a < b", "b <= a + 100"], "b", start, {"a": WHOLE, "b": WHOLE}))
    print(f"bounds of 1,000,000 rows, two rules: {seconds:.2f} CPU s")


if __name__ == "__main__":
    main()
