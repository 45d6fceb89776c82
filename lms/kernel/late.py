"""Libraries that few requests need: they are loaded when they are first used, so that serving stays small."""

from functools import cache
from importlib import import_module
from typing import Any


@cache
def library(name: str) -> Any:
    """The module of this name."""
    return import_module(name)
