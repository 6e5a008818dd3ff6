"""Terms: functions that rules may call, on numbers, on whole columns, and compiled."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

TERMS: list[tuple[Callable[..., Any], Callable[[], Callable[..., Any]]]] = []
"""Every term, and what returns that which is compiled in its place."""


def term(
    *,
    arrays: Callable[..., Any] | None = None,
    compiled: Callable[..., Any] | None = None,
    built: Callable[[], Callable[..., Any]] | None = None,
    by: int | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let rules call a function: with numbers, compiled, and with columns too if it only calls what allows for them.

    `arrays` is what to do with columns where that is written otherwise, `compiled` what to compile in its place, or
    `built` what returns that where it needs numba to be written. All three must give the same result to the last bit.
    `by` is the place of the argument that tells columns from numbers, where others are columns in any case. A function
    of one's own that rules call is a term as well.

    >>> from likewise.techniques.agents.language.arithmetic import where
    >>> @term()
    ... def clipped(x):
    ...     return where(x > 1.0, 1.0, x)
    >>> clipped(3.0), clipped(np.array([0.5, 3.0])).tolist()
    (1.0, [0.5, 1.0])
    """

    def declared(function: Callable[..., Any]) -> Callable[..., Any]:
        called = function if arrays is None else _either(function, arrays, by)
        TERMS.append((called, built or (lambda: compiled or function)))
        return called

    return declared


def _either(function: Callable[..., Any], arrays: Callable[..., Any], by: int | None) -> Callable[..., Any]:
    """Return a function that takes numbers or columns."""

    @wraps(function)
    def either(*values: Any) -> Any:
        telling = values if by is None else (values[by],)
        return (arrays if any(isinstance(value, np.ndarray) for value in telling) else function)(*values)

    return either
