"""What the people of the demo did in the last weeks, told through the operations that everybody uses."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from lms.access.operations import Claim, Verified, sign_in
from lms.assignments import attempts
from lms.assignments.assistance import End, Start, assistances_of, mark_attempt
from lms.assignments.assistance import begin as begin_together
from lms.assignments.assistance import end as end_together
from lms.assignments.models import AssistanceResult, Consent, HelpKind
from lms.assignments.operations import record_help
from lms.assignments.queries import duty_for_course, plan_for
from lms.courses.operations import answer_check, mark_read
from lms.courses.queries import course, studied
from lms.courses.rules import Lesson, lesson_progress
from lms.kernel.clock import CHINA, china_date
from lms.kernel.errors import NotFound
from lms.library.queries import live_release_id
from lms.notifications import operations as notifications
from lms.notifications.queries import inbox
from lms.quizzes.operations import practise, save_all
from lms.quizzes.queries import Sitting, attempt_of_series, quiz, ready_questions, sitting
from lms.quizzes.rules import QuestionType, choices, verdict

_HOURS = (time(8, 40), time(12, 25), time(15, 10), time(19, 30))
"""When people sit down to learn; a sitting is over before the next one begins."""
_SECONDS_A_PAGE = (35, 95)
_NOTES: Mapping[HelpKind, str] = {
    HelpKind.ONE_TO_ONE: "一起重读了没读懂的两页，把错的题逐道讲了一遍，本人能自己讲出为什么。",
    HelpKind.PHONE: "电话里逐题讲了错在哪里，约定读完两页后再开一张新卷。",
    HelpKind.WORKSHOP: "参加了小组辅导，当场做对了同类的三道题。",
}


@dataclass
class Learner:
    """Somebody with a course, and what decides how they go about it.

    ``release_id`` is what is live whenever they sit down; before that it has to be set.
    """

    person_id: int
    account_id: int
    number: str
    course: str
    helper_id: int
    random: Random = field(repr=False)
    release_id: str = ""

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """The lessons of the course."""
        return course(self.release_id, self.course).lessons

    @property
    def quiz(self) -> str:
        """The quiz at the end of the course."""
        return course(self.release_id, self.course).quiz


Act = Callable[[Learner, datetime], object]


def _read(who: Learner, lessons: Sequence[Lesson], at: datetime) -> datetime:
    """Read these lessons page by page and answer their checks; when it was done."""
    for lesson in lessons:
        for page in lesson.pages:
            at += timedelta(seconds=who.random.randint(*_SECONDS_A_PAGE))
            mark_read(who.person_id, lesson, page, release_id=who.release_id, at=at)
        for check in lesson.checks:
            at += timedelta(seconds=who.random.randint(20, 40))
            right = [number for number, option in enumerate(check.options) if option.right]
            chosen = right if who.random.random() < 0.8 else [who.random.randrange(len(check.options))]
            answer_check(who.person_id, lesson, check, chosen=chosen, at=at)
    return at


def _unfinished(who: Learner) -> list[Lesson]:
    done = studied(who.person_id, who.course)
    return [lesson for lesson in who.lessons if not lesson_progress(lesson, done).finished]


def begin(who: Learner, at: datetime) -> None:
    """Read what came in and the first lessons, and break off in the middle of one."""
    read_inbox(who.person_id, at)
    lessons = who.lessons
    half = who.random.randint(1, max(1, len(lessons) // 2))
    at = _read(who, lessons[:half], at)
    first = lessons[half % len(lessons)]
    mark_read(who.person_id, first, first.pages[0], release_id=who.release_id, at=at + timedelta(seconds=60))


def finish_reading(who: Learner, at: datetime) -> None:
    """Read what is left."""
    _read(who, _unfinished(who), at)


def _open(who: Learner, at: datetime) -> Sitting:
    key = attempts.start(who.person_id, who.quiz, release_id=who.release_id, random=who.random, at=at)
    return sitting(who.person_id, key)


def half_a_paper(who: Learner, at: datetime) -> None:
    """Open a paper, answer the first questions, and leave it open."""
    paper = _open(who, at)
    answers = _answers(paper, set())
    half = {position: answers[position] for position in list(answers)[: max(1, len(answers) // 2)]}
    save_all(paper, half, at=at + timedelta(minutes=4))


def pass_paper(who: Learner, at: datetime) -> None:
    """Open a paper and hand it in with few mistakes."""
    _hand_in(who, at, passes=True)


def fail_paper(who: Learner, at: datetime) -> None:
    """Open a paper and hand it in with too many mistakes."""
    _hand_in(who, at, passes=False)


def _hand_in(who: Learner, at: datetime, *, passes: bool) -> None:
    paper = _open(who, at)
    wrong = _mistakes(paper, who.random, passes=passes)
    attempts.submit(paper, _answers(paper, wrong), at=at + timedelta(minutes=who.random.randint(6, 14)))


def _mistakes(paper: Sitting, random: Random, *, passes: bool) -> set[int]:
    """Positions to answer wrongly, so that the paper passes or not."""
    positions = list(range(1, len(paper.paper) + 1))
    random.shuffle(positions)
    most = max(
        number for number in range(len(positions)) if _score(paper, positions[:number]) >= paper.pass_line
    )
    count = random.randint(0, most) if passes else min(len(positions), most + random.randint(1, 3))
    return set(positions[:count])


def _score(paper: Sitting, wrong: Sequence[int]) -> Decimal:
    lost = sum(paper.paper[position - 1].points for position in wrong)
    return verdict(paper.points - lost, paper.points, paper.pass_line).score


def _answers(paper: Sitting, wrong: set[int]) -> dict[int, list[str]]:
    return {
        position: _wrong_answer(paper, position) if position in wrong else _right_answer(paper, position)
        for position in range(1, len(paper.paper) + 1)
    }


def _right_answer(paper: Sitting, position: int) -> list[str]:
    question, drawn = paper.questions[position - 1], paper.paper[position - 1]
    if question.is_typed:
        return [drawn.outcome[0]]
    return [str(choice.number) for choice in choices(question, drawn) if choice.right]


def _wrong_answer(paper: Sitting, position: int) -> list[str]:
    question, drawn = paper.questions[position - 1], paper.paper[position - 1]
    if question.is_typed:
        return ["1"] if drawn.outcome[0] != "1" else ["2"]
    if question.type is QuestionType.MULTIPLE:
        return _right_answer(paper, position)[1:]
    return [next(str(choice.number) for choice in choices(question, drawn) if not choice.right)]


def _failed_paper(who: Learner) -> Sitting:
    duty = duty_for_course(who.person_id, who.course)
    if duty is None or duty.last_failed is None:
        raise NotFound(kind="failed paper", key=who.course)
    return attempt_of_series(duty.key, duty.last_failed)


def read_inbox(person_id: int, at: datetime) -> None:
    """Read every message that came in."""
    for message in inbox(person_id):
        notifications.mark_read(person_id, message.key, at)


def read_unit(who: Learner, at: datetime) -> datetime:
    """Read what came in, then the unit, and stop before its end; when it was read."""
    read_inbox(who.person_id, at)
    return _read(who, who.lessons, at)


def finish_unit(who: Learner, at: datetime) -> None:
    """Read the unit, and pass its paper or confirm having understood it."""
    read_at = read_unit(who, at)
    if who.quiz:
        pass_paper(who, read_at)
    else:
        done_at = read_at + timedelta(seconds=20)
        attempts.acknowledge(who.person_id, who.course, release_id=who.release_id, at=done_at)


def read_again(who: Learner, at: datetime) -> None:
    """Read the first page of the plan again, and practise nothing yet."""
    _make_up(who, at, pages=1, practice=False)


def make_up(who: Learner, at: datetime) -> None:
    """Do the whole plan: read every page again, and practise until right."""
    _make_up(who, at, pages=None, practice=True)


def _make_up(who: Learner, at: datetime, *, pages: int | None, practice: bool) -> None:
    paper = _failed_paper(who)
    plan = plan_for(paper, course(who.release_id, who.course))
    places = {page.key: (lesson, page) for lesson in who.lessons for page in lesson.pages}
    for planned in plan.pages[:pages]:
        at += timedelta(seconds=who.random.randint(*_SECONDS_A_PAGE))
        mark_read(who.person_id, *places[planned.page], release_id=who.release_id, at=at)
    for miss in plan.misses if practice else ():
        at += timedelta(seconds=who.random.randint(15, 50))
        practise(paper, miss.position, _right_answer(paper, miss.position), at=at)


def be_helped(who: Learner, at: datetime) -> None:
    """Somebody of HR helps after two failed papers and writes it down."""
    duty = duty_for_course(who.person_id, who.course)
    if duty is None:
        raise NotFound(kind="assignment", key=who.course)
    kind, note = who.random.choice(list(_NOTES.items()))
    record_help(duty, helper_id=who.helper_id, kind=kind, helped_on=china_date(at), note=note, at=at)


def learn_together(who: Learner, at: datetime) -> None:
    """Somebody of HR calls, reads the questions out and gives the answers; it is a pass."""
    key = begin_together(Start(who.person_id, who.helper_id, HelpKind.PHONE, Consent.SPOKEN), at=at)
    paper = _open(who, at + timedelta(minutes=5))
    mark_attempt(paper.id, assistances_of(who.person_id)[0].id)
    handed_in_at = at + timedelta(minutes=18)
    attempts.submit(paper, _answers(paper, _mistakes(paper, who.random, passes=True)), at=handed_in_at)
    note = "电话里一题一题念，本人自己选的答案。"
    ended = End(AssistanceResult.FINISHED, minutes=20, note=note)
    end_together(key, who.helper_id, ended, at=at + timedelta(minutes=20))


_FAILED_ONCE = (begin, finish_reading, fail_paper)
_FAILED_TWICE = (*_FAILED_ONCE, make_up, fail_paper)
STORIES: Mapping[str, tuple[Act, ...]] = {
    "not started": (),
    "learning": (begin,),
    "ready for the quiz": (begin, finish_reading),
    "in the quiz": (begin, finish_reading, half_a_paper),
    "on a plan": (*_FAILED_ONCE, read_again),
    "waiting for help": _FAILED_TWICE,
    "helped": (*_FAILED_TWICE, be_helped),
    "passed": (begin, finish_reading, pass_paper),
    "passed at the second go": (*_FAILED_ONCE, make_up, pass_paper),
    "passed together": (begin, finish_reading, learn_together),
    "passed after help": (*_FAILED_TWICE, be_helped, pass_paper),
}
"""How it went for somebody → what they did, one act a sitting."""


def sittings(who: Learner, story: str, *, after: date, before: date) -> Iterator[tuple[datetime, Act]]:
    """The acts of a story in order, spread over the days between *after* and *before*, both exclusive."""
    first = _first_day_of_papers(who, after, before)
    days = [first + timedelta(days=number) for number in range((before - first).days)]
    instants = [datetime.combine(day, hour, CHINA) for day in days for hour in _HOURS]
    acts = STORIES[story]
    if len(instants) >= len(acts):
        chosen = sorted(who.random.sample(instants, len(acts)))
        yield from zip(chosen, acts, strict=True)


def _first_day_of_papers(who: Learner, after: date, before: date) -> date:
    """The first day on which the bank can fill a paper; *before* when there is none."""
    bank = quiz(who.release_id, who.quiz)
    days = (after + timedelta(days=number) for number in range(1, (before - after).days))
    return next(
        (day for day in days if len(ready_questions(who.release_id, bank.id, day)) >= bank.size), before
    )


def sit_down(who: Learner, act: Act, at: datetime) -> None:
    """Sign in, then do the act."""
    claim = Claim(who.number, "", "", "")
    sign_in(Verified(claim, who.account_id, who.person_id, right=True), at=at)
    who.release_id = str(live_release_id())
    act(who, at + timedelta(minutes=1))
