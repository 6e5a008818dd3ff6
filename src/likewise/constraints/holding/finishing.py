"""Hold rules on all rows at once, when all are drawn: no key twice, shares and quotas kept, sequences in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.constraints.groups import dense_codes
from likewise.constraints.holding.following import FOLLOWING, followed
from likewise.constraints.holding.typed import with_rows
from likewise.constraints.kinds import Constraint, Quota, Share, Unique
from likewise.constraints.kinds.share import values_as_text
from likewise.constraints.language.evaluating import evaluate
from likewise.constraints.language.tables import columns_of
from likewise.core.balance import Plan
from likewise.core.conditions import Given
from likewise.core.draw import BLOCK, POOL
from likewise.core.seeds import generator
from likewise.core.table import Table, concat
from likewise.errors import ConditionError, SettingsError

if TYPE_CHECKING:
    from likewise.constraints.holding.model import ConstrainedModel

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

ROUNDS = 40
"""Times that rows are drawn anew for one rule on all rows."""

CAREFUL = 3
"""Rounds without any row won, after which rows may also change what other shares and quotas count."""

STUCK = 6
"""Rounds without any row won, after which a rule is given up."""

PASSES = 4
"""Times that all rules are gone through: to meet one can break another."""

FINISHED = (Unique, Share, Quota, *FOLLOWING)
"""Kinds of rules that need all rows."""


@dataclass(eq=False)
class Finishing:
    """Hold all rows of a request while rules on all of them are met; `plan` and `given` are what was asked for."""

    model: ConstrainedModel
    table: Table
    given: Given | None
    plan: Plan | None
    seed: int
    drawn: int = field(default=0, init=False)

    def run(self) -> Table:
        """Return the rows with every rule on all rows met. Raises SettingsError for one that cannot be met."""
        rules = [rule for rule in self.model.constraints if isinstance(rule, FINISHED)]
        rules.sort(key=lambda one: next(p for p, kind in enumerate(ORDER) if isinstance(one, kind)))
        for _ in range(PASSES):
            if all(self._met(rule) for rule in rules):
                break
            for rule in rules:
                if self._met(rule):
                    continue
                if isinstance(rule, FOLLOWING):
                    self.table = followed(rule, self.table, self.model)
                else:
                    self._redraw(rule)
        for rule in self.model.constraints:
            if all(name in self.table.schema for name in rule.columns) and not rule.holds(self.table).all():
                raise self._unmet(rule)
        return self.table

    def _met(self, rule: Constraint) -> bool:
        return not self.table.rows or bool(rule.holds(self.table).all())

    def _redraw(self, rule: Unique | Share | Quota) -> None:
        """Draw rows anew until the rule holds, or until that helps no more."""
        least, stuck = self.table.rows + 1, 0
        for _ in range(ROUNDS):
            out, wanted = _asked(rule, self.table, generator(self.seed, "finish", self.drawn))
            if not len(out):
                return
            stuck = 0 if len(out) < least else stuck + 1
            least = min(least, len(out))
            if stuck > STUCK:
                return
            self._replace(out, wanted, careful=stuck < CAREFUL)

    def _replace(self, out: Ints, wanted: Wanted, *, careful: bool) -> None:
        """Put rows drawn anew in the place of some, each under the conditions that its place has.

        Careful, a row takes the place of one that all other shares and quotas count as they count it.
        """
        if self.given is not None and self.given.rows is not None:
            return  # what is known of a row stays: the rule is refused if it does not hold
        for condition, places in self._conditions(out):
            pool = self.model.draw(max(POOL, min(2 * len(places), BLOCK)), self._generator(), condition)
            usable = np.flatnonzero(wanted.fits(pool))
            others = [r for r in self.model.constraints if isinstance(r, Share | Quota) and r is not wanted.rule]
            if careful and others:
                both = concat([self.table.select(pool.names).take(places), pool.take(usable)])
                codes = _counted_as(others, both)
                first, second = _alike(codes[: len(places)], codes[len(places) :])
                places, usable = places[first], usable[second]
            few = min(len(places), len(usable))
            if few:
                self.table = with_rows(self.table, places[:few], pool.take(usable[:few]), pool.names)

    def _generator(self) -> np.random.Generator:
        self.drawn += 1
        return generator(self.seed, "finish", self.drawn)

    def _conditions(self, out: Ints) -> list[tuple[Given | None, Ints]]:
        """Return the rows to be drawn anew by the conditions that hold for them."""
        if self.plan is None:
            return [(self.given, out)]
        found, left = list[tuple[Given | None, Ints]](), out
        for group in self.plan.groups:
            met = group.matches(self.table.take(left)) if len(left) else np.zeros(0, bool)
            if met.any():
                found.append((group, left[met]))
            left = left[~met]
        return found

    def _unmet(self, rule: Constraint) -> ConditionError | SettingsError:
        place = self.model.constraints.index(rule)
        broken = int((~rule.holds(self.table)).sum())
        what = f"{broken:,} of {self.table.rows:,} rows drawn still break: {rule.said()}"
        if isinstance(rule, Unique):
            groups = len(np.unique(dense_codes(self.table, rule.columns)))
            what = (f"{rule.said()}, but only {groups:,} different values were drawn for {self.table.rows:,} rows "
                    f"(in {self.drawn:,} rounds)")  # fmt: skip
        if self.given is not None:
            return ConditionError("given.rule", f"{what}, under the conditions given", where=f"constraints[{place}]",
                                  hint="loosen the conditions, ask for fewer rows, or drop the rule")  # fmt: skip
        return SettingsError("settings.rule-unmet", what, where=f"constraints[{place}]",
                             hint="ask for fewer rows, or loosen the rule")  # fmt: skip


ORDER: tuple[type | tuple[type, ...], ...] = (Share, Quota, Unique, FOLLOWING)
"""Kinds in the order in which they are met: what changes most rows first, what is computed last."""


@dataclass(frozen=True, eq=False)
class Wanted:
    """Say which drawn rows may take the place of others: any, those of some groups or values, or those of one truth."""

    rule: Unique | Share | Quota
    truth: bool = True
    groups: Table | None = None
    values: tuple[str, ...] = ()

    def fits(self, pool: Table) -> Mask:
        """Return which rows of a pool may be taken."""
        met = np.ones(pool.rows, dtype=bool)
        if isinstance(self.rule, Share):
            met = evaluate(self.rule.expression, columns_of(pool), pool.rows).floats == (1 if self.truth else 0)
        if self.values:
            texts = values_as_text(pool, self.rule.columns[0])
            return np.asarray(pc.is_in(texts, pa.array(self.values, pa.string())))
        if self.groups is None:
            return met
        names = list(self.rule.by if isinstance(self.rule, Share) else self.rule.columns)
        both = dense_codes(concat([self.groups.select(names), pool.select(names)]), names)
        return np.asarray(met & np.isin(both[self.groups.rows :], both[: self.groups.rows]))


def _asked(rule: Unique | Share | Quota, table: Table, rng: np.random.Generator) -> tuple[Ints, Wanted]:
    """Return the rows that have to go, and what may take their place."""
    if isinstance(rule, Unique):
        return _repeated(rule, table), Wanted(rule)
    if isinstance(rule, Share):
        return _of_the_wrong_truth(rule, table, rng)
    return _of_full_groups(rule, table, rng)


def _counted_as(rules: Sequence[Share | Quota], table: Table) -> Ints:
    """Return a number for each row such that rows of the same number count alike for all shares and quotas."""
    parts = []
    for rule in rules:
        parts.append(dense_codes(table, rule.by if isinstance(rule, Share) else rule.columns))
        if isinstance(rule, Share):
            truth = evaluate(rule.expression, columns_of(table), table.rows).floats
            parts.append(np.nan_to_num(truth, nan=2.0).astype(np.int64))
    return np.unique(np.stack(parts), axis=1, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _alike(own: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Return places of rows of two sides that have the same number, each row once."""
    keys = []
    for codes in (own, other):
        order = np.argsort(codes, kind="stable")
        starts = np.searchsorted(codes[order], codes[order], "left")
        nth = np.empty(len(codes), dtype=np.int64)
        nth[order] = np.arange(len(codes)) - starts
        keys.append(codes * (len(own) + len(other)) + nth)
    _, first, second = np.intersect1d(keys[0], keys[1], assume_unique=True, return_indices=True)
    return first.astype(np.int64), second.astype(np.int64)


