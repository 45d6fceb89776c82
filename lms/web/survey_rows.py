"""Surveys that somebody can answer now, as lines of lists."""

from flask_babel import gettext, ngettext

from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.surveys import queries
from lms.surveys.queries import OpenSurvey
from lms.web.addresses import url_for
from lms.web.easy_parts import BigRow
from lms.web.formats import minutes as minutes_words
from lms.web.formats import week_day
from lms.web.guard import asker
from lms.web.rows import Row
from lms.web.survey_words import title_words


def open_surveys() -> list[OpenSurvey]:
    """The open surveys that the asker has not answered; while somebody helps, none that is anonymous."""
    found = queries.open_for(asker().id, china_date(clock.now()))
    return [one for one in found if not (asker().helper and one.anonymous)]


def row_of(one: OpenSurvey) -> Row:
    """A line of a list."""
    title, lang = title_words(one)
    named = gettext("anonymous") if one.anonymous else gettext("with your name")
    asks = ngettext("%(num)s question", "%(num)s questions", one.questions)
    until = gettext("open until %(day)s", day=week_day(one.closes_on))
    meta = " · ".join([asks, gettext("about %(minutes)s", minutes=minutes_words(one.minutes)), until, named])
    return Row(title=title, meta=meta, icon="chat", href=url_for("survey.intro", key=one.key), lang=lang)


def big_row(one: OpenSurvey) -> BigRow:
    """The same in the easy view."""
    title, lang = title_words(one)
    asks = ngettext("%(num)s question", "%(num)s questions", one.questions)
    return BigRow(
        url_for("survey.intro", key=one.key),
        "chat",
        title,
        gettext("%(questions)s, about %(minutes)s", questions=asks, minutes=minutes_words(one.minutes)),
        lang,
    )


def survey_row() -> BigRow | None:
    """The way to what is open, in the easy view; nothing while nothing is."""
    found = open_surveys()
    if not found:
        return None
    text = ngettext("%(num)s to answer", "%(num)s to answer", len(found))
    return BigRow(url_for("survey.page"), "chat", gettext("Say what you need"), text)
