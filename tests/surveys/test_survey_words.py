"""Messages about surveys say until when, and whether anybody can see who answered."""

import pytest
from flask import Flask, g

from lms.notifications.rules import Topic
from lms.web.message_parts import Words
from lms.web.messages import words

FACTS = {
    "survey": "S1",
    "kind": "needs",
    "title": "季度需求调研",
    "title_en": "What you would like to learn",
    "closes_on": "2027-01-24",
    "anonymous": True,
    "course": "",
}


def said(app: Flask, topic: Topic, **changed: object) -> Words:
    with app.test_request_context():
        g.catalog = "en"
        return words(topic, {**FACTS, **changed})


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_message_leads_to_the_survey_and_says_its_terms(app: Flask) -> None:
    found = said(app, Topic.SURVEY_OPEN)
    assert (found.title, found.link) == ("What you would like to learn", "/survey/S1")
    assert "nobody can see who answered what" in found.text
    assert "Sun 24 Jan" in found.text
    passed = said(app, Topic.SURVEY_PASSED_OVER, title_en="", quarter="2027-Q1")
    assert (passed.title, passed.link) == (
        "A survey that was prepared was not opened: 季度需求调研",
        "/manage/surveys/S1/edit",
    )
    assert "needs of Q1 2027" in passed.text
    named = said(app, Topic.SURVEY_REMINDER, anonymous=False, title_en="")
    assert named.title == "Still waiting for your answer: 季度需求调研"
    assert "HR can see who answered what" in named.text
