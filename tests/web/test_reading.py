"""Numbers of policy in running text, and the card of what a page rests on, as a reader sees them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from flask import Flask, get_template_attribute
from markupsafe import Markup
from sqlalchemy.orm import Session

from lms.courses.queries import courses_of
from lms.web import reading
from lms.web.reading import Reader
from tests.support.library import publish_library, publish_texts
from tests.support.people import BEIJING, NANJING, SHANGHAI
from tests.support.small_library import REGIONS

SHENZHEN = "440300"
TODAY = date(2026, 11, 23)
MORE_REGIONS = """\
- {code: "320000", name: 江苏, name_en: Jiangsu, level: province, parent: 全国}
- {code: "320100", name: 南京, name_en: Nanjing, level: city, parent: 江苏}
- {code: "440300", name: 深圳, name_en: Shenzhen, level: city, parent: 全国}
"""
DOCUMENT = """\
id: notice
title: 江苏省某通知
short: 某通知
title_en: A notice
issuer: 江苏省医疗保障局
number: ''
region: 江苏
issued_on: 2026-01-01
effective_on: 2026-01-01
source: {title: 江苏省医疗保障局网站, number: 苏医保发〔2026〕1号, url: "https://example.org/notice"}
mark: law
checked_on: 2026-11-21
clauses:
  - {key: '3', article: 第三条, title: 期限, text: 期限以内办完。}
"""
PARAMETER = """\
- name: {name}
  label: 办理期限
  label_en: Time limit
  unit: workdays
  explain: 要办完的期限
  fallback: {fallback}
  values:
"""
VALUE = """\
    - region: {region}
      status: {status}
      from: {since}
      value: {value}
      clause: '{clause}'
      source: {{title: 江苏省医疗保障局网站, number: 苏医保发〔2026〕1号, url: "https://example.org/notice"}}
      mark: {mark}
      checked_on: 2026-11-21
