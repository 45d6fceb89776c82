"""A change of policy to test with: in Beijing 1800 becomes 1500 from 2027. Needs an application context."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import TypeVar

import pytest

from lms.kernel.database import unit_of_work
from lms.kernel.errors import DomainError
from lms.people.models import Audience, Person
from lms.publishing.drafts import draft, live_sha, save
from lms.rollouts import queries
from lms.rollouts.approval import approve
from lms.rollouts.models import Change, ChangeState
from lms.rollouts.proposal import proposal
from lms.rollouts.registration import Announcement, Decision, begin, register
from tests.support.library import publish_texts
from tests.support.people import make_person
from tests.support.small_library import (
    LESSON,
    LESSON_PATH,
    PARAMETERS,
    PARAMETERS_PATH,
    POLICY,
    POLICY_PATH,
    QUIZ,
    QUIZ_PATH,
    REGIONS,
    REGIONS_PATH,
    TEXTS,
)

Refusal = TypeVar("Refusal", bound=DomainError)
DAY_0 = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Where time stands still in tests: Monday 2026-11-23, nine o'clock in China."""
TODAY, NEW_YEAR = date(2026, 11, 23), date(2027, 1, 1)
SHANGHAI_VALUE = """\
    - region: 上海
      status: in_service
      from: 2025-01-01
      value: 500
      clause: city-rules#1
      source: {title: 上海市医疗保障局网站}
      mark: law
      checked_on: 2026-11-21
"""
NEW_VALUE = """\
    - region: 北京
      status: in_service
      from: 2027-01-01
      value: 1500
      clause: city-rules#1
      source: {title: 北京市医疗保障局网站}
      mark: law
      checked_on: 2026-11-21
"""
BY_HAND = """\
  - id: basics-03
    topic: claims
    type: single
    clauses: [city-rules#2]
    pages: [outpatient#card]
    stem: 看病先做什么？
    options:
      - {text: 出示凭证, because: 对。, right: true}
      - {text: 先交1800元押金, because: 没有押金。}
    explanation: 先出示凭证。
  - id: basics-04
    topic: claims
    type: truefalse
    clauses: [city-rules#1]
    pages: [outpatient#deductible]
    stem: 北京在职的起付标准是[[outpatient.deductible region=北京 status=in_service]]。
    answer: true
    because_true: 对。
    because_false: 这就是标准。
    explanation: 先自己付，超过才报。
"""
"""A wrong option with the old number, and a statement that holds the number itself."""
TWO_CITIES: Mapping[str, str] = {
    **TEXTS,
    REGIONS_PATH: REGIONS + '- {code: "310000", name: 上海, name_en: Shanghai, level: city, parent: 全国}\n',
    PARAMETERS_PATH: PARAMETERS + SHANGHAI_VALUE,
    QUIZ_PATH: QUIZ + BY_HAND,
}
"""The small library with a second city, and texts that a change of Beijing's number makes stale."""
CHEAPER_IN_BEIJING: Mapping[str, str] = {PARAMETERS_PATH: PARAMETERS + NEW_VALUE + SHANGHAI_VALUE}
"""The drafts of the change: 1500 instead of 1800 from 2027."""
REWORDED: Mapping[str, str] = {POLICY_PATH: POLICY.replace("看病要出示凭证。", "看病须先出示医保码。")}
"""Drafts of another change: the second clause reads differently."""
REVISED: Mapping[str, str] = {
    LESSON_PATH: LESSON.replace("先自己付，超过才报。\n", "先自己付到线，超过才报。\n", 1)
}
"""The lesson with its first page written anew."""
ANNOUNCED = Announcement("city-rules", "北京门诊起付标准下调", "110000", date(2026, 11, 20), NEW_YEAR)


def refused(refusal: type[Refusal], act: Callable[..., object], *args: object, **kwargs: object) -> Refusal:
    """The refusal that doing this in a transaction of its own ends with."""
    with pytest.raises(refusal) as caught, unit_of_work():
        act(*args, **kwargs)
    return caught.value


def two_admins() -> tuple[Person, Person]:
    """Who registers and who approves."""
    return (
        make_person(name="叶文瑾", audience=Audience.HR),
        make_person(name="莫云帆", audience=Audience.HR),
    )


def put(change: Change, texts: Mapping[str, str], author: Person, *, at: datetime = DAY_0) -> None:
    """Save these files as drafts of the change."""
    with unit_of_work():
        for path, text in texts.items():
            known = draft(change.key, path)
            base = known.base if known else live_sha(path)
            version = known.version if known else 0
            save(change.key, path, text, base=base, version=version, author_id=author.id, at=at)


def begun(
    admin: Person,
    texts: Mapping[str, str] = CHEAPER_IN_BEIJING,
    *,
    announced: Announcement = ANNOUNCED,
    at: datetime = DAY_0,
) -> Change:
    """A draft of a change with these files in its workspace. The library has to be live."""
    with unit_of_work():
        key = begin(announced, actor_id=admin.id, at=at).key
    put(queries.change(key), texts, admin, at=at)
    return queries.change(key)


def as_proposed(change: Change, *, day: date = TODAY) -> dict[str, Decision]:
    """Every difference with the severity that is proposed for it."""
    found = proposal(change, day=day)
    assert not found.faults, found.faults
    return {one.item.key: Decision(one.item.proposed) for one in found.items}


def registered(
    admin: Person,
    texts: Mapping[str, str] = CHEAPER_IN_BEIJING,
    *,
    announced: Announcement = ANNOUNCED,
    at: datetime = DAY_0,
) -> Change:
    """A change that waits for approval, every difference decided as proposed."""
    change = begun(admin, texts, announced=announced, at=at)
    decisions = as_proposed(change)
    with unit_of_work():
        register(change.key, decisions, version=change.version, actor_id=admin.id, at=at)
    return queries.change(change.key)


def approved(
    admin: Person,
    approver: Person,
    texts: Mapping[str, str] = CHEAPER_IN_BEIJING,
    *,
    announced: Announcement = ANNOUNCED,
    at: datetime = DAY_0,
) -> Change:
    """A change that is live, with its tasks open."""
    change = registered(admin, texts, announced=announced, at=at)
    with unit_of_work():
        approve(change.key, version=change.version, actor_id=approver.id, at=at)
    found = queries.change(change.key)
    assert found.state is ChangeState.RUNNING
    return found


def running_change() -> tuple[Change, Person, Person]:
    """Everything at once: the two cities live, and the change of Beijing approved; with its two admins."""
    publish_texts(TWO_CITIES)
    admin, approver = two_admins()
    return approved(admin, approver), admin, approver
