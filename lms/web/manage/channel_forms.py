"""Forms of channels and robots. Secrets go in and never come out: an empty field keeps what is there."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, Field, Form, SelectField, StringField
from wtforms.validators import DataRequired, Length, Regexp, StopValidation, ValidationError

from lms.kernel.settings import Gateways
from lms.notifications.robots import RobotKind, Said
from lms.web.manage.channel_words import FIELD_OF, ROBOTS, refusal
from lms.web.manage.policy_forms import chosen_from, line, one_of

_KEY = re.compile(r"[A-Za-z0-9_-]{8,200}")
_SECRET = re.compile(r"[!-~]+")
"""What else there is, no header of a call can carry."""
_PARAMETER: Mapping[RobotKind, str] = {RobotKind.WECOM: "key", RobotKind.DINGTALK: "access_token"}
"""In which parameter of the address the key stands; Feishu has it at the end of the path."""
_DOTS = "••••"


def masked(secret: str) -> str:
    """The last four signs of a secret, which tell it from others; less of a short one."""
    return f"{_DOTS}{secret[-4:] if len(secret) >= 12 else ''}" if secret else ""


def secret_line(label: Any, missing: Any = None) -> StringField:
    """A secret: shown while it is typed, for it is copied and not remembered, and never shown again."""

    def check(form: Form, field: Field) -> None:
        if not field.data and missing is not None and not getattr(form, "kept", {}).get(field.short_name):
            raise StopValidation(str(missing))
        if field.data and not _SECRET.fullmatch(field.data):
            raise StopValidation(gettext("A key is letters, digits and signs in a row; copy it once more"))

    longest = Length(max=200, message=lazy_gettext("Shorten this to %(max)d characters at most"))
    return StringField(label, [check, longest], filters=[lambda text: (text or "").strip()])


class _Keeping(Form):
    """A form that knows which secrets are kept already: name of the field → the secret."""

    def __init__(self, *args: Any, kept: Mapping[str, str], **kwargs: Any) -> None:
        self.kept = kept
        super().__init__(*args, **kwargs)

    def secret_of(self, name: str) -> str:
        """What was typed, or what is kept."""
        typed = getattr(self, name).data
        return str(typed or self.kept.get(name, ""))

    def mark(self, code: str) -> bool:
        """Put a refusal beside the field where it is mended; false when it is mended elsewhere."""
        field = getattr(self, FIELD_OF.get(code, ""), None)
        if field is None:
            return False
        field.errors = [_sentence(refusal(code))]
        return True


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


class WecomForm(_Keeping):
    """The application in WeCom that writes to members."""

    corp = line(
        lazy_gettext("Enterprise id"),
        DataRequired(lazy_gettext("Enter the enterprise id")),
        Regexp(
            r"^[A-Za-z0-9_-]{4,64}$",
            message=lazy_gettext("An enterprise id is letters and digits, as in ww1a2b3c4d5e6f7a8b"),
        ),
        most=64,
    )
    agent = line(
        lazy_gettext("Application number (AgentId)"),
        DataRequired(lazy_gettext("Enter the application number")),
        Regexp(r"^[0-9]{1,12}$", message=lazy_gettext("An application number is digits, as in 1000002")),
        most=12,
    )
    secret = secret_line(lazy_gettext("Secret of the application"), lazy_gettext("Enter the secret"))

    def values(self) -> Mapping[str, str]:
        """What is kept."""
        return {
            "corp": self.corp.data or "",
            "agent": self.agent.data or "",
            "secret": self.secret_of("secret"),
        }


class SmsForm(_Keeping):
    """The gateway for text messages."""

    signature = line(
        lazy_gettext("Signature"),
        DataRequired(lazy_gettext("Enter the signature")),
        Regexp(
            r"^[^【】\[\]]{2,12}$",
            message=lazy_gettext("A signature has 2 to 12 characters, without brackets"),
        ),
        most=12,
    )
    secret = secret_line(lazy_gettext("Key of the gateway"), lazy_gettext("Enter the key"))

    def values(self) -> Mapping[str, str]:
        """What is kept."""
        return {"signature": self.signature.data or "", "secret": self.secret_of("secret")}


class RobotForm(_Keeping):
    """A robot in a group."""

    name = line(
        lazy_gettext("Name of the group"), DataRequired(lazy_gettext("Enter the name of the group")), most=80
    )
    kind = one_of(lazy_gettext("Whose robot is it?"), lazy_gettext("Choose whose robot it is"), ROBOTS)
    address = secret_line(
        lazy_gettext("Address of the robot (webhook)"), lazy_gettext("Paste the address of the robot")
    )
    secret = secret_line(lazy_gettext("Secret for the signature"))
    unsigned = BooleanField(lazy_gettext("This robot does not want a signature any more"))
    keyword = line(lazy_gettext("Keyword"), most=40)
    department: SelectField = chosen_from(
        lazy_gettext("Whose group is it?"), lazy_gettext("Choose a department")
    )
    #: Where robots are called at; an address that leads elsewhere is refused.
    gateways: Gateways

    def validate_address(self, field: Field) -> None:
        """The address of a robot of this kind, or its key alone."""
        if field.data and self.kind.data in list(RobotKind) and not self.token:
            who = str(ROBOTS[RobotKind(self.kind.data)])
            raise ValidationError(gettext("This is not the address of a robot of %(who)s", who=who))

    def validate_secret(self, field: Field) -> None:
        """WeCom signs nothing."""
        if field.data and self.kind.data == RobotKind.WECOM:
            raise ValidationError(gettext("Robots of WeCom have no secret; leave it empty"))

    @property
    def token(self) -> str:
        """The key of the robot, out of what was typed, or as it is kept; empty when neither is one."""
        if not self.address.data:
            return self.kept.get("address", "")
        kind = RobotKind(self.kind.data)
        return token_of(kind, self.address.data, getattr(self.gateways, kind))

    def said(self) -> Said:
        """The robot as it is to be."""
        no_secret = self.unsigned.data or self.kind.data == RobotKind.WECOM
        return Said(
            kind=RobotKind(self.kind.data),
            name=self.name.data or "",
            token=self.token,
            secret="" if no_secret else self.secret_of("secret"),
            keyword=self.keyword.data or "",
            department=self.department.data or "",
        )


def token_of(kind: RobotKind, typed: str, base: str) -> str:
    """The key in the address of a robot, or the key itself; empty when it is neither."""
    if "/" not in typed:
        return typed if _KEY.fullmatch(typed) else ""
    parts = urlsplit(typed)
    if parts.hostname != urlsplit(base).hostname:
        return ""
    if kind in _PARAMETER:
        (found, *_) = parse_qs(parts.query).get(_PARAMETER[kind], [""])
    else:
        found = parts.path.rpartition("/")[2]
    return found if _KEY.fullmatch(found) else ""
