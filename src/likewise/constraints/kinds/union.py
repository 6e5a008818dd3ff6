"""All kinds of constraints as one type, told apart by their `kind`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from likewise.constraints.kinds.check import Check
from likewise.constraints.kinds.determined import Determined
from likewise.constraints.kinds.formula import Formula
from likewise.constraints.kinds.gap import Gap
from likewise.constraints.kinds.levels import Levels
from likewise.constraints.kinds.missing import Missing
from likewise.constraints.kinds.order import Order
from likewise.constraints.kinds.part import Part
from likewise.constraints.kinds.range import Range
from likewise.constraints.kinds.refers import Refers
from likewise.constraints.kinds.running import Running
from likewise.constraints.kinds.share import Quota, Share
from likewise.constraints.kinds.total import Total
from likewise.constraints.kinds.unique import Unique
from likewise.constraints.kinds.within import Within

Constraint = Annotated[
    Check | Order | Formula | Part | Determined | Missing | Range | Levels | Unique | Total | Share | Quota | Running
    | Gap | Within | Refers,
    Field(discriminator="kind"),
]  # fmt: skip
