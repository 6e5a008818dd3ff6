"""What a rule may come to: true, false or unknown, and sets of these."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pyarrow as pa

from likewise.constraints.reasoning.intervals import Floats, Mask

Truth = Literal["true", "false", "unknown"]
Truths = frozenset[Truth]

HELD: Truths = frozenset({"true", "unknown"})
"""What a rule may come to: as in SQL, unknown passes."""

TRUE: Truths = frozenset({"true"})
FALSE: Truths = frozenset({"false"})
UNKNOWN: Truths = frozenset({"unknown"})
NOT_TRUE: Truths = frozenset({"false", "unknown"})
ALL: Truths = frozenset({"true", "false", "unknown"})
SIDES: dict[Truth, Truth] = {"true": "false", "false": "true", "unknown": "unknown"}


def among(values: Floats | pa.Array, truths: Truths) -> Mask:
    """Return where a truth is one of some."""
    found = np.asarray(values)
    unknown = np.isnan(found)
    allowed = np.zeros(len(found), dtype=bool)
    for truth in truths:
        allowed |= unknown if truth == "unknown" else ~unknown & ((found != 0) == (truth == "true"))
    return allowed
