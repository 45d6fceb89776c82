"""A survey as each audience will see it, in the standard and the easy view; nothing chosen here is kept."""

from collections.abc import Iterator

from flask import render_template
from flask_babel import gettext

from lms.courses.questionnaires import Question
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.people.models import Audience
from lms.surveys import queries
from lms.surveys.models import Survey
from lms.surveys.rules import SurveyState
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage.parts import screens
from lms.web.manage.surveys_words import ORDER, audience_words
from lms.web.survey_sheet import Preview, Sheet, Way, edition
from lms.web.survey_words import in_page, title_words

_TEMPLATES = {"standard": "survey/question.html", "easy": "easy/survey_question.html"}


@screens.get(
    "/surveys/<key>/preview/<audience>/<any(standard, easy):view>/<int:number>", endpoint="survey_preview"
)
@requires(Permission.SURVEY_VIEW)
def preview(key: str, audience: str, view: str, number: int) -> str:
    """One question as it will be shown. Raises ``NotFound`` for one that this audience is not asked."""
    survey = queries.survey(key)
    if audience not in set(Audience):
        raise NotFound(kind="audience", key=audience)
    questions = queries.preview(survey, audience)
    if not questions:
        return _nothing(survey, audience, view)
    if not 1 <= number <= len(questions):
        raise NotFound(kind="question", key=str(number))
    sheet = _sheet(survey, questions, (audience, view), number)
    return render_template(_TEMPLATES[view], sheet=sheet, trouble="")


def _sheet(survey: Survey, questions: tuple[Question, ...], seen: tuple[str, str], number: int) -> Sheet:
    total = len(questions)
    return Sheet(
        title=title_words(survey)[0],
        anonymous=survey.anonymous,
        edition=edition(questions),
        number=number,
        total=total,
        onward=_address(survey, seen, min(number + 1, total)),
        backward=_address(survey, seen, number - 1) if number > 1 else "",
        leave=_way_back(survey),
        asked=in_page(questions[number - 1]),
        preview=Preview([*_ways(survey, seen)]),
    )


def _nothing(survey: Survey, audience: str, view: str) -> str:
    return render_template(
        "manage/survey_preview_none.html",
        audience=audience_words(audience),
        leave=_way_back(survey),
        sheet={"preview": Preview([*_ways(survey, (audience, view))])},
    )


def _ways(survey: Survey, seen: tuple[str, str]) -> Iterator[Way]:
    views = {"standard": gettext("standard view"), "easy": gettext("large type")}
    for audience in ORDER:
        for view, words in views.items():
            said = gettext("%(audience)s, %(view)s", audience=audience_words(audience.value), view=words)
            here = (audience.value, view)
            yield Way(str(said), _address(survey, here, 1), here == seen)


def _address(survey: Survey, seen: tuple[str, str], number: int) -> str:
    audience, view = seen
    return url_for("manage.survey_preview", key=survey.key, audience=audience, view=view, number=number)


def _way_back(survey: Survey) -> str:
    is_draft = survey.state is SurveyState.DRAFT and asker().may(Permission.SURVEY_EDIT)
    return url_for("manage.survey_edit" if is_draft else "manage.survey", key=survey.key)
