"""What an import found and what would change, in words; and why an address is refused."""

from collections.abc import Callable, Mapping
from datetime import date

from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from lms.people.models import Audience, PersonState, ReachBy, Status
from lms.staff.columns import COLUMNS
from lms.staff.models import ImportState, Kind
from lms.web.citations import joined
from lms.web.formats import long_day
from lms.web.languages import chosen
from lms.web.manage.channel_words import refusal
from lms.web.manage.parts import place
from lms.web.manage.words import AUDIENCES

KINDS: Mapping[Kind, LazyString] = {
    Kind.FAULT: lazy_gettext("With faults"),
    Kind.ADD: lazy_gettext("New"),
    Kind.MOVE: lazy_gettext("Moved"),
    Kind.CHANGE: lazy_gettext("Changed"),
    Kind.RETIRE: lazy_gettext("Retiring"),
    Kind.LEAVE: lazy_gettext("Leaving"),
    Kind.RETURN: lazy_gettext("Coming back"),
    Kind.SAME: lazy_gettext("As before"),
}
STATES: Mapping[ImportState, LazyString] = {
    ImportState.UPLOADED: lazy_gettext("Waiting to be read"),
    ImportState.CHECKING: lazy_gettext("Being checked"),
    ImportState.CHECKED: lazy_gettext("Checked, not taken"),
    ImportState.APPLYING: lazy_gettext("Being taken"),
    ImportState.APPLIED: lazy_gettext("Taken"),
    ImportState.DISCARDED: lazy_gettext("Thrown away"),
    ImportState.FAILED: lazy_gettext("Not readable"),
}
WAYS: Mapping[ReachBy, LazyString] = {
    ReachBy.APP: lazy_gettext("Looks on the phone"),
    ReachBy.SMS: lazy_gettext("Text message"),
    ReachBy.LETTER: lazy_gettext("Letter by post"),
    ReachBy.CALL: lazy_gettext("Telephone call"),
}
"""How somebody wants to be told what is new."""
STATE_TAGS: Mapping[ImportState, tuple[str, str]] = {
    ImportState.UPLOADED: ("info", "clock"),
    ImportState.CHECKING: ("info", "clock"),
    ImportState.CHECKED: ("warn", "eye"),
    ImportState.APPLYING: ("info", "clock"),
    ImportState.APPLIED: ("done", "done"),
    ImportState.DISCARDED: ("plain", ""),
    ImportState.FAILED: ("bad", "alert"),
}
UNREADABLE: Mapping[str, LazyString] = {
    "empty": lazy_gettext("The file is empty. Fill in the template and save it again."),
    "too-large": lazy_gettext("The file is larger than 40 MB. Leave out sheets and pictures, or divide it."),
    "not-a-sheet": lazy_gettext("This is neither XLSX nor CSV. Save the list in one of the two."),
    "old-excel": lazy_gettext("This is the old XLS format. Open it and save it as XLSX."),
    "protected": lazy_gettext("The file is protected by a password. Save it without one."),
    "damaged": lazy_gettext("The file is damaged. Open it, save it again as XLSX, and upload that."),
    "bomb": lazy_gettext("The file unpacks to far more than a staff list. Save only the list as XLSX."),
    "encoding": lazy_gettext("The characters cannot be read. Save it as CSV UTF-8, or as XLSX."),
    "too-many-rows": lazy_gettext("The file has more than 200,000 rows. Divide it."),
    "too-many-columns": lazy_gettext("The file has more than 60 columns. Keep those of the template."),
    "too-many-cells": lazy_gettext("The file has too many cells. Keep the columns of the template."),
    "no-header": lazy_gettext("The first row has to hold the headings, as in the template."),
    "missing-column": lazy_gettext(
        "The column of employee numbers is missing. Compare the headings with the template."
    ),
    "changed-meanwhile": lazy_gettext(
        "People were changed after the list was checked. Upload it again to see what would happen now."
    ),
    "broke": lazy_gettext("Something went wrong. Upload the list again."),
}
"""Why a whole file is not taken."""
_FAULTS: Mapping[str, LazyString] = {
    "unknown-header": lazy_gettext(
        "This heading is not known; rename it or delete the column. The good rows are taken without it"
    ),
    "duplicate-column": lazy_gettext("This column is there twice; keep one"),
    "needed": lazy_gettext("This cell must not be empty"),
    "number-float": lazy_gettext("The spreadsheet has made a decimal of it; format the column as text"),
    "bad-number": lazy_gettext("Use letters, digits, hyphens and dots only, 40 at most"),
    "bad-name": lazy_gettext("A name has 1 to 80 characters"),
    "ambiguous-department": lazy_gettext(
        "Several departments have this name; write the path, as in Production/Assembly"
    ),
    "bad-department": lazy_gettext("This names no department; write the path, as in Production/Assembly"),
    "unknown-department": lazy_gettext(
        "There is no such department; add it, or tick that new ones are created"
    ),
    "unknown-city": lazy_gettext("This city is not known; write its name or its six-digit code"),
    "unknown-audience": lazy_gettext("Write HR, employee or retired"),
    "unknown-state": lazy_gettext("Write active, retired or left"),
    "audience-against-state": lazy_gettext(
        "Audience and state contradict each other: who is retired is a retiree"
    ),
    "audience-needed": lazy_gettext("Say which audience: it cannot be told from what is on record"),
    "bad-date": lazy_gettext("This is no date; write it as in 2026-03-02"),
    "date-out-of-range": lazy_gettext("This day is too early or too late for a first day"),
    "unknown-answer": lazy_gettext("Write yes or no"),
    "id-float": lazy_gettext(
        "The spreadsheet has made a decimal of it and the last digits are lost; "
        "format the column as text and enter the number again"
    ),
    "bad-id-shape": lazy_gettext("An ID number has 18 characters: 17 digits and a digit or X"),
    "bad-id-date": lazy_gettext("The day of birth in this ID number does not exist"),
    "bad-id-check-digit": lazy_gettext("The last character does not fit the others; a digit is mistyped"),
    "bad-phone": lazy_gettext("A mobile number has eleven digits, the first one 1"),
    "phone-float": lazy_gettext("The spreadsheet has made a decimal of it; format the column as text"),
    "bad-email": lazy_gettext("This is no e-mail address; write it as in name@example.com"),
    "bad-address-shape": lazy_gettext("Write the address on one line, 6 to 120 characters"),
    "unknown-way": lazy_gettext("Write phone app, text message, letter or call"),
    "needed-for-letter": lazy_gettext(
        "A letter needs an address: enter it here, or choose another way above"
    ),
    "needed-for-sms": lazy_gettext(
        "A text message needs a mobile number: enter it here, or choose another way"
    ),
    "needed-for-call": lazy_gettext("A call needs a telephone number: enter it here, or choose another way"),
    "bad-wecom-id": lazy_gettext("A WeCom account has letters, digits and . _ - @ only, 64 at most"),
    "cannot-head": lazy_gettext("Somebody retired or gone cannot be the head of a department"),
    "yourself": lazy_gettext("This is your own entry; a colleague has to enter that you leave"),
    "too-long": lazy_gettext("This is too long"),
    "cannot-clear": lazy_gettext("This cannot be cleared"),
}
"""What is wrong with a cell, where it is always the same."""


