"""A mail server of one's own, on this machine: it takes letters, or answers as it is told."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask

from lms.kernel.settings import MailServer

OK = "250 OK"


@dataclass
class Postbox:
    """What arrived, and what is answered to recipients: one answer a try, and then *OK*."""

    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        answer = self.answers.pop(0) if self.answers else OK
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        self.recipients.extend(envelope.rcpt_tos)
        return OK


@contextmanager
def mail_server(app: Flask) -> Iterator[Postbox]:
    """A server that listens, for addresses in ASCII, and the program set up to hand its mail to it."""
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=False)
    controller.start()
    try:
        with mail_to(app, controller.port):
            yield box
    finally:
        controller.stop()


@contextmanager
def mail_to(app: Flask, port: int, **more: Any) -> Iterator[None]:
    """The program set up to hand its mail to a port of this machine, whoever listens there."""
    kept = app.extensions["xuanguan.settings"]
    server = MailServer(host="127.0.0.1", port=port, sender="宣贯 <training@example.org>", **more)
    app.extensions["xuanguan.settings"] = replace(kept, mail=server, address="https://learn.example.org")
    try:
        yield
    finally:
        app.extensions["xuanguan.settings"] = kept


def free_port() -> int:
    """A port at which nobody listens at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
