"""Kinds of constraints: what each says, and which rows of a table meet it."""

from likewise.constraints.groups import group_codes, level_texts
from likewise.constraints.kinds.check import Check, check
from likewise.constraints.kinds.constraints import Constraints
from likewise.constraints.kinds.determined import Determined
from likewise.constraints.kinds.formula import Formula, tolerance
from likewise.constraints.kinds.gap import Gap, gap
from likewise.constraints.kinds.levels import Levels
from likewise.constraints.kinds.missing import Missing
from likewise.constraints.kinds.order import Order
from likewise.constraints.kinds.part import Part
from likewise.constraints.kinds.range import Range
from likewise.constraints.kinds.refers import Refers, refers
from likewise.constraints.kinds.rule import Floats, Mask, Rule, Scope
from likewise.constraints.kinds.running import Running, running
from likewise.constraints.kinds.share import Quota, Share, quota, share
from likewise.constraints.kinds.total import Total, total
from likewise.constraints.kinds.union import Constraint
from likewise.constraints.kinds.unique import Unique, unique
from likewise.constraints.kinds.within import Box, Circle, Polygon, Within, polygon, within

__all__ = [
    "Box", "Check", "Circle", "Constraint", "Constraints", "Determined", "Floats", "Formula", "Gap", "Levels", "Mask",
    "Missing", "Order", "Part", "Polygon", "Quota", "Range", "Refers", "Rule", "Running", "Scope", "Share", "Total",
    "Unique", "Within", "check", "gap", "group_codes", "level_texts", "polygon", "quota", "refers", "running", "share",
    "tolerance", "total", "unique", "within",
]  # fmt: skip
