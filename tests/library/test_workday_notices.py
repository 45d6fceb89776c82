"""The file of the yearly notices: read, refused by line, in force once it is live."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.orm import Session

from lms.jobs.rules import Job, every
from lms.jobs.runner import run_due
from lms.kernel.workdays import is_workday, observe, observed
from lms.library.faults import Fault
from lms.library.workdays import PATH, observe_live
from lms.words.faults import sentence
from tests.conftest import MONDAY
from tests.support.faults import faults_of
from tests.support.library import publish_texts
from tests.support.small_library import TEXTS

LAW = """\
- year: 2027
  title: 关于2027年部分节假日安排的通知（试）
  number: 试1号
  url: https://example.cn/1
  off:
    - {name: 元旦, from: 2027-01-01, to: 2027-01-03}
    - {name: 春节, from: 2027-02-05, to: 2027-02-11}
    - {name: 清明节, from: 2027-04-03, to: 2027-04-05}
    - {name: 劳动节, from: 2027-05-01, to: 2027-05-05}
    - {name: 端午节, from: 2027-06-09, to: 2027-06-09}
    - {name: 中秋节, from: 2027-09-15, to: 2027-09-15}
    - {name: 国庆节, from: 2027-10-01, to: 2027-10-07}
  worked: [2027-02-20, 2027-05-08]
"""


@pytest.fixture(autouse=True)
def told() -> Iterator[None]:
    """What a test makes live is not observed after it."""
    before = observed()
    yield
    observe(before)


def faults(text: str) -> list[Fault]:
    return faults_of({**TEXTS, PATH: text})


def test_a_right_notice_has_no_faults_and_none_is_needed() -> None:
    assert faults(LAW) == []
    assert faults("[]") == []
    assert faults_of(TEXTS) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "found"),
    [
        ("to: 2027-01-03", "to: 2026-12-31", 6, "ends-before-begin", "2026-12-31"),
        ("to: 2027-10-07", "to: 2027-10-31", 12, "wrong-value", "2027-10-31"),
        (
            "from: 2027-06-09, to: 2027-06-09",
            "from: 2026-06-09, to: 2026-06-09",
            10,
            "other-year",
            "2026-06-09",
        ),
        ("2027-02-20", "2027-02-10", 13, "off-and-worked", "2027-02-10"),
        ("2027-02-20", "2027-02-22", 13, "no-weekend", "2027-02-22"),
        ("2027-02-20", "2028-02-19", 13, "other-year", "2028-02-19"),
        ("2027-02-20", "2027-02-30", 13, "wrong-value", "2027-02-30"),
        ("https://example.cn/1", "example.cn", 4, "wrong-value", "example.cn"),
        ("to: 2027-02-11", "to: 2027-02-07", 5, "holiday-missing", "2027-02-08"),
        ("  number: 试1号\n", "", 1, "missing-key", "number"),
        ("worked:", "at_work:", 13, "unknown-key", "at_work"),
    ],
)
def test_a_faulty_notice_is_refused_by_line(old: str, new: str, line: int, code: str, found: str) -> None:
    told = faults(LAW.replace(old, new, 1))
    assert (PATH, line, code, found) in [(one.path, one.line, one.code, one.found) for one in told]
    assert all(found in sentence(one) for one in told if one.code == code)


def test_a_year_has_one_notice() -> None:
    (fault,) = faults(LAW + LAW)
    assert (fault.line, fault.code, fault.right) == (14, "key-exists", f"{PATH}:1")


def test_what_is_live_is_counted_by_and_read_once(database: Session) -> None:
    tuesday, saturday = date(2027, 2, 9), date(2027, 2, 20)
    publish_texts(TEXTS)
    observe_live()
    assert (observed(), is_workday(saturday)) == ((), False)
    publish_texts({**TEXTS, PATH: LAW})
    observe_live()
    assert [one.number for one in observed()] == ["试1号"]
    assert is_workday(saturday)
    assert not is_workday(tuesday)
    before = observed()
    observe_live()
    assert observed()[0] is before[0]


def test_the_clockwork_goes_by_what_is_live(database: Session) -> None:
    publish_texts({**TEXTS, PATH: LAW})
    run_due(MONDAY, "a", [Job("tidy", every(5), lambda now: 0)])
    assert is_workday(date(2027, 2, 20))
