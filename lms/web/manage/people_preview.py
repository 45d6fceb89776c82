"""What an import would change or has changed, as its page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext

from lms.staff.imports import MANY, kinds_taken
from lms.staff.models import Import, ImportState, Kind, Rows
from lms.staff.queries import RowLine
from lms.web.citations import joined
from lms.web.manage.people_words import KINDS, UNREADABLE, column_name, summary, value_words

_SAID_ANYWAY = frozenset({"name", "state"})
"""Of somebody new, the name stands beside, and that they belong to the company goes without saying."""


@dataclass(frozen=True)
class Changed:
    """A column of a row in words: what stands there now, and what would."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """A row: whom it is about and what changes. ``line`` is 0 for somebody who is not in the file."""

    line: int
    number: str
    name: str
    person_key: str | None
    department: str
    changes: Sequence[Changed]


def lines_of(rows: Sequence[RowLine]) -> list[Line]:
    """Rows in words."""
    return [
        Line(
            max(0, row.line),
            row.number,
            row.name,
            row.person_key,
            row.department,
            [
                Changed(
                    column_name(one.column),
                    value_words(one.column, one.before),
                    value_words(one.column, one.after),
                )
                for one in row.changes
                if row.kind is not Kind.ADD or one.column not in _SAID_ANYWAY
            ],
        )
        for row in rows
    ]


def preview(job: Import) -> dict[str, Any]:
    """Headline, counts by kind, and what has to be said beside them."""
    faulty = int(job.counts.get(Kind.FAULT, 0)) + bool(job.faults)
    rows = job.taken or (Rows.GOOD if job.faults_n else Rows.ALL)
    acts = kinds_taken(job, rows)
    shown = {kind: int(job.counts.get(kind, 0)) for kind in Kind} | {Kind.FAULT: faulty}
    return {
        "title": _title(job),
        "phase": _phase(job),
        "kinds": [(kind, words, shown[kind]) for kind, words in KINDS.items() if shown[kind]],
        "kind_words": KINDS,
        "acts": acts,
        "good": sum(acts.values()),
        "leaving": acts[Kind.LEAVE],
        "needs_confirmation": _many_leave(job, acts),
        "remarks": _remarks(job, acts) if job.state is ImportState.CHECKED else (),
        "failure": str(UNREADABLE.get(job.error, UNREADABLE["broke"])),
        "summary": summary({**acts, Kind.SAME: shown[Kind.SAME]}),
        "left_out": int(job.counts.get(Kind.FAULT, 0)),
    }


def _title(job: Import) -> str:
    if job.state is ImportState.APPLIED:
        return str(gettext("The list was taken"))
    if job.state is ImportState.CHECKED:
        return str(gettext("What the list would change"))
    if job.state is ImportState.APPLYING:
        return str(gettext("The list is being taken"))
    if job.state in (ImportState.UPLOADED, ImportState.CHECKING):
        return str(gettext("The list is being checked"))
    return str(gettext("Import a list of people"))


def _phase(job: Import) -> str:
    if job.state is ImportState.APPLYING:
        return str(gettext("Everybody is changed in one go"))
    if job.state is ImportState.CHECKING and job.rows:
        return str(gettext("Every row is compared with what is on record"))
    return str(gettext("The file is being read"))


def _many_leave(job: Import, acts: Mapping[Kind, int]) -> bool:
    return acts[Kind.LEAVE] * MANY > int(job.counts.get("active", 0))


def _remarks(job: Import, acts: Mapping[Kind, int]) -> list[tuple[str, str]]:
    """Pairs of headline and text: departments that would be made, who would leave or stay."""
    remarks: list[tuple[str, str]] = []
    made = int(job.counts.get("new_departments", 0))
    if made:
        headline = ngettext("%(num)s new department", "%(num)s new departments", made)
        remarks.append((headline, _some([str(path) for path in job.counts["departments"]], made)))
    if _many_leave(job, acts):
        facts = {"leaving": acts[Kind.LEAVE], "all": job.counts["active"]}
        headline = gettext("%(leaving)s of %(all)s people would leave", **facts)
        remarks.append(
            (headline, gettext("Is the list complete? Look at who is leaving before you take it."))
        )
    staying = int(job.counts.get("missing", 0)) if job.faults_n else 0
    if staying:
        headline = ngettext(
            "%(num)s person is not in the list", "%(num)s people are not in the list", staying
        )
        remarks.append((headline, gettext("While there are faults, nobody leaves for not being in it.")))
    return remarks


def _some(names: Sequence[str], count: int, most: int = 20) -> str:
    shown = joined(names[:most], "、")
    more = count - len(names[:most])
    return str(gettext("%(names)s and %(count)s more", names=shown, count=more)) if more else shown
