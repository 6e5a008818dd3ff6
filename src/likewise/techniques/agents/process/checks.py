"""What is wrong with a process, told together, and whether those who work can do what comes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.errors import SettingsError, nearest
from likewise.modalities.tabular.distributions import Distribution
from likewise.techniques.agents.clocks.hours import read_hours, weekly
from likewise.techniques.agents.process.conditions import Tests, condition, holds
from likewise.techniques.agents.process.document import Activity, Arrivals, Resource
from likewise.techniques.agents.process.flow import (
    Choice,
    Do,
    Flow,
    Parallel,
    Repeat,
    is_by_chance,
    shares_of,
    walk,
)

Floats = npt.NDArray[np.float64]

TRIED = 4096
"""Cases that are made to see how often each activity is done."""


def faults(
    flow: Flow,
    others: Mapping[str, Flow],
    arrivals: Arrivals,
    activities: Mapping[str, Activity],
    resources: Mapping[str, Resource],
    attributes: Mapping[str, Distribution],
) -> Iterator[str]:
    """Yield what is wrong between the parts of a process, each with its path."""
    yield from _of_activities(activities, resources)
    yield from _of_hours(arrivals, resources)
    yield from _of_conditions(flow, others, resources, attributes)
    named: set[str] = set()
    paths = {"$.flow": flow, **{f"$.activities.{name}.otherwise": other for name, other in others.items()}}
    for path, steps in paths.items():
        for step, place in walk(steps, path):
            if isinstance(step, Do):
                named.add(step.activity)
                if step.activity not in activities:
                    close = nearest(step.activity, list(activities))
                    yield f"{place}: there is no activity `{step.activity}`" + (f"; is it `{close}`?" if close else "")
            if isinstance(step, Parallel):
                yield from _of_leaving(step, place, activities, others)
            if isinstance(step, Choice) and is_by_chance(step):
                for n, share in enumerate(shares_of(step)):
                    if share == 0:
                        yield f"{place}.choice[{n}].share: no case ever goes this way"
    for name in activities:
        if name not in named:
            yield f"$.activities.{name}: no flow leads to it"
    for name in others:
        if _leads_to(name, name, others, set()):
            yield f"$.activities.{name}.otherwise: it leads back to `{name}`: it never ends"


def _of_activities(activities: Mapping[str, Activity], resources: Mapping[str, Resource]) -> Iterator[str]:
    used: set[str] = set()
    for name, activity in activities.items():
        for need, units in activity.needs.items():
            used.add(need)
            if need not in resources:
                close = nearest(need, list(resources))
                yield f"$.activities.{name}.needs: there is no resource `{need}`" + (
                    f"; is it `{close}`?" if close else ""
                )
            elif units > resources[need].capacity:
                yield (f"$.activities.{name}.needs.{need}: {units} are wanted, and there are "
                       f"{resources[need].capacity}")  # fmt: skip
        if activity.otherwise is not None and activity.patience is None:
            yield f"$.activities.{name}.otherwise: a case without `patience` never does otherwise"
        if activity.patience is not None and (activity.batch or not activity.needs):
            yield f"$.activities.{name}.patience: nobody waits" + (" alone" if activity.batch else "")
    for name in resources:
        if name not in used:
            yield f"$.resources.{name}: no activity needs it"


def _of_hours(arrivals: Arrivals, resources: Mapping[str, Resource]) -> Iterator[str]:
    for name, resource in resources.items():
        try:
            read_hours(resource.hours, name)
        except SettingsError as fault:
            yield f"$.resources.{name}.hours: {fault.what}: {fault.hint}"
    for text, weight in arrivals.profile.items():
        try:
            weekly({text: 1.0})
        except SettingsError as fault:
            yield f"$.arrivals.profile.{text}: {fault.what}: {fault.hint}"
        if not 0 <= weight <= 1e9:
            yield f"$.arrivals.profile.{text}: a number of at least 0 is wanted"
    if arrivals.profile and not any(arrivals.profile.values()):
        yield "$.arrivals.profile: no case ever comes"


def _of_conditions(
    flow: Flow, others: Mapping[str, Flow], resources: Mapping[str, Resource], attributes: Mapping[str, Distribution]
) -> Iterator[str]:
    tests = Tests(attributes)
    for name, resource in resources.items():
        for n, text in enumerate(resource.first):
            try:
                tests.chain([condition(text)])
            except SettingsError as fault:
                yield f"$.resources.{name}.first[{n}]: {fault.what}"
    paths = {"$.flow": flow, **{f"$.activities.{name}.otherwise": other for name, other in others.items()}}
    for path, steps in paths.items():
        for step, place in walk(steps, path):
            for n, branch in enumerate(step.branches if isinstance(step, Choice) else ()):
                if branch.when is not None:
                    try:
                        tests.chain([branch.when])
                    except SettingsError as fault:
                        yield f"{place}.choice[{n}].when: {fault.what}"


def _of_leaving(
    step: Parallel, place: str, activities: Mapping[str, Activity], others: Mapping[str, Flow]
) -> Iterator[str]:
    inside = [inner.activity for flow in step.flows for inner, _ in walk(flow, "") if isinstance(inner, Do)]
    for name in inside:
        if name in activities and activities[name].patience is not None and name not in others:
            yield f"{place}: a case cannot leave from here: say what it does `otherwise` than `{name}`"


def _leads_to(name: str, goal: str, others: Mapping[str, Flow], seen: set[str]) -> bool:
    inner = {step.activity for step, _ in walk(others.get(name, ()), "") if isinstance(step, Do)} - seen
    return goal in inner or any(_leads_to(other, goal, others, seen | inner) for other in inner)


def visits(flow: Flow, attributes: Mapping[str, Distribution]) -> dict[str, float]:
    """Return how often a case does each activity on average, if it never waits too long."""
    rng = generator(0, "visits")
    cases = {name: distribution.sample(TRIED, rng) for name, distribution in attributes.items()}
    found: dict[str, Floats] = {}

    def follow(steps: Flow, often: Floats) -> None:
        for step in steps:
            if isinstance(step, Do):
                found[step.activity] = found.get(step.activity, np.zeros(TRIED)) + often
            elif isinstance(step, Parallel):
                for inner in step.flows:
                    follow(inner, often)
            elif isinstance(step, Repeat):
                follow(step.flow, often / (1.0 - step.again))
            elif isinstance(step, Choice) and is_by_chance(step):
                for branch, share in zip(step.branches, shares_of(step), strict=True):
                    follow(branch.flow, often * share)
            elif isinstance(step, Choice):
                rest = often
                for branch in step.branches:
                    chosen = np.ones(TRIED, np.bool_) if branch.when is None else holds(branch.when, cases, attributes)
                    follow(branch.flow, rest * chosen)
                    rest = rest * ~chosen

    follow(flow, np.ones(TRIED))
    return {name: float(often.mean()) for name, often in found.items()}


def work(
    activities: Mapping[str, Activity], resources: Mapping[str, Resource], often: Mapping[str, float]
) -> dict[str, float]:
    """Return how many minutes of each resource a case takes on average, by how often each activity is done."""
    found = dict.fromkeys(resources, 0.0)
    for name, activity in activities.items():
        together = activity.batch.size if activity.batch else 1
        for need, units in activity.needs.items():
            found[need] += often.get(name, 0.0) * activity.takes.moments()[0] * units / together
    return found
