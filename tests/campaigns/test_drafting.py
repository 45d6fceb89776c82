"""What is wrong with a draft of a campaign, named at its step."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.campaigns.drafting import Edit, discard, faults, save_notice
from lms.campaigns.queries import campaign
from lms.campaigns.selection import (
    chosen,
    size_of,
)
from lms.kernel.database import session, unit_of_work
from lms.kernel.errors import NotFound
from lms.people.models import Person
from tests.support.campaigns import (
    AT,
    DUE,
    EVERYBODY,
    TODAY,
    crowd,
    drafted,
    gone_out,
    hr_person,
    library,
    some,
    two_courses,
)
from tests.support.library import publish_texts
from tests.support.people import NANJING, make_person


def codes(draft_key: str) -> set[tuple[str, str]]:
    return {(one.step.value, one.code) for one in faults(campaign(draft_key), TODAY)}


@pytest.fixture
def author(database: Session) -> Person:
    """HR, with two employees and a library."""
    library()
    crowd(2)
    return hr_person()


def test_a_good_draft_has_no_faults(author: Person) -> None:
    assert codes(drafted(author).key) == set()


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"courses": []}, ("content", "no-course")),
        ({"courses": ["gone"]}, ("content", "unknown-course")),
        ({"path": "gone", "courses": []}, ("content", "unknown-path")),
        ({"due_on": None}, ("time", "no-due-date")),
        ({"due_on": TODAY - timedelta(days=1)}, ("time", "due-before-start")),
        ({"due_on": TODAY + timedelta(days=2)}, ("time", "too-soon")),
        ({"due_on": None, "due_days": 2}, ("time", "too-soon")),
        ({"starts_on": TODAY - timedelta(days=1)}, ("time", "start-in-past")),
        ({"starts_on": DUE + timedelta(days=1)}, ("time", "due-before-start")),
    ],
)
def test_what_is_wrong_is_named_at_its_step(
    author: Person, given: dict[str, object], fault: tuple[str, str]
) -> None:
    assert fault in codes(drafted(author, **given).key)  # type: ignore[arg-type]


def test_a_province_holds_its_cities(author: Person) -> None:
    below = "".join(
        f'- {{code: "{code}", name: {name}, name_en: {name}, level: {level}, parent: {parent}}}\n'
        for code, name, level, parent in (
            ("320000", "江苏", "province", "全国"),
            (NANJING, "南京", "city", "江苏"),
        )
    )
    texts = two_courses()
    publish_texts({**texts, "content/regions.yaml": texts["content/regions.yaml"] + below})
    nanjing, beijing = make_person(region=NANJING), make_person()
    ids = set(session().scalars(select(chosen(some(regions={"320000"}), TODAY).subquery().c.person_id)))
    assert (nanjing.id in ids, beijing.id in ids) == (True, False)
    assert size_of(some(regions={NANJING}), TODAY) == 1


def test_everybody_has_to_be_meant(author: Person) -> None:
    draft = drafted(author, EVERYBODY)
    assert codes(draft.key) == set()
    draft.everybody = False
    assert codes(draft.key) == {("people", "everybody")}


def test_people_who_are_not_there_are_a_warning_and_a_lost_department_is_not(author: Person) -> None:
    draft = drafted(author, some(audiences={"employee"}, persons={"NOBODY"}))
    assert [(one.code, one.blocks) for one in faults(draft, TODAY)] == [("unknown-persons", False)]
    draft = drafted(author, some(audiences={"employee"}, without_departments={"GONE"}))
    assert codes(draft.key) == {("people", "unknown-departments")}


def test_nobody_who_would_get_it_is_a_fault(author: Person) -> None:
    gone_out(drafted(author))
    draft = drafted(author)
    assert codes(draft.key) == {("check", "nobody-gets-it"), ("check", "same-running")}


def test_without_a_channel_one_is_warned(author: Person) -> None:
    draft = drafted(author)
    with unit_of_work():
        edit = Edit(draft.version, author.id, AT)
        save_notice(draft.key, edit, reminders=[1, -7, 1], channels=[], quiet=[])
    saved = campaign(draft.key)
    assert (saved.reminders, saved.quiet) == ([-7, 1], [])
    assert [(one.code, one.blocks) for one in faults(saved, TODAY)] == [("no-channel", False)]


def test_a_draft_can_be_thrown_away(author: Person) -> None:
    draft = drafted(author)
    with unit_of_work():
        discard(draft.key, Edit(draft.version, author.id, AT))
    with pytest.raises(NotFound):
        campaign(draft.key)
