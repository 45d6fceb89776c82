"""What the jobs of the clockwork are called and do, in words; whoever adds a job adds a line here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.jobs.models import OccurrenceState
from lms.jobs.standing import Standing


class Area(StrEnum):
    """Where a job stands on the page; in this order."""

    TRAINING = "training"
    VOICES = "voices"
    RESULTS = "results"
    MESSAGES = "messages"
    UPKEEP = "upkeep"


AREAS: Mapping[Area, LazyString] = {
    Area.TRAINING: _l("Training"),
    Area.VOICES: _l("Surveys, workshops and the plan"),
    Area.RESULTS: _l("Numbers and reports"),
    Area.MESSAGES: _l("Messages"),
    Area.UPKEEP: _l("Upkeep"),
}


@dataclass(frozen=True)
class Said:
    """A job in words: its name, and what it does in one sentence."""

    area: Area
    title: LazyString
    does: LazyString


JOBS: Mapping[str, Said] = {
    "analyse-items": Said(
        Area.RESULTS,
        _l("Item analysis"),
        _l("Counts how questions were answered in new papers, and raises an alarm about suspicious ones."),
    ),
    "apply-standing-rules": Said(
        Area.TRAINING,
        _l("Apply standing rules"),
        _l("Gives training to whoever fits a standing rule, new joiners for example."),
    ),
    "carry-imports": Said(
        Area.UPKEEP,
        _l("Take in staff lists"),
        _l("Checks staff lists that were uploaded, and takes in those that were confirmed."),
    ),
    "carry-remindings": Said(
        Area.TRAINING,
        _l("Send reminders asked for by hand"),
        _l("Reminds everybody on the long lists that somebody asked for."),
    ),
    "catch-up-reports": Said(
        Area.RESULTS,
        _l("Bring numbers up to date"),
        _l("Works out lists and numbers anew for everybody whose training changed."),
    ),
    "clean-imports": Said(
        Area.UPKEEP,
        _l("Forget old staff lists"),
        _l("Deletes the people of staff lists that were never taken in, or long ago."),
    ),
    "clean-occurrences": Said(
        Area.UPKEEP,
        _l("Forget old runs"),
        _l("Deletes old entries of this clockwork; failures are kept longer."),
    ),
    "clean-throttles": Said(
        Area.UPKEEP,
        _l("Forget failed sign-ins"),
        _l("Deletes failed sign-ins that no longer lock anything."),
    ),
    "climb-ladder": Said(
        Area.TRAINING,
        _l("Reminders about policy changes"),
        _l("Reminds people, then their heads of department, then the head of HR, of a change that is late."),
    ),
    "count-reports": Said(
        Area.RESULTS,
        _l("Count reports anew"),
        _l("Gathers newer numbers for drafts of reports of which somebody wants them."),
    ),
    "deliver-changes": Said(
        Area.TRAINING,
        _l("Deliver policy changes"),
        _l("Gives a change to everybody it concerns once it is ready, newcomers included."),
    ),
    "draft-reports": Said(
        Area.RESULTS,
        _l("Draft the quarterly report"),
        _l("Gathers the numbers of the quarter that is over, drafts its report, and tells who may sign it."),
    ),
    "escalate-overdue": Said(
        Area.TRAINING,
        _l("Tell heads of department"),
        _l("Tells heads of department what is overdue among their people."),
    ),
    "find-effects": Said(
        Area.RESULTS,
        _l("Effect after a month"),
        _l("A month after courses and changes were due, compares what people knew before and know now."),
    ),
    "finish-changes": Said(
        Area.TRAINING,
        _l("Finish policy changes"),
        _l("Ends changes that nobody is waited for any more."),
    ),
    "invite-satisfaction": Said(
        Area.VOICES,
        _l("Ask about courses"),
        _l("Asks whoever has just completed a course what they think of it."),
    ),
    "mark-topics": Said(
        Area.RESULTS,
        _l("Papers by topic"),
        _l("Reads new papers, and counts by topic what was right and who is still unsure."),
    ),
    "mix-responses": Said(
        Area.VOICES,
        _l("Mix anonymous answers"),
        _l("Puts anonymous answers into a random order, so that where they stand tells nothing."),
    ),
    "open-needs": Said(
        Area.VOICES,
        _l("Needs survey of the quarter"),
        _l("Asks everybody what they would like to learn, for three weeks."),
    ),
    "open-planning-year": Said(
        Area.VOICES,
        _l("Open the training plan"),
        _l("Opens the plan of the next year with its themes and standing dates; one that is open stays."),
    ),
    "post-to-groups": Said(
        Area.MESSAGES,
        _l("Daily standings for groups"),
        _l("Writes down for each group how many are not done."),
    ),
    "free-seats": Said(
        Area.VOICES,
        _l("Seats of people who have left"),
        _l("Gives free the seats at coming events of people who have left; who waits moves up and is told."),
    ),
    "reconcile-reports": Said(
        Area.RESULTS,
        _l("Compare the numbers"),
        _l("Counts the ledger again and compares it with lists, screens and exports."),
    ),
    "remind-of-events": Said(
        Area.VOICES,
        _l("Reminders of workshops"),
        _l("Reminds whoever has a seat the day before."),
    ),
    "remind-of-reports": Said(
        Area.RESULTS,
        _l("Remind of the quarterly report"),
        _l("A week before a report is due, on the day and after it, tells who may sign it."),
    ),
    "seal-journal": Said(
        Area.UPKEEP,
        _l("Seal the log"),
        _l("Seals new entries of the log, so that nobody can change them unnoticed."),
    ),
    "send-campaigns": Said(
        Area.TRAINING,
        _l("Send training"),
        _l("Gives out training that was sent and whose ten minutes are over."),
    ),
    "send-digests": Said(
        Area.TRAINING,
        _l("Daily reminders"),
        _l("Reminds everybody of what they have to do, in one message a day at most."),
    ),
    "send-group-posts": Said(
        Area.MESSAGES,
        _l("Send to groups"),
        _l("Sends what is to be said in groups over their robots."),
    ),
    "send-messages": Said(
        Area.MESSAGES,
        _l("Send messages"),
        _l("Sends waiting messages by mail, WeCom and text message."),
    ),
    "settle-plan": Said(
        Area.VOICES,
        _l("Note what was kept of the plan"),
        _l("Notes in the plan which needs surveys have closed and which reports were signed."),
    ),
    "speak-lessons": Said(
        Area.UPKEEP,
        _l("Read lessons aloud"),
        _l("Makes sound files of lessons that have none yet."),
    ),
    "tend-surveys": Said(
        Area.VOICES,
        _l("Surveys, day by day"),
        _l(
            "Opens surveys on their day, closes them, invites newcomers, reminds, "
            "and asks a month after a course."
        ),
    ),
}
"""Name of a job → what it is called and does."""

STANDINGS: Mapping[Standing, tuple[LazyString, str, str]] = {
    Standing.FAILED: (_l("failed, given up"), "bad", "alert"),
    Standing.LATE: (_l("not begun in time"), "bad", "clock"),
    Standing.WAITING: (_l("failed, tried again"), "warn", "refresh"),
    Standing.PARTLY: (_l("done, with failures"), "warn", "alert"),
    Standing.RUNNING: (_l("running"), "info", "refresh"),
    Standing.NEVER: (_l("not run yet"), "plain", ""),
    Standing.DONE: (_l("in order"), "done", "done"),
}
"""How a job stands → its words, and the kind and icon of their tag."""

STATES: Mapping[OccurrenceState, tuple[LazyString, str, str]] = {
    OccurrenceState.DONE: (_l("done"), "done", "done"),
    OccurrenceState.FAILED: (_l("failed, given up"), "bad", "alert"),
    OccurrenceState.RUNNING: (_l("running"), "info", "refresh"),
    OccurrenceState.SKIPPED: (_l("skipped"), "plain", ""),
    OccurrenceState.WAITING: (_l("failed, tried again"), "warn", "refresh"),
}
"""The same for a single run."""
