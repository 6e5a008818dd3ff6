"""Rules that no row can meet: the smallest set of them, and why; and which of those with a price to drop."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from likewise.constraints.language.expression import Absent
from likewise.constraints.reasoning.cores import Places, cheapest_to_drop, smallest_core
from likewise.constraints.reasoning.domain import Domains
from likewise.constraints.reasoning.explaining import listed, reason
from likewise.constraints.reasoning.facts import Fact, facts_of, held
from likewise.constraints.reasoning.premise import Premise, connected, on_one_scale
from likewise.constraints.reasoning.propagating import propagate_settled, settle, started
from likewise.constraints.reasoning.translating import Translator
from likewise.constraints.reasoning.words import Words
from likewise.errors import MissingExtra, SettingsError

EFFORT = 2_000_000
"""How much a solver tries at most for one answer (z3's `rlimit`: a count of steps, the same on every machine)."""

QUICK = 4
"""How often bounds are compared before a solver looks."""

NO_SOLVER = "the package `z3-solver` is not installed (pip install 'likewise[rules]'): only bounds were compared"


@dataclass(frozen=True)
class Contradiction:
    """Hold rules, and facts about columns, that cannot hold together, though they can without any one of them."""

    rules: tuple[str, ...]
    facts: tuple[str, ...]
    why: str
    able: str = "cannot hold together"

    def said(self) -> str:
        """Return it as a sentence or two."""
        parts = [*self.rules, *self.facts]
        return f"{listed(parts)} {self.able}: {self.why}"

    def error(self, where: str | None = None) -> SettingsError:
        """Return the error that refuses them."""
        hint = "drop or loosen one of them" if len(self.rules) + len(self.facts) > 1 else "drop or loosen it"
        return SettingsError("settings.contradiction", self.said(), where=where,
                             hint=f"{hint}; a rule with a `cost` is dropped where it has to be")  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """Hold what was found out of rules: contradictions among them, those dropped, and what was not decided."""

    contradictions: tuple[Contradiction, ...] = ()
    dropped: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()


def contradiction(rules: Iterable[Premise | str], domains: Domains) -> Contradiction | None:
    """Return the smallest set of rules, and of what is declared, that no row can meet; None where none is found.

    That none is found is no proof that there is none: see `examine` for what was not decided.

    >>> from likewise.constraints.reasoning.domain import Domain
    >>> year = Domain.between(2000, 2030, step=1)
    >>> print(contradiction(["start < end", "end < start"], {"start": year, "end": year}).said())
    `start < end` and `end < start` cannot hold together: added up, `start < end` and `end < start` say that 0 < 0
    """
    found = examine(rules, domains).contradictions
    return found[0] if found else None


def examine(rules: Iterable[Premise | str], domains: Domains, *, effort: int = EFFORT) -> Verdict:
    """Return every contradiction among rules that share columns, what was dropped for its cost, and what is undecided.

    Rules with a `cost` are dropped where not all can hold together, those first whose costs sum up to the least; that
    is no contradiction. Bounds are compared first, then a solver (z3) looks at exact numbers, with SQL's logic of what
    is missing. It gives up after so much `effort`, which multiplied columns may need.
    """
    used = on_one_scale(rules, {name: domain.sort for name, domain in domains.items()})
    found: list[Contradiction] = []
    dropped: list[str] = []
    undecided: list[str] = []
    waiting = list(used)
    while waiting:
        part = connected(waiting, waiting[0].names, domains)
        part = part or waiting[:1]
        waiting = [rule for rule in waiting if rule not in part]
        case = _Case(part, domains, effort)
        if not case.holds(case.everything):
            loose = {place: float(rule.cost) for place, rule in enumerate(part) if rule.cost is not None}
            given_up, cores = cheapest_to_drop(case.everything, loose, case.holds) if loose else (None, [])
            if given_up is None:
                found.append(case.contradiction(cores[-1] if cores else case.everything))
            else:
                dropped += [part[place].said for place in sorted(given_up)]
        undecided += case.undecided
    return Verdict(tuple(found), tuple(dropped), tuple(dict.fromkeys(undecided)))


class _Case:
    """Hold rules that share columns, and tell which of them, and of what is declared, can hold together."""

    def __init__(self, rules: Sequence[Premise], domains: Domains, effort: int) -> None:
        self.rules = list(rules)
        names = dict.fromkeys(name for rule in rules for name in rule.expression.names())
        self.domains = {name: domains[name] for name in names}
        self.facts = facts_of(self.domains, names)
        self.parts: list[Premise | Fact] = [*self.rules, *self.facts]
        self.everything: Places = frozenset(range(len(self.parts)))
        self.undecided: list[str] = []
        self.effort = effort
        self._known: dict[Places, bool] = {}
        self._solver: _Solver | None = None

    def holds(self, places: Places) -> bool:
        """Return whether some rules and facts can hold together, as far as can be told."""
        if places not in self._known:
            self._known[places] = self._within_bounds(places) and self._solved(places)
        return self._known[places]

    def _within_bounds(self, places: Places) -> bool:
        """Return whether bounds leave something: a quick look only, which the solver goes on from."""
        rules, domains = self._picked(places)
        return not settle(rules, *started(rules, domains), rounds=QUICK)[0].dead.all()

    def _picked(self, places: Places) -> tuple[list[Premise], Domains]:
        chosen = [self.parts[place] for place in sorted(places)]
        rules = [part for part in chosen if isinstance(part, Premise)]
        return rules, held((part for part in chosen if isinstance(part, Fact)), self.domains)

    def _solved(self, places: Places) -> bool:
        if self._solver is None:
            try:
                self._solver = _Solver(self.parts, self.domains, self.effort)
            except MissingExtra:
                self.undecided.append(NO_SOLVER)
                return not any(domain.empty for domain in propagate_settled(*self._picked(places)).values())
        found = self._solver.check(places)
        if found is None and places == self.everything:
            names = listed([f"{rule.said}" for rule in self.rules])
            self.undecided.append(f"whether {names} can hold together was not decided within the effort allowed")
        return found is not False

    def contradiction(self, places: Places) -> Contradiction:
        """Return the smallest contradiction among parts that cannot hold together, and why it is one."""
        weights = {
            place: 0.01 if isinstance(part, Fact) and part.part == "known" else 1.0
            for place, part in enumerate(self.parts)
        }
        core = smallest_core(places, weights, self.holds)
        rules, domains = self._picked(core)
        facts = [part for place in sorted(core) if isinstance(part := self.parts[place], Fact)]
        why = reason(rules, facts, domains) or "no row was found that meets all, by exact arithmetic over all values"
        about_missing = any(isinstance(part, Absent) for rule in rules for part in rule.expression.walk())
        shown = [fact for fact in facts if about_missing or fact.part != "known"]
        able = "cannot hold together" if len(rules) + len(shown) > 1 else "can hold in no row"
        return Contradiction(tuple(rule.said for rule in rules), tuple(fact.said() for fact in shown), why, able)


class _Solver:
    """Hold all parts in one solver, each behind a switch."""

    def __init__(self, parts: Sequence[Premise | Fact], domains: Domains, effort: int) -> None:
        rules = [part for part in parts if isinstance(part, Premise)]
        levels = [value for domain in domains.values() for value in domain.values or ()]
        translator = Translator(domains, Words.of((rule.expression for rule in rules), levels))
        self.z3 = translator.z3
        self.solver = self.z3.SolverFor("ALL")
        self.solver.set("rlimit", effort)
        self.switches: list[Any] = []
        for place, part in enumerate(parts):
            switch = self.z3.Bool(f"part {place}")
            said = [translator.held(part.expression)] if isinstance(part, Premise) else translator.fact(part)
            for formula in said:
                self.solver.add(self.z3.Implies(switch, formula))
            self.switches.append(switch)
        for name in domains:
            for formula in translator.always(name):
                self.solver.add(formula)

    def check(self, places: Places) -> bool | None:
        """Return whether some parts can hold together, None where that was not decided."""
        found = self.solver.check([self.switches[place] for place in sorted(places)])
        return None if found == self.z3.unknown else bool(found == self.z3.sat)
