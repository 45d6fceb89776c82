"""Evidence of a change: everything by name, as people saw it, and a manifest that finds what was touched."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.assignments import attempts
from lms.assignments.assistance import Start, begin
from lms.assignments.models import Assistance, Consent, HelpKind
from lms.courses.operations import answer_check, mark_read
from lms.courses.queries import course
from lms.journal.models import Entry
from lms.kernel.database import session, unit_of_work
from lms.library.queries import live_release_id
from lms.people.models import Person
from lms.quizzes.models import Attempt
from lms.quizzes.queries import open_sitting
from lms.rollouts.excusing import excuse
from lms.rollouts.models import Change
from lms.web.manage.evidence import last_quarters
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TWO_CITIES, begun
from tests.support.company import hr
from tests.support.library import publish_texts
from tests.support.people import make_learner, make_person, sign_in
from tests.support.rollouts import delivered, taught, unit_of
from tests.support.sittings import filled_in

LATER = DAY_0 + timedelta(hours=3)
Unpack = Callable[[str], Path]


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(TWO_CITIES)


@pytest.fixture
def unpack(client: FlaskClient, tmp_path: Path) -> Unpack:
    """Take the pack under an address as HR, and unpack it."""

    def take(address: str) -> Path:
        hr(client)
        response = client.get(address)
        assert response.status_code == 200
        assert response.mimetype == "application/zip"
        with ZipFile(io.BytesIO(response.data)) as zipped:
            zipped.extractall(tmp_path)
        return tmp_path

    return take


def learn(person: Person, change: Change) -> None:
    """Read the unit, answer its check, pass its quiz."""
    release_id, name = str(live_release_id()), unit_of(change)
    unit = course(release_id, name)
    with unit_of_work():
        for lesson in unit.lessons:
            for page in lesson.pages:
                mark_read(person.id, lesson, page, release_id=release_id, at=LATER)
            for check in lesson.checks:
                answer_check(person.id, lesson, check, chosen=[0], at=LATER)
        attempts.start(person.id, name, release_id=release_id, random=Random(1), at=LATER)
        paper = open_sitting(person.id, name)
        attempts.submit(paper, filled_in(paper), at=LATER)


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def verified(folder: Path) -> subprocess.CompletedProcess[str]:
    """What the pack's own program says, run as a stranger would."""
    command = [sys.executable, "-I", str(folder / "verify.py")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_pack_names_everybody_and_what_became_of_it(unpack: Unpack) -> None:
    learner, idle, excused = taught(), taught(), taught()
    change = delivered(CHEAPER_IN_BEIJING)
    learn(learner, change)
    approver = change.approved_by
    assert approver is not None
    with unit_of_work():
        excuse(change.key, excused.key, reason="产假到明年三月", actor_id=approver, at=LATER)
    folder = unpack(f"/manage/policy/{change.key}/evidence.zip") / change.key
    rows = {row["Employee number"]: row for row in table(folder / "roster.csv")}
    assert rows.keys() == {learner.number, idle.number, excused.number}
    assert (rows[learner.number]["Outcome"], rows[learner.number]["Policy standing"]) == (
        "Learned",
        "Current",
    )
    assert (rows[idle.number]["Outcome"], rows[idle.number]["Policy standing"]) == ("Delivered", "Outdated")
    assert (rows[excused.number]["Outcome"], rows[excused.number]["Reason"]) == ("Excused", "产假到明年三月")
    assert rows[learner.number]["Done at"] == "2026-11-23 12:00:00+08:00"


def test_it_holds_what_each_was_taught_and_asked_as_they_saw_it(unpack: Unpack) -> None:
    learner = taught()
    change = delivered(CHEAPER_IN_BEIJING)
    learn(learner, change)
    folder = unpack(f"/manage/policy/{change.key}/evidence.zip")
    reading = table(folder / change.key / "readings.csv")
    pages = [(folder / row["As shown"]).read_text() for row in reading]
    assert {row["Employee number"] for row in reading} == {learner.number}
    assert any("1800元" in page and "1500元" in page for page in pages)
    [paper] = table(folder / change.key / "papers.csv")
    assert (paper["Score"], paper["Pass line"], paper["With a helper"]) == ("100", "80.00", "no")
    shown = (folder / paper["As shown"]).read_text()
    assert "从2027年1月1日起" in shown
    assert "← chosen" in shown
    assert [row["Right or wrong"] for row in table(folder / change.key / "checks.csv")] == ["right"]


def test_a_paper_that_somebody_helped_with_says_so(unpack: Unpack) -> None:
    learner = taught()
    change = delivered(CHEAPER_IN_BEIJING)
    learn(learner, change)
    with unit_of_work():
        key = begin(Start(learner.id, make_person(name="周敏").id, HelpKind.PHONE, Consent.SPOKEN), at=DAY_0)
        session_id = select(Assistance.id).where(Assistance.key == key).scalar_subquery()
        session().execute(update(Attempt).values(assistance_id=session_id))
    folder = unpack(f"/manage/policy/{change.key}/evidence.zip")
    assert {row["With a helper"] for row in table(folder / change.key / "papers.csv")} == {"yes"}


def test_it_tells_what_was_sent_and_who_decided(unpack: Unpack) -> None:
    learner = taught()
    change = delivered(CHEAPER_IN_BEIJING)
    folder = unpack(f"/manage/policy/{change.key}/evidence.zip") / change.key
    notices = {(row["Employee number"], row["Message"]) for row in table(folder / "notices.csv")}
    assert (learner.number, "change.to-learn") in notices
    acts = [entry["act"] for entry in json.loads((folder / "journal.json").read_text())]
    assert acts.index("change.registered") < acts.index("change.approved")
    summary = (folder / "summary.html").read_text()
    assert "北京门诊起付标准下调" in summary
    assert "Approved by a second person" in summary


def test_its_own_program_finds_it_whole_and_then_whatever_was_touched(unpack: Unpack) -> None:
    taught()
    change = delivered(CHEAPER_IN_BEIJING)
    folder = unpack(f"/manage/policy/{change.key}/evidence.zip")
    whole = verified(folder)
    assert (whole.returncode, whole.stdout.splitlines()[0]) == (0, "OK: every file is as the manifest says")
    roster = folder / change.key / "roster.csv"
    roster.write_bytes(roster.read_bytes().replace(b"Delivered", b"Learned"))
    (folder / change.key / "journal.json").unlink()
    (folder / "extra.txt").write_text("x")
    touched = verified(folder)
    assert touched.returncode == 1
    assert touched.stdout.splitlines()[:3] == [
        "added     extra.txt",
        f"missing   {change.key}/journal.json",
        f"changed   {change.key}/roster.csv",
    ]


def test_a_quarter_holds_every_change_that_was_under_way(unpack: Unpack) -> None:
    taught()
    change = delivered(CHEAPER_IN_BEIJING)
    begun(make_person())
    folder = unpack("/manage/evidence/2026-Q4.zip")
    assert json.loads((folder / "manifest.json").read_text())["changes"] == [change.key]


def test_a_quarter_before_holds_none(unpack: Unpack) -> None:
    delivered(CHEAPER_IN_BEIJING)
    folder = unpack("/manage/evidence/2026-Q3.zip")
    assert json.loads((folder / "manifest.json").read_text())["changes"] == []
    assert verified(folder).returncode == 0


def test_the_list_of_changes_leads_to_this_quarter_and_the_last(client: FlaskClient) -> None:
    delivered(CHEAPER_IN_BEIJING)
    hr(client)
    page = client.get("/manage/policy").text
    assert 'href="/manage/evidence/2026-Q4.zip"' in page
    assert 'href="/manage/evidence/2026-Q3.zip"' in page


@pytest.mark.parametrize(
    ("day", "quarters"),
    [
        (date(2026, 1, 1), ["2026-Q1", "2025-Q4"]),
        (date(2026, 6, 30), ["2026-Q2", "2026-Q1"]),
        (date(2026, 12, 31), ["2026-Q4", "2026-Q3"]),
    ],
)
def test_quarters_begin_in_january_april_july_and_october(day: date, quarters: list[str]) -> None:
    assert last_quarters(day) == quarters


@pytest.mark.parametrize("address", ["/manage/evidence/2026-Q5.zip", "/manage/policy/NOBODY/evidence.zip"])
def test_what_there_is_no_evidence_of_is_not_found(client: FlaskClient, address: str) -> None:
    hr(client)
    assert client.get(address).status_code == 404


def test_a_draft_has_left_no_evidence(client: FlaskClient) -> None:
    change = begun(make_person())
    hr(client)
    assert client.get(f"/manage/policy/{change.key}/evidence.zip").status_code == 404


def test_a_learner_takes_none(client: FlaskClient) -> None:
    change = delivered(CHEAPER_IN_BEIJING)
    make_learner(number="Q7")
    sign_in(client, number="Q7")
    assert client.get(f"/manage/policy/{change.key}/evidence.zip").status_code == 403


def test_who_takes_it_is_on_record(unpack: Unpack, database: Session) -> None:
    change = delivered(CHEAPER_IN_BEIJING)
    unpack(f"/manage/policy/{change.key}/evidence.zip")
    database.rollback()
    entry = database.scalars(select(Entry).where(Entry.act == "evidence.exported")).one()
    assert (entry.subject, entry.actor_id is None) == (change.key, False)
