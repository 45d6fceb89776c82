"""The way texts refer to policy: ``[[outpatient.deductible region=北京]]`` and ``document#clause``."""

import re
from collections.abc import Mapping

from lms.policies.rules import ANY, Asked, Level, Region

PARAMETER = re.compile(r"\[\[([^\[\]\n]+)\]\]")
_STATUSES = ("in_service", "retired", ANY)


class BadReference(ValueError):
    """A reference that cannot be read; the arguments are what was found and what would be right."""


def read(text: str, regions: Mapping[str, Region]) -> Asked:
    """Read the inside of ``[[…]]``: a name, then ``region=``, ``status=``, ``level=`` as needed.

    *regions* maps the Chinese names used in files. Raises ``BadReference``.
    """
    name, *options = text.split() or [""]
    if not name:
        raise BadReference(text, "name region=… status=… level=…")
    given = {"region": "", "status": "", "level": Level.ANY.value}
    for option in options:
        key, _, value = option.partition("=")
        if key not in given or not value:
            raise BadReference(option, "region= / status= / level=")
        given[key] = value
    region = given["region"]
    if region and region not in regions:
        raise BadReference(region, " / ".join(regions))
    if given["status"] and given["status"] not in _STATUSES:
        raise BadReference(given["status"], " / ".join(_STATUSES))
    if given["level"] not in list(Level):
        raise BadReference(given["level"], " / ".join(Level))
    return Asked(name, regions[region].code if region else "", given["status"], Level(given["level"]))


def write(asked: Asked) -> str:
    """The canonical inside of ``[[…]]`` with the region as its code; ``parse`` reads it back."""
    return f"{asked.name}/{asked.region}/{asked.status}/{asked.level}"


def parse(canonical: str) -> Asked:
    """Read what ``write`` wrote."""
    name, region, status, level = canonical.split("/")
    return Asked(name, region, status, Level(level))
