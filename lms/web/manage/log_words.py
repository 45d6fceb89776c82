"""Acts of the journal, and what is noted with them, in words."""

from collections.abc import Mapping

from flask_babel import LazyString, gettext, lazy_gettext

ACTS: Mapping[str, LazyString] = {
    "account.locked": lazy_gettext("Signing in locked after failures"),
    "account.password-issued": lazy_gettext("First password issued"),
    "account.password-set": lazy_gettext("Password set"),
    "account.signed-in": lazy_gettext("Signed in"),
    "account.signed-out-everywhere": lazy_gettext("Signed out everywhere"),
    "accounts.opened": lazy_gettext("Accounts opened"),
    "change.announced": lazy_gettext("Change described anew"),
    "change.approved": lazy_gettext("Change approved"),
    "change.begun": lazy_gettext("Change begun"),
    "change.delivered": lazy_gettext("Change delivered"),
    "change.escalated": lazy_gettext("Reminder about a change sent"),
    "change.excuse-taken-back": lazy_gettext("Excuse from a change taken back"),
    "change.excused": lazy_gettext("Excused from a change"),
    "change.finished": lazy_gettext("Change finished"),
    "change.joined": lazy_gettext("Newcomers given a change"),
    "change.paused": lazy_gettext("Change paused"),
    "change.registered": lazy_gettext("Change registered"),
    "change.reminded": lazy_gettext("Who is not done reminded by hand"),
    "change.resumed": lazy_gettext("Change resumed"),
    "change.roster-exported": lazy_gettext("List of people of a change exported"),
    "change.sent-back": lazy_gettext("Change sent back"),
    "change.superseded": lazy_gettext("Change superseded"),
    "change.unit-approved": lazy_gettext("Unit of a change approved"),
    "change.withdrawn": lazy_gettext("Change withdrawn"),
    "correction.regraded": lazy_gettext("Papers marked again"),
    "course.assigned": lazy_gettext("Course assigned"),
    "evidence.exported": lazy_gettext("Evidence taken"),
    "help.recorded": lazy_gettext("Help recorded"),
    "hiring-rule.applied": lazy_gettext("Rule for new hires applied"),
    "hiring-rule.set": lazy_gettext("Rule for new hires set"),
    "library.published": lazy_gettext("Library published"),
    "progress.exported": lazy_gettext("Progress list exported"),
    "record.viewed": lazy_gettext("Personal record viewed"),
    "task.closed": lazy_gettext("Refresh task closed"),
    "task.extended": lazy_gettext("Refresh task given more time"),
    "task.reassigned": lazy_gettext("Refresh task reassigned"),
    "unit.drafted": lazy_gettext("Unit of a change drafted"),
}
"""Act → words. An act that is not here is shown under its own name."""

_FACTS: Mapping[str, LazyString] = {
    "after_attempt": lazy_gettext("after paper"),
    "attempt": lazy_gettext("paper"),
    "audience": lazy_gettext("audience"),
    "audiences": lazy_gettext("audiences"),
    "by": lazy_gettext("by"),
    "change": lazy_gettext("change"),
    "clock": lazy_gettext("clock"),
    "count": lazy_gettext("how many"),
    "days": lazy_gettext("days"),
    "document": lazy_gettext("document"),
    "due_on": lazy_gettext("due on"),
    "failures": lazy_gettext("failures"),
    "files": lazy_gettext("files"),
    "filters": lazy_gettext("filters"),
    "hired_from": lazy_gettext("hired from"),
    "items": lazy_gettext("items"),
    "kind": lazy_gettext("kind"),
    "note": lazy_gettext("note"),
    "papers": lazy_gettext("papers"),
    "path": lazy_gettext("file"),
    "reason": lazy_gettext("reason"),
    "replaces": lazy_gettext("replaces"),
    "rows": lazy_gettext("lines"),
    "rung": lazy_gettext("step"),
    "tasks": lazy_gettext("tasks"),
    "told": lazy_gettext("people told"),
    "unit": lazy_gettext("unit"),
}


def act_words(act: str) -> str:
    """What was done."""
    return str(ACTS.get(act, act))


def facts_words(facts: Mapping[str, object]) -> str:
    """What was noted with it, empty facts left out."""
    told = [(str(_FACTS.get(name, name)), _value(value)) for name, value in facts.items()]
    return " · ".join(gettext("%(name)s: %(value)s", name=name, value=value) for name, value in told if value)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={_value(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    return "" if value is None else str(value)
