"""QR codes: as dark and light modules, and as SVG."""

from functools import lru_cache

from lms.kernel.late import library

Matrix = tuple[tuple[bool, ...], ...]
QUIET = 4
"""Light modules around the code. Source: ISO/IEC 18004, quiet zone."""


@lru_cache(maxsize=2048)
def matrix(text: str) -> Matrix:
    """The modules of *text*, dark ones true, without the quiet zone; a quarter of it may be worn off."""
    found = library("qrcode").QRCode(
        error_correction=library("qrcode.constants").ERROR_CORRECT_Q, border=0, box_size=1
    )
    found.add_data(text)
    found.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in found.get_matrix())


def svg(text: str, attributes: str = "") -> str:
    """The code of *text*, black on white with its quiet zone; *attributes* are written into the tag as is."""
    modules = matrix(text)
    size = len(modules) + 2 * QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"'
        f' shape-rendering="crispEdges"{attributes}>'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{_path(modules)}"/></svg>'
    )


def _path(modules: Matrix) -> str:
    """Dark modules as strokes along each row, so that the path stays short."""
    parts = []
    for y, row in enumerate(modules, QUIET):
        x = 0
        while x < len(row):
            width = 1
            while x + width < len(row) and row[x + width] == row[x]:
                width += 1
            if row[x]:
                parts.append(f"M{x + QUIET} {y}h{width}v1h-{width}z")
            x += width
    return "".join(parts)
