"""Codes of assigning in the words of its pages."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from lms.campaigns.models import CampaignState, CaseState, Outcome, Reason, RuleState, Trigger
from lms.campaigns.rules import LATELY_DAYS, LEAST_DAYS, Fault, Step
from lms.notifications.rules import Channel
from lms.people.models import Audience
from lms.rollouts.standing import Standing
from lms.web.citations import joined
from lms.web.formats import day, long_day
from lms.web.manage.parts import course_name, place
from lms.web.manage.policy_words import STANDINGS
from lms.web.manage.words import AUDIENCES
from lms.web.standings import policy_name

STEPS: Mapping[Step, LazyString] = {
    Step.CONTENT: lazy_gettext("Choose the content"),
    Step.PEOPLE: lazy_gettext("Choose the people"),
    Step.TIME: lazy_gettext("Set the time"),
    Step.NOTICE: lazy_gettext("How people are told"),
    Step.CHECK: lazy_gettext("Check and send"),
}
CAMPAIGN_STATES: Mapping[CampaignState, LazyString] = {
    CampaignState.DRAFT: lazy_gettext("Draft"),
    CampaignState.QUEUED: lazy_gettext("Going out"),
    CampaignState.SENT: lazy_gettext("Sent"),
    CampaignState.WITHDRAWN: lazy_gettext("Withdrawn in time"),
    CampaignState.ENDED: lazy_gettext("Ended"),
}
CAMPAIGN_TAGS: Mapping[CampaignState, tuple[str, str]] = {
    CampaignState.DRAFT: ("", "edit"),
    CampaignState.QUEUED: ("warn", "clock"),
    CampaignState.SENT: ("info", ""),
    CampaignState.WITHDRAWN: ("", "cross"),
    CampaignState.ENDED: ("done", "done"),
}
"""State → kind and icon of its tag."""
OUTCOMES: Mapping[Outcome, LazyString] = {
    Outcome.ASSIGNED: lazy_gettext("Get it"),
    Outcome.EXCEPTION: lazy_gettext("Left to a decision: too little time, or another date already"),
    Outcome.HAS_IT: lazy_gettext("Have it open already"),
    Outcome.DONE_LATELY: lazy_gettext("Completed it in the last %(days)s days", days=LATELY_DAYS),
    Outcome.NOT_FOR_THEM: lazy_gettext("No course here is written for them"),
}
SHORT_OUTCOMES: Mapping[Outcome, LazyString] = {
    Outcome.ASSIGNED: lazy_gettext("Get it"),
    Outcome.EXCEPTION: lazy_gettext("Left to a decision"),
    Outcome.HAS_IT: lazy_gettext("Have it"),
    Outcome.DONE_LATELY: lazy_gettext("Done lately"),
    Outcome.NOT_FOR_THEM: lazy_gettext("Not for them"),
}
REASONS: Mapping[Reason, LazyString] = {
    Reason.TOO_LITTLE_TIME: lazy_gettext("Fewer than %(days)s days to learn it", days=LEAST_DAYS),
    Reason.HAS_EARLIER: lazy_gettext("Has it already, due earlier"),
    Reason.HAS_OTHER_DATE: lazy_gettext("Has it already, due later"),
}
CASE_STATES: Mapping[CaseState, LazyString] = {
    CaseState.WAITING: lazy_gettext("To decide"),
    CaseState.GIVEN: lazy_gettext("Given the new date"),
    CaseState.KEPT: lazy_gettext("Left as it was"),
    CaseState.SKIPPED: lazy_gettext("Not given"),
}
CASE_TAGS: Mapping[CaseState, tuple[str, str]] = {
    CaseState.WAITING: ("warn", "clock"),
    CaseState.GIVEN: ("done", "done"),
    CaseState.KEPT: ("done", "done"),
    CaseState.SKIPPED: ("plain", ""),
}
TRIGGERS: Mapping[Trigger, LazyString] = {
    Trigger.JOINING: lazy_gettext("Whoever joins the company"),
    Trigger.MATCHING: lazy_gettext("Whoever matches, today or later"),
}
RULE_STATES: Mapping[RuleState, LazyString] = {
    RuleState.ON: lazy_gettext("On"),
    RuleState.OFF: lazy_gettext("Off"),
}
RULE_TAGS: Mapping[RuleState, tuple[str, str]] = {
    RuleState.ON: ("ok", "done"),
    RuleState.OFF: ("", ""),
}
CHANNELS: Mapping[str, LazyString] = {
    Channel.EMAIL: lazy_gettext("E-mail"),
    Channel.WECOM: lazy_gettext("WeCom message"),
    Channel.SMS: lazy_gettext("Text message"),
}
CHANNEL_DETAILS: Mapping[str, LazyString] = {
    Channel.EMAIL: lazy_gettext("To the address at work"),
    Channel.WECOM: lazy_gettext("From the application in WeCom, to each person"),
    Channel.SMS: lazy_gettext("Costs money; for people whom nothing else reaches"),
}


def offset_words(days: int) -> str:
    """When a reminder goes out: so many days before or after the due date."""
    if days == 0:
        return str(gettext("On the due date"))
    if days < 0:
        return str(ngettext("%(num)s day before", "%(num)s days before", -days))
    return str(ngettext("%(num)s day after", "%(num)s days after", days))


def why_words(codes: tuple[str, ...], departments: Mapping[str, str]) -> str:
    """What chose somebody; *departments* are names by key."""
    return joined((_why(code, departments) for code in codes), "；")


def _why(code: str, departments: Mapping[str, str]) -> str:
    kind, _, value = code.partition(":")
    tellers: Mapping[str, Callable[[str], str]] = {
        "audience": lambda one: str(AUDIENCES[Audience(one)]),
        "department": lambda one: gettext("in %(name)s", name=departments.get(one, one)),
        "region": lambda one: gettext("insured in %(place)s", place=place(one)),
        "hired-since": lambda one: gettext("hired since %(day)s", day=long_day(date.fromisoformat(one))),
        "policy": _policy,
        "person": lambda _one: gettext("named"),
    }
    return tellers[kind](value) if kind in tellers else code


def _policy(value: str) -> str:
    document, _, standing = value.rpartition(":")
    known = Standing(standing)
    return str(gettext("%(policy)s: %(standing)s", policy=policy_name(document), standing=STANDINGS[known]))


Facts = Mapping[str, Any]


def _looked_after(sentence: str, facts: Facts) -> str:
    """The sentence, with whose it is to check the content, and until when."""
    if not facts["owners"]:
        return sentence
    owners = joined(facts["owners"], "、")
    by = gettext("%(names)s looks after it, until %(day)s", names=owners, day=long_day(facts["due_on"]))
    return joined([sentence, by], "；")


_FAULTS: Mapping[str, Callable[[Facts], str]] = {
    "no-course": lambda _facts: gettext("Choose a course or a path"),
    "unknown-course": lambda facts: gettext(
        "The library no longer has the course “%(course)s”. Choose another", course=facts["course"]
    ),
    "unknown-path": lambda facts: gettext(
        "The library no longer has the path “%(path)s”. Choose another", path=facts["path"]
    ),
    "nobody": lambda _facts: gettext("This chooses nobody. Tick an audience, or name persons"),
    "everybody": lambda facts: gettext(
        "This chooses all %(count)s people of the company. Narrow it, or confirm that everybody is meant",
        count=facts["count"],
    ),
    "no-due-date": lambda _facts: gettext("Choose by when it is to be done"),
    "start-in-past": lambda _facts: gettext("The first day is past. Choose today or later"),
    "due-before-start": lambda facts: gettext(
        "The last day is before the first. Choose %(day)s or later", day=day(facts["starts_on"])
    ),
    "too-soon": lambda facts: gettext("The time is too short: leave at least %(days)s days", days=LEAST_DAYS),
    "no-hired-from": lambda _facts: gettext("Enter from which day of hiring"),
    "no-months": lambda _facts: gettext("Enter the number of months"),
    "nobody-gets-it": lambda _facts: gettext("Nobody would get anything: everybody chosen is left out"),
    "withheld": lambda facts: _looked_after(
        ngettext(
            "“%(course)s” is not checked throughout: %(num)s question is kept back until it is",
            "“%(course)s” is not checked throughout: %(num)s questions are kept back until they are",
            facts["count"],
            course=course_name(facts["course"]),
        ),
        facts,
    ),
    "stale": lambda facts: _looked_after(
        ngettext(
            "“%(course)s” is not checked throughout: %(num)s text may be out of date",
            "“%(course)s” is not checked throughout: %(num)s texts may be out of date",
            facts["count"],
            course=course_name(facts["course"]),
        ),
        facts,
    ),
    "kept-back": lambda facts: _looked_after(
        ngettext(
            "“%(course)s” cannot be given yet: %(num)s text is kept back until it is checked",
            "“%(course)s” cannot be given yet: %(num)s texts are kept back until they are checked",
            facts["count"],
            course=course_name(facts["course"]),
        ),
        facts,
    ),
    "cannot-draw": lambda facts: _looked_after(
        gettext(
            "“%(course)s” cannot be given yet: too few questions are checked for a paper",
            course=course_name(facts["course"]),
        ),
        facts,
    ),
    "unknown-departments": lambda _facts: gettext("A department that was chosen is no longer there"),
    "unknown-persons": lambda facts: gettext(
        "Nobody with the company has the number %(numbers)s", numbers="、".join(list(facts["numbers"])[:5])
    ),
    "no-channel": lambda _facts: gettext(
        "No channel is chosen: people only find the message under Messages on this site"
    ),
    "same-running": lambda facts: (
        gettext("“%(title)s” gives the same to the same people already", title=facts["title"])
        if facts["title"]
        else gettext("Another assignment gives the same to the same people already")
    ),
}


def fault_words(fault: Fault) -> str:
    """What is wrong, and what would be right."""
    return _FAULTS[fault.code](fault.facts)
