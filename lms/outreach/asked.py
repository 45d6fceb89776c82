"""Reads over what people asked for."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ScalarSelect, case, func, select
from sqlalchemy.orm import aliased

from lms.kernel.clock import end_of_day, start_of_day
from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.outreach.models import Contact, Request
from lms.outreach.rules import ContactState, RequestKind, RequestState, Result
from lms.people.models import Department, Person

PAGE = 50
_Holder = aliased(Person)
_OPEN = Request.state == RequestState.OPEN


@dataclass(frozen=True)
class OwnRequest:
    """A request as who made it sees it: what was promised, and what was answered."""

    key: str
    kind: RequestKind
    text: str
    lesson: str
    asked_at: datetime
    promised_on: date
    state: RequestState
    answer: str
    answered_at: datetime | None
    #: How the call or the visit ended that was to keep it; empty while there was none.
    result: str

    @property
    def is_open(self) -> bool:
        """Whether it is still promised."""
        return self.state is RequestState.OPEN

    @property
    def was_in_vain(self) -> bool:
        """Whether we tried, and reached nobody."""
        return self.result in {Result.GAVE_UP, Result.WRONG_NUMBER}


@dataclass(frozen=True)
class Queued:
    """A request that waits, with the colleague who has taken it on."""

    key: str
    kind: RequestKind
    person: str
    name: str
    number: str
    region: str
    department: str
    asked_at: datetime
    promised_on: date
    contact: str | None
    holder: str | None

    def is_late(self, today: date) -> bool:
        """Whether the promise is broken."""
        return self.promised_on < today


@dataclass(frozen=True)
class Asked:
    """A request with everything that answering it needs."""

    key: str
    kind: RequestKind
    person_id: int
    person: str
    name: str
    number: str
    region: str
    text: str
    lesson: str
    asked_at: datetime
    promised_on: date
    state: RequestState
    answer: str
    answered_at: datetime | None
    #: Of a question: the topic that it is about, empty for none.
    topic: str


@dataclass(frozen=True)
class Waiting:
    """Requests that are open, and those of them whose promise is broken."""

    requests: int
    late: int


def own_requests(person_id: int) -> list[OwnRequest]:
    """Requests of a person, open ones first, the newest first."""
    row = Request
    columns: tuple[Any, ...] = (
        row.key, row.kind, row.text, row.lesson, row.asked_at, row.promised_on, row.state, row.answer,
        row.answered_at, func.coalesce(_last_result(), ""),
    )  # fmt: skip
    by_state = case((_OPEN, 0), else_=1)
    mine = select(*columns).where(row.person_id == person_id).order_by(by_state, row.id.desc())
    return [OwnRequest(*one) for one in session().execute(mine.limit(PAGE))]


def _last_result() -> ScalarSelect[str]:
    kept = select(Contact.result).where(Contact.request_id == Request.id, Contact.result != "")
    return kept.order_by(Contact.id.desc()).limit(1).scalar_subquery()


def waiting(today: date) -> Waiting:
    """How many requests wait, in one statement."""
    late = func.count().filter(Request.promised_on < today)
    row = session().execute(select(func.count(), late).select_from(Request).where(_OPEN)).one()
    return Waiting(row[0], row[1])


def request_queue(*, page: int) -> list[Queued]:
    """A page of the requests that wait, what was promised first standing first. Pages count from 1."""
    columns = (
        Request.key, Request.kind, Person.key, Person.name, Person.number, Person.region, Department.name,
        Request.asked_at, Request.promised_on, Contact.key, _Holder.name,
    )  # fmt: skip
    found = (
        select(*columns)
        .join(Person, Person.id == Request.person_id)
        .join(Department, Department.id == Person.department_id)
        .outerjoin(Contact, (Contact.request_id == Request.id) & (Contact.state == ContactState.OPEN))
        .outerjoin(_Holder, _Holder.id == Contact.assigned_to)
        .where(_OPEN)
        .order_by(Request.promised_on, Request.id)
    )
    return [Queued(*row) for row in session().execute(found.limit(PAGE).offset((page - 1) * PAGE))]


def request_by_key(key: str) -> Asked:
    """A request. Raises ``NotFound``."""
    columns = (
        Request.key, Request.kind, Person.id, Person.key, Person.name, Person.number, Person.region,
        Request.text, Request.lesson, Request.asked_at, Request.promised_on, Request.state, Request.answer,
        Request.answered_at, func.coalesce(Request.topic, ""),
    )  # fmt: skip
    found = select(*columns).join(Person, Person.id == Request.person_id).where(Request.key == key)
    row: Any = session().execute(found).one_or_none()
    if row is None:
        raise NotFound(kind="request", key=key)
    return Asked(*row)


def questions_by_topic(since: date, until: date) -> dict[str, int]:
    """Topic → questions that were asked on these days, the last one included; empty: about no topic."""
    topic = func.coalesce(Request.topic, "")
    rows = session().execute(
        select(topic, func.count())
        .where(
            Request.kind == RequestKind.QUESTION,
            Request.state != RequestState.WITHDRAWN,
            Request.asked_at >= start_of_day(since),
            Request.asked_at < end_of_day(until),
        )
        .group_by(topic)
        .order_by(func.count().desc(), topic)
    )
    return {row[0]: row[1] for row in rows}
