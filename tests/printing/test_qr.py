"""QR codes: the same modules as SVG, with a quiet zone."""

import re

from lms.printing import qr

ADDRESS = "https://xuanguan.example/card/7K3M9QWX"


def test_a_code_is_a_square_with_its_three_finders() -> None:
    modules = qr.matrix(ADDRESS)
    size = len(modules)
    assert {len(row) for row in modules} == {size}
    finder = [True] * 7
    assert list(modules[0][:7]) == finder
    assert list(modules[0][-7:]) == finder
    assert list(modules[-1][:7]) == finder


def test_the_svg_holds_exactly_the_dark_modules_inside_a_quiet_zone() -> None:
    modules, drawn = qr.matrix(ADDRESS), qr.svg(ADDRESS)
    dark = {(x + 4, y + 4) for y, row in enumerate(modules) for x, module in enumerate(row) if module}
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", drawn)
    assert {(int(x) + step, int(y)) for x, y, width in runs for step in range(int(width))} == dark
    assert f'viewBox="0 0 {len(modules) + 8} {len(modules) + 8}"' in drawn


def test_an_svg_has_no_style_of_its_own_and_takes_attributes() -> None:
    drawn = qr.svg(ADDRESS, ' role="img"')
    assert "style" not in drawn
    assert ' role="img"' in drawn
