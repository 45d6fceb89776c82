"""QR codes on pages, and the addresses that are printed: those under which people reach the site."""

from markupsafe import Markup

from lms.printing import qr
from lms.web.context import settings


def outside_url(path: str) -> str:
    """The whole address of a path, as it may be typed or scanned anywhere."""
    return f"{settings().address}{path}"


def qr_code(text: str, label: str) -> Markup:
    """The code of *text* as an image that is called *label*."""
    attributes = Markup(' class="qr" role="img" aria-label="{}"').format(label)
    return Markup(qr.svg(text, str(attributes)))  # noqa: S704 - modules and an escaped label
