"""Refusals that callers of scikit-learn catch too: every one is a LikewiseError and a ValueError or TypeError."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from likewise.errors import FitError, LikewiseError, SettingsError


class InvalidData(FitError, ValueError):
    """Features or classes that cannot be learned from."""


class InvalidType(FitError, TypeError):
    """Features or classes of a type that is not understood."""


class InvalidParameter(SettingsError, ValueError):
    """A parameter of an estimator that is out of its range."""


@contextmanager
def refusing() -> Iterator[None]:
    """Raise what is refused within so that `except ValueError` catches it, with its code, place and hint."""
    try:
        yield
    except (InvalidData, InvalidType, InvalidParameter):
        raise
    except SettingsError as fault:
        raise InvalidParameter(fault.code, fault.what, where=fault.where, hint=fault.hint) from fault
    except LikewiseError as fault:
        raise InvalidData(fault.code, fault.what, where=fault.where, hint=fault.hint) from fault


@contextmanager
def validating(where: str, hint: str) -> Iterator[None]:
    """Raise what scikit-learn's validation refuses within as a LikewiseError, in its words."""
    try:
        yield
    except LikewiseError:
        raise
    except TypeError as fault:
        raise InvalidType("fit.input", str(fault), where=where, hint=hint) from fault
    except ValueError as fault:
        raise InvalidData("fit.input", str(fault), where=where, hint=hint) from fault
