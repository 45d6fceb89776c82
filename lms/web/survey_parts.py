"""What the pages of answering surveys share, and what stands there in place of one that is not open."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.errors import DomainError, NotFound
from lms.surveys import queries
from lms.surveys.queries import Paper
from lms.surveys.refusals import AlreadyAnswered, SurveyClosed, SurveyNotOpen
from lms.web.addresses import url_for
from lms.web.formats import week_day
from lms.web.guard import asker
from lms.web.shells import home, shell

screens = Blueprint("survey", __name__, url_prefix="/survey")
Page = str | tuple[str, int] | Response


@dataclass(frozen=True)
class Said:
    """What stands there in place of a survey. ``again``: where to begin anew, if that is the way on."""

    kind: str
    title: str
    texts: tuple[str, ...]
    again: str = ""
    more: str = ""


class Changed(DomainError):
    """The questions are not those that were answered."""

    code = "survey-changed"


def today() -> date:
    """The day in China of this request."""
    return china_date(clock.now())


def paper_of(key: str) -> Paper:
    """The survey as the asker is to answer it. Nobody answers an anonymous one for somebody else.

    Raises ``NotFound``, ``SurveyNotOpen``, ``SurveyClosed`` and ``AlreadyAnswered``.
    """
    found = queries.paper(key, asker().id, today())
    if asker().helper and found.anonymous:
        raise NotFound(kind="survey", key=key)
    return found


def said_page(said: Said, status: int = 200) -> Page:
    """The page that says it."""
    page = render_template("survey/said.html", shell=shell("_learner.html"), home=home(), said=said, nav="my")
    return page, status


def _refused_with() -> int:
    """What was sent was not taken; a page that was only opened is as good as any other."""
    return 409 if request.method == "POST" else 200


@screens.errorhandler(AlreadyAnswered)
def _answered(_refusal: AlreadyAnswered) -> Page:
    text = gettext("Each survey can be answered once. The answers you sent first count.")
    return said_page(Said("", gettext("You have answered this survey"), (text,)), _refused_with())


@screens.errorhandler(SurveyClosed)
def _closed(refusal: SurveyClosed) -> Page:
    closed_on = date.fromisoformat(str(refusal.facts["closes_on"]))
    texts = [
        gettext("It was open until %(day)s.", day=week_day(closed_on))
        if closed_on < today()
        else gettext("HR has closed it before its last day.")
    ]
    if request.method == "POST":
        texts.append(gettext("What you have just answered was not stored any more."))
    texts.append(
        gettext("If there is something you need, ask HR at any time: under “Find somebody to help”.")
    )
    return said_page(Said("warn", gettext("This survey is closed"), tuple(texts)), _refused_with())


@screens.errorhandler(SurveyNotOpen)
def _not_open(refusal: SurveyNotOpen) -> Page:
    opens_on = date.fromisoformat(str(refusal.facts["opens_on"]))
    text = gettext("It opens on %(day)s. You get a message then.", day=week_day(opens_on))
    return said_page(Said("", gettext("This survey is not open yet"), (text,)), _refused_with())


@screens.errorhandler(Changed)
def _changed(refusal: Changed) -> Page:
    text = gettext("Its questions are not those you have answered. Nothing was stored.")
    again = url_for("survey.intro", key=str(refusal.facts["key"]))
    return said_page(Said("warn", gettext("This survey was changed meanwhile"), (text,), again), 409)
