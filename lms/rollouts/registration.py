"""A change from its draft to its registration; approval by a second person stands in ``approval``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy import update as update_rows

from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.kernel.errors import DomainError
from lms.library.operations import sha256
from lms.library.queries import files as files_of
from lms.library.queries import live_release_id
from lms.notifications.operations import post_to
from lms.people.models import Person
from lms.publishing.drafts import discard_all, save
from lms.publishing.operations import Checked, HasFaults
from lms.rollouts import queries
from lms.rollouts.impact import shelf_from, weighed
from lms.rollouts.materials import Body
from lms.rollouts.models import Change, ChangeItem, ChangeState, Severity
from lms.rollouts.proposal import differences, drafted, live_shelf
from lms.rollouts.rules import DELIVERY_DAYS
from lms.rollouts.typed import DOCUMENT, TypedItem


class NotADraft(DomainError):
    """Only a draft can be changed. Fact ``state``."""

    code = "not-a-draft"


class NotRegistered(DomainError):
    """The change does not wait for approval. Fact ``state``."""

    code = "not-registered"


class ChangeHasMoved(DomainError):
    """Somebody else saved the change, or its files, since it was looked at."""

    code = "change-has-moved"


class EffectBeforeIssue(DomainError):
    """No document takes effect before it is issued. Facts ``issued_on`` and ``effective_on``."""

    code = "effect-before-issue"


class NothingDiffers(DomainError):
    """The drafts say what is live: no clause and no value differs."""

    code = "nothing-differs"


class UndecidedItems(DomainError):
    """Differences without a severity. Fact ``keys``."""

    code = "undecided-items"


class ReasonMissing(DomainError):
    """Another severity than the proposed one needs a reason; so does sending back. Fact ``keys``."""

    code = "reason-missing"


class NoSuchDocument(DomainError):
    """The files have no policy document of this id. Fact ``document``."""

    code = "no-such-document"


@dataclass(frozen=True)
class Announcement:
    """What a change is announced with. ``region`` is a GB/T 2260 code."""

    document: str
    title: str
    region: str
    issued_on: date | None
    effective_on: date | None


@dataclass(frozen=True)
class Decision:
    """What somebody decided about a difference."""

    severity: Severity
    reason: str = ""


def begin(announced: Announcement, *, actor_id: int, at: datetime) -> Change:
    """Open a draft; its files are the drafts of the workspace that its key names."""
    _check_days(announced)
    change = Change(**_columns(announced), created_by=actor_id, created_at=at)
    session().add(change)
    session().flush()
    record("change.begun", change.key, actor_id=actor_id, at=at, document=announced.document)
    return change


def update(change_key: str, announced: Announcement, *, version: int, actor_id: int, at: datetime) -> Change:
    """Say it differently while it is a draft."""
    _check_days(announced)
    change = advance(change_key, version, ChangeState.DRAFT, **_columns(announced))
    record("change.announced", change_key, actor_id=actor_id, at=at, document=announced.document)
    return change


def _check_days(announced: Announcement) -> None:
    issued, effective = announced.issued_on, announced.effective_on
    if issued and effective and effective < issued:
        raise EffectBeforeIssue(issued_on=issued.isoformat(), effective_on=effective.isoformat())


def _columns(announced: Announcement) -> dict[str, object]:
    return {
        "document": announced.document,
        "title": announced.title,
        "region": announced.region,
        "issued_on": announced.issued_on,
        "effective_on": announced.effective_on,
    }


def advance(change_key: str, version: int, expected: ChangeState, **values: object) -> Change:
    """Save the change when it is still the version that was looked at, and in the state *expected*."""
    moved = session().execute(
        update_rows(Change)
        .where(Change.key == change_key, Change.version == version, Change.state == expected)
        .values(version=version + 1, **values)
        .returning(Change.id)
        .execution_options(synchronize_session=False)
    )
    gone = moved.one_or_none() is None
    change = queries.change(change_key)
    if gone and change.state is not expected:
        refusal = NotADraft if expected is ChangeState.DRAFT else NotRegistered
        raise refusal(state=change.state.value)
    if gone:
        raise ChangeHasMoved(version=change.version)
    return change


def decide(
    change_key: str, decisions: Mapping[str, Decision], *, version: int, actor_id: int, at: datetime
) -> Change:
    """Keep decisions (key of a difference → decision) while the change is a draft; others stay open."""
    change = advance(change_key, version, ChangeState.DRAFT)
    items = differences(*drafted(change, day=china_date(at)))
    _keep(change, items, decisions, actor_id=actor_id, at=at)
    return change


def register(
    change_key: str,
    decisions: Mapping[str, Decision],
    *,
    version: int,
    actor_id: int,
    at: datetime,
    day: date | None = None,
) -> Change:
    """Register a change whose every difference is decided; today is day 0.

    The files are checked as of *day*; left out, as of today. Raises ``HasFaults``, ``NothingDiffers``,
    ``UndecidedItems`` and ``ReasonMissing``.
    """
    today = china_date(at)
    registered = {"registered_by": actor_id, "registered_at": at, "registered_on": today}
    change = advance(change_key, version, ChangeState.DRAFT, state=ChangeState.REGISTERED, **registered)
    before, after = drafted(change, day=day or today)
    items = differences(before, after)
    if not items:
        raise NothingDiffers
    if (DOCUMENT, change.document) not in after.bodies:
        raise NoSuchDocument(document=change.document)
    _keep(change, items, decisions, actor_id=actor_id, at=at)
    rows = queries.items_of(change.id)
    undecided = [weighed(row).item.key for row in rows if row.severity is None]
    if undecided:
        raise UndecidedItems(keys=undecided)
    record("change.registered", change_key, actor_id=actor_id, at=at, items=len(rows))
    _ask_for_approval(change, actor_id, len(rows), at)
    return change


def _keep(
    change: Change,
    items: Sequence[TypedItem],
    decisions: Mapping[str, Decision],
    *,
    actor_id: int,
    at: datetime,
) -> None:
    """Store the differences as they are now, with these decisions and those made before."""
    _check_reasons(items, decisions)
    kept = {weighed(row).item.key: _decision(row) for row in queries.items_of(change.id)}
    for key, decision in decisions.items():
        kept[key] = {**vars(decision), "confirmed_by": actor_id, "confirmed_at": at}
    session().execute(delete(ChangeItem).where(ChangeItem.change_id == change.id))
    rows = [
        {"change_id": change.id, "position": position, **vars(item), **kept.get(item.key, _UNDECIDED)}
        for position, item in enumerate(items, 1)
    ]
    if rows:
        session().execute(insert(ChangeItem), rows)
    session().expire_all()


_UNDECIDED = {"severity": None, "reason": "", "confirmed_by": None, "confirmed_at": None}


def _decision(row: ChangeItem) -> dict[str, object]:
    return {name: getattr(row, name) for name in _UNDECIDED}


def _check_reasons(items: Sequence[TypedItem], decisions: Mapping[str, Decision]) -> None:
    unreasoned = [
        item.key
        for item in items
        if (one := decisions.get(item.key)) and one.severity is not item.proposed and not one.reason.strip()
    ]
    if unreasoned:
        raise ReasonMissing(keys=unreasoned)


def _ask_for_approval(change: Change, actor_id: int, count: int, at: datetime) -> None:
    """Tell the head of HR each time that it is registered, unless it is they who did."""
    facts = {
        "change": change.key,
        "title": change.title,
        "due_on": (china_date(at) + timedelta(days=DELIVERY_DAYS)).isoformat(),
        "course": "",
        "count": count,
    }
    asked = select(Person.id).where(Person.id == queries.head_of_hr(), Person.id != actor_id)
    subject = f"{change.key}:{change.version}"
    post_to(asked, topic="change.approval-wanted", subject=subject, facts=facts, at=at)


def withdraw(change_key: str, *, reason: str, version: int, actor_id: int, at: datetime) -> Change:
    """Give a change up before it is approved; its drafts are thrown away."""
    if not reason.strip():
        raise ReasonMissing(keys=[])
    state = queries.change(change_key).state
    expected = ChangeState.REGISTERED if state is ChangeState.REGISTERED else ChangeState.DRAFT
    change = advance(change_key, version, expected, state=ChangeState.WITHDRAWN)
    discard_all(change_key)
    record("change.withdrawn", change_key, actor_id=actor_id, at=at, reason=reason)
    return change


def register_from_files(
    checked: Checked, title: str, *, document: str, actor_id: int, at: datetime
) -> Change:
    """Open a draft from files: with region and days of *document*, and a draft for every file that differs.

    Raises ``HasFaults``, ``NoSuchDocument`` and ``NothingDiffers``; nothing is then kept.
    """
    if checked.faults:
        raise HasFaults(checked.faults)
    after = shelf_from(checked.items)
    if (DOCUMENT, document) not in after.bodies:
        raise NoSuchDocument(document=document)
    if not differences(live_shelf(), after):
        raise NothingDiffers
    change = begin(_announced(document, title, after.bodies[DOCUMENT, document]), actor_id=actor_id, at=at)
    _put_down(change.key, checked.files, actor_id, at)
    return change


def _announced(document: str, title: str, body: Body) -> Announcement:
    days = (
        date.fromisoformat(day) if (day := body[name]) else None for name in ("issued_on", "effective_on")
    )
    return Announcement(document, title, body["region"], *days)


def _put_down(workspace: str, files: Mapping[str, bytes], actor_id: int, at: datetime) -> None:
    """Every file that differs from the live one, and every live one that is not among them, as a draft."""
    live = live_release_id()
    present = files_of(live) if live else {}
    for path in sorted(files.keys() | present.keys()):
        if files.get(path) == present.get(path):
            continue
        text = files[path].decode() if path in files else None
        base = sha256(present[path]) if path in present else ""
        save(workspace, path, text, base=base, version=0, author_id=actor_id, at=at)
