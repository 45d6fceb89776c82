"""The library as it was before the two changes of policy that the demo plays, laid over the files of today.

The demo begins with ``before_pooling``, changes to ``before_law`` when 医保发〔2025〕35号 goes live, and to
the files as they are when the 医疗保障法 does. Each change is what differs between two of the three.

``before_pooling/`` holds the rule on family pooling within a province, without the clauses that the notice
added; since when the notice holds is not known, so no day is given. ``before_law/`` is without the law:
pages that refer to it say nothing of it. An empty file stands for one that was not there yet.
"""

from collections.abc import Mapping
from pathlib import Path

from lms.publishing.files import files_below

_HERE = Path(__file__).parent


def before_pooling(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The library (path → bytes) before both changes."""
    return _under(before_law(files), "before_pooling")


def before_law(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The library with the notice on pooling, before the law was passed."""
    return _under(files, "before_law")


def _under(files: Mapping[str, bytes], layer: str) -> dict[str, bytes]:
    laid_over = {**files, **files_below(_HERE / layer)}
    return {path: content for path, content in laid_over.items() if content}
