"""The evidence pack of a change: files for people and for programs, and a manifest that vouches for them."""

import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from flask import render_template
from flask_babel import gettext

from lms.kernel.clock import CHINA, china_date
from lms.notifications.queries import sendings
from lms.people.queries import names_of
from lms.policies.queries import Policies, policies_of
from lms.rollouts.evidence import Reading, acts, checks, last_seal, papers, readings, standings_by_key
from lms.rollouts.impact import weighed
from lms.rollouts.ladder import rungs
from lms.rollouts.models import Change
from lms.rollouts.pauses import pauses_of
from lms.rollouts.queries import items_of
from lms.rollouts.roster import Filters, Row
from lms.rollouts.roster import all_of as roster
from lms.web import reading, verify_pack
from lms.web.languages import chosen
from lms.web.manage.exports import Cell, write_csv
from lms.web.manage.parts import course_name, place
from lms.web.manage.policy_clock import rollout_of
from lms.web.manage.policy_items import shown as difference
from lms.web.manage.policy_words import (
    CHANGE_STATES,
    CLOCKS,
    HOWS,
    KINDS,
    OUTCOMES,
    PATHS,
    RUNGS,
    SEVERITIES,
    STANDINGS,
    TASK_STATES,
    WAYS,
)
from lms.web.manage.words import AUDIENCES, HELP_KINDS
from lms.web.papertext import shown
from lms.web.scores import first_score, score_of

_NAME_LENGTH = 16
"""Characters of a hash that name a file."""


@dataclass
class Pack:
    """A ZIP file that is being written, and the SHA-256 of everything in it."""

    zipped: ZipFile
    digests: dict[str, str]

    def add(self, path: str, content: bytes) -> None:
        """A file; one that is there already stays."""
        if path not in self.digests:
            self.digests[path] = hashlib.sha256(content).hexdigest()
            self.zipped.writestr(path, content)

    def page(self, path: str, template: str, **values: Any) -> None:
        """A page that reads and prints by itself."""
        self.add(path, render_template(f"evidence/{template}.html", **values).encode())

    def table(self, path: str, headings: list[str], lines: Iterable[list[Cell]]) -> None:
        """A table as CSV."""
        file = io.BytesIO()
        write_csv(file, headings, lines)
        self.add(path, file.getvalue())


def write(file: IO[bytes], changes: Iterable[Change], *, at: datetime) -> int:
    """Write the evidence of *changes* into *file*, each in a folder of its own; returns how many files."""
    with ZipFile(file, "w", ZIP_DEFLATED) as zipped:
        pack = Pack(zipped, {})
        keys = [_change(pack, change, at) for change in changes]
        seal = last_seal()
        manifest = {
            "changes": keys,
            "made_at": at.astimezone(CHINA).isoformat(timespec="seconds"),
            "journal": {"seal": seal[0], "sha256": seal[1]} if seal else None,
            "files": dict(sorted(pack.digests.items())),
        }
        script = Path(verify_pack.__file__).read_bytes()
        zipped.writestr("verify.py", script)
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        zipped.writestr("manifest.json", text)
    return len(pack.digests)


def _change(pack: Pack, change: Change, at: datetime) -> str:
    folder, today = change.key, china_date(at)
    policies = policies_of(str(change.release_after)) if change.release_after else None
    _summary(pack, f"{folder}/summary.html", change, policies, today)
    standing = standings_by_key(change, today)
    rows = roster(change, Filters(), today=today)
    lines = (_roster_line(row, str(STANDINGS[standing[row.person]])) for row in rows)
    pack.table(f"{folder}/roster.csv", _roster_headings(), lines)
    pack.table(f"{folder}/readings.csv", _reading_headings(), _readings(pack, folder, change))
    pack.table(f"{folder}/checks.csv", _check_headings(), _checks(change))
    pack.table(f"{folder}/papers.csv", _paper_headings(), _papers(pack, folder, change))
    pack.table(f"{folder}/notices.csv", _notice_headings(), _notices(change))
    entries = [{**vars(one), "at": one.at.isoformat()} for one in acts(change)]
    pack.add(f"{folder}/journal.json", json.dumps(entries, ensure_ascii=False, indent=1).encode())
    return change.key


def _summary(pack: Pack, path: str, change: Change, policies: Policies | None, today: date) -> None:
    rows = items_of(change.id)
    deciders = (row.confirmed_by for row in rows)
    pack.page(
        path,
        "summary",
        change=change,
        document=policies.documents.get(change.document) if policies else None,
        region=place(change.region),
        run=rollout_of(change, today),
        items=[(difference(weighed(row).item, policies), row) for row in rows] if policies else [],
        names=names_of(change.registered_by, change.approved_by, *deciders),
        pauses=pauses_of(change.id),
        rungs=rungs(change),
        today=today,
        china_day=china_date,
        words={
            "states": CHANGE_STATES, "audiences": AUDIENCES, "severities": SEVERITIES, "hows": HOWS,
            "kinds": KINDS, "tasks": TASK_STATES, "clocks": CLOCKS, "rungs": RUNGS,
        },
    )  # fmt: skip


