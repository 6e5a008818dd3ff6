"""How fast rules are reasoned about: bounds beside known cells, contradictions, and open cells filled in."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from likewise.constraints.language.cells import Cells
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
    (["a < b"], "a"),
    (["a < b", "b < a + 5", "b % 3 == 0"], "a"),
    (["if s == 'x' then c in ['u', 'v'] else m is missing", "a + m <= 1000"], "as"),
    (["t == q * p"], ""),
    (["a + b + q + m == 1000", "a % 7 == 3", "(b + a) % 11 == 5", "q * 3 == m"], ""),
    (["x == y * 1.5", "y > 2"], ""),
]


def timed(call: Callable[[], object]) -> tuple[object, float]:
    start = time.process_time()
    found = call()
    return found, time.process_time() - start


def main() -> None:
    numbers = np.random.default_rng(0)
    for rules, known_ones in RULES:
        names = {
            name for name in COLUMNS if any(name in rule.replace("if", "").replace("missing", "") for rule in rules)
        }
        domains = {name: COLUMNS[name] for name in names}
        examine(["a < b"], COLUMNS)
        _, seconds = timed(lambda: examine(rules, domains))
        print(f"{'; '.join(rules)}\n  examined in {1000 * seconds:.0f} ms")
        for dives, rows in ((4, 20_000 if "%" not in rules[-1] or len(rules) == 3 else 200), (0, 100)):
            known = {
                name: Cells("text", pa.array(numbers.choice(list("xyz"), rows)))
                if name == "s"
                else Cells("number", np.floor(numbers.random(rows) * 900), 0)
                for name in known_ones
            }
            solving.DIVES = dives
            found, seconds = timed(lambda: solve(rules, domains, known, Counted(1), np.arange(rows)))
            how = "filled in" if dives else "searched one by one"
            print(f"  {rows:,} rows {how}: {rows / seconds:,.0f} a CPU second, {100 * found.met.mean():.1f} % met")
    start = Cells("number", np.floor(numbers.random(1_000_000) * 900), 0)
    _, seconds = timed(lambda: bounds_given(["a < b", "b <= a + 100"], "b", {"a": start}, {"a": WHOLE, "b": WHOLE}))
    print(f"bounds of 1,000,000 rows, two rules: {seconds:.2f} CPU s")


if __name__ == "__main__":
    main()
