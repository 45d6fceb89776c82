"""Sitting a quiz: one question a page, every answer saved and acknowledged as it is given."""

from collections.abc import Sequence

from flask import abort, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import DomainError
from lms.kernel.permissions import Permission
from lms.quizzes import operations
from lms.quizzes.operations import AlreadySubmitted, NotAnAnswer, NotOnThePaper, OlderTab
from lms.quizzes.queries import Sitting
from lms.web.addresses import url_for
from lms.web.guard import requires
from lms.web.papertext import shown, stored
from lms.web.quiz_parts import (
    Trouble,
    misshapen,
    older,
    open_or_none,
    picked,
    screens,
    sitting_of_form,
    title_of,
    unanswered,
    whole,
)
from lms.web.shells import form, home, shell

Page = str | Response | tuple[str, int]
Json = tuple[dict[str, object], int]
_REFUSALS = (AlreadySubmitted, NotAnAnswer, NotOnThePaper, OlderTab)


@screens.get("/quiz/<name>/go")
@requires(Permission.QUIZ_TAKE)
def go_on(name: str) -> Response:
    """To the first question without an answer."""
    sitting = open_or_none(name)
    if sitting is None:
        return redirect(url_for("quiz.intro", name=name), code=303)
    left = unanswered(sitting)
    if left:
        return redirect(url_for("quiz.question", name=name, position=left[0]), code=303)
    return redirect(url_for("quiz.review", name=name), code=303)


@screens.get("/quiz/<name>/<int:position>")
@requires(Permission.QUIZ_TAKE)
def question(name: str, position: int) -> Page:
    """One question, with the answer saved so far."""
    sitting = open_or_none(name)
    if sitting is None:
        return redirect(url_for("quiz.intro", name=name), code=303)
    if not 1 <= position <= len(sitting.paper):
        abort(404)
    return _question_page(sitting, position)


def _question_page(
    sitting: Sitting, position: int, sent: Sequence[str] | None = None, trouble: Trouble | None = None
) -> str:
    """The question as saved; after a refusal with what was *sent* and the *trouble* with it."""
    one = shown(sitting, [position])[0]
    return render_template(
        form("quiz/question.html", "easy/quiz_question.html"),
        shell=shell("_focus.html"),
        home=home(),
        title=title_of(sitting),
        sitting=sitting,
        q=one,
        picked=picked(one) if sent is None else sent,
        trouble=trouble,
        total=len(sitting.paper),
    )


@screens.post("/quiz/<name>/<int:position>")
@requires(Permission.QUIZ_TAKE)
def save(name: str, position: int) -> Page | Json:
    """Save one answer and go on; a script asks for JSON and stays."""
    sent = request.form.getlist("answer")
    try:
        with unit_of_work():
            sitting = sitting_of_form(name, changing=True)
            seq = _saved(sitting, position, sent)
    except _REFUSALS as error:
        as_json = _asks_for_json()
        return _as_json(error, name, position, sent) if as_json else _refused(error, name, position, sent)
    if _asks_for_json():
        return _acknowledged(sitting, position, seq, sent)
    return redirect(_onward(sitting, position), code=303)


@screens.post("/quiz/<name>/paper")
@requires(Permission.QUIZ_TAKE)
def save_on_paper(name: str) -> Json:
    """Save the one answer of the whole paper that has just changed; only a script comes here."""
    changed = request.form.get("changed", "")
    position, sent = whole(changed.removeprefix("a-")), request.form.getlist(changed)
    try:
        with unit_of_work():
            sitting = sitting_of_form(name, changing=True)
            seq = _saved(sitting, position, sent)
    except _REFUSALS as error:
        return _as_json(error, name, position, sent)
    return _acknowledged(sitting, position, seq, sent)


def _saved(sitting: Sitting, position: int, sent: Sequence[str]) -> int:
    """Save what was sent; returns its sequence number. With nothing sent all stays as it is."""
    if not 1 <= position <= len(sitting.paper):
        raise NotOnThePaper(position=position)
    if any(value.strip() for value in sent):
        values, seq = stored(sitting.paper[position - 1], sent), whole(request.form.get("seq"))
        return operations.save(sitting, position, values, seq=seq, at=clock.now())
    if not sitting.is_open:
        raise AlreadySubmitted(attempt=sitting.key)
    return sitting.answers[position].seq if position in sitting.answers else 0


def _asks_for_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _acknowledged(sitting: Sitting, position: int, seq: int, sent: Sequence[str]) -> Json:
    if any(value.strip() for value in sent):
        answered, total = len(sitting.answers.keys() | {position}), len(sitting.paper)
        text = gettext("Saved. %(answered)s of %(total)s answered", answered=answered, total=total)
    else:
        text = gettext("Nothing chosen; the answer saved before stays") if seq else gettext("No answer yet")
    return {"saved": True, "seq": seq, "text": text}, 200


def _onward(sitting: Sitting, position: int) -> str:
    action = request.form.get("action")
    if action == "leave":
        return home()
    if action == "back":
        return url_for("quiz.question", name=sitting.quiz, position=max(1, position - 1))
    if position < len(sitting.paper):
        return url_for("quiz.question", name=sitting.quiz, position=position + 1)
    return url_for("quiz.review", name=sitting.quiz)


def _refused(error: DomainError, name: str, position: int, sent: Sequence[str]) -> Page:
    """Say in words what is wrong and lose nothing: the page again, as it was left."""
    if isinstance(error, NotOnThePaper):
        raise error
    sitting = sitting_of_form(name)
    if isinstance(error, AlreadySubmitted):
        return _closed_page(sitting), 409
    one = shown(sitting, [position])[0]
    if isinstance(error, OlderTab):
        return _question_page(sitting, position, sent, older(one, sent)), 409
    return _question_page(sitting, position, sent, misshapen(one)), 422


def _closed_page(sitting: Sitting) -> str:
    return render_template(
        "quiz/closed.html",
        shell=shell("_learner.html"),
        home=home(),
        title=title_of(sitting),
        sitting=sitting,
    )


def _as_json(error: DomainError, name: str, position: int, sent: Sequence[str]) -> Json:
    """The same for a script, which then knows the sequence number and may save again."""
    if isinstance(error, NotOnThePaper):
        return {"saved": False, "text": gettext("This question is not on your paper.")}, 400
    if isinstance(error, AlreadySubmitted):
        text = gettext("This paper has been handed in already. This answer does not count.")
        return {"saved": False, "closed": True, "text": text}, 409
    one = shown(sitting_of_form(name), [position])[0]
    if isinstance(error, OlderTab):
        return {"saved": False, "seq": one.seq, "text": older(one, sent).text}, 409
    return {"saved": False, "text": misshapen(one).text}, 400
