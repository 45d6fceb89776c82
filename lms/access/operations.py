"""Signing in with counted failures, setting passwords, ending sessions, remembering the language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from lms.access.models import Account, Role
from lms.access.passwords import first_password, hashed, matches
from lms.access.queries import Asker, account_of, account_of_number, may_issue_password, password_hash_of
from lms.access.rules import ADDRESS_LIMIT, NAME_LIMIT, Weakness, password_weakness
from lms.access.throttling import count_failure, forget, locked, throttle_key
from lms.journal.operations import record
from lms.kernel.database import session, upsert
from lms.kernel.errors import DomainError
from lms.kernel.keys import new_key


class WrongPassword(DomainError):
    """The present password was not typed right."""

    code = "wrong-password"


class NotYours(DomainError):
    """The password of this account is issued by somebody else."""

    code = "not-yours-to-issue"


class WeakPassword(DomainError):
    """The new password cannot be taken; ``facts["weakness"]`` says why."""

    code = "weak-password"

    def __init__(self, weakness: Weakness) -> None:
        super().__init__(weakness=weakness)


@dataclass(frozen=True)
class Claim:
    """Somebody says who they are. ``secret`` keys the hashes under which failures are counted."""

    number: str
    password: str
    address: str
    secret: str

    @property
    def throttles(self) -> dict[str, int]:
        """Throttle key → failures that lock it."""
        return {
            throttle_key(self.secret, f"name:{self.number}"): NAME_LIMIT,
            throttle_key(self.secret, f"address:{self.address}"): ADDRESS_LIMIT,
        }


@dataclass(frozen=True)
class Verified:
    """A claim whose password has been compared, which is slow and needs no transaction."""

    claim: Claim
    account_id: int | None
    person_id: int | None
    right: bool


@dataclass(frozen=True)
class SignIn:
    """What came of it: the account's id and stamp, or until when signing in is locked, or neither."""

    account_id: int | None = None
    stamp: str = ""
    locked_until: datetime | None = None


def verify(claim: Claim) -> Verified:
    """Compare the password; the same work for a number that does not exist."""
    account = account_of_number(claim.number)
    right = matches(account.password_hash if account else None, claim.password)
    return Verified(claim, account.id if account else None, account.person_id if account else None, right)


def sign_in(verified: Verified, *, at: datetime) -> SignIn:
    """Count a failure, or forget earlier ones and let the person in. A locked name stays locked."""
    until = locked(verified.claim.throttles, at=at)
    if until is not None:
        return SignIn(locked_until=until)
    if not verified.right or verified.account_id is None:
        return SignIn(locked_until=_count_failure(verified, at))
    forget(next(iter(verified.claim.throttles)))
    stamp = (
        session()
        .execute(
            update(Account)
            .where(Account.id == verified.account_id)
            .values(signed_in_at=at)
            .returning(Account.stamp)
        )
        .scalar_one()
    )
    record("account.signed-in", str(verified.account_id), actor_id=verified.person_id, at=at)
    return SignIn(verified.account_id, stamp)


def _count_failure(verified: Verified, at: datetime) -> datetime | None:
    counted = count_failure(verified.claim.throttles, at=at)
    for key, failures in counted.locked.items():
        record("account.locked", key[:12], actor_id=verified.person_id, at=at, failures=failures)
    return counted.until


def change_password(asker: Asker, *, present: str | None, new: str, at: datetime) -> str:
    """Set a password; all other sessions end. Returns the account's new stamp.

    *present* is ``None`` only for a first password. Raises ``WrongPassword`` and ``WeakPassword``.
    """
    stored = password_hash_of(asker.account_id)
    if not asker.must_change and (present is None or not matches(stored, present)):
        raise WrongPassword
    weakness = password_weakness(new, number=asker.number, name=asker.name)
    if weakness is None and matches(stored, new):
        weakness = Weakness.UNCHANGED
    if weakness is not None:
        raise WeakPassword(weakness)
    stamp = new_key(20)
    session().execute(
        update(Account)
        .where(Account.id == asker.account_id)
        .values(password_hash=hashed(new), must_change=False, stamp=stamp)
    )
    record("account.password-set", asker.key, actor_id=asker.id, at=at)
    return stamp


def sign_out_everywhere(asker: Asker, *, at: datetime) -> None:
    """End every session of the account."""
    session().execute(update(Account).where(Account.id == asker.account_id).values(stamp=new_key(20)))
    record("account.signed-out-everywhere", asker.key, actor_id=asker.id, at=at)


def remember_language(asker: Asker, language: str) -> None:
    """Remember the language chosen."""
    session().execute(update(Account).where(Account.id == asker.account_id).values(language=language))


def open_accounts(
    person_ids: Sequence[int], *, role: Role, password: str, must_change: bool, at: datetime
) -> None:
    """Accounts for these persons, all with the same first password; who has one keeps it."""
    if not person_ids:
        return
    password_hash = hashed(password)
    session().execute(
        upsert(Account).on_conflict_do_nothing(),
        [
            {"person_id": person_id, "role": role, "password_hash": password_hash, "must_change": must_change}
            for person_id in person_ids
        ],
    )
    record("accounts.opened", role.value, actor_id=None, at=at, count=len(person_ids))


def issue_password(asker: Asker, person_key: str, *, at: datetime) -> str:
    """A new first password for somebody who cannot sign in; returned once, to be handed over.

    Ends that person's sessions; the password has to be replaced at the next sign-in. Raises ``NotYours``
    where ``may_issue_password`` denies.
    """
    account = account_of(person_key)
    if account is None or not may_issue_password(asker, person_key):
        raise NotYours(person=person_key)
    password = first_password()
    account.password_hash = hashed(password)
    account.must_change = True
    account.stamp = new_key(20)
    record("account.password-issued", person_key, actor_id=asker.id, at=at)
    return password
