"""What is declared of a column, taken apart into facts that can each be dropped when a contradiction is looked for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from likewise.constraints.reasoning.domain import EVERYTHING, Domain, Domains, quoted, said_value

Part = Literal["low", "high", "gaps", "values", "known", "missing"]


@dataclass(frozen=True)
class Fact:
    """Hold one thing that is declared of a column: its least or greatest value, its values, or that it is known."""

    column: str
    part: Part
    domain: Domain

    def said(self) -> str:
        """Return it as it stands in a list of what cannot hold together."""
        own, sort = self.domain, self.domain.sort
        match self.part:
            case "low":
                return f"`{self.column}` of at least {said_value(own.low, sort)}"
            case "high":
                return f"`{self.column}` of at most {said_value(own.high, sort)}"
            case "gaps":
                return f"`{self.column}` {own.said()}"
            case "values":
                return (
                    f"`{self.column}` of {'the value ' if len(own.values or ()) == 1 else ''}{quoted(own.values or ())}"
                )
            case "known":
                return f"`{self.column}`, which is never missing"
            case _:
                return f"`{self.column}`, which is always missing"


def facts_of(domains: Domains, names: Iterable[str]) -> list[Fact]:
    """Return what is declared of some columns."""
    found: list[Fact] = []
    for name in names:
        own = domains[name]
        parts: list[Part] = []
        if own.missing == "must":
            parts = ["missing"]
        elif own.sort == "text":
            parts = ["values"] if own.values is not None else []
        elif own.sort != "truth":
            parts = ["low"] * (own.low > -math.inf) + ["high"] * (own.high < math.inf) + ["gaps"] * (len(own.spans) > 1)
        found += [Fact(name, part, own) for part in [*parts, *(["known"] if own.missing == "never" else [])]]
    return found


def held(facts: Iterable[Fact], domains: Domains) -> dict[str, Domain]:
    """Return the domains of which nothing but some facts is left; truths and grids stay as they are."""
    kept: Mapping[str, set[Part]] = {name: set() for name in domains}
    for fact in facts:
        kept[fact.column].add(fact.part)
    return {name: _relaxed(domain, kept[name]) for name, domain in domains.items()}


def _relaxed(domain: Domain, parts: set[Part]) -> Domain:
    missing = domain.missing
    if (missing == "must" and "missing" not in parts) or (missing == "never" and "known" not in parts):
        missing = "may"
    if domain.sort == "text":
        return replace(domain, values=domain.values if "values" in parts else None, missing=missing)
    if domain.sort == "truth":
        return replace(domain, missing=missing)
    spans = domain.spans if "gaps" in parts else (EVERYTHING,)
    low = domain.low if "low" in parts else -math.inf
    high = domain.high if "high" in parts else math.inf
    return replace(domain, spans=spans, missing=missing).within([(low, high)])
