"""Every fault of a text file as a sentence: what was found, and what would be right."""

from collections.abc import Mapping
from difflib import get_close_matches

from flask_babel import LazyString, lazy_gettext

from lms.library.faults import Fault

_BETWEEN = " / "
_LONGEST = 80
"""Characters of what was found that are shown."""
_MOST_NAMES = 8
"""Allowed words that are all named; of more, only those nearest to what was found."""

SENTENCES: Mapping[str, LazyString] = {
    "after-check": lazy_gettext("“%(found)s” stands behind the check; a lesson ends with %(right)s"),
    "bad-formula": lazy_gettext("“%(found)s” is no formula; allowed are names, numbers and %(right)s"),
    "bad-heading": lazy_gettext("“%(found)s” names no page; right is: %(right)s"),
    "bad-reference": lazy_gettext("“%(found)s” cannot stand in [[…]]; possible: %(right)s"),
    "cannot-compute": lazy_gettext("“%(found)s” cannot be computed for the given numbers"),
    "check-not-closed": lazy_gettext("the block %(found)s has no end; right is a line %(right)s"),
    "draws-differ-from-size": lazy_gettext("size is %(found)s, but the topics draw %(right)s questions"),
    "effect-before-issue": lazy_gettext(
        "in force from %(found)s, which is before it was issued; right: %(right)s"
    ),
    "ends-before-begin": lazy_gettext("ends on %(found)s, before it begins; right: %(right)s"),
    "holiday-missing": lazy_gettext("holidays by law that the notice leaves out: %(found)s"),
    "key-exists": lazy_gettext("“%(found)s” stands at %(right)s already; a key is given once"),
    "key-twice": lazy_gettext("“%(found)s” stands here twice; once is right"),
    "long-sentence": lazy_gettext(
        "“%(found)s” is too long for the easy form; a sentence there has %(right)s characters at most"
    ),
    "missing-file": lazy_gettext("%(found)s is missing"),
    "missing-key": lazy_gettext("%(found)s is missing"),
    "name-differs": lazy_gettext("the id is “%(found)s”; right is the name of the folder: %(right)s"),
    "needs-quiz": lazy_gettext(
        "a course of kind “%(found)s” ends with a quiz; only one of kind %(right)s may do without"
    ),
    "no-check": lazy_gettext("the lesson has no check; it ends with a block %(right)s"),
    "no-easy-form": lazy_gettext(
        "retired people must take “%(found)s”, but it has no easy form; right: form: %(right)s"
    ),
    "no-front-matter": lazy_gettext("a lesson begins with %(right)s, found: “%(found)s”"),
    "no-heading": lazy_gettext("“%(found)s” stands before the first page; a page begins with %(right)s"),
    "no-lessons": lazy_gettext("the course “%(found)s” has no lesson; the first one would be %(right)s"),
    "no-pages": lazy_gettext("the lesson has no page; a page begins with %(right)s"),
    "no-source": lazy_gettext("“%(found)s” has no source; every page needs %(right)s"),
    "no-such-clause": lazy_gettext("there is no clause “%(found)s”; possible: %(right)s"),
    "no-such-course": lazy_gettext("there is no course “%(found)s”; possible: %(right)s"),
    "no-such-lesson": lazy_gettext("there is no lesson “%(found)s”; possible: %(right)s"),
    "no-such-level": lazy_gettext(
        "this parameter has no value for the level “%(found)s”; possible: %(right)s"
    ),
    "no-such-page": lazy_gettext("there is no page “%(found)s”; possible: %(right)s"),
    "no-such-parameter": lazy_gettext("there is no parameter “%(found)s”; possible: %(right)s"),
    "no-such-quiz": lazy_gettext("there is no quiz “%(found)s”; possible: %(right)s"),
    "no-such-region": lazy_gettext("there is no region “%(found)s”; possible: %(right)s"),
    "no-such-topic": lazy_gettext("there is no topic “%(found)s”; possible: %(right)s"),
    "no-value": lazy_gettext("%(found)s has no value that is in force; there is one for: %(right)s"),
    "no-weekend": lazy_gettext("%(found)s is no Saturday or Sunday; only those are worked in exchange"),
    "not-allowed": lazy_gettext("“%(found)s” is not allowed here; possible: %(right)s"),
    "not-explicit": lazy_gettext("“%(found)s” would differ from reader to reader; right: %(right)s"),
    "not-utf-8": lazy_gettext("the byte %(found)s is no text; right is %(right)s"),
    "not-verified": lazy_gettext("%(found)s is not verified well enough to be scored; needed: %(right)s"),
    "not-yet-in-force": lazy_gettext("%(found)s is not in force yet, so that it cannot be asked"),
    "number-by-hand": lazy_gettext("“%(found)s” is a number of policy typed by hand; right: %(right)s"),
    "off-and-worked": lazy_gettext("%(found)s is a day off and a workday at once; one of them is right"),
    "option-count": lazy_gettext("%(found)s options; right: %(right)s"),
    "option-twice": lazy_gettext("the option “%(found)s” stands here twice"),
    "other-year": lazy_gettext("%(found)s is no day of the notice for %(right)s"),
    "repealed-before-effective": lazy_gettext(
        "repealed from %(found)s, which is before it ever held; right: %(right)s"
    ),
    "right-options": lazy_gettext("%(found)s right options; right: %(right)s"),
    "same-numbers": lazy_gettext("two options would show the same number: %(found)s"),
    "too-few-questions": lazy_gettext(
        "too few questions for a second paper of questions not seen before: %(found)s; needed: %(right)s"
    ),
    "unknown-file": lazy_gettext("nothing reads this file; files stand at %(right)s"),
    "unknown-key": lazy_gettext("“%(found)s” is unknown here; possible: %(right)s"),
    "unknown-name": lazy_gettext("“%(found)s” is no name of this question; possible: %(right)s"),
    "value-twice": lazy_gettext("the value for %(found)s stands in line %(right)s already"),
    "without-topic": lazy_gettext("“%(found)s” belongs to no topic; it needs one of: %(right)s"),
    "would-orphan-records": lazy_gettext(
        "“%(found)s” cannot be taken away: %(right)s records of learners belong to it"
    ),
    "wording-order": lazy_gettext(
        "these words hold until %(found)s, which leaves a gap or an overlap; right: %(right)s"
    ),
    "wording-twice": lazy_gettext("“%(found)s” is what the next wording says as well; once is right"),
    "wrong-unit": lazy_gettext("%(found)s cannot be; right: %(right)s"),
    "wrong-value": lazy_gettext("“%(found)s” cannot be read here; right: %(right)s"),
    "yaml": lazy_gettext("this is no YAML: %(found)s"),
}
"""Code of a fault → its sentence."""


def sentence(fault: Fault) -> str:
    """The fault in words."""
    found = fault.found if len(fault.found) <= _LONGEST else f"{fault.found[:_LONGEST]}…"
    return str(SENTENCES[fault.code]) % {"found": found, "right": _nearest(fault)}


def _nearest(fault: Fault) -> str:
    names = fault.right.split(_BETWEEN)
    if len(names) <= _MOST_NAMES:
        return fault.right or "—"
    close = get_close_matches(fault.found, names, n=_MOST_NAMES, cutoff=0)
    return _BETWEEN.join([*close, "…"])