"""


def value(
    *, number: int = 10, region: str = "南京", status: str = "any", since: str = "null", mark: str = "law"
) -> str:
    """One value of the parameter, valid by default."""
    return VALUE.format(region=region, status=status, since=since, value=number, clause="notice#3", mark=mark)


def publish(*values: str, fallback: bool = False) -> str:
    """A library with one parameter, ``limit``, of these values."""
    head = PARAMETER.format(name="limit", fallback=str(fallback).lower())
    return publish_texts(
        {
            "content/regions.yaml": REGIONS + MORE_REGIONS,
            "content/policies/notice.yaml": DOCUMENT,
            "content/parameters/limit.yaml": head + "".join(values),
        }
    )


def a_reader(*, region: str = NANJING, status: str = "in_service", day: date = TODAY) -> Reader:
    """Somebody who reads in English."""
    return Reader(region, status, day, "en")


def canonical(*, region: str = "", status: str = "") -> str:
    """A reference to the parameter as compiled texts hold it."""
    return f"[[limit/{region}/{status}/any]]"


@contextmanager
def in_english(app: Flask) -> Iterator[None]:
    with app.test_request_context("/", headers={"Cookie": "lang=en"}):
        yield


@pytest.fixture(autouse=True)
def _english(database: Session, app: Flask) -> Iterator[None]:
    with in_english(app):
        yield


def text_of(html: Markup) -> str:
    """The words; what stands small behind a number is set off by the style sheet."""
    return Markup(str(html).replace("<small", " <small")).striptags()


def test_a_number_shows_its_value_and_since_when_it_holds() -> None:
    release = publish(value(since="2023-01-01"))
    assert text_of(reading.span(release, canonical(), a_reader())) == "10个工作日 (since 1 Jan 2023)"


def test_a_number_whose_start_is_not_known_says_when_it_was_checked() -> None:
    release = publish(value())
    assert text_of(reading.span(release, canonical(), a_reader())) == "10个工作日 (as checked on 21 Nov 2026)"


@pytest.mark.parametrize("mark", ["single", "seed"])
def test_a_number_that_may_not_be_scored_is_to_be_verified(mark: str) -> None:
    shown = reading.span(publish(value(mark=mark)), canonical(), a_reader())
    assert "(to be verified, as checked on 21 Nov 2026)" in shown
    assert "pv--unsure" in shown


def test_a_number_that_will_change_tells_what_it_becomes_and_when() -> None:
    release = publish(value(), value(number=5, since="2027-01-01"))
    before = text_of(reading.span(release, canonical(), a_reader()))
    after = text_of(reading.span(release, canonical(), a_reader(day=date(2027, 1, 1))))
    assert before == "10个工作日 (as checked on 21 Nov 2026, 5个工作日 from 1 Jan 2027)"
    assert after == "5个工作日 (since 1 Jan 2027)"


def test_a_number_that_is_only_announced_says_from_when_it_is_in_force() -> None:
    shown = reading.span(publish(value(since="2027-01-01")), canonical(), a_reader())
    assert text_of(shown) == "10个工作日 (in force from 1 Jan 2027)"
    assert "pv--soon" in shown


def test_a_number_asked_for_before_it_was_checked_is_none() -> None:
    shown = reading.span(publish(value()), canonical(), a_reader(day=date(2026, 11, 20)))
    assert text_of(shown) == "no verified figure for your region yet (Nanjing)"


def test_a_city_without_a_number_is_named() -> None:
    shown = reading.rich(publish(value()), canonical(), a_reader(region=SHENZHEN))
    assert "no verified figure for your region yet" in shown
    assert "(Shenzhen)" in shown
    assert "Ask the medical insurance office there" in shown


def test_another_city_without_a_number_is_not_called_the_readers() -> None:
    shown = reading.span(publish(value()), canonical(region=SHENZHEN), a_reader())
    assert text_of(shown) == "no verified figure for Shenzhen yet"


def test_the_readers_own_status_decides() -> None:
    release = publish(value(status="in_service"), value(status="retired", number=20))
    assert text_of(reading.span(release, canonical(), a_reader(status="retired"))).startswith("20个工作日")
    assert text_of(reading.span(release, canonical(), a_reader())).startswith("10个工作日")


def test_the_source_names_the_region_that_the_number_holds_for() -> None:
    release = publish(value(region="江苏"), fallback=True)
    shown = reading.rich(release, canonical(), a_reader(region=NANJING))
    assert "<dt>Applies to</dt><dd>Jiangsu</dd>" in shown


def test_the_source_of_a_number_is_there_on_demand() -> None:
    shown = reading.rich(publish(value(status="in_service")), canonical(), a_reader())
    assert shown.startswith("<details")
    for words in (
        "Time limit",
        "Nanjing, employees in service",
        "A notice, Article 3",
        '<a href="https://example.org/notice" rel="noreferrer">',
        "江苏省医疗保障局网站 苏医保发〔2026〕1号",
        "21 Nov 2026, checked against the official text",
    ):
        assert words in shown


def test_a_number_in_a_heading_has_no_disclosure() -> None:
    shown = reading.span(publish(value()), canonical(), a_reader())
    assert shown.startswith('<span class="pv"')
    assert "<details" not in shown


def test_what_is_written_is_what_the_macro_writes() -> None:
    macro = get_template_attribute("_ui.html", "pv")
    by_macro = macro("10个工作日", note="(since 1 Jan 2023)", lang="en")
    assert reading.span(publish(value(since="2023-01-01")), canonical(), a_reader()) == by_macro


def test_a_text_around_a_number_is_escaped() -> None:
    assert reading.rich(publish(value()), "a < b", a_reader()) == "a &lt; b"


# -- pages of the real library ----------------------------------------------------------------------------


def page_html(
    *, region: str, key: str = "onboarding/outpatient#deductible", status: str = "in_service"
) -> str:
    return reading.page(publish_library(), key, a_reader(region=region, status=status)).html


@pytest.mark.parametrize(
    ("region", "shown"),
    [
        (
            BEIJING,
            '<span class="pv__v">1800元</span><small class="pv__d">(as checked on 21 Nov 2026)</small>',
        ),
        (SHANGHAI, '<span class="pv__v">500元</span><small class="pv__d">(to be verified'),
        (NANJING, "no verified figure for your region yet"),
        (SHENZHEN, "no verified figure for your region yet"),
    ],
)
def test_each_reader_sees_the_number_of_their_own_city(region: str, shown: str) -> None:
    own, _, rest = page_html(region=region).partition("您的参保地")[2].partition("</li>")
    assert shown in own
    assert "1800元" in rest, "the example stays the example's city"


def test_the_real_library_is_filled_in_without_rest_for_everybody() -> None:
    release = publish_library()
    pages = [page for one in courses_of(release).values() for lesson in one.lessons for page in lesson.pages]
    readers = [
        a_reader(region=region, status=status)
        for region in (BEIJING, SHANGHAI, NANJING, SHENZHEN)
        for status in ("in_service", "retired")
    ]
    filled = [reading.page(release, page.key, reader) for page in pages for reader in readers]
    assert not [one for one in filled if "[[" in one.html]
    assert all(one.sources and one.basis for one in filled)


def test_a_disclosure_never_stands_in_a_paragraph_that_it_would_end() -> None:
    html = page_html(region=BEIJING, key="onboarding/outpatient#rate")
    assert '<div class="p">以北京在职职工为例，一年里<details' in html
    assert not [part for part in html.split("<p>")[1:] if "<details" in part.split("</p>")[0]]


def test_the_bold_beginning_of_a_row_is_marked() -> None:
    assert '<li class="lead"><strong>北京，在职</strong>' in page_html(region=BEIJING)


def test_a_page_that_has_been_filled_in_is_kept() -> None:
    release = publish_library()
    before = reading.page(release, "onboarding/outpatient#rate", a_reader(region=BEIJING))
    assert reading.page(release, "onboarding/outpatient#rate", a_reader(region=BEIJING)) is before


def test_the_card_tells_what_a_page_rests_on() -> None:
    release = publish_library()
    card = reading.page(release, "onboarding/outpatient#scope", a_reader(region=BEIJING)).sources
    assert "Social Insurance Law, Article 28</a>" in card
    assert '<a href="https://' in card
    assert "<dd>Nationwide</dd>" in card
    assert "21 Nov 2026, checked against the official text" in card
    assert "What it says, in plain words" in card
    assert "第二十八条" in card
    assert "23 Nov 2026" in card
    assert release in card


def test_the_card_says_when_a_law_is_announced_only() -> None:
    release = publish_library()
    keys = [
        page.key
        for course in courses_of(release).values()
        for lesson in course.lessons
        for page in lesson.pages
        if any(clause.startswith("medical-security-law#") for clause in page.clauses)
    ]
    now = reading.page(release, keys[0], a_reader(region=BEIJING))
    later = reading.page(release, keys[0], Reader(BEIJING, "in_service", date(2027, 1, 1), "en"))
    assert "In force from 1 Jan 2027" in now.sources
    assert "In force from" not in later.sources


def test_a_page_with_another_citys_rules_says_so() -> None:
    release, key = publish_library(), "onboarding/outpatient#deductible"
    assert reading.page(release, key, a_reader(region=SHENZHEN)).elsewhere == "Beijing"
    assert reading.page(release, key, a_reader(region=SHENZHEN)).city == "Shenzhen"
    assert reading.page(release, key, a_reader(region=BEIJING)).elsewhere == ""
