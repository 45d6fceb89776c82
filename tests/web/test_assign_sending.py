"""Checking, sending, withdrawing an assignment, and what its page says afterwards."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.campaigns.models import CampaignState
from lms.campaigns.queries import campaign
from lms.campaigns.rules import Fault, Step
from lms.campaigns.sending import due_campaigns, go_out
from lms.kernel import clock as present
from lms.kernel.database import unit_of_work
from lms.people.models import Audience
from lms.web.manage import assign_steps
from tests.support.assigning import NOTICE, PEOPLE, TIME, answer, begin, drafted, sent
from tests.support.campaigns import assignments, library
from tests.support.people import make_person
from tests.support.policy_desk import Desk, desk

TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def hr(database: Session, app: Flask) -> Desk:
    library()
    make_person(number="Q1", name="林晓")
    make_person(number="Q2", name="何书航")
    make_person(number="Q3", name="陈桂芬", audience=Audience.RETIREE)
    return desk(app, role=Role.HR)


def given(hr: Desk, clock: time_machine.Traveller, key: str) -> None:
    """Send, and let the ten minutes pass."""
    assert sent(hr, key).status_code == 303
    clock.shift(TEN_MINUTES)
    for campaign_id in due_campaigns(present.now()):
        with unit_of_work():
            go_out(campaign_id, present.now())


def test_the_check_says_everything_that_is_about_to_be_sent(hr: Desk) -> None:
    page = hr.get(f"/manage/assign/{drafted(hr)}/check")
    for words in (
        "First steps",
        "2 people",
        "Employees",
        "Mon 7 Dec",
        "A remedial plan, then a new paper",
        "Reminders: 3 days before, On the due date",
        "quiet from 22:00 to 08:00",
        "Send to 2 people",
        "It goes out 10 minutes after you send it",
    ):
        assert words in page, words


def test_what_is_missing_is_said_at_once_with_the_step_that_mends_it(hr: Desk) -> None:
    key = begin(hr)
    page = hr.get(f"/manage/assign/{key}/check")
    assert "2 things to correct before it can be sent" in page
    assert "This chooses nobody" in page
    assert "Choose by when it is to be done" in page
    assert f"/manage/assign/{key}/time" in page
    response = sent(hr, key)
    assert response.status_code == 422
    assert campaign(key).state is CampaignState.DRAFT


def test_a_due_date_before_the_start_is_not_sent(hr: Desk) -> None:
    key = drafted(hr, time={**TIME, "due_on": "2026-11-20"})
    response = sent(hr, key)
    assert response.status_code == 422
    assert "The last day is before the first" in response.text


def test_everybody_is_not_sent_without_saying_so(hr: Desk) -> None:
    key = drafted(hr, people={"audiences": [one.value for one in Audience]})
    response = sent(hr, key)
    assert response.status_code == 422
    assert "This chooses all 4 people of the company" in response.text


def test_people_who_would_all_be_left_out_are_not_sent_anything(hr: Desk) -> None:
    key = drafted(hr, people={"audiences": "retiree"})
    response = sent(hr, key)
    assert response.status_code == 422
    assert "Nobody would get anything: everybody chosen is left out" in response.text


def test_ten_minutes_are_left_to_withdraw(hr: Desk, clock: time_machine.Traveller) -> None:
    key = drafted(hr)
    sent(hr, key)
    assert "It will go to 2 people." in hr.get(f"/manage/assign/{key}")
    clock.shift(timedelta(minutes=4))
    assert "It goes out in 6 minutes." in hr.get(f"/manage/assign/{key}/withdraw")
    hr.post(f"/manage/assign/{key}/withdraw")
    page = hr.get(f"/manage/assign/{key}")
    assert "Withdrawn. Nobody was given anything." in page
    assert campaign(key).state is CampaignState.WITHDRAWN
    response = hr.post(f"/manage/assign/{key}/draft")
    assert response.location.endswith(f"/manage/assign/{key}/check")
    assert campaign(key).state is CampaignState.DRAFT


def test_a_moment_too_late_it_can_no_longer_be_withdrawn(hr: Desk, clock: time_machine.Traveller) -> None:
    key = drafted(hr)
    sent(hr, key)
    clock.shift(TEN_MINUTES)
    response = hr.client.post(f"/manage/assign/{key}/withdraw", follow_redirects=True)
    assert "It has gone out already and can no longer be withdrawn." in response.text
    assert campaign(key).state is CampaignState.QUEUED


def test_once_sent_its_page_says_who_has_come_how_far(hr: Desk, clock: time_machine.Traveller) -> None:
    key = drafted(hr)
    given(hr, clock, key)
    assert len(assignments()) == 2
    page = hr.get(f"/manage/assign/{key}")
    assert "of 2 given" in page
    assert "Remind who is not done" in page
    names = hr.get(f"/manage/assign/{key}/names")
    assert "林晓" in names
    assert "Employees" in names
    lines = hr.get("/manage/assign")
    assert "0 of 2 done" in lines
    assert "Sent" in lines


def test_reminding_reaches_everybody_once_a_day(hr: Desk, clock: time_machine.Traveller) -> None:
    key = drafted(hr)
    given(hr, clock, key)
    for said in ("2 people were reminded.", "2 people had a reminder today already."):
        response = hr.client.post(f"/manage/assign/{key}/remind", follow_redirects=True)
        assert said in response.text


def test_who_gets_it_twice_is_said_before(hr: Desk, clock: time_machine.Traveller) -> None:
    given(hr, clock, drafted(hr))
    page = hr.get(f"/manage/assign/{drafted(hr)}/check")
    assert "“年度必修” gives the same to the same people already" in page
    assert "Nobody would get anything" in page


def test_people_with_another_date_wait_for_a_decision(hr: Desk, clock: time_machine.Traveller) -> None:
    given(hr, clock, drafted(hr))
    make_person(number="Q5", name="许诺言")
    key = drafted(hr, time={**TIME, "due_on": "2026-12-20"})
    assert "Left to a decision" in hr.get(f"/manage/assign/{key}/people")
    names = hr.get(f"/manage/assign/{key}/names?outcome=exception")
    assert "Has it already, due earlier · due on 7 Dec 2026" in names
    given(hr, clock, key)
    assert "2 people wait for a decision" in hr.get(f"/manage/assign/{key}")


def unchecked(monkeypatch: pytest.MonkeyPatch, code: str, *, blocks: bool) -> None:
    """The course is as if somebody had to check it."""
    facts = {"course": "basics", "count": 3, "owners": ["钱瑶"], "due_on": date(2026, 11, 28)}
    fault = Fault(Step.CONTENT, code, facts, blocks=blocks)
    monkeypatch.setattr("lms.campaigns.drafting.content_faults", lambda *_: [fault])


def test_questions_kept_back_are_said_before_sending(hr: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    key = drafted(hr)
    unchecked(monkeypatch, "withheld", blocks=False)
    page = hr.get(f"/manage/assign/{key}/check")
    assert "“First steps” is not checked throughout: 3 questions are kept back until they are" in page
    assert "钱瑶 looks after it, until 28 Nov 2026" in page
    unchecked(monkeypatch, "stale", blocks=False)
    assert "3 texts may be out of date" in hr.get(f"/manage/assign/{key}/check")
    assert sent(hr, key).status_code == 303


@pytest.mark.parametrize("code", ["cannot-draw", "kept-back"])
def test_what_is_not_checked_goes_no_further_than_its_step(
    hr: Desk, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    key = drafted(hr)
    unchecked(monkeypatch, code, blocks=True)
    step = answer(hr, key, "content", {"content": "course:basics", "title": ""})
    assert step.status_code == 422
    assert "“First steps” cannot be given yet" in step.text
    assert "钱瑶 looks after it, until 28 Nov 2026" in step.text
    assert sent(hr, key).status_code == 422


def test_without_a_channel_people_are_told_here_only(hr: Desk) -> None:
    key = drafted(hr)
    answer(hr, key, "notice", {**NOTICE, "channels": []})
    assert "No channel is chosen" in hr.get(f"/manage/assign/{key}/check")


def test_it_can_be_sent_to_oneself_first(hr: Desk) -> None:
    key = drafted(hr)
    hr.post(f"/manage/assign/{key}/to-myself")
    assert "The message is on its way to you" in hr.get(f"/manage/assign/{key}/check")
    assert "年度必修" in hr.get("/inbox")
    assert assignments() == []


def test_without_a_date_there_is_nothing_to_send_to_oneself(hr: Desk) -> None:
    key = begin(hr)
    hr.post(f"/manage/assign/{key}/to-myself")
    assert "Choose by when it is to be done" in hr.get(f"/manage/assign/{key}/check")
    assert "年度必修" not in hr.get("/inbox")


def test_the_list_is_narrowed_by_state(hr: Desk) -> None:
    assert "Nothing has been assigned here yet" in hr.get("/manage/assign")
    drafted(hr)
    assert "年度必修" in hr.get("/manage/assign?state=draft")
    assert "None in this state" in hr.get("/manage/assign?state=sent")
    assert hr.client.get("/manage/assign?state=nonsense").status_code == 404


def test_what_was_sent_is_no_draft_any_more(hr: Desk) -> None:
    key = drafted(hr)
    sent(hr, key)
    for step in ("content", "people", "check"):
        response = hr.client.get(f"/manage/assign/{key}/{step}")
        assert (response.status_code, response.location) == (303, f"/manage/assign/{key}")


def test_what_two_do_at_the_same_moment_is_refused_in_words(
    hr: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = drafted(hr)
    address, typed = f"/manage/assign/{key}/check", {"seen": "5"}
    assert sent(hr, key).status_code == 303
    shown = SimpleNamespace(key=key, state=CampaignState.DRAFT)
    monkeypatch.setattr(assign_steps, "campaign_by_key", lambda _key: shown)
    response = hr.post(address, typed)
    assert response.status_code == 409
    assert "This assignment is no draft any more" in response.text
    response = hr.post(f"/manage/assign/{key}/draft")
    assert response.status_code == 409
    assert "This assignment waits no longer" in response.text


def test_a_colleague_who_changed_it_meanwhile_is_noticed(hr: Desk) -> None:
    key = drafted(hr)
    response = hr.post(f"/manage/assign/{key}/check", {"seen": "1"})
    assert response.status_code == 303
    assert "Check it again" in hr.get(f"/manage/assign/{key}/check")
    assert campaign(key).state is CampaignState.DRAFT


def test_a_list_of_a_hundred_people_has_pages(hr: Desk) -> None:
    for number in range(60):
        make_person(number=f"R{number:03}")
    key = drafted(hr, people={**PEOPLE})
    assert "Page 1 of 2" in hr.get(f"/manage/assign/{key}/names")
    assert "R059" in hr.get(f"/manage/assign/{key}/names?page=2")


def test_everybody_who_is_not_done_gets_a_later_date(
    app: Flask, hr: Desk, clock: time_machine.Traveller
) -> None:
    key = drafted(hr)
    lead = desk(app, name="叶舟", role=Role.LEAD)
    assert lead.client.get(f"/manage/assign/{key}/extend").status_code == 303
    given(hr, clock, key)
    assert f"/manage/assign/{key}/extend" not in hr.get(f"/manage/assign/{key}")
    assert hr.client.get(f"/manage/assign/{key}/extend").status_code == 403
    assert f"/manage/assign/{key}/extend" in lead.get(f"/manage/assign/{key}")
    page = lead.get(f"/manage/assign/{key}/extend")
    assert "2 assignments are not done" in page
    version = str(campaign(key).version)
    typed = {"seen": version, "due_on": "2026-12-01", "reason": ""}
    for due_on, reason, words in (
        ("", "x", "Enter the new date"),
        ("2026-12-20", "", "Say why"),
        ("2026-12-07", "x", "Choose a day after today and after the present date"),
    ):
        refused = lead.post(f"/manage/assign/{key}/extend", {**typed, "due_on": due_on, "reason": reason})
        assert (refused.status_code, words in refused.text) == (422, True)
    right = {**typed, "due_on": "2026-12-20", "reason": "停产检修"}
    assert lead.post(f"/manage/assign/{key}/extend", {**right, "seen": "1"}).status_code == 422
    assert lead.post(f"/manage/assign/{key}/extend", right).status_code == 303
    assert "2 assignments have the new date." in lead.get(f"/manage/assign/{key}")
    assert {one.due_on for one in assignments()} == {date(2026, 12, 20)}
