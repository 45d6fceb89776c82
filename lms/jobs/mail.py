"""E-mail: hands letters to the mail server of the installation.

Refusals with 4xx may be over soon and are tried again; those with 5xx are final. A server that does not
answer, refuses the password or breaks off is unreachable: no letter is to blame for that.
"""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from functools import partial

from lms.kernel import clock
from lms.kernel.settings import MailServer
from lms.notifications.rules import Letter, NotTaken, Post, Unreachable

PATIENCE = 20
"""Seconds to wait for an answer of the server."""
_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\"]+@[^\s@,;:<>()\[\]\"]+")
"""One address and nothing else: a list, a name or a line break would lead the letter elsewhere."""
_FINAL = range(500, 600)


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


def _send(connection: smtplib.SMTP, sender: str, letter: Letter) -> None:
    """Raises ``NotTaken`` or ``Unreachable``; neither carries what the server said, which may name people."""
    if not _ADDRESS.fullmatch(letter.address):
        raise NotTaken("bad-address", retryable=False)
    try:
        connection.send_message(_message(letter, sender))
    except smtplib.SMTPRecipientsRefused as error:
        ((code, _said),) = error.recipients.values()
        raise _refused(code) from None
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code) from None
    except (smtplib.SMTPNotSupportedError, UnicodeError):
        raise NotTaken("bad-address", retryable=False) from None
    except OSError as error:
        raise Unreachable(_code(error)) from None


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = letter.address
    message["Subject"] = " ".join(letter.title.split())
    message["Date"] = clock.now()
    message["Message-ID"] = f"<{letter.key}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="base64")
    return message


def _refused(code: int) -> NotTaken:
    return NotTaken(f"smtp-{code}", retryable=code not in _FINAL)


def _code(error: OSError) -> str:
    """The number that the server answered with, or ``connection`` when it did not answer."""
    return f"smtp-{error.smtp_code}" if isinstance(error, smtplib.SMTPResponseException) else "connection"
