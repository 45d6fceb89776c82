"""The whole paper on one page, the look over it before the end, and handing in once.

Fields of the paper are ``a-<position>`` (several values for several options), with the sequence number that
the page knew in ``seq-a-<position>``.
"""

from collections.abc import Mapping, Sequence

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from lms.assignments import attempts
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import DomainError
from lms.kernel.permissions import Permission
from lms.quizzes import operations, queries
from lms.quizzes.operations import AlreadySubmitted, NotAnAnswer, NotOnThePaper, OlderTab
from lms.quizzes.queries import Sitting
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.papertext import Shown, shown, stored
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
Sent = Mapping[int, Sequence[str]]


@screens.get("/quiz/<name>/paper")
@requires(Permission.QUIZ_TAKE)
def paper(name: str) -> Page:
    """All questions in one form."""
    sitting = open_or_none(name)
    if sitting is None:
        return redirect(url_for("quiz.intro", name=name), code=303)
    return _paper_page(sitting, shown(sitting), {}, {})


def _paper_page(
    sitting: Sitting, questions: Sequence[Shown], sent: Sent, troubles: Mapping[int, Trouble]
) -> str:
    """The paper as saved, overlaid with what was *sent* where there was trouble."""
    return render_template(
        "quiz/paper.html",
        shell=shell("_focus.html"),
        home=home(),
        title=title_of(sitting),
        sitting=sitting,
        questions=questions,
        picked={one.position: sent.get(one.position) or picked(one) for one in questions},
        troubles=troubles,
    )


@screens.get("/quiz/<name>/review")
@requires(Permission.QUIZ_TAKE)
def review(name: str) -> Page:
    """What has no answer yet, before handing in."""
    sitting = open_or_none(name)
    if sitting is None:
        return redirect(url_for("quiz.intro", name=name), code=303)
    return render_template(
        form("quiz/review.html", "easy/quiz_review.html"),
        shell=shell("_focus.html"),
        home=home(),
        title=title_of(sitting),
        sitting=sitting,
        questions=shown(sitting),
        left=unanswered(sitting),
    )


@screens.post("/quiz/<name>/submit")
@requires(Permission.QUIZ_TAKE)
def submit(name: str) -> Page:
    """Hand in, with the answers of the form if it has any; gaps are confirmed on the review page first."""
    sent = _sent()
    try:
        with unit_of_work():
            sitting = _last_word(name, sent)
            is_closed = _handed_in(sitting, sent, request.form.get("action"))
    except AlreadySubmitted:
        return redirect(_result_of(sitting_of_form(name), sent), code=303)
    except (NotAnAnswer, OlderTab) as error:
        return _paper_again(name, sent, error)
    if is_closed:
        return redirect(_result_of(sitting, {}), code=303)
    leaves = request.form.get("action") == "leave"
    return redirect(home() if leaves else url_for("quiz.review", name=name), code=303)


def _sent() -> dict[int, list[str]]:
    """Position → what the form of the whole paper holds for it; what is empty is left out."""
    fields = {field: request.form.getlist(field) for field in request.form if field.startswith("a-")}
    found = {whole(field.removeprefix("a-")): values for field, values in fields.items()}
    return {position: values for position, values in found.items() if any(value.strip() for value in values)}


def _last_word(name: str, sent: Sent) -> Sitting:
    """The open attempt, held. Without answers in the form no saved one may still be under way."""
    if not sent:
        queries.hold(asker().id, name)
    sitting = sitting_of_form(name, changing=True)
    if not sitting.is_open:
        raise AlreadySubmitted(attempt=sitting.key)
    return sitting


def _handed_in(sitting: Sitting, sent: Sent, action: str | None) -> bool:
    """Save and close; only save, and return ``False``, when asked to or over gaps that nobody confirmed."""
    answers = _stored(sitting, sent)
    known = {position: whole(request.form.get(f"seq-a-{position}")) for position in sent}
    has_gaps = unanswered(sitting, besides=sent.keys()) and not request.form.get("all")
    if has_gaps or action in {"leave", "review"}:
        operations.save_all(sitting, answers, known=known, at=clock.now())
        return False
    attempts.submit(sitting, answers, known=known, at=clock.now())
    return True


def _stored(sitting: Sitting, sent: Sent) -> dict[int, list[str]]:
    if any(not 1 <= position <= len(sitting.paper) for position in sent):
        raise NotOnThePaper(attempt=sitting.key)
    return {position: stored(sitting.paper[position - 1], values) for position, values in sent.items()}


def _result_of(sitting: Sitting, late: Sent) -> str:
    """Address of the result, which says so when *late* answers differ from those that counted."""
    counted = {position: saved.value for position, saved in sitting.answers.items()}
    differ = any(
        ",".join(sorted(values)) != counted.get(position)
        for position, values in _stored(sitting, late).items()
    )
    return url_for("quiz.result", name=sitting.quiz, attempt=sitting.key, late=1 if differ else None)


def _paper_again(name: str, sent: Sent, error: DomainError) -> tuple[str, int]:
    """Nothing of the form was saved; it is all on the page, with words at the answers at fault."""
    sitting = sitting_of_form(name)
    questions = shown(sitting)
    positions = error.facts["positions"]
    at_fault = [one for one in questions if isinstance(positions, list) and one.position in positions]
    if isinstance(error, OlderTab):
        troubles = {one.position: older(one, sent[one.position]) for one in at_fault}
        return _paper_page(sitting, questions, sent, troubles), 409
    return _paper_page(sitting, questions, sent, {one.position: misshapen(one) for one in at_fault}), 422
