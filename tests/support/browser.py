"""A real browser: which one, how it is started, and what is looked at in every page."""

import os
import shutil
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Page, Request, Response

from tests.support.measuring import DESKTOP as DESKTOP
from tests.support.measuring import PHONE as PHONE
from tests.support.measuring import accessibility_faults

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""No word to the outside: the tests run where there is no network. No sandbox: CI runs as root."""
SCREENSHOTS = Path(__file__).parents[2] / ".screenshots"


def installed_browser() -> str | None:
    """Path of a Chromium on this machine; ``CHROMIUM`` in the environment goes before what is found."""
    given = os.environ.get("CHROMIUM")
    found = (path for path in map(shutil.which, PROGRAMS) if path)
    applications = (path for path in APPLICATIONS if Path(path).exists())
    return given or next(found, None) or next(applications, None)


def check_accessibility(page: Page) -> None:
    """Fail with one paragraph per violation that axe finds in the page as it stands."""
    faults = accessibility_faults(page)
    assert not faults, f"{page.url}\n\n" + "\n\n".join(faults)


def screenshot(page: Page, name: str) -> Path:
    """Save the whole page as ``.screenshots/NAME.png`` for people to look at."""
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path


class Watch:
    """Notes what no page may do: script errors, refused resources, server faults, words to other hosts."""

    def __init__(self, page: Page, home: str) -> None:
        self._home = home
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("console", self._console)
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self._home, "data:", "blob:", "about:")):
            self.complaints.append(f"request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status} at {response.url}")
