"""Who was taught a value that was wrong: by what they read, where they are, and when."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.courses.operations import mark_read
from lms.courses.queries import course
from lms.kernel.database import unit_of_work
from lms.library.queries import live_release_id
from lms.people.models import Audience, Person
from lms.rollouts.mistaught import Reader, counts, readers
from tests.support.corrections import HOUR, a_change, completed_otherwise, put_right_file, texts
from tests.support.library import publish_texts
from tests.support.people import BEIJING, SHANGHAI, leave, make_person
from tests.support.rollouts import delivered
from tests.support.sittings import AT, assigned
from tests.support.small_library import LESSON_PATH, PARAMETERS_PATH
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def library(database: Session) -> None:
    """The library with the wrong number is live."""
    publish_texts(texts())


def read(person: Person, slug: str = "deductible", *, at: datetime = AT) -> Person:
    """The person after reading one page of the first lesson, as it is live now."""
    release_id = live_release_id()
    assert release_id is not None
    lesson = course(release_id, "basics").lessons[0]
    page = next(one for one in lesson.pages if one.key.endswith(f"#{slug}"))
    with unit_of_work():
        mark_read(person.id, lesson, page, release_id=release_id, at=at)
    return person


def names(found: list[Reader]) -> list[str]:
    return [one.name for one in found]


def test_who_read_the_page_with_the_number_was_taught_it() -> None:
    read(make_person(name="读过"))
    read(make_person(name="读了别页"), "card")
    make_person(name="没读")
    change = a_change()
    assert names(readers(change)) == ["读过"]
    assert [(one.audience, one.region, one.people) for one in counts(change)] == [
        (Audience.EMPLOYEE, BEIJING, 1)
    ]


def test_another_city_and_another_standing_were_not() -> None:
    read(make_person(region=SHANGHAI))
    read(make_person(audience=Audience.RETIREE))
    assert readers(a_change()) == []


def test_who_read_it_after_it_was_put_right_was_not() -> None:
    before = read(make_person(name="先读"))
    change = a_change()
    read(make_person(name="后读"), at=AT + 2 * HOUR)
    read(before, at=AT + 2 * HOUR)
    (one,) = readers(change)
    assert (one.name, one.pages, one.first_at, one.last_at) == ("先读", 1, AT, AT)


def test_the_wrong_value_counts_in_every_release_that_held_it() -> None:
    person = read(make_person())
    changed = texts()
    changed[LESSON_PATH] = changed[LESSON_PATH].replace("先自己付，超过才报。\n", "先付到线再报。\n", 1)
    publish_texts(changed, at=AT + HOUR)
    read(person, at=AT + HOUR)
    (one,) = readers(a_change())
    assert (one.first_at, one.last_at) == (AT, AT + HOUR)


def test_after_a_later_value_had_taken_its_place_nobody_was_taught_it() -> None:
    later = texts()
    value = later[PARAMETERS_PATH].partition("    - region: 北京")[2].partition("    - region: 上海")[0]
    newer = "    - region: 北京" + value.replace("2025-01-01", "2026-01-01").replace("1800", "1900")
    later[PARAMETERS_PATH] += newer
    publish_texts(later)
    read(make_person(name="从前"), at=AT - timedelta(days=400))
    read(make_person(name="如今"))
    change = a_change({PARAMETERS_PATH: put_right_file()[PARAMETERS_PATH] + newer})
    assert names(readers(change)) == ["从前"]


def test_the_lists_say_who_has_been_given_what_is_right() -> None:
    given, gone = assigned(name="学过"), make_person(name="走了")
    completed_otherwise(given)
    read(gone)
    leave(gone)
    change = delivered(put_right_file())
    (one,) = counts(change)
    assert (one.people, one.given, one.gone) == (2, 1, 1)
    assert [(one.name, one.given_at is not None) for one in readers(change)] == [
        ("学过", True),
        ("走了", False),
    ]


@pytest.mark.parametrize("people", [1, 20])
def test_the_lists_take_the_same_statements_for_any_number(app: Flask, people: int) -> None:
    for _ in range(people):
        read(make_person())
    change = a_change()
    with statements(app) as heard:
        assert sum(one.people for one in counts(change)) == people
        assert len(readers(change)) == people
    assert len(heard) <= 8
