"""Solve an equation for one of its columns."""

from __future__ import annotations

from likewise.constraints.language.expression import Arithmetic, Comparison, Expression, Name, Negative


def isolated(equation: Comparison, name: str) -> Expression | None:
    """Return what a column is equal to by an equation; None where it stands there twice or cannot be freed.

    >>> from likewise.constraints.language.reading import read_expression
    >>> isolated(read_expression("total == price * count"), "price")
    Arithmetic(operation='/', left=Name(column='total', table=None), right=Name(column='count', table=None))
    """
    if equation.sign != "==":
        return None
    left, right = (side.names().count(name) and _count(side, name) for side in (equation.left, equation.right))
    if left + right != 1:
        return None
    holder, other = (equation.left, equation.right) if left else (equation.right, equation.left)
    return _freed(holder, other, name)


def _count(expression: Expression, name: str) -> int:
    return sum(1 for part in expression.walk() if isinstance(part, Name) and part.full == name)


def _freed(holder: Expression, other: Expression, name: str) -> Expression | None:
    """Move all but the column to the other side, one operation after another."""
    match holder:
        case Name():
            return other
        case Negative(of):
            return _freed(of, Negative(other), name)
        case Arithmetic(operation, left, right):
            inside_left = _count(left, name) == 1
            moved = _moved(operation, left, right, other, inside_left)
            return None if moved is None else _freed(left if inside_left else right, moved, name)
        case _:
            return None


def _moved(operation: str, left: Expression, right: Expression, other: Expression, first: bool) -> Expression | None:
    """Return the other side of an equation once an operation is undone; `first` where its first part is sought."""
    match operation:
        case "+":
            return Arithmetic("-", other, right if first else left)
        case "-":
            return Arithmetic("+", other, right) if first else Arithmetic("-", left, other)
        case "*":
            return Arithmetic("/", other, right if first else left)
        case "/":
            return Arithmetic("*", other, right) if first else Arithmetic("/", left, other)
        case _:
            return None
