"""The way texts refer to policy: ``[[outpatient.deductible region=北京]]`` and ``document#clause``."""

import re
from collections.abc import Mapping
from datetime import date

from lms.policies.rules import ANY, Asked, Level, Region

PARAMETER = re.compile(r"\[\[([^\[\]\n]+)\]\]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_STATUSES = ("in_service", "retired", ANY)


class BadReference(ValueError):
    """A reference that cannot be read; the arguments are what was found and what would be right."""


def read(text: str, regions: Mapping[str, Region]) -> Asked:
    """Read the inside of ``[[…]]``: a name, then ``region=``, ``status=``, ``level=``, ``on=`` as needed.

    *regions* maps the Chinese names used in files. Raises ``BadReference``.
    """
    name, *options = text.split() or [""]
    if not name:
        raise BadReference(text, "name region=… status=… level=… on=…")
    given = {"region": "", "status": "", "level": Level.ANY.value, "on": ""}
    for option in options:
        key, _, value = option.partition("=")
        if key not in given or not value:
            raise BadReference(option, "region= / status= / level= / on=")
        given[key] = value
    region = given["region"]
    if region and region not in regions:
        raise BadReference(region, " / ".join(regions))
    if given["status"] and given["status"] not in _STATUSES:
        raise BadReference(given["status"], " / ".join(_STATUSES))
    if given["level"] not in list(Level):
        raise BadReference(given["level"], " / ".join(Level))
    code = regions[region].code if region else ""
    return Asked(name, code, given["status"], Level(given["level"]), _day(given["on"]))


def _day(text: str) -> date | None:
    if text and not _DAY.fullmatch(text):
        raise BadReference(text, "2026-01-31")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadReference(text, "2026-01-31") from None


def write(asked: Asked) -> str:
    """The canonical inside of ``[[…]]`` with the region as its code; ``parse`` reads it back.

    The day is written only where there is one: editions hold what was written before there were days.
    """
    written = f"{asked.name}/{asked.region}/{asked.status}/{asked.level}"
    return f"{written}/{asked.on}" if asked.on else written


def parse(canonical: str) -> Asked:
    """Read what ``write`` wrote."""
    name, region, status, level, *day = canonical.split("/")
    return Asked(name, region, status, Level(level), date.fromisoformat(day[0]) if day else None)
