"""``flask rollout simulate``: a change played with invented people, on a database of its own."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.cli.rollout_play import Evening
from lms.kernel.database import session
from lms.people.models import Person
from lms.rollouts.models import Change
from tests.support.installations import Installations

PEOPLE, DAYS = 60, 16


@pytest.fixture
def app(installations: Installations) -> Flask:
    """The installation that the command is given in; the play has another database."""
    return installations.restored("sqlite").app


def told(app: Flask, *options: str) -> list[str]:
    """The lines that the command prints."""
    runner = app.test_cli_runner(env={"XUANGUAN_LANG": "en"})
    result = runner.invoke(args=["rollout", "simulate", *options])
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


@cache
def _lines(app: Flask) -> Sequence[str]:
    return told(app, "--people", str(PEOPLE), "--days", str(DAYS))


@pytest.fixture
def lines(app: Flask) -> Sequence[str]:
    """Of the play that all tests look at."""
    return _lines(app)


def evenings(lines: Sequence[str]) -> list[Evening]:
    """The rows of the table; rungs without a number of people."""
    rows = [re.findall(r"\d+", line)[:7] for line in lines if re.match(r" +\d+ ", line)]
    return [Evening(*map(int, row), {}) for row in rows]


def test_every_day_has_its_line(lines: Sequence[str]) -> None:
    assert lines[1].split()[-2:] == ["Rungs", "taken"]
    assert [one.day for one in evenings(lines)] == list(range(DAYS + 1))


def test_numbers_grow_and_fit_each_other(lines: Sequence[str]) -> None:
    found = evenings(lines)
    for one, following in pairwise(found):
        assert one.delivered <= following.delivered
        assert one.opened <= following.opened
        assert one.done <= following.done
    assert all(one.done <= one.opened <= one.delivered for one in found)
    assert found[-1].done >= PEOPLE // 2
    assert found[-1].late > 0


def test_materials_are_done_by_day_eight_and_the_first_audience_gets_it_on_day_five(
    lines: Sequence[str],
) -> None:
    found = evenings(lines)
    assert [one.tasks for one in found[:10]] == [0, 2, 2, 2, 1, 1, 1, 1, 0, 0]
    assert found[4].delivered == 0 < found[5].delivered < found[8].delivered


def test_the_rungs_of_both_ladders_are_taken_on_their_days(lines: Sequence[str]) -> None:
    rows = [line for line in lines if re.match(r" +\d+ ", line)]
    found = {
        int(line.split()[0]): re.sub(r"[ \d]*\(.*", "", re.split(r"\d  ", line, maxsplit=0)[-1])
        for line in rows
        if "(" in line
    }
    assert found == {
        5: "materials, owner",
        8: "materials, head of department",
        10: "people, reminded",
        12: "people, heads of departments",
        15: "people, head of HR",
    }


def test_in_the_end_everybody_stands_somewhere(lines: Sequence[str]) -> None:
    standings = [int(line.rpartition(" ")[2]) for line in lines[-4:-1]]
    retired = PEOPLE // 10
    assert sum(standings) == PEOPLE - retired
    assert standings[0] == evenings(lines)[-1].done


def test_the_same_seed_plays_the_same_and_another_one_otherwise(app: Flask) -> None:
    small = ("--people", "20", "--days", "6", "--seed")
    one, again, other = (told(app, *small, seed)[:-1] for seed in ("5", "5", "6"))
    assert one == again != other


def test_the_installation_is_not_touched(app: Flask) -> None:
    told(app, "--people", "20", "--days", "1")
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(Person)) == 0
        assert session().scalar(select(func.count()).select_from(Change)) == 0


def test_a_database_that_is_not_empty_is_refused(app: Flask, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kept.db'}"
    told(app, "--people", "20", "--days", "1", "--database-url", url)
    runner = app.test_cli_runner(env={"XUANGUAN_LANG": "en"})
    refused = runner.invoke(args=["rollout", "simulate", "--database-url", url])
    assert refused.exit_code == 1
    assert "not empty" in refused.output
