"""How the values of statistics are written: counts and shares."""

from __future__ import annotations


def number(value: float) -> str:
    """Write a count or a mean of counts.

    >>> number(1.0571), number(4231.7)
    ('1.06', '4,232')
    """
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.3g}"


def percent(share: float) -> str:
    """Write a share, with two decimals of its percents.

    >>> percent(0.0498), percent(1e-6), percent(0.0)
    ('4.98 %', '<0.01 %', '0 %')
    """
    return "0 %" if not share else "<0.01 %" if share < 1e-4 else f"{100 * share:.2f} %"
