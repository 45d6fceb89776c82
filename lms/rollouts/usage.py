"""Whether a text uses exactly what differs: its references name places, statuses, levels and days."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lms.policies.references import parse
from lms.policies.rules import ANY, NATION, Asked, Level
from lms.rollouts.typed import PARAMETER, TypedItem

Body = Mapping[str, Any]


def texts(body: Any) -> Iterator[str]:
    """Every text within a compiled body."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, Mapping):
        for value in body.values():
            yield from texts(value)
    elif isinstance(body, list | tuple):
        for value in body:
            yield from texts(value)


def uses(body: Body, item: TypedItem, regions: Mapping[str, Body]) -> bool:
    """Whether a text that refers to the item's clause or parameter can be touched by this difference.

    A reference to the reader's own value always can; one for another city, status or level, or for a day
    before the difference, cannot.
    """
    if item.kind != PARAMETER or not item.region:
        return True
    written = re.compile(
        rf"(?<![\w.-]){re.escape(item.item)}/\d*/[a-z_]*/[a-z]+(?:/\d{{4}}-\d\d-\d\d)?(?![\w/])"
    )
    asked = [parse(found) for text in texts(body) for found in written.findall(text)]
    return not asked or any(_meets(one, item, regions) for one in asked)


def _meets(asked: Asked, item: TypedItem, regions: Mapping[str, Body]) -> bool:
    if asked.on and item.since and asked.on < item.since:
        return False
    statuses, levels = {asked.status, item.status}, {asked.level.value, item.level}
    same_status = len(statuses) == 1 or bool(statuses & {"", ANY})
    same_level = len(levels) == 1 or Level.ANY.value in levels
    return same_status and same_level and item.region in _upwards(asked.region, regions, item.region)


def _upwards(region: str, regions: Mapping[str, Body], own: str) -> set[str]:
    """The region asked for and those above it, which answer for it; for the reader's own, any."""
    if not region:
        return {own}
    found = {NATION}
    current: str | None = region
    while current:
        found.add(current)
        current = regions.get(current, {}).get("parent")
    return found
