"""The words of quarterly reports: what the numbers say in a sentence, what is proposed, names of codes."""

from collections.abc import Callable, Mapping

from flask import g
from flask_babel import LazyString, force_locale, gettext, lazy_gettext, ngettext

from lms.kernel.quarters import Quarter
from lms.quarterly.models import Report, ReportState
from lms.quarterly.queries import figures_of
from lms.quarterly.rules import WEAK_PERCENT, NextStep, StepKind, Trend, conclusion, next_steps
from lms.quarterly.shapes import Figures, Step, Wording
from lms.web.event_words import KINDS
from lms.web.formats import quarter as quarter_name
from lms.web.languages import HTML_LANGUAGE, chosen
from lms.web.manage import plan_words

GROUPS: Mapping[str, LazyString] = {
    "employee": lazy_gettext("Employees"),
    "new": lazy_gettext("of them new"),
    "hr": lazy_gettext("HR staff"),
    "retiree": lazy_gettext("Retirees"),
}
NEED_STATES: Mapping[str, tuple[LazyString, str, str]] = {
    "open": (lazy_gettext("Not taken on yet"), "warn", "clock"),
    "in_work": (lazy_gettext("Being worked on"), "info", "edit"),
    "done": (lazy_gettext("Has been settled"), "done", "done"),
    "declined": (lazy_gettext("Declined"), "plain", "info"),
}
"""State → words, kind and icon of its tag."""
EVENT_KINDS: Mapping[str, LazyString] = {kind.value: said for kind, said in KINDS.items()}
CATEGORIES: Mapping[str, LazyString] = {one.value: said for one, said in plan_words.CATEGORIES.items()}
STATES: Mapping[ReportState, tuple[LazyString, str, str]] = {
    ReportState.DRAFT: (lazy_gettext("Draft report"), "warn", "edit"),
    ReportState.SIGNED: (lazy_gettext("Signed"), "done", "done"),
}
_SIGNED_LANGUAGES = ("zh_Hans", "en")


def title_of(quarter: Quarter) -> str:
    """The title of a report."""
    return str(gettext("%(quarter)s: training in medical insurance", quarter=quarter_name(quarter)))


def wording_of(report: Report) -> Wording:
    """The words of an edition in the language of the page: as signed, else as they are now."""
    if report.words is not None:
        told = report.words.get(chosen()) or report.words[_SIGNED_LANGUAGES[0]]
        return Wording.model_validate(told)
    figures = figures_of(report)
    steps = report.next_steps
    return Wording(
        sentence=report.sentence or sentence(figures),
        steps=tuple(drafted_steps(figures) if steps is None else map(Step.model_validate, steps)),
    )


def in_every_language(report: Report) -> dict[str, Wording]:
    """Catalog → the words of a draft in it: what is signed."""
    return {language: _in(language, report) for language in _SIGNED_LANGUAGES}


def _in(language: str, report: Report) -> Wording:
    before = g.get("catalog")
    with force_locale(language):
        g.catalog = language if language in HTML_LANGUAGE else _SIGNED_LANGUAGES[0]
        try:
            return wording_of(report)
        finally:
            g.catalog = before


def sentence(figures: Figures) -> str:
    """The sentence at the top, as the numbers give it."""
    found = conclusion(figures)
    if found.completion is None:
        first = gettext("Nothing required was due in this quarter")
    else:
        first = _COMPLETION[found.trend](found.completion)
    if found.passed is not None:
        first = gettext("%(first)s, %(passed)s%% passed in the end", first=first, passed=found.passed)
    return str(gettext("%(first)s. %(second)s", first=first, second=_about_topics(figures)).strip())


_COMPLETION: Mapping[Trend, Callable[[int], str]] = {
    Trend.UP: lambda percent: gettext("Required completion rose to %(percent)s%%", percent=percent),
    Trend.DOWN: lambda percent: gettext("Required completion fell to %(percent)s%%", percent=percent),
    Trend.SAME: lambda percent: gettext("Required completion stayed at %(percent)s%%", percent=percent),
    Trend.ALONE: lambda percent: gettext("Required completion is %(percent)s%%", percent=percent),
}


def _about_topics(figures: Figures) -> str:
    found = conclusion(figures)
    if found.weakest is not None:
        topic = _topic(found.weakest.title, found.weakest.title_en)
        if found.still:
            return str(gettext("Weakest is still “%(topic)s”: a second training is proposed.", topic=topic))
        return str(gettext("Weakest is “%(topic)s”: a second training is proposed.", topic=topic))
    if figures.topics:
        return str(gettext("No topic is below the line of %(line)s%%.", line=WEAK_PERCENT))
    return ""


def drafted_steps(figures: Figures) -> list[Step]:
    """What is proposed for the next quarter, as the numbers give it."""
    return [_STEPS[one.kind](one) for one in next_steps(figures)]


def _second_training(one: NextStep) -> Step:
    return Step(
        title=gettext("Second training: %(topic)s", topic=_topic(one.title, one.title_en)),
        text=gettext(
            "%(percent)s%% right at the first attempt; the line is %(line)s%%",
            percent=one.percent,
            line=WEAK_PERCENT,
        ),
    )


def _answer(one: NextStep) -> Step:
    text = ngettext(
        "Asked %(num)s time in this quarter, %(percent)s%% of all questions",
        "Asked %(num)s times in this quarter, %(percent)s%% of all questions",
        one.count,
        percent=one.percent,
    )
    return Step(title=gettext("Explain: %(topic)s", topic=_topic(one.title, one.title_en)), text=text)


def _visits(one: NextStep) -> Step:
    text = ngettext(
        "%(num)s retired person is not done; sit down with them",
        "%(num)s retired people are not done; sit down with them one by one",
        one.count,
    )
    return Step(title=gettext("Visit retired people"), text=text)


def _materials(one: NextStep) -> Step:
    text = ngettext(
        "%(num)s change was not refreshed within 7 days",
        "%(num)s changes were not refreshed within 7 days",
        one.count,
    )
    return Step(title=gettext("Refresh materials in time"), text=text)


def _needs(one: NextStep) -> Step:
    text = ngettext(
        "%(num)s point that people raised is still open",
        "%(num)s points that people raised are still open",
        one.count,
    )
    return Step(title=gettext("Settle what people asked for"), text=text)


def _go_on(_one: NextStep) -> Step:
    return Step(
        title=gettext("Go on as planned"), text=gettext("The numbers of this quarter ask for nothing else")
    )


_STEPS: Mapping[StepKind, Callable[[NextStep], Step]] = {
    StepKind.SECOND_TRAINING: _second_training,
    StepKind.ANSWER: _answer,
    StepKind.VISITS: _visits,
    StepKind.MATERIALS: _materials,
    StepKind.NEEDS: _needs,
    StepKind.GO_ON: _go_on,
}


def _topic(title: str, title_en: str) -> str:
    return title_en if chosen() == "en" and title_en else title


def topic_title(title: str, title_en: str) -> str:
    """A topic in the language of the page; what belongs to none has words of its own."""
    return _topic(title, title_en) or str(gettext("Without a topic"))
