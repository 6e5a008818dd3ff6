"""Columns that equations give."""

from __future__ import annotations

from collections.abc import Iterator

from likewise.constraints.language.expression import Arithmetic, Comparison, Expression, Name
from likewise.constraints.language.writing import write_expression
from likewise.techniques.rules.maker import Maker
from likewise.techniques.rules.makers.drawn import Drawn
from likewise.techniques.rules.makers.formula import Formula, without_sums
from likewise.techniques.rules.makers.quantiles import Quantiles


def formula_like(maker: Maker, expression: Expression, *, above: str = "") -> Formula:
    """Return the formula that takes a maker's place, of the kind and the decimals that were asked of that."""
    text = write_expression(without_sums(expression))
    if isinstance(maker, Quantiles):
        return Formula(text=text, above=above, kind=maker.kind, decimals=maker.decimals)
    if isinstance(maker, Drawn):
        return Formula(text=text, above=above, kind=maker.of.kind, decimals=maker.of.decimals)
    return Formula(text=text, above=above)


def isolated(expression: Expression | None) -> Iterator[tuple[str, Expression]]:
    """Yield each column of a table that an equation gives, with what it is equal to.

    >>> from likewise.constraints.language.reading import read_expression
    >>> [name for name, _ in isolated(read_expression("net + tax == total"))]
    ['total', 'net', 'tax']
    """
    if isinstance(expression, Comparison) and expression.sign == "==":
        sides = ((expression.left, expression.right), (expression.right, expression.left))
        for side, other in sorted(sides, key=lambda pair: not isinstance(pair[0], Name)):
            yield from _alone(side, other)


def _alone(side: Expression, other: Expression) -> Iterator[tuple[str, Expression]]:
    """Yield the columns on one side of an equation, with what each is equal to."""
    if isinstance(side, Name) and side.table is None:
        yield side.column, other
    elif isinstance(side, Arithmetic) and side.operation == "+":
        yield from _alone(side.left, Arithmetic("-", other, side.right))
        yield from _alone(side.right, Arithmetic("-", other, side.left))
    elif isinstance(side, Arithmetic) and side.operation == "-":
        yield from _alone(side.left, Arithmetic("+", other, side.right))
        yield from _alone(side.right, Arithmetic("-", side.left, other))