def _roster_headings() -> list[str]:
    return [
        gettext("Employee number"), gettext("Name"), gettext("Department"), gettext("Insured in"),
        gettext("Audience"), gettext("Policy standing"), gettext("Path"), gettext("Course"),
        gettext("Sent out at"), gettext("Due on"),
        gettext("Delivered by"), gettext("Delivered at"), gettext("Opened at"), gettext("Done at"),
        gettext("With a helper"), gettext("Points"), gettext("of"), gettext("Certificate number"),
        gettext("Outcome"),
        gettext("Excused at"), gettext("Excused by"), gettext("Reason"),
    ]  # fmt: skip


def _roster_line(row: Row, standing: str) -> list[Cell]:
    return [
        row.number, row.name, row.department, place(row.region), str(AUDIENCES[row.audience]), standing,
        str(PATHS[row.path]), course_name(row.course) if row.course else "", _moment(row.given_at),
        row.due_on, str(WAYS.get(row.way, "")), _moment(row.got_at), _moment(row.opened_at),
        _moment(row.done_at), str(HELP_KINDS[row.assisted]) if row.assisted else "",
        row.earned, row.points, row.certificate,
        str(OUTCOMES[row.outcome]), _moment(row.excused_at), row.excused_by, row.excuse,
    ]  # fmt: skip


def _moment(at: datetime | None) -> str:
    """An instant in China, to the second."""
    return at.astimezone(CHINA).isoformat(sep=" ", timespec="seconds") if at else ""


def _reading_headings() -> list[str]:
    return [
        gettext("Employee number"), gettext("Page"), gettext("Release"), gettext("Edition"),
        gettext("Read at"), gettext("As shown"),
    ]  # fmt: skip


def _readings(pack: Pack, folder: str, change: Change) -> Iterator[list[Cell]]:
    for one in readings(change):
        shown_as = _taught(pack, folder, one)
        yield [one.number, one.page, one.release_id, one.edition, _moment(one.at), shown_as]


def _taught(pack: Pack, folder: str, one: Reading) -> str:
    """The page as it read for somebody of that city and standing on that day; each wording is kept once."""
    reader = reading.Reader(one.region, one.status.value, china_date(one.at), chosen())
    content = render_template(
        "evidence/taught.html",
        title=reading.title_of(one.release_id, one.page),
        page=reading.page(one.release_id, one.page, reader),
        reader=reader,
        city=place(one.region),
    )
    path = f"{folder}/taught/{hashlib.sha256(content.encode()).hexdigest()[:_NAME_LENGTH]}.html"
    pack.add(path, content.encode())
    return path


def _check_headings() -> list[str]:
    return [
        gettext("Employee number"), gettext("Lesson"), gettext("In-lesson check"), gettext("Edition"),
        gettext("Chosen options"), gettext("Right or wrong"), gettext("Answered at"),
    ]  # fmt: skip


def _checks(change: Change) -> Iterator[list[Cell]]:
    for one in checks(change):
        right = str(gettext("right") if one.right else gettext("wrong"))
        yield [one.number, one.lesson, one.check, one.edition, one.chosen, right, _moment(one.at)]


def _paper_headings() -> list[str]:
    return [
        gettext("Employee number"), gettext("Attempt"), gettext("Attempt number"), gettext("Started at"),
        gettext("Handed in at"), gettext("Points"), gettext("of"), gettext("Score"),
        gettext("Score that counts"), gettext("Pass line"), gettext("With a helper"), gettext("As shown"),
    ]  # fmt: skip


def _papers(pack: Pack, folder: str, change: Change) -> Iterator[list[Cell]]:
    for number, paper, assisted in papers(change):
        path = f"{folder}/papers/{paper.key}.html"
        pack.page(
            path,
            "paper",
            paper=paper,
            number=number,
            questions=shown(paper),
            score=first_score(paper),
            counts=score_of(paper),
        )
        yield [
            number, paper.key, paper.number, _moment(paper.started_at), _moment(paper.submitted_at),
            paper.earned, paper.points, first_score(paper), score_of(paper), paper.pass_line,
            str(gettext("yes") if assisted else gettext("no")), path,
        ]  # fmt: skip


def _notice_headings() -> list[str]:
    return [
        gettext("Employee number"), gettext("Message"), gettext("Channel"), gettext("State"),
        gettext("Tries"), gettext("Sent at"), gettext("Read at"), gettext("Error"),
    ]  # fmt: skip


def _notices(change: Change) -> Iterator[list[Cell]]:
    for one in sendings(change.key):
        yield [
            one.number, one.topic, one.channel.value, one.state.value, one.tries,
            _moment(one.sent_at), _moment(one.read_at), one.error,
        ]  # fmt: skip
