"""``flask demo``: the invented company, and the accounts to look at it with."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import click
from flask_babel import LazyString, gettext, lazy_gettext
from sqlalchemy import select

from lms.access.models import Account, Role
from lms.access.operations import open_accounts
from lms.cli.demo_changes import changes, first_library
from lms.cli.demo_company import SHOWN, UNITS, Member, head_of, members
from lms.cli.demo_desk import count_up, desk
from lms.cli.demo_duties import HISTORY_DAYS, Person, take_place
from lms.cli.demo_outreach import outreach
from lms.cli.demo_year import take_stock, training_year
from lms.cli.terminal import Commands, settings
from lms.kernel.clock import china_date, now, start_of_day
from lms.kernel.database import session, unit_of_work
from lms.kernel.keys import ALPHABET
from lms.library.queries import live_release_id
from lms.people import models as people
from lms.people.models import Audience
from lms.people.queries import is_empty, persons_by_number

commands = Commands("demo")

_ABOUT: Mapping[str, LazyString] = {
    "new-hire": lazy_gettext("new, has not begun yet"),
    "new-hire-first-sign-in": lazy_gettext("new, first sign-in"),
    "new-hire-overdue": lazy_gettext("new, has begun, overdue"),
    "employee-on-plan": lazy_gettext("failed a paper, on the remedial plan"),
    "employee-waiting-for-help": lazy_gettext("failed two papers, waits for help"),
    "hr": lazy_gettext("HR"),
    "head-of-hr": lazy_gettext("head of HR"),
    "admin": lazy_gettext("administrator"),
    "retiree": lazy_gettext("retired"),
    "department-head": lazy_gettext("head of a department"),
}


@dataclass(frozen=True)
class Shown:
    """An account to sign in with: what it shows, whose it is, employee number and password."""

    role: str
    name: str
    login: str
    password: str


@commands.command("accounts")
@click.option("--json", "as_json", is_flag=True, help="As JSON: a list of role, name, login, password.")
def list_accounts(*, as_json: bool) -> None:
    """List the accounts to look at the demo with."""
    shown = accounts()
    if as_json:
        click.echo(json.dumps([asdict(one) for one in shown], ensure_ascii=False, indent=2))
    elif shown:
        print_accounts()
    else:
        raise click.ClickException(gettext("There is no demo company here."))


def print_accounts() -> None:
    """Print the accounts to sign in with; nothing where there is no demo company."""
    shown = accounts()
    if shown:
        click.echo(gettext("Demo, everybody is invented. Sign in with one of these numbers:"))
    for one in shown:
        click.echo(f"  {one.login}  {one.password}  {one.name}  {_ABOUT[one.role]}")


def accounts() -> list[Shown]:
    """The accounts that show something, in a fixed order; none where the company is another one."""
    numbers = {member.name: member.number for member in members(china_date(now()))}
    found = persons_by_number([numbers[name] for name in SHOWN.values()])
    return [
        Shown(role, name, numbers[name], password())
        for role, name in SHOWN.items()
        if numbers[name] in found and found[numbers[name]].name == name
    ]


def password() -> str:
    """The one password of the demo, different in every installation and the same at every start."""
    digest = hmac.new(settings().secret_key.encode(), b"demo password", hashlib.sha256).digest()
    text = "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:8]).lower()
    return f"demo-{text[:4]}-{text[4:]}"


def begins(at: datetime) -> datetime:
    """When the history begins that is invented at *at*: what people learned then was published before."""
    return start_of_day(china_date(at) - timedelta(days=HISTORY_DAYS))


def library_to_begin_with(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The library to publish before inventing: the earlier one when none is live, else these files."""
    return files if live_release_id() else first_library(files, china_date(now()))


def invent_when_empty(files: Mapping[str, bytes], *, at: datetime) -> bool:
    """Invent the company and its last weeks when nobody has been entered yet; whether that was so.

    Needs a live release; by the end *files* are live, with the units that say what has changed.
    """
    release_id = live_release_id()
    if not is_empty() or release_id is None:
        return False
    today = china_date(at)
    with unit_of_work():
        entered = _enter(members(today))
        _open_accounts(entered, at=begins(at))
        account_ids = {
            row.person_id: row.id for row in session().execute(select(Account.person_id, Account.id))
        }
        invented = [Person(member, one.id, account_ids[one.id]) for member, one in entered.items()]
        besides = [
            *changes(invented, files, today),
            *desk(invented, release_id, today),
            *outreach(invented, today),
            *training_year(invented, release_id, today),
        ]
        take_place(invented, release_id=release_id, today=today, besides=besides)
    count_up()
    take_stock(invented)
    return True


def _enter(everybody: list[Member]) -> dict[Member, people.Person]:
    departments: dict[str, people.Department] = {}
    for unit in UNITS:
        parent_id = departments[unit.parent].id if unit.parent else None
        departments[unit.name] = people.Department(name=unit.name, parent_id=parent_id)
        session().add(departments[unit.name])
        session().flush()
    entered = {
        member: people.Person(
            number=member.number,
            name=member.name,
            audience=member.audience,
            status=member.status,
            region=member.city,
            department_id=departments[member.unit].id,
            hired_on=member.hired_on,
            email=member.email,
            phone=member.phone,
            wecom_id=member.wecom_id,
            reach=member.reach,
            address=member.address,
        )
        for member in everybody
    }
    session().add_all(entered.values())
    session().flush()
    ids = {member.name: person.id for member, person in entered.items()}
    for unit in UNITS:
        departments[unit.name].head_id = ids[head_of(unit)]
    session().flush()
    return entered


def _open_accounts(entered: Mapping[Member, people.Person], *, at: datetime) -> None:
    groups: dict[tuple[Role, bool], list[int]] = {}
    for member, person in entered.items():
        must_change = member.name == SHOWN["new-hire-first-sign-in"]
        groups.setdefault((_role(member), must_change), []).append(person.id)
    for (role, must_change), ids in groups.items():
        open_accounts(ids, role=role, password=password(), must_change=must_change, at=at)


def _role(member: Member) -> Role:
    if member.name == SHOWN["admin"]:
        return Role.ADMIN
    if member.name == SHOWN["head-of-hr"]:
        return Role.LEAD
    return Role.HR if member.audience is Audience.HR else Role.LEARNER
