"""Every refusal has words, and those that are mended in a form name a field that it has."""

import pytest
from flask import Flask

from lms.web.manage.channel_forms import RobotForm, SmsForm, WecomForm, masked
from lms.web.manage.channel_words import FIELD_OF, refusal


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", ""),
        ("wecom-93000", "WeCom does not know this key; copy the address of the robot again"),
        ("smtp-550", "the mail server refused it (answer 550)"),
        ("http-502", "the service is in trouble (answer 502)"),
        ("wecom-40058", "WeCom refused it (answer 40058)"),
        ("wecom--1", "WeCom refused it (answer -1)"),
        ("feishu-unknown", "Feishu refused it (answer unknown)"),
        ("something-new", "the service refused it (something-new)"),
    ],
)
def test_a_code_in_words(app: Flask, code: str, said: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert refusal(code) == said


@pytest.mark.parametrize("code", FIELD_OF)
def test_what_is_mended_in_a_form_has_words_of_its_own_and_a_field(app: Flask, code: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert "answer" not in refusal(code)
    forms = (RobotForm, WecomForm, SmsForm)
    assert any(hasattr(form, FIELD_OF[code]) for form in forms)


def test_of_a_secret_the_last_four_signs_are_shown_and_of_a_short_one_none() -> None:
    assert (masked("the-secret-77XY"), masked("short"), masked("")) == ("••••77XY", "••••", "")
