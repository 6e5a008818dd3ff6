"""The contract that every technique keeps, as a suite that plug-in authors run over theirs."""

from __future__ import annotations

from likewise.core.protocol import Synthesizer
from likewise.testing import drawing, files, given, kinds, media, private, settings
from likewise.testing.subject import Promise, Subject

PROMISES: tuple[Promise, ...] = (
    *settings.PROMISES,
    *drawing.PROMISES,
    *kinds.PROMISES,
    *media.PROMISES,
    *given.PROMISES,
    *files.PROMISES,
    *private.PROMISES,
)
"""Every promise, a function of a Subject that raises AssertionError where it is broken; for parametrized tests."""

__all__ = ["PROMISES", "Promise", "Subject", "check_promise", "check_synthesizer"]


def check_synthesizer(synthesizer: Synthesizer, *, rows: int = 300) -> None:
    """Try every promise of the contract on a synthesizer, and raise AssertionError for the first that is broken.

    `rows` is the size of the made-up tables that it is fitted to, some dozen times: give fewer for a slow technique, at
    least 100. A technique with a formal guarantee is given what the made-up columns may hold as its `domain`; take
    a large epsilon, for then noise hides no share of 300 rows. The technique must be installed under its name, for its
    model files are read by it. Takes a few seconds for a fast technique. To see every promise apart, parametrize over
    `PROMISES` and call `check_promise`.

    >>> from likewise.techniques.bootstrap import Bootstrap
    >>> check_synthesizer(Bootstrap(), rows=100)
    """
    subject = Subject(synthesizer, rows)
    for promise in PROMISES:
        check_promise(promise, subject)


def check_promise(promise: Promise, subject: Subject) -> None:
    """Try one promise, and raise AssertionError with its name and sentence where it is broken."""
    said = (promise.__doc__ or "").splitlines()[0]
    title = f"`{subject.synthesizer.technique}` breaks the promise `{promise.__name__}` ({said})"
    try:
        promise(subject)
    except AssertionError as broken:
        raise AssertionError(f"{title}: {broken}") from broken
    except Exception as fault:  # the boundary: whatever a technique raises here breaks the promise
        raise AssertionError(f"{title}: it raised {type(fault).__name__}: {fault}") from fault