def _repeated(rule: Unique, table: Table) -> Ints:
    """Return the rows that agree with one before them."""
    again = np.flatnonzero(~rule.holds(table))
    codes = dense_codes(table.select(list(rule.columns)).take(again), rule.columns)
    first = np.zeros(len(again), dtype=bool)
    first[np.unique(codes, return_index=True)[1]] = True
    return again[~first]


def _of_the_wrong_truth(rule: Share, table: Table, rng: np.random.Generator) -> tuple[Ints, Wanted]:
    """Return as many rows of the truth that too many have as lie beyond the nearer end, from the first group."""
    truth = evaluate(rule.expression, columns_of(table), table.rows).floats
    groups = dense_codes(table, rule.by)
    for group in np.unique(groups[~rule.holds(table)]).tolist():
        own = np.flatnonzero((groups == group) & ~np.isnan(truth))
        true = int((truth[own] == 1).sum())
        low, high = int(np.ceil(rule.low * len(own) - 1e-9)), int(np.floor(rule.high * len(own) + 1e-9))
        if low > high:
            continue
        many = true > high
        count = true - high if many else low - true
        able = own[truth[own] == float(many)]
        inside = table.select(list(rule.by)).take(own[:1]) if rule.by else None
        return rng.permutation(able)[:count], Wanted(rule, not many, inside)
    return np.empty(0, np.int64), Wanted(rule)


