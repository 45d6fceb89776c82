"""The numbers of a quarter by group of people; what would tell about fewer than five is withheld."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from lms.kernel.small_groups import shown
from lms.people.models import Audience
from lms.quarterly.shapes import NO_ANSWERS, NOTHING, Group, Mean, Papers, Part
from lms.quarterly.training import Owed, Who, Written

NEW = "new"
_ORDER = (Audience.EMPLOYEE, Audience.HR, Audience.RETIREE)
Row = TypeVar("Row", Owed, Written)
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Counted:
    """What was counted by audience and newcomers, and the satisfaction of audiences; ``None``: withheld."""

    owed: Mapping[Who, Owed]
    written: Mapping[Who, Written]
    satisfied: Mapping[str, Mean | None] = field(default_factory=dict)


def total_owed(rows: Iterable[Owed]) -> Owed:
    """Several groups that have nobody in common as one."""
    rows = list(rows)
    return Owed(*(sum(getattr(one, name) for one in rows) for name in ("people", "done", "excused")))


def total_written(rows: Iterable[Written]) -> Written:
    """Several groups that have nobody in common as one."""
    rows = list(rows)
    bins = tuple(sum(column) for column in zip(*(one.bins for one in rows), strict=True)) or (0,) * 5
    papers, people, first, final = (
        sum(getattr(one, name) for one in rows) for name in ("papers", "people", "first", "final")
    )
    return Written(papers, people, bins, first, final)


def papers(written: Mapping[Who, Written]) -> Papers:
    """All first papers."""
    everybody = total_written(written.values())
    return Papers(
        people=everybody.people,
        bins=everybody.bins,
        first=Part(part=everybody.first, whole=everybody.papers),
        final=Part(part=everybody.final, whole=everybody.papers),
    )


def groups(counted: Counted) -> tuple[Group, ...]:
    """Employees, of them those who are new, HR, retired people; a group without anything has no line."""
    found = []
    for audience in _ORDER:
        mine = _of(counted.owed, audience)
        if not sum(one.people for one in mine.values()) and not _of(counted.written, audience):
            continue
        found.append(_group(audience.value, counted, _is_audience(audience)))
        if audience is Audience.EMPLOYEE and mine.get(Who(audience.value, True), Owed()).people:
            found.append(_group(NEW, counted, lambda who: who == Who(Audience.EMPLOYEE.value, True)))
    return tuple(found)


def _group(name: str, counted: Counted, belongs: Callable[[Who], bool]) -> Group:
    owed = total_owed(row for who, row in counted.owed.items() if belongs(who))
    written = total_written(row for who, row in counted.written.items() if belongs(who))
    told = _may_tell(counted.owed, name)
    told_papers = told and _may_tell(counted.written, name)
    first, final = (Part(part=part, whole=written.papers) for part in (written.first, written.final))
    if not written.papers:
        first = final = NOTHING
    return Group(
        group=name,
        people=owed.people if told else None,
        done=owed.part if told else None,
        first=first if told_papers else None,
        final=final if told_papers else None,
        satisfied=counted.satisfied.get(name, NO_ANSWERS),
    )


def _may_tell(rows: Mapping[Who, Row], name: str) -> bool:
    """Whether a group is large enough; newcomers stand beside the other employees, audiences together."""
    if name == NEW:
        mine = _of(rows, Audience.EMPLOYEE)
        return _fits({who.is_new: row.people for who, row in mine.items()}, True)
    by_audience = {one.value: sum(row.people for row in _of(rows, one).values()) for one in _ORDER}
    return _fits(by_audience, name)


def _fits(counts: Mapping[K, int], one: K) -> bool:
    return one not in counts or one in shown(counts)


def _of(rows: Mapping[Who, Row], audience: Audience) -> dict[Who, Row]:
    return {who: row for who, row in rows.items() if who.audience == audience.value}


def _is_audience(audience: Audience) -> Callable[[Who], bool]:
    return lambda who: who.audience == audience.value
