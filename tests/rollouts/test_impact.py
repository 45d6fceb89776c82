"""What a change makes stale and whom it concerns, before and after it is approved."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.kernel.database import session, unit_of_work
from lms.people.models import Audience, PersonState
from lms.rollouts import people, queries
from lms.rollouts.approval import approve
from lms.rollouts.models import Change, Severity
from lms.rollouts.people import Count
from lms.rollouts.proposal import Impact, impact_of
from lms.rollouts.registration import Announcement, Decision, register
from tests.support.changes import (
    CHEAPER_IN_BEIJING,
    DAY_0,
    NEW_YEAR,
    REWORDED,
    TODAY,
    TWO_CITIES,
    approved,
    as_proposed,
    begun,
    registered,
    two_admins,
)
from tests.support.company import assign, passed
from tests.support.library import publish_texts
from tests.support.people import BEIJING, NANJING, SHANGHAI, make_department, make_person
from tests.support.small_library import COURSE_PATH, LESSON_PATH, PARAMETERS_PATH, POLICY_PATH, QUIZ_PATH
from tests.support.statements import statements

EARLIER = DAY_0 - timedelta(days=3)


def impact_of_draft(
    texts: Mapping[str, str] = CHEAPER_IN_BEIJING, *, library: Mapping[str, str] = TWO_CITIES
) -> tuple[Change, Impact]:
    publish_texts(library)
    change = begun(two_admins()[0], texts)
    return change, impact_of(change, day=TODAY)


def reasons(impact: Impact) -> dict[str, list[str]]:
    return {one.item: [row["found"] or row["item"] for row in one.reasons] for one in impact.stale}


def company() -> None:
    """In Beijing one who passed, one in the middle and one who never began; and others who are not meant."""
    department = make_department()
    for name, region, audience in [
        ("passed", BEIJING, Audience.EMPLOYEE),
        ("in the middle", BEIJING, Audience.EMPLOYEE),
        ("never", BEIJING, Audience.EMPLOYEE),
        ("gone", BEIJING, Audience.EMPLOYEE),
        ("retired", BEIJING, Audience.RETIREE),
        ("of Shanghai", SHANGHAI, Audience.EMPLOYEE),
        ("of Nanjing", NANJING, Audience.EMPLOYEE),
    ]:
        person = make_person(name=name, region=region, audience=audience, department=department)
        if name in {"passed", "in the middle", "of Shanghai"}:
            assign(person)
        if name in {"passed", "of Shanghai"}:
            passed(person, at=EARLIER)
        if name == "gone":
            person.state = PersonState.LEFT
            session().commit()


def test_what_uses_the_number_is_stale_and_what_holds_it_by_hand(database: Session) -> None:
    _, impact = impact_of_draft()
    assert reasons(impact) == {
        "basics/outpatient#deductible": ["outpatient.deductible"],
        "basics-02": ["outpatient.deductible"],
        "basics-03": ["1800元"],
        "basics-04": ["outpatient.deductible"],
    }
    assert [one.kind for one in impact.stale] == ["page", "question", "question", "question"]
    assert {one.course for one in impact.stale} == {"basics"}
    assert {one.since for one in impact.stale} == {NEW_YEAR}


def test_a_question_with_a_written_key_is_withheld_and_one_that_is_computed_is_not(
    database: Session,
) -> None:
    _, impact = impact_of_draft()
    assert {one.item for one in impact.stale if one.withheld} == {"basics-03", "basics-04"}


OF_OTHERS = {
    "北京": "北京在职的起付标准是[[outpatient.deductible region=北京 status=in_service]]。",
    "上海": "上海在职的起付标准是[[outpatient.deductible region=上海 status=in_service]]。",
    "去年": "2026年底北京的起付标准是[[outpatient.deductible region=北京 status=in_service on=2026-12-31]]。",
    "明年": "2027年起北京的起付标准是[[outpatient.deductible region=北京 status=in_service on=2027-01-01]]。",
}


@pytest.mark.parametrize(
    ("said", "stale"), [("北京", True), ("上海", False), ("去年", False), ("明年", True)]
)
def test_a_text_about_another_city_or_another_day_is_not_touched(
    database: Session, said: str, stale: bool
) -> None:
    lesson = TWO_CITIES[LESSON_PATH].replace("> 看病出示凭证。", f"> 看病出示凭证。\n\n{OF_OTHERS[said]}")
    _, impact = impact_of_draft(library={**TWO_CITIES, LESSON_PATH: lesson})
    assert ("basics/outpatient#card" in reasons(impact)) is stale


def test_a_value_for_those_in_service_does_not_reach_the_retired(database: Session) -> None:
    both = (
        TWO_CITIES[COURSE_PATH]
        .replace("[employee]", "[employee, retiree]")
        .replace("mandatory: true", "mandatory: false")
    )
    _, impact = impact_of_draft(library={**TWO_CITIES, COURSE_PATH: both})
    assert [reach.audience for reach in impact.reaches] == [Audience.EMPLOYEE]


def test_another_unit_touches_every_text_with_the_number(database: Session) -> None:
    parameters = TWO_CITIES[PARAMETERS_PATH].replace("unit: yuan_per_year", "unit: yuan")
    _, impact = impact_of_draft({PARAMETERS_PATH: parameters})
    assert set(reasons(impact)) == {"basics/outpatient#deductible", "basics-02", "basics-04"}


def test_what_uses_a_reworded_clause_is_stale(database: Session) -> None:
    _, impact = impact_of_draft(REWORDED)
    assert reasons(impact) == {
        "basics/outpatient#card": ["city-rules#2"],
        "basics-03": ["city-rules#2"],
    }


def test_what_the_change_itself_removes_or_adds_is_no_task(database: Session) -> None:
    lesson = TWO_CITIES[LESSON_PATH]
    added = lesson.replace(
        "```check", "# 新的一页 {#fresh}\n@kind policy\n@clauses city-rules#2\n\n> 新写的。\n\n```check"
    )
    quiz = TWO_CITIES[QUIZ_PATH].replace("outpatient#card", "outpatient#code")
    drafts = {**REWORDED, LESSON_PATH: added.replace("{#card}", "{#code}"), QUIZ_PATH: quiz}
    _, impact = impact_of_draft(drafts)
    assert list(reasons(impact)) == ["basics-03"]


def test_an_editorial_difference_makes_nothing_stale_and_reaches_nobody(database: Session) -> None:
    publish_texts(TWO_CITIES)
    admin = two_admins()[0]
    dotted = {POLICY_PATH: TWO_CITIES[POLICY_PATH].replace("看病要出示凭证。", "看病，要出示凭证。")}
    impact = impact_of(begun(admin, dotted), day=TODAY)
    assert (list(impact.stale), list(impact.reaches)) == ([], [])


def test_the_decided_severity_counts_from_then_on(database: Session) -> None:
    publish_texts(TWO_CITIES)
    admin = two_admins()[0]
    change = begun(admin)
    decisions = {key: Decision(Severity.CLARIFYING, "金额小") for key in as_proposed(change)}
    with unit_of_work():
        register(change.key, decisions, version=change.version, actor_id=admin.id, at=DAY_0)
    impact = impact_of(queries.change(change.key), day=TODAY)
    assert [reach.severity for reach in impact.reaches] == [Severity.CLARIFYING]
    assert not any(one.withheld for one in impact.stale)


def test_a_change_in_beijing_touches_nobody_in_shanghai(database: Session) -> None:
    publish_texts(TWO_CITIES)
    company()
    change = registered(two_admins()[0])
    found = people.counts(impact_of(change, day=TODAY).reaches)
    assert found == [Count(Audience.EMPLOYEE, BEIJING, completed=1, open=1, never=1)]
    assert found[0].total == 3


def test_approval_concerns_whom_the_preview_counted(database: Session) -> None:
    publish_texts(TWO_CITIES)
    company()
    admin, approver = two_admins()
    change = registered(admin)
    preview = impact_of(change, day=TODAY)
    counted = people.counts(preview.reaches)
    with unit_of_work():
        approve(change.key, version=change.version, actor_id=approver.id, at=DAY_0)
    after = impact_of(queries.change(change.key), day=TODAY)
    assert after == preview
    assert people.counts(after.reaches) == counted


NATIONWIDE = {POLICY_PATH: TWO_CITIES[POLICY_PATH].replace("region: 北京", "region: 全国")}


def test_a_clause_of_the_nation_concerns_every_city_and_one_of_a_city_only_its_own(database: Session) -> None:
    publish_texts({**TWO_CITIES, **NATIONWIDE})
    company()
    everywhere = {POLICY_PATH: NATIONWIDE[POLICY_PATH].replace("看病要出示凭证。", "看病须先出示医保码。")}
    national = impact_of(begun(two_admins()[0], everywhere), day=TODAY)
    assert [one.region for one in people.counts(national.reaches)] == [BEIJING, SHANGHAI, NANJING]
    publish_texts(TWO_CITIES)
    local = impact_of(begun(two_admins()[0], REWORDED), day=TODAY)
    assert [one.region for one in people.counts(local.reaches)] == [BEIJING]


def test_a_region_holds_for_the_cities_below_it(database: Session) -> None:
    regions = TWO_CITIES["content/regions.yaml"] + (
        '- {code: "320000", name: 江苏, name_en: Jiangsu, level: province, parent: 全国}\n'
        '- {code: "320100", name: 南京, name_en: Nanjing, level: city, parent: 江苏}\n'
    )
    of_jiangsu = TWO_CITIES[POLICY_PATH].replace("region: 北京", "region: 江苏")
    library = {**TWO_CITIES, "content/regions.yaml": regions, POLICY_PATH: of_jiangsu}
    publish_texts(library)
    company()
    reworded = {POLICY_PATH: of_jiangsu.replace("看病要出示凭证。", "看病须先出示医保码。")}
    impact = impact_of(begun(two_admins()[0], reworded), day=TODAY)
    assert [(one.region, one.never) for one in people.counts(impact.reaches)] == [(NANJING, 1)]


def test_an_optional_course_is_not_given_to_those_who_never_took_it(database: Session) -> None:
    optional = {
        **TWO_CITIES,
        COURSE_PATH: TWO_CITIES[COURSE_PATH].replace("mandatory: true", "mandatory: false"),
    }
    _, impact = impact_of_draft(library=optional)
    (reach,) = impact.reaches
    assert (reach.courses, reach.course) == (("basics",), "")


def test_each_audience_of_an_affected_course_is_reached(database: Session) -> None:
    both = {
        **TWO_CITIES,
        COURSE_PATH: TWO_CITIES[COURSE_PATH]
        .replace("[employee]", "[employee, retiree]")
        .replace("mandatory: true", "mandatory: false"),
    }
    publish_texts(both)
    company()
    impact = impact_of(begun(two_admins()[0], REWORDED), day=TODAY)
    assert [reach.audience for reach in impact.reaches] == [Audience.EMPLOYEE, Audience.RETIREE]
    retired = [one for one in people.counts(impact.reaches) if one.audience is Audience.RETIREE]
    assert retired == [Count(Audience.RETIREE, BEIJING, completed=0, open=0, never=1)]


def test_counting_asks_once_an_audience_whatever_the_headcount(app: Flask) -> None:
    with app.app_context():
        _, impact = impact_of_draft()
        company()
        with statements(app) as heard:
            people.counts(impact.reaches)
        assert len(heard) == 1


def test_a_repealed_clause_that_is_gone_concerns_the_place_it_held_in(database: Session) -> None:
    third = "  - {key: '3', article: 第三条, title: 代办, text: 可以请人代办。}\n"
    with_third = {
        **TWO_CITIES,
        POLICY_PATH: TWO_CITIES[POLICY_PATH] + third,
        LESSON_PATH: TWO_CITIES[LESSON_PATH].replace(
            "@clauses city-rules#2", "@clauses city-rules#2, city-rules#3"
        ),
    }
    publish_texts(with_third)
    company()
    gone = {path: TWO_CITIES[path] for path in (POLICY_PATH, LESSON_PATH)}
    impact = impact_of(begun(two_admins()[0], gone), day=TODAY)
    assert reasons(impact) == {"basics/outpatient#card": ["city-rules#3"]}
    assert [one.region for one in people.counts(impact.reaches)] == [BEIJING]


@pytest.mark.parametrize("state", ["draft", "approved"])
def test_a_change_on_an_empty_installation_makes_nothing_stale(database: Session, state: str) -> None:
    admin, approver = two_admins()
    announced = Announcement("city-rules", "第一版", "110000", None, date(2025, 1, 1))
    if state == "draft":
        change = begun(admin, TWO_CITIES, announced=announced)
    else:
        change = approved(admin, approver, TWO_CITIES, announced=announced)
    assert list(impact_of(change, day=TODAY).stale) == []
