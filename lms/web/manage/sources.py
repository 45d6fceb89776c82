"""Where the content comes from: every document, clause and number with its mark, and what rests on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import request
from flask_babel import gettext

from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.library.queries import users_of
from lms.policies.queries import Policies, policies_of
from lms.policies.rules import Clause, Document, Mark, Parameter, Source, Value
from lms.web.citations import MARKS, Told, place_name, tell
from lms.web.formats import quantity
from lms.web.guard import asker, requires
from lms.web.languages import chosen
from lms.web.manage.parts import scope, screens, show, today
from lms.web.manage.progress import Select

Users = Mapping[str, Sequence[tuple[str, str]]]
MARK_KINDS: Mapping[Mark, str] = {
    Mark.LAW: "ok",
    Mark.AGREED: "ok",
    Mark.SINGLE: "warn",
    Mark.SEED: "warn",
}
"""Mark → kind of its tag."""


@dataclass(frozen=True)
class Use:
    """How many lessons and questions rest on something."""

    lessons: int
    questions: int


@dataclass(frozen=True)
class ClauseLine:
    """What a clause says today and from which day something else, and what rests on it."""

    told: Told
    use: Use


@dataclass(frozen=True)
class DocumentLine:
    """A document with those of its clauses that are shown, and what rests on any of them."""

    document: Document
    region: str
    announced: bool
    clauses: Sequence[ClauseLine]
    use: Use


@dataclass(frozen=True)
class ValueLine:
    """One value of a parameter, for whom it holds, in words; ``until`` is its last day, if that is known."""

    scope: str
    value: Value
    shown: str
    announced: bool
    until: date | None
    ended: bool


@dataclass(frozen=True)
class ParameterLine:
    """A parameter with those of its values that are shown, and what rests on it."""

    parameter: Parameter
    label: str
    values: Sequence[ValueLine]
    use: Use


@dataclass(frozen=True)
class Wanted:
    """What the page is narrowed to; empty means everything."""

    region: str
    mark: str

    def has(self, region: str, marks: Iterable[Mark]) -> bool:
        """Whether something of this region that carries one of *marks* is shown."""
        return self.region in {"", region} and (not self.mark or Mark(self.mark) in marks)


@screens.get("/sources")
@requires(Permission.SOURCES_VIEW)
def sources() -> str:
    """Documents first, then the numbers."""
    release, day = asker().release_id, today()
    policies = policies_of(release)
    wanted = _wanted(policies)
    return show(
        "sources",
        selects=_selects(policies, wanted),
        wanted=wanted,
        documents=_documents(policies, wanted, users_of(release, "clause"), day),
        parameters=_parameters(policies, wanted, users_of(release, "parameter"), day),
        marks=MARKS,
        mark_kinds=MARK_KINDS,
        link=link,
    )


def _wanted(policies: Policies) -> Wanted:
    wanted = Wanted(request.args.get("region", ""), request.args.get("mark", ""))
    if wanted.region and wanted.region not in policies.regions:
        raise NotFound(kind="region", key=wanted.region)
    if wanted.mark and wanted.mark not in list(Mark):
        raise NotFound(kind="mark", key=wanted.mark)
    return wanted


def _selects(policies: Policies, wanted: Wanted) -> list[Select]:
    everything = ("", gettext("All"))
    regions = [(code, place_name(policies, code)) for code in policies.regions]
    marks = [(mark.value, str(MARKS[mark])) for mark in Mark]
    return [
        Select("region", gettext("Applies to"), [everything, *regions], wanted.region),
        Select("mark", gettext("Verified"), [everything, *marks], wanted.mark),
    ]


def _documents(policies: Policies, wanted: Wanted, users: Users, day: date) -> list[DocumentLine]:
    lines = []
    for document in policies.documents.values():
        mine = [clause for clause in policies.clauses.values() if clause.document.id == document.id]
        shown = [clause for clause in mine if wanted.has(document.region, {clause.mark})]
        if shown or wanted.has(document.region, {document.mark}):
            lines.append(_document(policies, document, shown, users, day))
    return lines


def _document(
    policies: Policies, document: Document, clauses: Sequence[Clause], users: Users, day: date
) -> DocumentLine:
    return DocumentLine(
        document=document,
        region=place_name(policies, document.region),
        announced=document.is_announced(day),
        clauses=[ClauseLine(tell(clause, day), _use(users, [clause.key])) for clause in clauses],
        use=_use(users, [clause.key for clause in clauses]),
    )


def _use(users: Users, targets: Iterable[str]) -> Use:
    """Lessons and questions that refer to any of *targets*; pages and checks count for their lesson."""
    found = {user for target in targets for user in users.get(target, ())}
    lessons = {key.partition("#")[0] for kind, key in found if kind in {"page", "lesson"}}
    return Use(len(lessons), sum(kind == "question" for kind, _ in found))


def _parameters(policies: Policies, wanted: Wanted, users: Users, day: date) -> list[ParameterLine]:
    english = chosen() == "en"
    lines = []
    for parameter in policies.parameters.values():
        values = [one for one in parameter.values if wanted.has(one.region, {one.mark})]
        if values:
            label = parameter.label_en if english else parameter.label
            shown = [_value(policies, parameter, one, day) for one in values]
            lines.append(ParameterLine(parameter, label, shown, _use(users, [parameter.name])))
    return lines


def _value(policies: Policies, parameter: Parameter, value: Value, day: date) -> ValueLine:
    whose = scope(policies, value.region, value.status, value.level)
    until = _last_day(parameter, value)
    return ValueLine(
        scope=whose,
        value=value,
        shown=quantity(value.value, parameter.unit),
        announced=bool(value.since and value.since > day),
        until=until,
        ended=until is not None and until < day,
    )


def _last_day(parameter: Parameter, value: Value) -> date | None:
    """The day before the next value for the same people takes effect."""
    later = [
        other.since
        for other in parameter.values
        if (other.region, other.status, other.level) == (value.region, value.status, value.level)
        and other.since
        and other.since > value.starts
    ]
    return min(later) - timedelta(days=1) if later else None


def link(source: Source) -> str:
    """Address of a source, if it is one that a browser may be sent to."""
    return source.url if source.url.startswith(("https://", "http://")) else ""
