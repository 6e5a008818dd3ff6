"""Draw rows that meet all rules: what follows is built in, the rest is drawn until it holds, then repaired."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from likewise.constraints.holding.repairing import repaired
from likewise.core.conditions import Given
from likewise.core.draw import BLOCK, POOL
from likewise.core.table import Table, concat
from likewise.errors import ConditionError, SettingsError

if TYPE_CHECKING:
    from likewise.constraints.holding.model import ConstrainedModel

Mask = npt.NDArray[np.bool_]

PACE = 50
"""Rows drawn for each row wanted, before what is lacking is repaired instead."""

LEAST_TRIED = 20 * POOL
"""Rows drawn at least before rules are called rare."""

HOPELESS = 1e-3
"""Acceptance at the fit below which few rows are drawn before they are repaired."""

DONORS = 4096
"""Rows kept at most to repair others from."""


@dataclass(eq=False)
class Drawing:
    """Draw rows of one request for one block, from one generator."""

    model: ConstrainedModel
    rng: np.random.Generator
    given: Given | None
    tried: int = 0
    met: int = 0
    """Rows that meet the conditions of the request, of those tried."""
    broken: list[Table] = field(default_factory=list)

    def rows(self, n: int) -> Table:
        """Return `n` rows that meet the rules and the conditions.

        Raises ConditionError where conditions cannot be met beside the rules, SettingsError where rules cannot be met.
        """
        found = [self._raw(0)] if n == 0 else []
        have, size = 0, self._first(n)
        while have < n:
            drawn = self._raw(size)
            within = np.ones(drawn.rows, bool) if self.given is None else self.given.matches(drawn)
            good = self.model.met(drawn) & within
            self.tried, self.met = self.tried + drawn.rows, self.met + int(within.sum())
            found.append(drawn.take(good))
            have += found[-1].rows
            self._keep(drawn, within & ~good, n)
            if have < n and self._is_hopeless(n, have):
                found.append(self._repaired(n - have, concat(found)))
                have = n
            size = self._next(n, have)
        return concat(found).slice(0, n) if len(found) > 1 else found[0].slice(0, n)

    def _raw(self, n: int) -> Table:
        """Return rows as the technique draws them, with what follows built in."""
        inner = self.model.inner
        asked = self.model.conditions_inside(self.given) if inner.conditions == "native" else None
        return self.model.built(inner.draw(n, self.rng, asked))

    def _first(self, n: int) -> int:
        accepted = self.model.acceptance
        if accepted >= 1:
            return n if self.given is None else max(n, 64)
        return min(BLOCK, int(n / max(accepted, 0.05) * 1.02) + 64)

    def _next(self, n: int, have: int) -> int:
        pace = max(have, 1) / max(self.tried, 1)
        return int(np.clip((n - have) / pace * 1.1 + 64, POOL, BLOCK))

    def _keep(self, drawn: Table, bad: Mask, n: int) -> None:
        """Keep rows that break a rule, to be repaired should that be needed."""
        room = max(n, DONORS) - sum(part.rows for part in self.broken)
        if room > 0 and bad.any():
            self.broken.append(drawn.take(np.flatnonzero(bad)[:room]))

    def _is_hopeless(self, n: int, have: int) -> bool:
        """Whether rows come too seldom for them to be drawn until there are enough."""
        if self.model.acceptance < HOPELESS and self.met >= n:
            return True
        return self.tried >= max(LEAST_TRIED, n) and have * PACE < self.tried

    def _repaired(self, n: int, good: Table) -> Table:
        """Return rows that broke a rule, mended."""
        if not self.broken:  # it is the conditions that are met too seldom, and no row is there to be mended
            few = f"only {self.met:,}" if self.met else "none"
            raise ConditionError("given.unlikely", f"{few} of the {self.tried:,} rows drawn can meet {self.given}",
                                 hint="loosen the conditions")  # fmt: skip
        rows = concat(self.broken)
        while rows.rows < n:
            rows = concat([rows, rows])
        rows, donors = rows.slice(0, n), concat([good, *self.broken]).slice(0, DONORS)
        mended = repaired(self.model, rows, donors, self.rng, self.given)
        left = ~self.model.met(mended)
        if self.given is not None:
            left |= ~self.given.matches(mended)
        if left.any():
            raise self._unmet(mended.take(left), int(left.sum()), n, good.rows)
        return mended

    def _unmet(self, rows: Table, left: int, n: int, have: int) -> ConditionError | SettingsError:
        """Return the error that names the rules which the rows left over break."""
        worst = max(self.model.rules, key=lambda rule: int((~rule.holds(rows)).sum()))
        share = f"{have:,} of {self.tried:,} rows drawn met all rules"
        what = f"{worst.said} cannot be met in {left:,} of {n:,} rows: {share}, and repair did not help"
        if self.given is not None:
            return ConditionError("given.rule", f"{what}, given {self.given}", where=f"constraints[{worst.place}]",
                                  hint="loosen the conditions, or drop the rule")  # fmt: skip
        return SettingsError("settings.rule-unmet", what, where=f"constraints[{worst.place}]",
                             hint="loosen the rule, or learn from rows that meet it more often")  # fmt: skip
