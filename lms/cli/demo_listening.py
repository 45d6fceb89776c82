"""What the people of the demo were asked and what they said: needs, after a course, a month later."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import chain, repeat
from random import Random
from typing import TypeAlias

from sqlalchemy import select

from lms.campaigns.selection import Selection
from lms.cli.demo_company import NEWCOMERS, SEED, SHOWN
from lms.cli.demo_duties import HISTORY_DAYS, Event, Person
from lms.cli.demo_sayings import AFTER, ASKED, STUCK, WISHES
from lms.courses.questionnaire_files import Questionnaire
from lms.courses.questionnaires import Question, QuestionKind
from lms.kernel.clock import CHINA, china_date
from lms.kernel.database import session
from lms.kernel.quarters import Quarter
from lms.kernel.workdays import first_workday
from lms.people.models import Audience
from lms.planning.entries import settle_standing
from lms.planning.rules import SURVEY
from lms.surveys import proposals
from lms.surveys.answering import submit
from lms.surveys.comments import topics
from lms.surveys.drafting import EVERYBODY, Draft, needs_draft, new, template
from lms.surveys.models import Invitation, Survey
from lms.surveys.opening import close_due, invite_joiners, open_needs, open_now
from lms.surveys.proposals import Proposing
from lms.surveys.queries import paper
from lms.surveys.reminding import remind_due
from lms.surveys.rolling import invite_follow_up, invite_satisfaction
from lms.surveys.rules import NEEDS_DAYS, ProposalState, Source, SurveyKind

Happens: TypeAlias = Callable[[datetime], object]
_SETTLED_AFTER = 3
"""So many days after its end it has been seen to what was said."""
_HOW_MANY = {Audience.EMPLOYEE: 47, Audience.HR: 13, Audience.RETIREE: 4}
"""How many answer what they need: so few of the retired that their numbers are not shown."""
_ON_DAYS = (0, 0, 0, 1, 1, 2, 4, 7, 7, 8, 11, 14, 14, 15, 19)
"""When people answer: when they are asked, and when they are reminded."""
_AGREES, _RECOMMENDS = (2, 3, 4, 4, 4, 5, 5, 5), (6, 7, 8, 8, 9, 9, 9, 10, 10)
_ANSWERS = {SurveyKind.SATISFACTION: 0.75, SurveyKind.FOLLOW_UP: 0.75, SurveyKind.NEEDS: 0.3}
"""These shares of those who are asked answer within a day; needs are those of a quarter that goes on."""
_WRITES = 0.3
"""This share of them writes something."""
_STUCK = "stuck"


def asked_quarter(today: date) -> Quarter:
    """The last quarter whose needs survey is over and has been seen to."""
    quarter = Quarter.of(today)
    return quarter if _over_on(quarter) + timedelta(days=_SETTLED_AFTER) < today else quarter.previous


def asked_on(quarter: Quarter) -> date:
    """The day on which the rule opens the needs survey."""
    return first_workday(quarter.first)


def _over_on(quarter: Quarter) -> date:
    return asked_on(quarter) + timedelta(days=NEEDS_DAYS)


def listening(people: Sequence[Person], today: date) -> list[Event]:
    """What was asked and answered until yesterday, in no order; nothing where the library asks nothing."""
    found = template(SurveyKind.NEEDS)
    return list(_Listening(people, today, *found).events()) if found else []


class _Listening:
    """Collects the surveys and who answers them. Their keys are known once they are drafted."""

    def __init__(self, people: Sequence[Person], today: date, file: Questionnaire, edition: str) -> None:
        self._people = people
        self._today = today
        self._file, self._edition = file, edition
        self._by_id = {one.id: one.member for one in people}
        self._hr = next(one.id for one in people if one.member.name == SHOWN["hr"])
        self._quarter = asked_quarter(today)
        self._random = Random(f"{SEED} {self._quarter}")
        self._needs = self._own = ""

    def events(self) -> Iterator[Event]:
        """All of them, in no order."""
        yield from self._of_needs()
        yield from self._of_own()
        running = Quarter.of(self._today)
        if self._quarter < running and asked_on(running) < self._today:
            yield _event(asked_on(running), time(9), open_needs)
        day = min(self._days_ago(HISTORY_DAYS), asked_on(self._quarter))
        while (day := day + timedelta(days=1)) < self._today:
            yield _event(day, time(9, 5), _tend)
            yield _event(day, time(12, 50), self._rate)
            yield _event(day, time(17, 30), invite_satisfaction)

    def _days_ago(self, count: int) -> date:
        return self._today - timedelta(days=count)

    def _hired_after(self, day: date) -> frozenset[str]:
        return frozenset(one.number for one in self._by_id.values() if one.hired_on > day)

    def _drawn(self, audience: Audience, count: int) -> list[Person]:
        """Some who have been here for long and are not shown."""
        spared = {*SHOWN.values(), *(one.name for one in NEWCOMERS)}
        able = [one for one in self._people if one.member.audience is audience]
        return self._random.sample([one for one in able if one.member.name not in spared], count)

    # -- needs ------------------------------------------------------------------------------------------

    def _of_needs(self) -> Iterator[Event]:
        opened, over = asked_on(self._quarter), _over_on(self._quarter)
        yield _event(opened - timedelta(days=6), time(15, 20), self._prepare)
        yield _event(opened, time(9), open_needs)
        for audience, count in _HOW_MANY.items():
            wishes = chain(WISHES[audience], repeat(""))
            for person, wish in zip(self._drawn(audience, count), wishes, strict=False):
                day = opened + timedelta(days=self._random.choice(_ON_DAYS))
                hour = time(self._random.randint(10, 20), self._random.randint(0, 59))
                yield _event(day, hour, partial(self._answer_needs, person, wish))
        yield _event(over, time(9, 20), self._tick_off)
        yield _event(over, time(10, 30), self._propose)

    def _prepare(self, at: datetime) -> None:
        """HR looks at what the rule will open, and leaves out whom nobody had hired by then."""
        hired_later = self._hired_after(asked_on(self._quarter))
        selection = replace(EVERYBODY, without_persons=hired_later)
        draft = replace(needs_draft(self._file, self._quarter), selection=selection)
        self._needs = new(draft, actor_id=self._hr, at=at, origin=self._edition)

    def _answer_needs(self, person: Person, wish: str, at: datetime) -> None:
        _answer(self._needs, person.id, Random(f"{SEED} {person.member.number} needs"), wish, at)

    def _tick_off(self, at: datetime) -> None:
        settle_standing(f"{SURVEY}-{self._quarter}", china_date(at))

    def _propose(self, at: datetime) -> None:
        """Of what was raised most often one is worked on, and one has been answered by a lesson."""
        away = self._proposed("cross-region", "外派、出差时在外地看病：一页讲清先后次序", at)
        family = self._proposed("code-family", "家人绑定以后能用多少、怎么解除", at)
        for key in (away, family):
            proposals.take(key, actor_id=self._hr, at=at + timedelta(minutes=20))
        proposals.settle(
            family,
            ProposalState.DONE,
            result="onboarding/code-and-family",
            actor_id=self._hr,
            at=at + timedelta(days=1, hours=5),
        )

    def _proposed(self, topic: str, title: str, at: datetime) -> str:
        raised = topics(self._needs).get(topic, 0)
        made = Proposing(topic, title, Source.SURVEY, self._needs, str(self._quarter), raised)
        return proposals.propose(made, actor_id=self._hr, at=at)

    # -- HR's own ---------------------------------------------------------------------------------------

    def _of_own(self) -> Iterator[Event]:
        yield _event(self._days_ago(4), time(11, 40), self._ask_when)
        answering = [*self._drawn(Audience.EMPLOYEE, 14), *self._drawn(Audience.RETIREE, 6)]
        for count, person in enumerate(answering):
            hour = time(12 + count % 8, 11 * count % 60)
            yield _event(self._days_ago(4 - count % 4), hour, partial(self._answer_own, person))

    def _ask_when(self, at: datetime) -> None:
        """Everybody but HR and who is new; still open."""
        audiences = frozenset({Audience.EMPLOYEE.value, Audience.RETIREE.value})
        new_here = self._hired_after(self._days_ago(HISTORY_DAYS))
        draft = Draft(
            title="线下活动放在什么时候",
            title_en="When to hold workshops",
            closes_on=china_date(at) + timedelta(days=14),
            selection=Selection(audiences=audiences, without_persons=new_here),
            questions=tuple(ASKED),
        )
        self._own = new(draft, actor_id=self._hr, at=at - timedelta(minutes=30))
        open_now(self._own, actor_id=self._hr, at=at)

    def _answer_own(self, person: Person, at: datetime) -> None:
        _answer(self._own, person.id, Random(f"{SEED} {person.member.number} own"), "", at)

    # -- one after the other ----------------------------------------------------------------------------

    def _rate(self, at: datetime) -> None:
        """Those who were asked since yesterday; the accounts that are shown leave it open."""
        asked = (
            select(Survey.key, Survey.kind, Invitation.person_id)
            .join(Invitation, Invitation.survey_id == Survey.id)
            .where(Survey.kind.in_(_ANSWERS), Survey.key != self._needs, Invitation.answered.is_(False))
            .where(Invitation.invited_at > at - timedelta(days=1))
            .order_by(Survey.id, Invitation.person_id)
        )
        for key, kind, person_id in session().execute(asked).all():
            member = self._by_id[person_id]
            random = Random(f"{SEED} {member.number} {kind} {at:%m%d}")
            if member.name not in SHOWN.values() and random.random() < _ANSWERS[kind]:
                said = {SurveyKind.SATISFACTION: AFTER, SurveyKind.NEEDS: WISHES}.get(kind, STUCK)[
                    member.audience
                ]
                words = random.choice(said) if random.random() < _WRITES else ""
                _answer(key, person_id, random, words, at)


def _event(day: date, hour: time, happens: Happens) -> Event:
    at = datetime.combine(day, hour, CHINA)
    return at, partial(happens, at)


def _tend(at: datetime) -> None:
    """What the clockwork does in the morning."""
    for act in (close_due, invite_joiners, invite_follow_up, remind_due):
        act(at)


def _answer(key: str, person_id: int, random: Random, words: str, at: datetime) -> None:
    asked = paper(key, person_id, china_date(at)).questions
    submit(key, person_id, dict(_said(asked, random, words)), at=at)


def _said(asked: Sequence[Question], random: Random, words: str) -> Iterator[tuple[str, list[str]]]:
    """Question → answer. What did not work is only told by those for whom something did not."""
    is_stuck = True
    for one in asked:
        chosen = _chosen(one, random, words)
        if one.required or one.kind is QuestionKind.OPEN or is_stuck:
            yield one.id, chosen
        is_stuck = _STUCK in chosen


def _chosen(one: Question, random: Random, words: str) -> list[str]:
    if one.kind is QuestionKind.OPEN:
        return [words] if words else []
    if one.kind is QuestionKind.SCALE:
        return [str(random.choice(_AGREES))]
    if one.kind is QuestionKind.RECOMMEND:
        return [str(random.choice(_RECOMMENDS))]
    likely = random.choices(one.values, range(len(one.values), 0, -1), k=3)
    count = random.randint(1, 3) if one.kind is QuestionKind.MULTIPLE else 1
    return sorted(set(likely[:count]), key=one.values.index)
