"""Surveys in words: kinds, questions and their answers, and what an answer lacks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from flask_babel import LazyString, gettext, lazy_gettext

from lms.courses.questionnaires import Question, QuestionKind
from lms.surveys.rules import LONGEST_TEXT, SurveyKind
from lms.web.languages import chosen

KINDS: Mapping[SurveyKind, LazyString] = {
    SurveyKind.NEEDS: lazy_gettext("What you need this quarter"),
    SurveyKind.SATISFACTION: lazy_gettext("About a course you have finished"),
    SurveyKind.FOLLOW_UP: lazy_gettext("A month after a course"),
    SurveyKind.OWN: lazy_gettext("A survey of HR"),
}
"""Of what kind a survey is, said to those who answer it."""
QUESTION_KINDS: Mapping[QuestionKind, LazyString] = {
    QuestionKind.SINGLE: lazy_gettext("Choose one"),
    QuestionKind.MULTIPLE: lazy_gettext("Choose all that fit"),
    QuestionKind.SCALE: lazy_gettext("How far do you agree?"),
    QuestionKind.RECOMMEND: lazy_gettext("From 0 to 10"),
    QuestionKind.OPEN: lazy_gettext("In your own words"),
}
POINTS: Mapping[str, LazyString] = {
    "5": lazy_gettext("Fully agree"),
    "4": lazy_gettext("Rather agree"),
    "3": lazy_gettext("Partly"),
    "2": lazy_gettext("Rather disagree"),
    "1": lazy_gettext("Do not agree"),
}
"""Points of the scale, the best first."""
_LACKS: Mapping[str, LazyString] = {
    "answer-missing": lazy_gettext("Choose an answer; if none fits, choose the nearest"),
    "answer-not-offered": lazy_gettext("Choose one of the answers offered"),
    "answer-too-long": lazy_gettext("Shorten your answer to %(max)d characters at most", max=LONGEST_TEXT),
}


class Titled(Protocol):
    """A survey, or a line of a list of them."""

    @property
    def title(self) -> str:
        """In Chinese."""

    @property
    def title_en(self) -> str:
        """In English, where it has one."""


@dataclass(frozen=True)
class Asked:
    """A question in the language of the page; ``lang`` where it is not that language."""

    id: str
    kind: QuestionKind
    text: str
    lang: str
    options: Sequence[tuple[str, str]]
    required: bool

    @property
    def kind_words(self) -> str:
        """How it is to be answered."""
        return str(QUESTION_KINDS[self.kind])

    @property
    def is_open(self) -> bool:
        """Whether it is answered in one's own words."""
        return self.kind is QuestionKind.OPEN

    @property
    def is_multiple(self) -> bool:
        """Whether several answers fit."""
        return self.kind is QuestionKind.MULTIPLE

    @property
    def is_points(self) -> bool:
        """Whether it is answered with 0 to 10."""
        return self.kind is QuestionKind.RECOMMEND

    @property
    def hint(self) -> str:
        """What is not to be written."""
        return str(
            gettext(
                "At most %(count)s characters. Please write no names, no ID numbers and nothing about "
                "anybody's illness.",
                count=LONGEST_TEXT,
            )
        )


def title_words(one: Titled) -> tuple[str, str]:
    """Its title, and the language of that where it is not the page's."""
    return in_words(one.title, one.title_en)


def in_words(text: str, text_en: str) -> tuple[str, str]:
    """What is said in the language of the page, else in Chinese; and ``zh-CN`` where that had to be."""
    if chosen() != "en":
        return text, ""
    return (text_en, "") if text_en else (text, "zh-CN")


def in_page(question: Question) -> Asked:
    """The question for a page."""
    text, lang = in_words(question.text, question.text_en)
    return Asked(
        id=question.id,
        kind=question.kind,
        text=text,
        lang=lang,
        options=options_of(question),
        required=question.required,
    )


def options_of(question: Question) -> list[tuple[str, str]]:
    """Value and words of what can be chosen; nothing for an open question."""
    if question.kind is QuestionKind.SCALE:
        return [(value, f"{value} · {words}") for value, words in POINTS.items()]
    if question.kind is QuestionKind.RECOMMEND:
        return [(str(points), str(points)) for points in range(11)]
    return [(one.id, in_words(one.text, one.text_en)[0]) for one in question.options]


def answer_words(question: Question, values: Sequence[str]) -> str:
    """An answer as it was given; empty for none."""
    words = dict(options_of(question))
    given = [words.get(value, value) for value in values if value.strip()]
    return ("; " if chosen() == "en" else "；").join(given)


def lack_words(code: str, question: Question) -> str:
    """What is wrong with an answer, and how to mend it."""
    if code == "answer-missing" and question.kind is QuestionKind.OPEN:
        return str(gettext("Write a few words"))
    if code == "answer-missing" and question.kind is QuestionKind.MULTIPLE:
        return str(gettext("Choose at least one answer"))
    return str(_LACKS.get(code, _LACKS["answer-not-offered"]))
