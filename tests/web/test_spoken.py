"""Lessons that an engine reads to files; without one there are none, and nothing else changes."""

import os
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.jobs.speech import AT_ONCE, KEPT, speak_lessons
from lms.kernel.clock import china_date, now
from lms.kernel.database import session
from lms.people.models import Audience, Person, PersonState
from lms.web.reading import Reader
from lms.web.spoken import audio_url, to_be_heard
from tests.support.learning import learner
from tests.support.library import publish_library

PAGE = "retirement/outpatient#threshold"
BEIJING, SHENZHEN = "110000", "440300"


@pytest.fixture
def retiree(database: Session, client: FlaskClient) -> Person:
    """A retired person in Beijing, signed in; the real library is live."""
    publish_library()
    return learner(client, audience=Audience.RETIREE)


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An engine whose sound is the text, an encoder that says so, and nothing else to be found."""
    for name, script in (("espeak-ng", "exec /bin/cat"), ("lame", "echo sound; exec /bin/cat")):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return tmp_path


@pytest.fixture
def audio(app: Flask) -> Path:
    """The folder of the files, empty."""
    folder: Path = app.extensions["xuanguan.settings"].audio_dir
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    return folder


def speak_all(at: datetime) -> int:
    made = 0
    while count := speak_lessons(at).count:
        assert count <= AT_ONCE
        made += count
    return made


def address(app: Flask, region: str = BEIJING) -> str:
    """Of the page about the threshold, as a page shown in Chinese would ask for it."""
    release = session().connection().exec_driver_sql("SELECT release_id FROM library_live").scalar_one()
    reader = Reader(region, "retired", china_date(now()), "zh_Hans")
    with app.test_request_context("/easy", headers={"Accept-Language": "zh"}):
        return audio_url(release, PAGE, reader)


@pytest.mark.usefixtures("engine")
def test_every_easy_page_is_read_once_and_can_be_heard(
    app: Flask, audio: Path, retiree: Person, client: FlaskClient
) -> None:
    assert speak_all(now()) == len(to_be_heard(now())) > 100
    assert speak_lessons(now()).count == 0
    heard = client.get(address(app))
    assert heard.mimetype == "audio/mpeg"
    assert heard.text.startswith("sound\n")
    assert "先自己付一段" in heard.text
    assert "1300" in heard.text


@pytest.mark.usefixtures("engine", "retiree")
def test_what_is_only_to_be_looked_up_is_not_read_but_doubt_is() -> None:
    texts = "\n".join(to_be_heard(now()).values())
    assert not any(word in texts for word in ("http", "核对于", "[[", "依据"))
    assert "待核验" in texts


@pytest.mark.usefixtures("engine")
def test_each_city_hears_its_own_number(app: Flask, audio: Path, retiree: Person) -> None:
    speak_all(now())
    assert address(app, BEIJING)
    assert not address(app, SHENZHEN)
    retiree.region = SHENZHEN
    session().merge(retiree)
    session().commit()
    speak_all(now())
    assert address(app, SHENZHEN)
    assert address(app, SHENZHEN) != address(app, BEIJING)


@pytest.mark.usefixtures("engine")
def test_nothing_is_read_for_who_has_left(app: Flask, audio: Path, retiree: Person) -> None:
    retiree.state = PersonState.LEFT
    session().merge(retiree)
    session().commit()
    assert speak_lessons(now()).count == 0


def test_without_an_engine_there_is_no_file_and_no_address(
    app: Flask, audio: Path, retiree: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert speak_lessons(now()).count == 0
    assert not address(app)


@pytest.mark.usefixtures("retiree")
def test_an_engine_that_fails_leaves_no_half_file(audio: Path, engine: Path) -> None:
    (engine / "lame").write_text("#!/bin/sh\necho half\nexit 1\n")
    found = speak_lessons(now())
    assert (found.count, found.failures) == (0, AT_ONCE)
    assert not list(audio.glob("*.mp3"))


@pytest.mark.usefixtures("engine", "retiree")
def test_files_that_nobody_needs_are_kept_for_thirty_days(audio: Path) -> None:
    recent, old = audio / "recent.mp3", audio / "old.mp3"
    for path in (recent, old):
        path.write_bytes(b"")
        os.utime(path, (now().timestamp(), now().timestamp()))
    past = (now() - KEPT).timestamp() - 1
    os.utime(old, (past, past))
    speak_lessons(now())
    assert recent.exists()
    assert not old.exists()


@pytest.mark.usefixtures("retiree")
@pytest.mark.parametrize(
    "name", ["0" * 32 + ".mp3", "..%2Fsecret_key", "secret_key", "x.mp3%2F..%2F..%2Fsecret_key"]
)
def test_no_other_file_can_be_had(client: FlaskClient, name: str) -> None:
    assert client.get(f"/easy/audio/{name}").status_code == 404
