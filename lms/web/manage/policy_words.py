"""Codes of changes of policy in the words of their pages."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from lms.rollouts.models import ChangeState, How, Path, Severity, TaskState
from lms.rollouts.roster import Outcome
from lms.rollouts.standing import Standing

CHANGE_STATES: Mapping[ChangeState, LazyString] = {
    ChangeState.DRAFT: lazy_gettext("Draft"),
    ChangeState.REGISTERED: lazy_gettext("Waits for approval"),
    ChangeState.RUNNING: lazy_gettext("Being rolled out"),
    ChangeState.PAUSED: lazy_gettext("Paused"),
    ChangeState.FINISHED: lazy_gettext("Everybody knows it"),
    ChangeState.SUPERSEDED: lazy_gettext("Superseded"),
    ChangeState.WITHDRAWN: lazy_gettext("Withdrawn"),
}
CHANGE_TAGS: Mapping[ChangeState, tuple[str, str]] = {
    ChangeState.DRAFT: ("", "edit"),
    ChangeState.REGISTERED: ("warn", "clock"),
    ChangeState.RUNNING: ("info", ""),
    ChangeState.PAUSED: ("warn", ""),
    ChangeState.FINISHED: ("ok", "done"),
    ChangeState.SUPERSEDED: ("", "swap"),
    ChangeState.WITHDRAWN: ("", "cross"),
}
"""State → kind and icon of its tag."""
SEVERITIES: Mapping[Severity, LazyString] = {
    Severity.EDITORIAL: lazy_gettext("Editorial"),
    Severity.CLARIFYING: lazy_gettext("Clarifying"),
    Severity.SUBSTANTIVE: lazy_gettext("Substantive"),
}
SEVERITY_MEANS: Mapping[Severity, LazyString] = {
    Severity.EDITORIAL: lazy_gettext("the sense is the same; nobody is asked anything"),
    Severity.CLARIFYING: lazy_gettext("easier to understand; people acknowledge a notice"),
    Severity.SUBSTANTIVE: lazy_gettext("what holds is different; people learn it and answer questions"),
}
SEVERITY_TAGS: Mapping[Severity, str] = {
    Severity.EDITORIAL: "",
    Severity.CLARIFYING: "info",
    Severity.SUBSTANTIVE: "warn",
}
HOWS: Mapping[How, LazyString] = {
    How.NEW: lazy_gettext("New"),
    How.REWORDED: lazy_gettext("Reworded"),
    How.REPEALED: lazy_gettext("Repealed"),
    How.CORRECTED: lazy_gettext("Corrected"),
    How.WITHDRAWN: lazy_gettext("Taken back"),
}
TASK_STATES: Mapping[TaskState, LazyString] = {
    TaskState.OPEN: lazy_gettext("To be revised"),
    TaskState.REVISED: lazy_gettext("Revised"),
    TaskState.CONFIRMED: lazy_gettext("Checked, still right"),
    TaskState.RETIRED: lazy_gettext("Retired"),
}
CLOSINGS: Mapping[TaskState, LazyString] = {
    TaskState.REVISED: lazy_gettext("It has been revised; the new edition is live"),
    TaskState.CONFIRMED: lazy_gettext("I have checked it: it is still right as it stands"),
    TaskState.RETIRED: lazy_gettext("It is no longer in the library"),
}
PATHS: Mapping[Path, LazyString] = {
    Path.DELTA: lazy_gettext("only what changed"),
    Path.NOTICE: lazy_gettext("a notice to acknowledge"),
    Path.COURSE: lazy_gettext("the whole course"),
}
KINDS: Mapping[str, LazyString] = {
    "page": lazy_gettext("Lesson page"),
    "lesson": lazy_gettext("Checks of a lesson"),
    "question": lazy_gettext("Quiz question"),
    "clause": lazy_gettext("clause"),
    "parameter": lazy_gettext("parameter"),
}
CLOCKS: Mapping[str, LazyString] = {
    "refresh": lazy_gettext("Materials"),
    "delivery": lazy_gettext("Delivery"),
}
RUNGS: Mapping[str, LazyString] = {
    "person": lazy_gettext("the person concerned"),
    "department-head": lazy_gettext("head of the department"),
    "head-of-hr": lazy_gettext("head of HR"),
}
OUTCOMES: Mapping[Outcome, LazyString] = {
    Outcome.DONE: lazy_gettext("Learned"),
    Outcome.EXCUSED: lazy_gettext("Excused"),
    Outcome.LEFT: lazy_gettext("Has left"),
    Outcome.LATE: lazy_gettext("Late"),
    Outcome.OPENED: lazy_gettext("Opened"),
    Outcome.DELIVERED: lazy_gettext("Delivered"),
    Outcome.ON_ITS_WAY: lazy_gettext("Not delivered yet"),
}
OUTCOME_TAGS: Mapping[Outcome, tuple[str, str]] = {
    Outcome.DONE: ("done", "done"),
    Outcome.EXCUSED: ("", ""),
    Outcome.LEFT: ("", ""),
    Outcome.LATE: ("bad", "clock"),
    Outcome.OPENED: ("info", ""),
    Outcome.DELIVERED: ("", ""),
    Outcome.ON_ITS_WAY: ("warn", "clock"),
}
"""Outcome → kind and icon of its tag."""
WAYS: Mapping[str, LazyString] = {
    "app": lazy_gettext("in the app"),
    "sms": lazy_gettext("text message"),
    "letter": lazy_gettext("letter"),
    "call": lazy_gettext("call"),
    "opened": lazy_gettext("opened it themselves"),
}
"""How a change got to somebody: ``recipients.way``."""
STANDINGS: Mapping[Standing, LazyString] = {
    Standing.CURRENT: lazy_gettext("Current"),
    Standing.OUTDATED: lazy_gettext("Outdated"),
    Standing.NEVER: lazy_gettext("Never taught"),
}
