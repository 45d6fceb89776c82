"""Formulas: a small whitelist over ``Decimal``. No attributes, no calls but min and max, no powers."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation

MAX_NODES = 60
"""More than any formula of a benefit needs; keeps a text file from becoming a program."""
MAX_LENGTH = 300
"""Characters of a formula."""


class BadFormula(ValueError):
    """The formula cannot be read; the arguments are the column (from 1) and what was found there."""


class CannotCompute(ValueError):
    """The formula cannot be computed for the given values: division by zero, or a result out of range."""


def _least(*values: Decimal) -> Decimal:
    return min(values)


def _greatest(*values: Decimal) -> Decimal:
    return max(values)


_CALLS: Mapping[str, Callable[..., Decimal]] = {"min": _least, "max": _greatest}
_OPERATIONS: Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
}


@dataclass(frozen=True)
class Formula:
    """A checked formula and the names it needs."""

    text: str
    names: frozenset[str]
    tree: ast.expr

    def compute(self, values: Mapping[str, Decimal], *, places: int) -> Decimal:
        """The result rounded half up to *places* decimals.

        Raises ``KeyError`` for a name without a value and ``CannotCompute``.
        """
        try:
            return rounded(_value(self.tree, values), places)
        except (DivisionByZero, InvalidOperation, ZeroDivisionError) as error:
            raise CannotCompute(self.text) from error


def rounded(value: Decimal, places: int) -> Decimal:
    """*value* rounded half up to *places* decimals."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def formula(text: str) -> Formula:
    """Read a formula of names, numbers, ``+ - * / ( )``, ``min`` and ``max``. Raises ``BadFormula``."""
    if len(text) > MAX_LENGTH:
        raise BadFormula(MAX_LENGTH + 1, text)
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadFormula(getattr(error, "offset", None) or 1, text) from error
    if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
        raise BadFormula(1, text)
    names: set[str] = set()
    _check(tree, names)
    return Formula(text, frozenset(names), tree)


def _check(node: ast.expr, names: set[str]) -> None:
    match node:
        case ast.Name(id=name):
            names.add(name)
        case ast.Constant(value=bool()):
            raise BadFormula(node.col_offset + 1, ast.unparse(node))
        case ast.Constant(value=int() | float()):
            pass
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _check(operand, names)
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in _OPERATIONS:
            _check(left, names)
            _check(right, names)
        case ast.Call(func=ast.Name(id="min" | "max"), args=[_, _, *_] as arguments, keywords=[]):
            for argument in arguments:
                _check(argument, names)
        case _:
            raise BadFormula(node.col_offset + 1, ast.unparse(node))


def _value(node: ast.expr, values: Mapping[str, Decimal]) -> Decimal:
    match node:
        case ast.Name(id=name):
            return values[name]
        case ast.Constant(value=number):
            return Decimal(str(number))
        case ast.UnaryOp(operand=operand):
            return -_value(operand, values)
        case ast.BinOp(left=left, op=operation, right=right):
            return _OPERATIONS[type(operation)](_value(left, values), _value(right, values))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _CALLS[name](*(_value(argument, values) for argument in arguments))
        case _:  # pragma: no cover - _check lets nothing else through
            raise AssertionError(ast.dump(node))
