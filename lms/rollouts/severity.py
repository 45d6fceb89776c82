"""Which severity a difference is proposed with. A person confirms it or says why not."""

from lms.rollouts.models import How, Severity
from lms.rollouts.rules import Wording, wording


def of_clause(how: How, old: str, new: str, *, used: bool = True) -> Severity:
    """Severity of a clause's words.

    New: substantive when a text of the library rests on it, else clarifying. Reworded: editorial when only
    punctuation differs or the wording differs slightly (see ``rules.wording``). Repealed: substantive.
    """
    if how is How.NEW:
        return Severity.SUBSTANTIVE if used else Severity.CLARIFYING
    if how is How.REWORDED and wording(old, new) in {Wording.PUNCTUATION, Wording.SLIGHT}:
        return Severity.EDITORIAL
    return Severity.SUBSTANTIVE


def of_title(old: str, new: str) -> Severity:
    """Severity of another title above the same words: clarifying, unless only punctuation differs."""
    return Severity.EDITORIAL if wording(old, new) is Wording.PUNCTUATION else Severity.CLARIFYING


def of_value(how: How, old: str, new: str, *, used: bool = True) -> Severity:
    """Severity of a parameter's value.

    A new first day with the same number is editorial, another number is substantive; the values of a new
    parameter that no text uses yet are clarifying.
    """
    if how is How.NEW and old == new:
        return Severity.EDITORIAL
    return Severity.SUBSTANTIVE if used else Severity.CLARIFYING
