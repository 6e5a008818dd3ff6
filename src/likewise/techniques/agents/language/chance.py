"""Chance in rules: numbers counted from the seed, who asks, at which turn, and for what.

Nothing is stored and nothing runs on: the same agent at the same turn meets the same number, whatever others did. So
results do not depend on the order of work, runs go on after a break as if there had been none, and two runs of one
seed that differ in a rule meet the same luck (common random numbers).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from likewise.core.seeds import generator
from likewise.techniques.agents.language.arithmetic import cos, log, more, sqrt, where, whole
from likewise.techniques.agents.language.term import term

_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_ID, _TURN, _PURPOSE = 0x9E3779B97F4A7C15, 0xD1342543DE82EF95, 0xF1357AEA2E62A9C5
_MASK = 2**64 - 1
_WHATEVER = 2**40
_LEAST = 1e-300
"""What a rate is taken for that is less: nothing is divided by 0, and no wait is too long to be a number."""

_U = np.uint64
_F, _S, _I, _T, _P = _U(_FIRST), _U(_SECOND), _U(_ID), _U(_TURN), _U(_PURPOSE)
_30, _27, _31, _11 = _U(30), _U(27), _U(31), _U(11)


def key_of(seed: int, name: str) -> np.uint64:
    """Return the number that the chances of a population begin from."""
    return _U(generator(seed, "chance", name).integers(2**63))


def _mixed_number(z: int) -> int:
    z &= _MASK
    z = (z ^ z >> 30) * _FIRST & _MASK
    z = (z ^ z >> 27) * _SECOND & _MASK
    return z ^ z >> 31


@term()
def _mixed(z: Any) -> Any:
    """Return 64 bits none of which is to be told from the others (SplitMix)."""
    z = (z ^ (z >> _30)) * _F
    z = (z ^ (z >> _27)) * _S
    return z ^ (z >> _31)


def _of_columns(key: Any, own: Any, turn: Any, purpose: Any) -> Any:
    z = _mixed(np.asarray(own).astype(_U) * _I + key)
    z = _mixed(z + np.asarray(turn).astype(_U) * _T + np.asarray(purpose).astype(_U) * _P)
    return (z >> _11).astype(np.float64) * 2.0**-53 + 2.0**-54


def _of_compiled(key: Any, own: Any, turn: Any, purpose: Any) -> Any:
    z = _mixed(_U(own) * _I + key)
    z = _mixed(z + _U(turn) * _T + _U(purpose) * _P)
    return np.float64(z >> _11) * 2.0**-53 + 2.0**-54


@term(arrays=_of_columns, compiled=_of_compiled)
def _counted(key: Any, own: Any, turn: Any, purpose: Any) -> Any:
    """Return the number above 0 and below 1 that belongs to three whole ones, and to where chances begin."""
    z = _mixed_number(int(own) * _ID + int(key))
    z = _mixed_number(z + int(turn) * _TURN + int(purpose) * _PURPOSE)
    return float(z >> 11) * 2.0**-53 + 2.0**-54


@term()
def uniform(who: Any, i: Any, purpose: Any) -> Any:
    """Return a number above 0 and below 1 for an agent at its turn.

    `purpose` tells what a rule asks for, a whole number of at least 0: the same one gives the same number again.

    Steele, Lea and Flood, 2014, OOPSLA (SplitMix); Salmon et al., 2011, SC (counters instead of states).
    """
    return _counted(who.key, who.id[i], who.turn[i], purpose)


@term()
def uniform_of(who: Any, i: Any, what: Any, purpose: Any) -> Any:
    """Return a number above 0 and below 1 for an agent and a whole number such as a day, whatever the agent's turn."""
    return _counted(who.key, who.id[i], what, purpose + _WHATEVER)


@term()
def below(who: Any, i: Any, purpose: Any, count: Any) -> Any:
    """Return a whole number from 0 up to, but not, `count`."""
    return whole(uniform(who, i, purpose) * count)


@term()
def normal(who: Any, i: Any, purpose: Any) -> Any:
    """Return a number of the standard normal distribution; it uses up `purpose` and `purpose + 1`.

    Box and Muller, 1958, Annals of Mathematical Statistics 29.
    """
    return sqrt(-2.0 * log(uniform(who, i, purpose))) * cos(6.283185307179586 * uniform(who, i, purpose + 1))


@term()
def waiting(who: Any, i: Any, purpose: Any, rate: Any) -> Any:
    """Return the time until the next event of a Poisson process; infinite where the rate is 0."""
    return where(rate > 0.0, -log(uniform(who, i, purpose)) / more(rate, _LEAST), np.inf)


@term()
def picked(cumulative: Any, chance: Any) -> Any:
    """Return which of several parts a number from 0 to 1 falls in; `cumulative` are their ends, the last 1."""
    return np.searchsorted(cumulative, chance, side="right")
