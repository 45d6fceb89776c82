"""Papers that rest on a wrong number of ours, 1800 where it should be 1500. Needs an application context."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from lms.assignments import attempts
from lms.assignments.wrong_numbers import Correction, Wrong
from lms.kernel.database import session, unit_of_work
from lms.people.models import Person
from lms.quizzes.models import Attempt, RegradePolicy
from lms.quizzes.queries import Sitting, open_sitting, sitting
from lms.rollouts.correction import regrade
from lms.rollouts.models import Change
from tests.support.library import publish_texts
from tests.support.people import BEIJING, make_person
from tests.support.quiz_texts import QUIZ, quiz_texts
from tests.support.rollouts import LONG_AGO, complete, running
from tests.support.sittings import AT, duty_of, right, start, wrong
from tests.support.small_library import PARAMETERS_PATH, QUIZ_PATH, REGIONS_PATH

WRONG, RIGHT = "3200", "3500"
"""What is left of 5,000 by the wrong number and by the right one."""
KEY = "CORRECT1"
HOUR = timedelta(hours=1)
SHANGHAI_VALUE = """\
    - region: 上海
      status: in_service
      from: 2025-01-01
      value: 1800
      clause: city-rules#1
      source: {title: 上海市医疗保障局网站}
      mark: law
      checked_on: 2026-11-21
"""


def texts(city: str = "北京") -> dict[str, str]:
    """Three questions of words and two sums about one city, by numbers that are the same in both cities."""
    found = quiz_texts({"claims": 3, "sums": 2})
    found[REGIONS_PATH] += '- {code: "310000", name: 上海, name_en: Shanghai, level: city, parent: 全国}\n'
    found[PARAMETERS_PATH] += SHANGHAI_VALUE
    found[QUIZ_PATH] = found[QUIZ_PATH].replace("region=北京", f"region={city}")
    return found


def corrected(city: str = "北京", number: str = "1500") -> dict[str, str]:
    """The same with Beijing's number put right for the same day."""
    found = texts(city)
    found[PARAMETERS_PATH] = found[PARAMETERS_PATH].replace("value: 1800", f"value: {number}", 1)
    return found


def correction(release_id: str, *, key: str = KEY, value: str = "1800") -> Correction:
    """What is to be put right; *release_id* is the release that has it right."""
    slot = ("outpatient.deductible", BEIJING, "in_service", "any", date(2025, 1, 1))
    return Correction(key, [Wrong(*slot, Decimal(value))], release_id)


def put_right(city: str = "北京") -> Correction:
    """The correction, live."""
    return correction(publish_texts(corrected(city)))


def sat(person: Person, sums: str, *, words_wrong: int = 0, at: datetime = AT, seed: int = 1) -> Sitting:
    """A paper handed in with this answer to its sums, and so many questions of words wrong."""
    start(person, at=at, seed=seed)
    return hand_over(person, sums, words_wrong=words_wrong, at=at)


def hand_over(person: Person, sums: str, *, words_wrong: int = 0, at: datetime = AT) -> Sitting:
    """The open paper filled in like that and handed in."""
    with unit_of_work():
        held = open_sitting(person.id, QUIZ, changing=True)
        attempts.submit(held, filled_in(held, sums, words_wrong=words_wrong), at=at)
    return sitting(person.id, held.key)


def completed_otherwise(person: Person) -> None:
    """The course completed long ago, without any paper."""
    complete(duty_of(person).id, at=LONG_AGO)


def filled_in(paper: Sitting, sums: str, *, words_wrong: int = 0) -> Mapping[int, list[str]]:
    """The form of ``sat``."""
    answers: dict[int, list[str]] = {}
    for position, question in enumerate(paper.questions, 1):
        if question.is_typed:
            answers[position] = [sums]
        else:
            answers[position] = wrong(paper, position) if words_wrong > 0 else right(paper, position)
            words_wrong -= 1
    return answers


def again(paper: Sitting) -> Sitting:
    """The paper as it is now."""
    return sitting(paper.person_id, paper.key)


def as_stored(paper: Sitting) -> tuple[object, ...]:
    """What the attempt itself holds."""
    row = session().get_one(Attempt, paper.id, populate_existing=True)
    return row.state, row.earned, row.points, row.paper, row.submitted_at


def author() -> int:
    """Who marks anew."""
    return make_person(name="莫云帆").id


def put_right_file() -> dict[str, str]:
    """The drafts of the correction as a change."""
    return {PARAMETERS_PATH: corrected()[PARAMETERS_PATH]}


def a_change(files: Mapping[str, str] | None = None) -> Change:
    """The correction as a change, approved; the library of ``texts`` has to be live."""
    return running(files or put_right_file(), at=AT + HOUR)


def mark_anew(
    change: Change, policy: RegradePolicy = RegradePolicy.NEW_KEY, *, reason: str = "起付标准写错了"
) -> int:
    """Mark all papers of a change anew; returns how many they were."""
    with unit_of_work():
        return regrade(change.key, policy, reason=reason, actor_id=author(), at=AT + 2 * HOUR)
