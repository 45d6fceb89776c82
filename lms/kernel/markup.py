"""Small typographic helpers for Chinese headings."""

import re

from markupsafe import Markup, escape

_CLAUSE = re.compile(r"(?<=[，。：；、！？])")
_PART = Markup('<span class="ph">{}</span>')


def ph(text: object) -> Markup:
    """Wrap each clause, so that a heading breaks after punctuation first."""
    parts = [part for part in _CLAUSE.split(str(text)) if part]
    if len(parts) < 2:
        return escape(text)
    return Markup("").join(_PART.format(part) for part in parts)
