"""HR takes in a staff list: faulty, corrected, taken, first passwords; every page on the way looked at."""

from collections.abc import Mapping, Sequence

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_every_page import LANGUAGES, look, look_at
from tests.support.browser import PHONE
from tests.support.installations import Installations
from tests.support.staff_lists import IMPORT, as_csv, row
from tests.support.walking import Walker

UNIT = {"部门": "研发中心/平台研发部"}
GOOD = [row("9001", "林一", 手机="13800000013", **UNIT), row("1007", "林栖梧", 部门="研发中心/硬件研发部")]
FAULTY = [
    *GOOD,
    row("9002", "林二", 部门="研发中心/量子部"),
    row("9003", "林三", 参保地="亚特兰蒂斯", 身份证号="1.1010119900307E+17", **UNIT),
    row("9003", "林四", 入职日期="2026-02-30", **UNIT),
]


@pytest.fixture
def hr(page: Page, installations: Installations) -> Walker:
    walker = Walker(page, installations.demo().app, "head-of-hr")
    page.set_viewport_size(PHONE)
    walker.sign_in()
    return walker


def upload(page: Page, rows: Sequence[Mapping[str, str]], *, covers: str = "some") -> None:
    """Upload a list and wait until it is checked."""
    page.goto(IMPORT)
    page.set_input_files("#file", {"name": "名单.csv", "mimeType": "text/csv", "buffer": as_csv(rows)})
    page.check(f"input[value={covers}]")
    press(page, "main form button.btn--primary")
    expect(page.locator("#rows")).to_be_visible(timeout=30_000)


def press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.click(button)


@LANGUAGES
def test_from_a_faulty_list_to_first_passwords(page: Page, hr: Walker, language: str) -> None:
    page.goto(f"{IMPORT}?lang={language}")
    look(page)
    press(page, "main form button.btn--primary")
    look(page)
    upload(page, FAULTY)
    look(page)
    expect(page.locator("tbody tr")).to_have_count(6)
    for kind in ("add", "move"):
        page.click(f'nav a[href*="kind={kind}"]')
        look(page)
    upload(page, GOOD)
    look(page)
    press(page, 'form[action$="/apply"] button')
    expect(page.locator(".linklist")).to_be_visible(timeout=30_000)
    look(page)
    press(page, '.linklist a[href*="account=no"]')
    page.check("input[name=person] >> nth=0")
    press(page, "main form .row button")
    look(page)
    press(page, "main form button.btn--primary")
    expect(page.locator(".slip code")).to_have_count(1)
    look(page)


def test_many_leaving_is_asked_about(page: Page, hr: Walker) -> None:
    upload(page, GOOD, covers="all")
    press(page, 'form[action$="/apply"] button')
    expect(page.locator("#confirmed-err")).to_be_visible()
    look(page)
    press(page, 'form[action$="/discard"] button')
    look(page)


@LANGUAGES
def test_the_pages_about_people_and_departments(page: Page, hr: Walker, language: str) -> None:
    page.goto(f"/?lang={language}")
    for address in ("/manage/people", "/manage/people?text=nobody", "/manage/people/passwords"):
        look_at(page, address)
    page.goto("/manage/people")
    person = page.locator("td.c-act a").first.get_attribute("href") or ""
    for address in (person, person.replace("/edit", "/leave"), person.replace("/edit", "/return")):
        look_at(page, address)
    page.goto(person)
    page.fill("#email", "no address")
    page.fill("#phone", "12345")
    press(page, "main section form.card button")
    look(page)
    look_at(page, "/manage/departments")
    acts = [one.get_attribute("href") or "" for one in page.locator("td.c-act a").all()[:4]]
    for address in ("/manage/departments/new", *acts):
        look_at(page, address)
    for address in ("/manage/departments/new", next(one for one in acts if one.endswith("/remove"))):
        page.goto(address)
        press(page, "main form button.btn--primary")
        look(page)
