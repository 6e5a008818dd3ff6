"""The flow of a process: what follows what, as steps that lie in one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from likewise.constraints.language.expression import Expression
from likewise.errors import SettingsError
from likewise.modalities.tabular.distributions import Distribution
from likewise.techniques.agents.process.conditions import condition
from likewise.techniques.agents.process.durations import duration

Flow = tuple["Step", ...]


@dataclass(frozen=True)
class Do:
    """Do an activity."""

    activity: str


@dataclass(frozen=True)
class Wait:
    """Let time pass in which nobody does anything."""

    span: Distribution


@dataclass(frozen=True)
class Branch:
    """Hold one way to go on: how likely, or for which cases; with neither, for all that went no other way."""

    flow: Flow
    share: float | None = None
    when: Expression | None = None


@dataclass(frozen=True)
class Choice:
    """Go on one of several ways: by chance, or the first that a case meets the condition of."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class Parallel:
    """Go several ways at once, and on when all have come to their ends."""

    flows: tuple[Flow, ...]


@dataclass(frozen=True)
class Repeat:
    """Do something, and again with a chance."""

    flow: Flow
    again: float


Step = Do | Wait | Choice | Parallel | Repeat

KINDS = ("choice", "parallel", "repeat", "wait")


class Reader:
    """Read flows, and keep every fault with its path."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def flow(self, steps: Any, path: str) -> Flow:
        """Return the flow that stands at a path of a document."""
        if not isinstance(steps, list | tuple):
            steps = [steps]
        return tuple(step for n, found in enumerate(steps) if (step := self._step(found, f"{path}[{n}]")) is not None)

    def fault(self, path: str, what: str) -> None:
        """Keep a fault."""
        self.faults.append(f"{path}: {what}")

    def _step(self, found: Any, path: str) -> Step | None:
        if isinstance(found, str):
            return Do(found)
        if not isinstance(found, Mapping) or len(found) != 1 or next(iter(found)) not in KINDS:
            self.fault(path, f"a step is an activity, or one of {', '.join(KINDS)}")
            return None
        ((kind, said),) = found.items()
        path = f"{path}.{kind}"
        if kind == "wait":
            return self._wait(said, path)
        if kind == "parallel":
            return self._parallel(said, path)
        return self._choice(said, path) if kind == "choice" else self._repeat(said, path)

    def _wait(self, said: Any, path: str) -> Step | None:
        try:
            return Wait(duration(said))
        except ValueError as fault:
            self.fault(path, str(fault))
            return None

    def _parallel(self, said: Any, path: str) -> Step | None:
        if not isinstance(said, list | tuple) or len(said) < 2:
            self.fault(path, "a list of at least two flows is wanted")
            return None
        return Parallel(tuple(self.flow(flow, f"{path}[{n}]") for n, flow in enumerate(said)))

    def _repeat(self, said: Any, path: str) -> Step | None:
        if not isinstance(said, Mapping) or set(said) != {"flow", "again"}:
            self.fault(path, "`flow` and `again` are wanted")
            return None
        flow, again = self.flow(said["flow"], f"{path}.flow"), self._share(said["again"], f"{path}.again")
        if again is not None and again == 1:
            self.fault(f"{path}.again", "it never ends: less than 1 is wanted")
        if not flow:
            self.fault(f"{path}.flow", "there is nothing to repeat")
        return Repeat(flow, again or 0.0)

    def _choice(self, said: Any, path: str) -> Step | None:
        if not isinstance(said, list | tuple) or len(said) < 2:
            self.fault(path, "a list of at least two ways is wanted")
            return None
        branches = [self._branch(branch, f"{path}[{n}]") for n, branch in enumerate(said)]
        found = [branch for branch in branches if branch is not None]
        if len(found) == len(branches):
            self._check_ways(found, path)
        return Choice(tuple(found))

    def _branch(self, said: Any, path: str) -> Branch | None:
        if not isinstance(said, Mapping) or not {"flow"} <= set(said) <= {"flow", "share", "when"} or len(said) > 2:
            self.fault(path, "`flow` is wanted, with a `share`, with `when`, or alone for all others")
            return None
        flow = self.flow(said["flow"], f"{path}.flow")
        if "share" in said:
            return Branch(flow, share=self._share(said["share"], f"{path}.share") or 0.0)
        if "when" in said:
            try:
                return Branch(flow, when=condition(said["when"]))
            except SettingsError as fault:
                self.fault(f"{path}.when", fault.what)
                return None
        return Branch(flow)

    def _share(self, said: Any, path: str) -> float | None:
        if isinstance(said, bool) or not isinstance(said, int | float) or not 0 <= said <= 1:
            self.fault(path, "a number from 0 to 1 is wanted")
            return None
        return float(said)

    def _check_ways(self, branches: list[Branch], path: str) -> None:
        shares = [branch.share for branch in branches if branch.share is not None]
        others = [n for n, branch in enumerate(branches) if branch.share is None and branch.when is None]
        if shares and any(branch.when is not None for branch in branches):
            self.fault(path, "ways have a `share`, or they have a `when`: not both in one choice")
        elif len(others) > 1 or others not in ([], [len(branches) - 1]):
            self.fault(path, "one way, the last, may have neither `share` nor `when`")
        elif shares and others and sum(shares) > 1 + 1e-9:
            self.fault(path, f"the shares come to {sum(shares):g}, which leaves nothing for all others")
        elif shares and not others and abs(sum(shares) - 1) > 1e-9:
            self.fault(path, f"the shares come to {sum(shares):g}, not to 1")
        elif not shares and not others:
            self.fault(path, "a last way without `when` is wanted, for cases that meet no condition")


def shares_of(choice: Choice) -> tuple[float, ...]:
    """Return how likely each way of a choice by chance is."""
    known = [branch.share for branch in choice.branches]
    rest = 1.0 - sum(share for share in known if share is not None)
    return tuple(rest if share is None else share for share in known)


def is_by_chance(choice: Choice) -> bool:
    """Return whether a choice is made by chance, not by conditions."""
    return all(branch.when is None for branch in choice.branches)


def below(step: Step) -> tuple[Flow, ...]:
    """Return the flows that a step is made of."""
    if isinstance(step, Choice):
        return tuple(branch.flow for branch in step.branches)
    if isinstance(step, Parallel):
        return step.flows
    return (step.flow,) if isinstance(step, Repeat) else ()


def walk(flow: Flow, path: str) -> Iterator[tuple[Step, str]]:
    """Yield all steps of a flow, those inside others after them, each with its path in the document."""
    for n, step in enumerate(flow):
        place = f"{path}[{n}]"
        yield step, place
        if isinstance(step, Choice):
            for k, branch in enumerate(step.branches):
                yield from walk(branch.flow, f"{place}.choice[{k}].flow")
        elif isinstance(step, Parallel):
            for k, inner in enumerate(step.flows):
                yield from walk(inner, f"{place}.parallel[{k}]")
        elif isinstance(step, Repeat):
            yield from walk(step.flow, f"{place}.repeat.flow")
