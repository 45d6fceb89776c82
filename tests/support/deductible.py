"""The change that the journey tells, 1800 to 1500 in Beijing, and what has to come of it in the demo.

What has to come out is found in the sources and the tables, without the program's own derivation.
"""

import re
from datetime import date

from sqlalchemy import select

from lms.assignments.models import Assignment, Completion
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.library.queries import files, live_release_id
from lms.people.models import Audience, Person, PersonState, Status
from tests.support.people import BEIJING, SHANGHAI
from tests.support.walking import Walker

TITLE = "北京门诊起付标准下调"
PARAMETER, COURSE = "outpatient.deductible", "onboarding"
USED = re.compile(r"outpatient\.deductible( region=北京)?( status=in_service)?(?=\]\]|\n)")
"""The number as a text refers to it that speaks to people in service, of the reader's city or of Beijing."""
ANNOUNCED = {
    "更新的名称": TITLE,
    "适用地区": BEIJING,
    "文件全称": "关于调整职工门诊起付标准的通知",
    "简称": "起付标准通知",
    "英文名称": "Notice on the outpatient deductible",
    "新文件的代号": "beijing-deductible-notice",
    "发布机构": "北京市医疗保障局",
    "文号": "京医保发〔2026〕1号",
    "出处": "北京市医疗保障局网站",
    "核对程度": "law",
}
CLAUSE = {
    "代号": "1",
    "条款（按文件的写法）": "第一条",
    "小标题": "起付标准",
    "内容": "在职职工一个年度的门诊起付标准为1500元。",
}
VALUE = {"哪些人适用？": "in_service", "数值": "1500", "依据哪一条？": "beijing-deductible-notice#1"}


def today() -> date:
    return china_date(clock.now())


def long_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def new_year() -> date:
    return date(today().year + 1, 1, 1)


def somebody_in_shanghai(walker: Walker) -> str:
    """The number of an employee there who has passed the course."""
    with walker.app.app_context():
        found = (
            select(Person.number)
            .join(Assignment)
            .join(Completion)
            .where(Person.region == SHANGHAI, Assignment.course == COURSE)
        )
        return str(session().scalars(found.limit(1)).one())


def stale_texts(walker: Walker) -> set[str]:
    """Pages and questions whose source refers to the number of people in service in Beijing."""
    with walker.app.app_context():
        texts = {path: text.decode() for path, text in files(str(live_release_id())).items()}
    return {
        name
        for path, text in texts.items()
        for name, part in parts(path, text)
        if USED.search(part.partition("```check")[0])
    }


def parts(path: str, text: str) -> list[tuple[str, str]]:
    """The pages of a lesson's file, the questions of a quiz's."""
    if path.startswith("content/courses/") and path.endswith(".md"):
        course = path.split("/")[2]
        lesson = re.search(r"^id: (\S+)", text, re.MULTILINE)[1]
        found = re.split(r"^# .*\{#(\S+)\}$", text, flags=re.MULTILINE)
        return [
            (f"{course}/{lesson}#{name}", part) for name, part in zip(found[1::2], found[2::2], strict=True)
        ]
    if path.startswith("quizzes/"):
        found = re.split(r"^  - id: (\S+)$", text, flags=re.MULTILINE)
        return list(zip(found[1::2], found[2::2], strict=True))
    return []


def concerned(walker: Walker) -> dict[int, str]:
    """Everybody in service in Beijing to whom the course is taught → how far they are with it."""
    with walker.app.app_context():
        people = session().scalars(
            select(Person.id).where(
                Person.region == BEIJING,
                Person.status == Status.IN_SERVICE,
                Person.state == PersonState.ACTIVE,
                Person.audience == Audience.EMPLOYEE,
            )
        )
        given = session().execute(
            select(Assignment.person_id, Completion.completed_at)
            .outerjoin(Completion, Completion.assignment_id == Assignment.id)
            .where(Assignment.course == COURSE)
        )
        far = {row.person_id: "passed" if row.completed_at else "learning" for row in given}
        return {person: far.get(person, "never") for person in people}
