"""Every route of the program with an address that fits it."""

from collections.abc import Iterator

from flask import Flask, url_for
from werkzeug.routing import AnyConverter, Rule


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and address for every rule and method. What the addresses name need not exist."""
    with app.test_request_context():
        found = [(rule, url_for(rule.endpoint, **_values(rule))) for rule in app.url_map.iter_rules()]
    for rule, address in found:
        for method in sorted(rule.methods or ()):
            yield rule.endpoint, method, address


def _values(rule: Rule) -> dict[str, str]:
    """Not 1, which is the default of some numbers: its address would lead on to the one without it."""
    return {
        name: min(converter.items) if isinstance(converter, AnyConverter) else "2"
        for name, converter in rule._converters.items()
    }
