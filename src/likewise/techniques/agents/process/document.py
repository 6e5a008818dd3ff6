"""What a document says of a process: when cases come, what they are, who works, and what is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from likewise.core.spec import Spec
from likewise.techniques.agents.process.durations import Duration

MOST = 1000
"""Units that a resource has at most."""


def _needs(said: Any) -> Any:
    return {said: 1} if isinstance(said, str) else said


class Arrivals(Spec):
    """Say when cases come: so many in a week, by a profile of its hours, or each some time after the one before.

    `profile` says how much more often cases come at some hours than at others (`{"Mo-Fr 08:00-18:00": 3, "Sa": 1}`);
    they come at no other hours. On public holidays they come `holidays` times as often as on other such days.
    """

    per_week: float | None = Field(None, gt=0, le=1e9, description="how many come in an ordinary week")
    every: Duration | None = Field(None, description="how long after one the next comes")
    profile: Mapping[str, float] = Field({}, description="how often at which hours, beside each other")
    holidays: float = Field(1.0, ge=0, le=100, description="how much more often they come on public holidays")
    at_most: int | None = Field(None, ge=1, description="how many come in all")

    @model_validator(mode="after")
    def _one_way(self) -> Arrivals:
        if (self.per_week is None) == (self.every is None):
            raise ValueError("either `per_week` or `every` is wanted")
        if self.every is not None and (self.profile or self.holidays != 1.0):
            raise ValueError("`profile` and `holidays` go with `per_week`")
        return self


class Resource(Spec):
    """Say how many of a resource there are, when they work, whom they serve first, and what an hour of one costs."""

    capacity: int = Field(ge=1, le=MOST, description="how many there are")
    hours: str = Field("24/7", description="when they work, e.g. `Mo-Fr 08:00-18:00; PH off`")
    first: tuple[str, ...] = Field((), description="conditions on cases: those who meet the first are served first")
    cost: float = Field(0.0, ge=0, le=1e12, description="what an hour of one costs while it works on a case")


class Batch(Spec):
    """Say that several cases are done together: when so many have come, or when the first has waited so long."""

    size: int = Field(ge=2, le=1000, description="how many are done together at most")
    wait: float = Field(gt=0, le=1e9, description="minutes after which fewer are done together")


class Activity(Spec):
    """Say how long an activity takes, who does it, and how long a case waits for them before it does `otherwise`."""

    takes: Duration = Field(0.0, validate_default=True, description="how long it takes")
    needs: Annotated[Mapping[str, Annotated[int, Field(ge=1, le=MOST)]], BeforeValidator(_needs)] = Field(
        {}, description="which resources, and how many of each"
    )
    patience: Duration | None = Field(None, description="how long a case waits for them")
    otherwise: Any = Field(None, description="the flow of a case that waited too long; it leaves if there is none")
    cost: float = Field(0.0, ge=0, le=1e12, description="what it costs each time, beside the resources")
    batch: Batch | None = Field(None, description="how many cases are done together")
