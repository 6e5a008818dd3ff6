"""Count on the rows that are given back how many break each rule, by code that shares nothing with what holds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from likewise.constraints.holding import ConstrainedModel
from likewise.constraints.kinds import Constraint, Constraints
from likewise.constraints.verifying.verify import Verified, verify
from likewise.core.protocol import Model
from likewise.core.table import Table, concat
from likewise.errors import EvaluationError
from likewise.evaluation.report.model import Report


@dataclass(eq=False)
class Proof:
    """Count block by block; rules on all rows are counted at the end, and the columns that they need are kept."""

    rules: tuple[Constraint, ...]
    met: dict[str, str]
    rows: int = 0
    counts: dict[int, int] = field(default_factory=dict)
    kept: dict[int, list[Table]] = field(default_factory=dict)

    @classmethod
    def of(cls, model: Model) -> Proof:
        """Return the proof of the rules that a model holds: none for a model that holds none."""
        return cls(model.constraints, model.how) if isinstance(model, ConstrainedModel) else cls((), {})

    def watched(self, blocks: Iterator[Table]) -> Iterator[Table]:
        """Yield blocks as they are, counted."""
        for block in blocks:
            self.add(block)
            yield block

    def add(self, block: Table) -> None:
        """Count in some rows more."""
        self.rows += block.rows
        for place, rule in enumerate(self.rules):
            if rule.scope == "row":
                found = verify(Constraints(items=(rule,)), block)[0].violations
                self.counts[place] = self.counts.get(place, 0) + found
            else:
                self.kept.setdefault(place, []).append(block.select(list(dict.fromkeys(rule.columns))))

    def found(self) -> tuple[Verified, ...]:
        """Return what was counted of each rule. Raises EvaluationError where any row breaks one."""
        told = []
        for place, rule in enumerate(self.rules):
            if rule.scope == "row":
                told.append(Verified(rule=rule.said(), name=rule.name, scope="row", rows=self.rows, cost=rule.cost,
                                     violations=self.counts.get(place, 0)))  # fmt: skip
            elif self.kept.get(place):
                told += verify(Constraints(items=(rule,)), concat(self.kept[place]))
        broken = [one for one in told if one.violations]
        if broken:
            what = f"{broken[0].violations:,} of {broken[0].rows:,} rows that were drawn break {broken[0].rule}"
            raise EvaluationError("evaluate.rule-broken", what, hint="report this: rules are held before they are "
                                  "counted, and the two disagree")  # fmt: skip
        return tuple(told)

    def told(self, report: Report) -> Report:
        """Return a report whose rules say how each was met."""
        rules = tuple(rule.model_copy(update={"met": self.met.get(rule.rule, "")}) for rule in report.rules)
        return report.model_copy(update={"rules": rules})

    def declared(self, *tables: Table) -> Constraints | None:
        """Return the rules of which every column is in all of some tables; None where there are none."""
        able = tuple(r for r in self.rules if all(name in table.schema for table in tables for name in r.columns))
        return Constraints(items=able) if able else None

    def notes(self) -> tuple[str, ...]:
        """Return what a report says of the count."""
        found = self.found()
        if not found:
            return ()
        return (f"0 of {self.rows:,} rows break any of {len(found)} rules, counted apart from what holds them",)
