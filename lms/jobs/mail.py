"""E-mail: hands letters to the mail server of the installation.

Refusals with 4xx may be over soon and are tried again; those with 5xx are final. A server that does not
answer, refuses the password or breaks off is unreachable: no letter is to blame for that.
"""

import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from email.header import Header
from email.message import Message
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, parseaddr
from functools import partial

from lms.kernel import clock
from lms.kernel.settings import MailServer
from lms.notifications.rules import Letter, NotTaken, Post, Unreachable

PATIENCE = 20
"""Seconds to wait for an answer of the server."""
_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\"]+@[^\s@,;:<>()\[\]\"]+")
"""One address and nothing else: a list, a name or a line break would lead the letter elsewhere."""
_FINAL = range(500, 600)
_CLOSING = 421
"""The server is going down or wants no more of us: RFC 5321, 3.8."""
_NOBODY = {501, 550, 551, 553}
_ENHANCED = re.compile(r"5\.(\d+\.\d+)\b")
"""Enhanced status codes, RFC 3463, which many servers put behind the code."""
_NOBODY_ENHANCED = {"1.0", "1.1", "1.2", "1.3", "1.6", "1.10", "2.1"}
"""Bad mailbox or system address, moved away, takes no mail, mailbox switched off."""


@contextmanager
def connected(server: MailServer) -> Iterator[Post]:
    """A connection that takes letters one after the other. Raises ``Unreachable``."""
    try:
        connection = _greeted(server)
    except OSError as error:  # every failure of smtplib is one
        raise Unreachable(_code(error)) from None
    try:
        yield partial(_send, connection, server.sender)
    finally:
        with suppress(OSError):
            connection.quit()


def _greeted(server: MailServer) -> smtplib.SMTP:
    """Encrypted where the server offers it, and always before a password is said."""
    context = ssl.create_default_context()
    if server.tls:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=PATIENCE, context=context
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=PATIENCE)
    try:
        connection.ehlo_or_helo_if_needed()
        if not server.tls and (server.user or connection.has_extn("starttls")):
            connection.starttls(context=context)
        if server.user:
            connection.login(server.user, server.password)
    except OSError:
        connection.close()
        raise
    return connection


def _send(connection: smtplib.SMTP, sender: str, letters: Sequence[Letter]) -> Iterator[NotTaken | None]:
    for letter in letters:
        yield _send_one(connection, sender, letter)


def _send_one(connection: smtplib.SMTP, sender: str, letter: Letter) -> NotTaken | None:
    """What it says holds nothing of what the server said, which may name people. Raises ``Unreachable``."""
    if not _ADDRESS.fullmatch(letter.address):
        return NotTaken("bad-address", retryable=False, bounced=True)
    try:
        connection.send_message(_message(letter, sender))
    except smtplib.SMTPRecipientsRefused as error:
        ((code, said),) = error.recipients.values()
        if code == _CLOSING:
            raise Unreachable(f"smtp-{code}") from None
        return _refused(code, bounced=_is_nobody(code, said))
    except smtplib.SMTPResponseException as error:
        if error.smtp_code == _CLOSING:
            raise Unreachable(_code(error)) from None
        return _refused(error.smtp_code)
    except (smtplib.SMTPNotSupportedError, UnicodeError):
        return NotTaken("bad-address", retryable=False, bounced=True)
    except OSError as error:
        raise Unreachable(_code(error)) from None
    return None


def _message(letter: Letter, sender: str) -> Message:
    """By the classes of the old policy: those of the new one take three times as long."""
    name, address = parseaddr(sender)
    message = MIMEText(letter.text, "plain", "utf-8")
    message["From"] = formataddr((name, address))
    message["To"] = letter.address
    message["Subject"] = Header(" ".join(letter.title.split()), "utf-8").encode()
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{letter.key}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    return message


def _refused(code: int, *, bounced: bool = False) -> NotTaken:
    return NotTaken(f"smtp-{code}", retryable=code not in _FINAL, bounced=bounced)


def _is_nobody(code: int, said: bytes | str) -> bool:
    """Whether nobody has the address. A full mailbox or a server that refuses us says nothing of that."""
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    enhanced = _ENHANCED.match(text)
    return enhanced[1] in _NOBODY_ENHANCED if enhanced else code in _NOBODY


def _code(error: OSError) -> str:
    """The number that the server answered with, or ``connection`` when it did not answer."""
    return f"smtp-{error.smtp_code}" if isinstance(error, smtplib.SMTPResponseException) else "connection"
