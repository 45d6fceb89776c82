"""In which shell a learner's page stands: retired persons get the easy view."""

from lms.web.addresses import url_for
from lms.web.guard import asker_or_none

EASY = "_elder.html"


def shell(standard: str) -> str:
    """The template to extend: the easy view's for a retired person, *standard* for everybody else."""
    here = asker_or_none()
    return EASY if here is not None and here.is_retiree else standard


def home() -> str:
    """Address of the learner's own home."""
    return url_for("easy.home" if shell("") == EASY else "home.my")
