"""What must hold in every row: the language of constraints, their kinds, how they are found, read, kept and counted.

>>> from likewise.constraints import Constraints, check, unique
>>> Constraints.of([check("start <= end", cost=2), unique("order", "line"), "0 <= age <= 120"]).items[2].columns
('age',)
"""

from likewise.constraints.kinds import (
    Box,
    Circle,
    Constraints,
    Polygon,
    check,
    gap,
    polygon,
    quota,
    refers,
    running,
    share,
    total,
    unique,
    within,
)

__all__ = [
    "Box", "Circle", "Constraints", "Polygon", "check", "gap", "polygon", "quota", "refers", "running", "share",
    "total", "unique", "within",
]  # fmt: skip
