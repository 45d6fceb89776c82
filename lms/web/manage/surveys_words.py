"""Surveys in the words of HR's pages: states, kinds, and what keeps a draft from being opened."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from flask_babel import LazyString, gettext, lazy_gettext

from lms.courses.questionnaires import MOST_QUESTIONS, Question, QuestionKind
from lms.kernel.errors import DomainError
from lms.kernel.quarters import Quarter
from lms.people.models import Audience
from lms.surveys.rules import Fault, ProposalState, Source, SurveyKind, SurveyState
from lms.web import formats
from lms.web.manage.words import AUDIENCES
from lms.web.survey_words import in_words

ORDER = (Audience.EMPLOYEE, Audience.HR, Audience.RETIREE)
"""Audiences as they stand beside each other."""
KINDS: Mapping[SurveyKind, LazyString] = {
    SurveyKind.NEEDS: lazy_gettext("Quarterly needs survey"),
    SurveyKind.SATISFACTION: lazy_gettext("Satisfaction with a course"),
    SurveyKind.FOLLOW_UP: lazy_gettext("Follow-up after a month"),
    SurveyKind.OWN: lazy_gettext("Our own survey"),
}
STATES: Mapping[SurveyState, LazyString] = {
    SurveyState.DRAFT: lazy_gettext("Draft"),
    SurveyState.SCHEDULED: lazy_gettext("Opens by itself"),
    SurveyState.OPEN: lazy_gettext("Being answered"),
    SurveyState.CLOSED: lazy_gettext("Over"),
}
STATE_TAGS: Mapping[SurveyState, tuple[str, str]] = {
    SurveyState.DRAFT: ("", "edit"),
    SurveyState.SCHEDULED: ("info", "clock"),
    SurveyState.OPEN: ("ok", "send"),
    SurveyState.CLOSED: ("plain", "lock"),
}
QUESTION_KINDS: Mapping[QuestionKind, LazyString] = {
    QuestionKind.SINGLE: lazy_gettext("One of several answers"),
    QuestionKind.MULTIPLE: lazy_gettext("Several of the answers"),
    QuestionKind.SCALE: lazy_gettext("A statement, agreed with from 1 to 5"),
    QuestionKind.RECOMMEND: lazy_gettext("Recommend it, from 0 to 10 (NPS)"),
    QuestionKind.OPEN: lazy_gettext("In one's own words"),
}
PROPOSAL_STATES: Mapping[ProposalState, LazyString] = {
    ProposalState.OPEN: lazy_gettext("Nobody has taken it yet"),
    ProposalState.IN_WORK: lazy_gettext("In work"),
    ProposalState.DONE: lazy_gettext("Done"),
    ProposalState.DECLINED: lazy_gettext("Declined"),
}
PROPOSAL_TAGS: Mapping[ProposalState, tuple[str, str]] = {
    ProposalState.OPEN: ("warn", "flag"),
    ProposalState.IN_WORK: ("info", "edit"),
    ProposalState.DONE: ("done", "done"),
    ProposalState.DECLINED: ("plain", "cross"),
}
SOURCES: Mapping[Source, LazyString] = {
    Source.SURVEY: lazy_gettext("Survey"),
    Source.QUESTION: lazy_gettext("Questions asked"),
    Source.WEAK_TOPIC: lazy_gettext("Topic that stayed weak"),
}
_FAULTS: Mapping[str, LazyString] = {
    "no-title": lazy_gettext("It has no title. Enter one above."),
    "no-questions": lazy_gettext("A survey needs at least one question. Add one."),
    "too-many-questions": lazy_gettext(
        "It has more than %(max)d questions. Remove some.", max=MOST_QUESTIONS
    ),
    "nobody": lazy_gettext("Nobody is chosen. Say who is asked."),
    "close-before-open": lazy_gettext(
        "It closes before it opens. Choose a closing day after the opening day."
    ),
    "close-passed": lazy_gettext("The closing day has passed. Choose a later one."),
    "open-passed": lazy_gettext("The opening day has passed. Choose today or a later one."),
    "no-closing": lazy_gettext("It has no closing day. Enter one above."),
    "no-text": lazy_gettext("The question has no words. Enter what is asked."),
    "text-too-long": lazy_gettext("The question is too long. Shorten it."),
    "few-options": lazy_gettext("It needs at least two answers to choose from."),
    "many-options": lazy_gettext("It has too many answers to choose from."),
    "option-without-text": lazy_gettext("One of its answers has no words."),
    "option-twice": lazy_gettext("One of its answers is there twice."),
    "options-not-wanted": lazy_gettext("A question of this kind has no answers to choose from."),
    "id-twice": lazy_gettext("This question is there twice. Remove one."),
    "unknown-audience": lazy_gettext("It is for an audience that there is not."),
}


def fault_words(fault: Fault, questions: Sequence[Question]) -> str:
    """A fault as a sentence, with the number of the question that has it."""
    if fault.code == "audience-without-question":
        audience = str(AUDIENCES[Audience(fault.question)])
        text = gettext("%(audience)s are asked, but none of the questions is for them.", audience=audience)
        return str(text)
    text = str(_FAULTS.get(fault.code, fault.code))
    numbers = [n for n, one in enumerate(questions, 1) if one.id == fault.question]
    if not numbers:
        return text
    return str(gettext("Question %(number)s: %(text)s", number=numbers[0], text=text))


def refusal_words(refusal: DomainError) -> str:
    """Why something cannot be done, and what to do instead."""
    return _REFUSALS[refusal.code]() if refusal.code in _REFUSALS else gettext("This cannot be done now.")


_REFUSALS: Mapping[str, Callable[[], str]] = {
    "survey-not-a-draft": lambda: gettext("It has been opened already; questions of an open survey stay."),
    "survey-moved": lambda: gettext("Somebody has changed this survey meanwhile. Look again."),
    "survey-has-faults": lambda: gettext("Something is still missing. It stands above the questions."),
    "survey-exists": lambda: gettext("The needs survey of this quarter is open already, or was asked."),
    "survey-not-extended": lambda: gettext("Choose a day after the present closing day."),
    "survey-already-reminded": lambda: gettext("Everybody who has not answered was reminded today already."),
    "survey-closed": lambda: gettext("It is closed already."),
    "survey-not-open": lambda: gettext("It is not open."),
}


def audience_words(audience: str) -> str:
    """An audience; all of them for an empty text."""
    return str(AUDIENCES[Audience(audience)]) if audience else str(gettext("All"))


def audiences_words(question: Question) -> str:
    """To whom a question is put."""
    if not question.audiences:
        return str(gettext("everybody"))
    names = [str(AUDIENCES[one]) for one in ORDER if one.value in question.audiences]
    return str(gettext("%(audiences)s only", audiences="、".join(names)))


def question_words(question: Question) -> str:
    """A question in the language of the page."""
    return in_words(question.text, question.text_en)[0]


def quarter_words(text: str) -> str:
    """``2027-Q1`` as people say it."""
    try:
        return formats.quarter(Quarter.named(text))
    except ValueError:
        return text


def percent(share: Decimal | float | None) -> str:
    """A share as whole percent; a dash for none."""
    return "—" if share is None else formats.percent(share)


def point(number: Decimal | None) -> str:
    """A mean with one decimal place; a dash for none."""
    return "—" if number is None else f"{number:.1f}"