def fault_words(code: str, facts: Mapping[str, object]) -> str:
    """What is wrong, and how to mend it."""
    if code in _TOLD:
        return _TOLD[code](facts)
    return str(_FAULTS.get(code, code))


_TOLD: Mapping[str, Callable[[Mapping[str, object]], str]] = {
    "duplicate-number": lambda facts: gettext("Row %(lines)s has this number too", lines=_lines(facts)),
    "duplicate-id": lambda facts: gettext("Row %(lines)s has this ID number too", lines=_lines(facts)),
    "two-heads": lambda facts: gettext(
        "A department has one head, and row %(lines)s names somebody already", lines=_lines(facts)
    ),
    "id-of-other": lambda facts: gettext(
        "This ID number belongs to employee number %(number)s", number=facts.get("number", "")
    ),
}


def _lines(facts: Mapping[str, object]) -> str:
    lines = facts.get("lines", ())
    return joined([str(one) for one in lines], "、") if isinstance(lines, list | tuple) else str(lines)


def column_name(code: str) -> str:
    """The heading of a column in the language of the page; what is no column, as it stands."""
    for one in COLUMNS:
        if one.name == code:
            return one.english if chosen() == "en" else one.chinese
    return code


def value_words(column: str, text: str) -> str:
    """A value before or after, in words: codes of cities, audiences and states are put into names."""
    words: Mapping[str, Callable[[str], str]] = {
        "city": place,
        "audience": lambda code: str(AUDIENCES[Audience(code)]),
        "state": _state,
        "reach": lambda code: str(WAYS[ReachBy(code)]),
        "hired_on": lambda day: long_day(date.fromisoformat(day)),
        "head": lambda code: str(gettext("yes") if code == "yes" else gettext("no")),
    }
    return words[column](text) if text and column in words else text


def _state(code: str) -> str:
    words = {
        PersonState.ACTIVE.value: gettext("with the company"),
        PersonState.LEFT.value: gettext("has left"),
        Status.RETIRED.value: gettext("retired"),
        Status.IN_SERVICE.value: gettext("in service"),
    }
    return str(words.get(code, code))


def summary(counts: Mapping[Kind, int]) -> str:
    """What an import did, in one line."""
    told: Mapping[Kind, Callable[[int], str]] = {
        Kind.ADD: lambda n: ngettext("%(num)s person added", "%(num)s people added", n),
        Kind.CHANGE: lambda n: ngettext("%(num)s changed", "%(num)s changed", n),
        Kind.MOVE: lambda n: ngettext("%(num)s moved", "%(num)s moved", n),
        Kind.RETIRE: lambda n: ngettext("%(num)s retired", "%(num)s retired", n),
        Kind.LEAVE: lambda n: ngettext("%(num)s left", "%(num)s left", n),
        Kind.RETURN: lambda n: ngettext("%(num)s came back", "%(num)s came back", n),
        Kind.SAME: lambda n: ngettext("%(num)s as before", "%(num)s as before", n),
    }
    return joined([words(counts[kind]) for kind, words in told.items() if counts.get(kind)])


def refused_address(code: str) -> str:
    """Why the mail server refuses an address for good; empty when it does not."""
    return str(gettext("The last letter did not arrive: %(why)s.", why=refusal(code))) if code else ""
