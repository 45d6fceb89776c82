"""Codes of the floors below in the words of HR's pages."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from lms.assignments.models import Cause, HelpKind
from lms.people.models import Audience, PersonState
from lms.policies.rules import Level
from lms.reports.rules import Due, Papers, State

STATES: Mapping[State, LazyString] = {
    State.NOT_STARTED: lazy_gettext("Not started"),
    State.LEARNING: lazy_gettext("Learning"),
    State.IN_QUIZ: lazy_gettext("In the quiz"),
    State.REMEDIAL: lazy_gettext("Catching up"),
    State.WAITING_FOR_HELP: lazy_gettext("Waiting for help"),
    State.DONE: lazy_gettext("Completed"),
    State.EXCUSED: lazy_gettext("Excused"),
}
STATE_TAGS: Mapping[State, tuple[str, str]] = {
    State.NOT_STARTED: ("", ""),
    State.LEARNING: ("info", ""),
    State.IN_QUIZ: ("info", "quiz"),
    State.REMEDIAL: ("warn", "flag"),
    State.WAITING_FOR_HELP: ("warn", "phone"),
    State.DONE: ("done", "done"),
    State.EXCUSED: ("plain", ""),
}
"""State → kind and icon of its tag."""
DUES: Mapping[Due, LazyString] = {
    Due.OVERDUE: lazy_gettext("Overdue"),
    Due.SOON: lazy_gettext("Due within 7 days"),
}
PAPERS: Mapping[Papers, LazyString] = {
    Papers.NONE: lazy_gettext("None handed in"),
    Papers.PASSED_AT_ONCE: lazy_gettext("Passed with the first paper"),
    Papers.FAILED_FIRST: lazy_gettext("Failed the first paper, not passed since"),
    Papers.PASSED_LATER: lazy_gettext("Passed after catching up"),
}
AUDIENCES: Mapping[Audience, LazyString] = {
    Audience.HR: lazy_gettext("HR staff"),
    Audience.EMPLOYEE: lazy_gettext("Employees"),
    Audience.RETIREE: lazy_gettext("Retirees"),
}
PERSON_STATES: Mapping[PersonState, LazyString] = {
    PersonState.ACTIVE: lazy_gettext("with the company"),
    PersonState.LEFT: lazy_gettext("has left"),
}
CAUSES: Mapping[Cause, LazyString] = {
    Cause.ONBOARDING: lazy_gettext("Rule for new hires"),
    Cause.BY_HAND: lazy_gettext("Assigned by HR"),
    Cause.ROLLOUT: lazy_gettext("Change of rules"),
    Cause.RULE: lazy_gettext("Standing rule"),
    Cause.SECOND: lazy_gettext("Second training"),
}
HELP_KINDS: Mapping[HelpKind, LazyString] = {
    HelpKind.ONE_TO_ONE: lazy_gettext("One-to-one explanation"),
    HelpKind.WORKSHOP: lazy_gettext("Workshop"),
    HelpKind.PHONE: lazy_gettext("By telephone"),
    HelpKind.VISIT: lazy_gettext("At a visit"),
}
LEVELS: Mapping[Level, LazyString] = {
    Level.COMMUNITY: lazy_gettext("community institutions"),
    Level.OTHER: lazy_gettext("other designated institutions"),
    Level.PRIMARY: lazy_gettext("primary hospitals"),
    Level.SECONDARY: lazy_gettext("secondary hospitals"),
    Level.TERTIARY: lazy_gettext("tertiary hospitals"),
}
