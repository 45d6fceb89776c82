"""Who should have received a message and did not: why, where it is mended, and trying again."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from flask import flash, redirect, request
from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from lms.journal.operations import record
from lms.kernel import clock
from lms.kernel.clock import start_of_day
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.notifications.models import DeliveryState
from lms.notifications.reception import PAGE_SIZE, Line, Numbers, Reception, Sought, all_of, numbers, page_of
from lms.notifications.requeuing import requeue
from lms.notifications.rules import Channel, Topic
from lms.people.queries import DepartmentNode, department_tree
from lms.web.addresses import url_for
from lms.web.formats import moment
from lms.web.guard import asker, requires
from lms.web.manage.channel_words import CHANNELS
from lms.web.manage.exports import Cell, Table, taken, without_names
from lms.web.manage.message_words import (
    RECEPTIONS,
    TAGS,
    TOPICS,
    channel_name,
    mending_of,
    person_link,
    reason,
    tried,
)
from lms.web.manage.parts import screens, show, today
from lms.web.manage.progress import Select, code_of, indented, offered, selects
from lms.web.messages import words

NAMES = ("reception", "topic", "subject", "period", "department", "text")
ALL = "all"
"""In an address: every reception. None is asked for where the address says nothing: who did not receive."""
_PERIODS = ("1", "7", "30", "365")
_PERIOD = "7"
_LONGEST_TEXT = 80


@screens.get("/messages")
@requires(Permission.MESSAGES_VIEW)
def messages() -> str:
    """Numbers, reasons, and the list; a page behind the last one shows the last one."""
    given, tree = _asked(request.args), department_tree()
    sought = _sought(given, tree)
    found = numbers(sought)
    rows = found.by_reception[sought.reception] if sought.reception else found.everything
    pages = max(1, -(-rows // PAGE_SIZE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return show(
        "messages",
        found=found,
        rows=[(line, words(line.topic, line.facts)) for line in page_of(sought, page=page)],
        page=page,
        pages=pages,
        given=given,
        others={name: value for name, value in given.items() if name != "reception"},
        tabs=_tabs(found),
        reception=given.get("reception", Reception.MISSED.value),
        selects=_selects(given, tree),
        by_channel=_by_channel(found),
        reasons=[
            (channel_name(one), reason(one, code), count, mending_of(code))
            for (one, code), count in found.reasons.items()
        ],
        topics=TOPICS,
        receptions=RECEPTIONS,
        tags=TAGS,
        tried=tried,
        person_link=person_link,
        may_send=asker().may(Permission.REMINDER_SEND),
    )


def _asked(source: "MultiDict[str, str]") -> dict[str, str]:
    given = {name: source.get(name, "").strip()[:_LONGEST_TEXT] for name in NAMES}
    return {name: value for name, value in given.items() if value}


def _sought(given: Mapping[str, str], tree: Sequence[DepartmentNode], key: str = "") -> Sought:
    """What the address asks for. Raises ``NotFound`` for a value that no list offers."""
    offered(given, "department", [node.key for node in tree])
    offered(given, "period", _PERIODS)
    reception = given.get("reception", Reception.MISSED.value)
    days = int(given.get("period", _PERIODS[-1] if "subject" in given else _PERIOD))
    return Sought(
        since=start_of_day(today() - timedelta(days=days - 1)),
        topic=code_of(Topic, given.get("topic", "")) or "",
        subject=given.get("subject", ""),
        department=given.get("department", ""),
        text=given.get("text", ""),
        key=key,
        reception=None if reception == ALL else code_of(Reception, reception),
    )


def _tabs(found: Numbers) -> list[tuple[str, str, int]]:
    """Value in the address, words and number of messages."""
    counted = [(one.value, str(RECEPTIONS[one]), found.by_reception[one]) for one in Reception]
    return [*counted, (ALL, gettext("All"), found.everything)]


def _selects(given: Mapping[str, str], tree: Sequence[DepartmentNode]) -> list[Select]:
    periods = [
        ("1", gettext("Today")),
        ("7", gettext("7 days")),
        ("30", gettext("30 days")),
        ("365", gettext("A year")),
    ]
    options = {
        "topic": (gettext("Message"), [(topic.value, str(said)) for topic, said in TOPICS.items()]),
        "department": (gettext("Department"), [(node.key, indented(node)) for node in tree]),
    }
    usual = _PERIODS[-1] if "subject" in given else _PERIOD
    return [
        *selects(options, given),
        Select("period", gettext("Period"), periods, given.get("period", usual)),
    ]


def _by_channel(found: Numbers) -> list[tuple[str, int, int, int]]:
    """Channel → sent, waiting, not sent."""
    counted = []
    for channel in Channel:
        states = found.by_channel.get(channel, {})
        if states:
            over = states.get(DeliveryState.DEAD, 0) + states.get(DeliveryState.SKIPPED, 0)
            sent, waits = states.get(DeliveryState.SENT, 0), states.get(DeliveryState.QUEUED, 0)
            counted.append((str(CHANNELS[channel]), sent, waits, over))
    return counted


@screens.get("/messages.<any(csv, xlsx):ending>")
@requires(Permission.MESSAGES_VIEW)
def messages_export(ending: str) -> Response:
    """The whole list as CSV or XLSX."""
    given = _asked(request.args)
    sought = _sought(given, department_tree())
    headings = [
        gettext("Employee number"),
        gettext("Name"),
        gettext("Department"),
        gettext("Message"),
        gettext("Title"),
        gettext("Day and time"),
        gettext("Reception"),
        gettext("Reasons"),
    ]
    table = Table(f"messages-{today().isoformat()}", headings, _cells(all_of(sought)))
    return taken(table, ending, "messages.exported", ending, filters=without_names(given))


def _cells(lines: Iterator[Line]) -> Iterator[list[Cell]]:
    for line in lines:
        missed = line.reception is Reception.MISSED
        yield [
            line.number,
            line.name,
            line.department,
            str(TOPICS[Topic(line.topic)]),
            words(line.topic, line.facts).title,
            moment(line.created_at),
            str(RECEPTIONS[line.reception]),
            "; ".join(tried(one) for one in line.tries) if missed else "",
        ]


@screens.post("/messages/again")
@requires(Permission.REMINDER_SEND)
def messages_again() -> Response:
    """Queue again what nobody got: one message, or everything that the filters leave."""
    given = _asked(request.form)
    key = request.form.get("key", "")[:_LONGEST_TEXT]
    sought, at = _sought(given, department_tree(), key), clock.now()
    with unit_of_work():
        count = requeue(sought, at)
        if count:
            facts = {"count": count, "filters": without_names(given)}
            record("messages.requeued", key or today().isoformat(), actor_id=asker().id, at=at, **facts)
    if count:
        flash(ngettext("%(num)s message goes out again.", "%(num)s messages go out again.", count))
    else:
        flash(gettext("Nothing can go out again yet: first mend what is named as the reason."))
    return redirect(url_for("manage.messages", **given), code=303)
