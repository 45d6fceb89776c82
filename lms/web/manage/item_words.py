"""Item analysis in words: what is wrong with a question, how much can be concluded, and numbers."""

from collections.abc import Mapping

from flask_babel import LazyString, gettext, lazy_gettext

from lms.item_analysis.papers import NONE, NUMBER, OTHER_NUMBER
from lms.item_analysis.rules import Concern, Sample
from lms.quizzes.rules import UNSURE

CONCERNS: Mapping[Concern, LazyString] = {
    Concern.KEY: lazy_gettext("Check the key"),
    Concern.TOO_HARD: lazy_gettext("Very hard"),
    Concern.TOO_EASY: lazy_gettext("Nearly everybody gets it right"),
    Concern.WEAK: lazy_gettext("Hardly tells people apart"),
    Concern.IDLE: lazy_gettext("An option that nobody chooses"),
}
CONCERN_TAGS: Mapping[Concern, tuple[str, str]] = {
    Concern.KEY: ("bad", "alert"),
    Concern.TOO_HARD: ("warn", "flag"),
    Concern.TOO_EASY: ("", ""),
    Concern.WEAK: ("warn", "flag"),
    Concern.IDLE: ("", ""),
}
"""Concern → kind and icon of its tag."""
ADVICE: Mapping[Concern, LazyString] = {
    Concern.KEY: lazy_gettext(
        "Those who did badly on the paper got it right more often than those who did well. Usually the wrong "
        "option is marked as right, or the question can be read in two ways."
    ),
    Concern.TOO_HARD: lazy_gettext(
        "Fewer than 30 in 100 get it right. See whether the course explains it, and whether the rule has "
        "changed."
    ),
    Concern.TOO_EASY: lazy_gettext(
        "At least 95 in 100 get it right. It says nothing about who knows more; for a must-know that is fine."
    ),
    Concern.WEAK: lazy_gettext(
        "Those who did well on the paper get it right hardly more often than the others. See whether the "
        "wording is clear."
    ),
    Concern.IDLE: lazy_gettext(
        "A wrong option is chosen by fewer than 5 in 100. Put a mistake there that people really make."
    ),
}
SAMPLES: Mapping[Sample, LazyString] = {
    Sample.TOO_FEW: lazy_gettext("too few answers"),
    Sample.PRELIMINARY: lazy_gettext("preliminary"),
    Sample.ENOUGH: lazy_gettext("enough answers"),
}
ANSWERS: Mapping[str, LazyString] = {
    UNSURE: lazy_gettext("I am not sure"),
    NONE: lazy_gettext("Not answered"),
    NUMBER: lazy_gettext("The right number"),
    OTHER_NUMBER: lazy_gettext("Another number"),
}
"""Answers that are no options."""
SIGNS: Mapping[str, str] = {UNSURE: "?", NONE: "–", NUMBER: "=", OTHER_NUMBER: "≠"}
"""What stands for them in place of a letter."""
SORTS: Mapping[str, LazyString] = {
    "concern": lazy_gettext("What to look at"),
    "difficulty": lazy_gettext("Share right"),
    "discrimination": lazy_gettext("Discrimination"),
    "rest": lazy_gettext("Correlation"),
    "n": lazy_gettext("Answers"),
    "question": lazy_gettext("Question"),
}
"""Column of the list of questions → its heading."""


def coefficient(number: float | None) -> str:
    """A coefficient between -1 and 1 with two places; a dash where there is none."""
    return "—" if number is None else f"{number:.2f}".replace("-", "−")


def reliability_words(number: float | None) -> str:
    """What a reliability means; empty where there is none. Source of the limits: domain.md G-3."""
    if number is None:
        return ""
    if number >= 0.8:
        return str(gettext("good"))
    return str(gettext("acceptable")) if number >= 0.7 else str(gettext("low"))