def _of_full_groups(rule: Quota, table: Table, rng: np.random.Generator) -> tuple[Ints, Wanted]:
    """Return rows of groups that have too many, or to spare, and the groups that may still take some."""
    codes = dense_codes(table, rule.columns)
    known = ~np.any([table.missing(name) for name in rule.columns], axis=0)
    if rule.of:
        texts = values_as_text(table, rule.columns[0])
        known &= np.asarray(pc.is_in(texts, pa.array(rule.of, pa.string())))
    size = int(codes.max(initial=-1)) + 1
    counts = np.bincount(codes[known], minlength=size)
    there = np.bincount(codes, minlength=size) > 0
    most = table.rows if rule.most is None else rule.most
    over = [rng.permutation(np.flatnonzero(known & (codes == g)))[: counts[g] - most]
            for g in np.flatnonzero(counts > most).tolist()]  # fmt: skip
    told = np.isin(np.arange(size), codes[known])
    lacking = np.flatnonzero(told & there & (counts < rule.least))
    first = np.unique(codes, return_index=True)[1]
    if over:
        room = np.flatnonzero(~told | (counts < most))
        return np.concatenate(over), Wanted(rule, True, table.take(first[room]))
    if rule.of:  # one that no row has is lacking too
        found = Counter(texts.filter(pa.array(known)).to_pylist())
        few = {text: rule.least - found[text] for text in rule.of if found[text] < rule.least}
        spare = np.flatnonzero(~known | (counts[codes] > rule.least))
        return rng.permutation(spare)[: sum(few.values())], Wanted(rule, values=tuple(few))
    if len(lacking):
        spare = np.flatnonzero(~known | (counts[codes] > rule.least))
        need = int((rule.least - counts[lacking]).sum())
        return rng.permutation(spare)[:need], Wanted(rule, True, table.take(first[lacking]))
    return np.empty(0, np.int64), Wanted(rule)


def needs_all(constraints: Sequence[Constraint], generated: frozenset[str]) -> bool:
    """Whether any rule can be told only when all rows are drawn; ids that are made anew never repeat."""
    return any(
        isinstance(rule, FINISHED) and not (isinstance(rule, Unique) and {*rule.columns} & generated)
        for rule in constraints
    )
