"""What messages about training say, in both languages, and where they lead."""

import pytest
from flask import Flask, g

from lms.notifications.rules import Topic
from lms.web.message_parts import Words
from lms.web.messages import words
from tests.support.messages import ITEM

ASSIGNED = {"campaign": "K7", "title": "年度培训", "course": "onboarding", "due_on": "2026-12-07", "count": 1}
REQUEST = {"adjustment": "A9", "kind": "extension", "title": "入职医保必修", "due_on": "2026-12-14"}


def said(app: Flask, topic: Topic, facts: dict[str, object], language: str = "en") -> Words:
    with app.test_request_context():
        g.catalog = language
        return words(topic, facts)


def test_an_assignment_names_the_day_and_leads_to_the_course(app: Flask) -> None:
    found = said(app, Topic.ASSIGNED, ASSIGNED)
    assert found == Words("To learn: 年度培训", "Please finish it by Mon 7 Dec.", "/course/onboarding")
    several = said(app, Topic.ASSIGNED, ASSIGNED | {"course": "", "count": 3})
    assert several.text == "These are 3 courses. Please finish them by Mon 7 Dec."
    assert several.link == "/my"


def test_a_digest_of_one_course_is_about_that_course(app: Flask) -> None:
    found = said(app, Topic.DIGEST, {"items": [ITEM], "count": 1})
    assert found == Words(
        "Not finished yet: Starting here", "Starting here: due by Mon 7 Dec", "/course/onboarding"
    )


def test_a_digest_names_every_course_on_a_line_of_its_own(app: Flask) -> None:
    late = ITEM | {"title_en": "", "late": 2}
    found = said(app, Topic.DIGEST, {"items": [late, ITEM], "count": 2})
    assert found.title == "2 courses not finished yet"
    assert found.text.splitlines() == [
        "入职医保必修: was due by Mon 7 Dec, 2 days overdue",
        "Starting here: due by Mon 7 Dec",
    ]
    assert found.link == "/my"


def test_a_gentle_line_says_nothing_of_the_day(app: Flask) -> None:
    found = said(app, Topic.DIGEST, {"items": [ITEM | {"gentle": True}], "count": 1})
    assert found.text == "Starting here: not finished yet"


def test_a_long_digest_counts_the_rest(app: Flask) -> None:
    found = said(app, Topic.DIGEST, {"items": [ITEM] * 10, "count": 10})
    assert len(found.text.splitlines()) == 9
    assert found.text.endswith("and 2 more courses")


def test_a_head_hears_numbers_and_no_names(app: Flask) -> None:
    found = said(app, Topic.TEAM, {"people": 2, "courses": 3, "late": 4, "day": "2026-12-10"})
    assert found.title == "2 people in your department are overdue"
    assert "3 courses" in found.text
    assert "4 days" in found.text
    assert found.link == "/team"


@pytest.mark.parametrize(
    ("more", "title", "link"),
    [
        ({"granted": True, "mine": True}, "More time: 入职医保必修", "/my"),
        (
            {"granted": True, "mine": False, "kind": "excuse"},
            "Excused: 入职医保必修",
            "/manage/adjustments/A9",
        ),
        ({"granted": False, "mine": False}, "Not granted: 入职医保必修", "/manage/adjustments/A9"),
    ],
)
def test_a_request_comes_back_decided(app: Flask, more: dict[str, object], title: str, link: str) -> None:
    found = said(app, Topic.ADJUSTMENT_DECIDED, REQUEST | more)
    assert (found.title, found.link) == (title, link)
