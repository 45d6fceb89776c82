"""What stands beside the pages of HR's desk, in groups; everybody sees what they may open."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.kernel.permissions import Permission
from lms.web.guard import asker


@dataclass(frozen=True)
class Entry:
    """A page of the navigation; ``key`` is what its templates call ``nav``."""

    key: str
    text: LazyString
    icon: str
    endpoint: str
    permission: Permission


@dataclass(frozen=True)
class Group:
    """Entries under a heading; the first group has none."""

    heading: LazyString | str
    entries: Sequence[Entry]


_GROUPS = (
    Group(
        "",
        [Entry("workbench", _l("Workbench"), "home", "manage.workbench", Permission.WORKBENCH_VIEW)],
    ),
    Group(
        _l("Training"),
        [
            Entry("assign", _l("Assign training"), "send", "manage.assign", Permission.CAMPAIGN_VIEW),
            Entry("progress", _l("Progress"), "chart", "manage.progress", Permission.PROGRESS_VIEW),
            Entry("catchup", _l("Help list"), "flag", "manage.catchup", Permission.PROGRESS_VIEW),
            Entry("contacts", _l("Calls and visits"), "phone", "manage.contacts", Permission.CONTACT_WORK),
            Entry("prints", _l("Paper and letters"), "print", "manage.prints", Permission.SHEETS_PRINT),
            Entry("messages", _l("Sent messages"), "chat", "manage.messages", Permission.MESSAGES_VIEW),
        ],
    ),
    Group(
        _l("Content"),
        [
            Entry("content", _l("Courses and questions"), "edit", "manage.content", Permission.CONTENT_EDIT),
            Entry("items", _l("Item analysis"), "quiz", "manage.items", Permission.ITEMS_VIEW),
            Entry("policy", _l("Policy changes"), "file", "manage.policy", Permission.CHANGE_VIEW),
            Entry("sources", _l("Sources"), "shield", "manage.sources", Permission.SOURCES_VIEW),
        ],
    ),
    Group(
        _l("Voices"),
        [
            Entry("surveys", _l("Surveys"), "list", "manage.surveys", Permission.SURVEY_VIEW),
            Entry("events", _l("Workshops"), "cal", "manage.events", Permission.EVENT_VIEW),
        ],
    ),
    Group(
        _l("Year and results"),
        [
            Entry("plan", _l("Plan of the year"), "clock", "manage.plan", Permission.PLAN_VIEW),
            Entry("effects", _l("Effect of training"), "eye", "manage.effects", Permission.EFFECT_VIEW),
            Entry("reports", _l("Training reports"), "chart", "manage.reports", Permission.REPORT_VIEW),
        ],
    ),
    Group(
        _l("System"),
        [
            Entry("people", _l("People and departments"), "users", "manage.people", Permission.PEOPLE_VIEW),
            Entry("channels", _l("Channels"), "speak", "manage.channels", Permission.CHANNELS_EDIT),
            Entry("clockwork", _l("Clockwork"), "refresh", "manage.clockwork", Permission.CLOCKWORK_VIEW),
            Entry("log", _l("Log"), "list", "manage.log", Permission.JOURNAL_VIEW),
        ],
    ),
)  # fmt: skip


def navigation() -> list[Group]:
    """The groups as the asker sees them."""
    seen = (
        Group(one.heading, [entry for entry in one.entries if asker().may(entry.permission)])
        for one in _GROUPS
    )
    return [one for one in seen if one.entries]
