"""Techniques that may see rows which were looked at: all but those with a guarantee."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from likewise.core.protocol import Synthesizer
from likewise.core.registry import technique
from likewise.errors import PrivacyError

HINT = ("give `likewise fit` or `synth` a budget (`--epsilon` and `--domain`), and go on with what its model draws: "
        "`--given` and `--balance` go")  # fmt: skip


def looking(name: str, settings: Mapping[str, Any] | None = None) -> Synthesizer:
    """Return a technique that learns rows which were read and inferred, with its settings checked.

    Raises PrivacyError for one with a guarantee: what a verb finds out about rows before it learns them, or writes of
    them beside what is made, has no noise.

    >>> looking("auto").technique
    'autoregressive'
    """
    family = technique(name)
    if family.is_private:
        raise _unpaid(name)
    found = family.from_dict(dict(settings or {}), where=name)
    if found.is_private:
        raise _unpaid(found.inside.technique)
    return found


def _unpaid(name: str) -> PrivacyError:
    what = f"technique `{name}` gives a guarantee, and here rows are looked at beside it, for which nothing is paid"
    return PrivacyError("privacy.looked-at", what, where="technique", hint=HINT)
