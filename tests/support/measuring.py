"""Measuring a page in a real browser: axe and our own measures, in light and dark, wide and narrow.

axe's rule on contrast costs five times all its others together, because it looks at every word, and its rule
on targets as much as the rest. Words that look alike have the same contrast, so axe is shown one of each kind
(``measuring.js`` computes all of them); targets are measured by ourselves, on a phone and at a desk.
"""

from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

NARROW: ViewportSize = {"width": 320, "height": 640}
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
EVERY_RULE = {"type": "tag", "values": STANDARDS}
COLOUR = {"type": "rule", "values": ("color-contrast",)}
ON_A_PHONE = ("colours", "names", "sizes", "spacing", "pressing", "order", "forbidden", "focus")
OWN = Path(__file__).with_suffix(".js")


def measure(page: Page, *, axe: bool = True) -> list[str]:
    """What is wrong with the page as it stands: in light and dark, on a phone, a narrow phone and at a desk.

    Without *axe* only our own measures are taken, for a page which axe has seen in the other language.
    """
    page.set_viewport_size(PHONE)
    page.keyboard.press("Tab")
    faults = _found(page, *ON_A_PHONE, axe=EVERY_RULE if axe else None)
    if axe:
        page.emulate_media(color_scheme="dark")
        faults += [f"{fault} (dark)" for fault in _found(page, "colours", axe=COLOUR)]
        page.emulate_media(color_scheme="light")
    page.set_viewport_size(NARROW)
    faults += _found(page, "room")
    page.set_viewport_size(DESKTOP)
    faults += [f"{fault} (at a desk)" for fault in _found(page, "pressing", "width")]
    page.set_viewport_size(PHONE)
    return faults


def measure_print(page: Page) -> list[str]:
    """What is wrong with the page as it is printed."""
    page.emulate_media(media="print")
    faults = _found(page, "colours", "sizes", axe=EVERY_RULE)
    page.emulate_media(media="screen")
    return faults


def accessibility_faults(page: Page) -> list[str]:
    """What axe finds in the page as it stands, in the colours that it has."""
    return _found(page, axe=EVERY_RULE)


def _found(page: Page, *measures: str, axe: dict[str, Any] | None = None) -> list[str]:
    """Complaints of our own *measures* and of axe, by some of its rules.

    Nothing is loaded before it is needed: half a megabyte in every page passed through slows a journey down.
    """
    if not page.evaluate("Boolean(window.examine)"):
        page.evaluate(OWN.read_text("utf-8"))
    if axe and not page.evaluate("Boolean(window.axe)"):
        page.evaluate(f"() => {{ {Axe().axe_script}; prepareAxe() }}")
    found = page.evaluate("asked => examine(asked)", {"named": measures, "rules": axe})
    return found["faults"] + [_paragraph(violation) for violation in found["violations"]]


def _paragraph(violation: dict[str, Any]) -> str:
    lines = [f"{violation['id']} ({violation['impact']}): {violation['help']}"]
    for node in violation["nodes"]:
        lines.append(f"  at {' '.join(map(str, node['target']))}")
        lines.append(f"     {node['html']}")
        lines.extend(f"     {line}" for line in node["failureSummary"].splitlines())
    return "\n".join(lines)
