"""Formulas: a small whitelist over ``Decimal``. No attributes, no calls but min and max, no powers."""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext

MAX_NODES = 60
"""More than any formula of a benefit needs; keeps a text file from becoming a program."""
MAX_LENGTH = 300
"""Characters of a formula."""
DIGITS = 50
"""Significant digits of every step: sums and products of a benefit are exact, quotients nearly so."""
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_STRAY = re.compile(r"[^\w .+*/(),-]")
"""No quotes, brackets, operators of other kinds, or further lines: of them no formula is made."""


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
            with localcontext(_context()):
                return rounded(_value(self.tree, values, self.text), places)
        except (InvalidOperation, DivisionByZero, Overflow) as error:
            raise CannotCompute(self.text) from error


def _context() -> Context:
    return Context(prec=DIGITS, traps=[InvalidOperation, DivisionByZero, Overflow])


def rounded(value: Decimal, places: int) -> Decimal:
    """*value* rounded half up to *places* decimals; never a negative zero."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) + 0


def formula(text: str) -> Formula:
    """Read a formula of names, numbers, ``+ - * / ( )``, ``min`` and ``max``. Raises ``BadFormula``."""
    if len(text) > MAX_LENGTH:
        raise BadFormula(MAX_LENGTH + 1, text)
    if stray := _STRAY.search(text):
        raise BadFormula(stray.start() + 1, stray[0])
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadFormula(getattr(error, "offset", None) or 1, text) from error
    if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
        raise BadFormula(1, text)
    names: set[str] = set()
    _check(tree, names, text)
    return Formula(text, frozenset(names), tree)


def _check(node: ast.expr, names: set[str], text: str) -> None:
    match node:
        case ast.Name(id=name):
            names.add(name)
        case ast.Constant() if _NUMBER.fullmatch(_written(node, text)):
            pass
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _check(operand, names, text)
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in _OPERATIONS:
            _check(left, names, text)
            _check(right, names, text)
        case ast.Call(func=ast.Name(id="min" | "max"), args=[_, _, *_] as arguments, keywords=[]):
            for argument in arguments:
                _check(argument, names, text)
        case _:
            before = text.encode()[: node.col_offset].decode()
            raise BadFormula(len(before) + 1, _written(node, text))


def _written(node: ast.expr, text: str) -> str:
    """The part of the text that a node was read from: a number keeps every digit."""
    return ast.get_source_segment(text, node) or ""


def _value(node: ast.expr, values: Mapping[str, Decimal], text: str) -> Decimal:
    match node:
        case ast.Name(id=name):
            return values[name]
        case ast.Constant():
            return Decimal(_written(node, text))
        case ast.UnaryOp(operand=operand):
            return -_value(operand, values, text)
        case ast.BinOp(left=left, op=operation, right=right):
            return _OPERATIONS[type(operation)](_value(left, values, text), _value(right, values, text))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _CALLS[name](*(_value(argument, values, text) for argument in arguments))
        case _:  # pragma: no cover - _check lets nothing else through
            raise AssertionError(ast.dump(node))
