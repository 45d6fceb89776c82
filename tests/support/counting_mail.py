"""A mail server in a process of its own that takes letters fast and writes down the key of each.

``python -m tests.support.counting_mail PORT FILE``: one line a letter, its Message-ID and recipient, written
before the letter is acknowledged. Recipients that begin with ``nobody`` do not exist.
"""

import asyncio
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_connection
from typing import BinaryIO

from tests.support.mail import free_port

_KEY = re.compile(rb"(?im)^message-id: <([^@>]+)")
_END = b"\r\n.\r\n"
_OK = b"250 ok"
_ANSWERS = {b"EHLO": _OK, b"HELO": _OK, b"MAIL": _OK, b"RSET": _OK, b"QUIT": b"221 bye"}


class Session(asyncio.Protocol):
    """One connection: commands line by line, then a letter up to its end."""

    def __init__(self, log: BinaryIO) -> None:
        self._log, self._rest, self._in_letter, self._to = log, b"", False, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 here\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer every command and letter that is complete."""
        self._rest += data
        while (found := self._rest.find(_END if self._in_letter else b"\r\n")) >= 0:
            whole, ending = self._rest[:found], _END if self._in_letter else b"\r\n"
            self._rest = self._rest[found + len(ending) :]
            self._transport.write((self._take(whole) if self._in_letter else self._obey(whole)) + b"\r\n")

    def _obey(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"RCPT":
            self._to = line.partition(b"<")[2].partition(b">")[0]
            return b"550 5.1.1 no such user" if self._to.startswith(b"nobody") else _OK
        self._in_letter = verb == b"DATA"
        return b"354 go on" if self._in_letter else _ANSWERS.get(verb, b"500 what")

    def _take(self, letter: bytes) -> bytes:
        self._in_letter = False
        found = _KEY.search(letter)
        self._log.write((found[1] if found else b"?") + b" " + self._to + b"\n")
        self._log.flush()
        return b"250 taken"


@dataclass(frozen=True)
class Counted:
    """The server as its users see it."""

    port: int
    file: Path

    def keys(self) -> Sequence[str]:
        """The key of every letter that was taken, in their order, repetitions included."""
        return [line.split()[0] for line in self.file.read_text().splitlines()]

    def recipients(self) -> Sequence[str]:
        """To whom each of them went."""
        return [line.split()[1] for line in self.file.read_text().splitlines()]


@contextmanager
def counting_mail_server(folder: Path) -> Iterator[Counted]:
    """Such a server, until the end of the block."""
    counted = Counted(free_port(), folder / "letters.txt")
    command = [sys.executable, "-m", __name__, str(counted.port), str(counted.file)]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    try:
        _wait_for(counted.port)
        yield counted
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int) -> None:
    give_up_at = time.monotonic() + 15
    while True:
        try:
            create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.05)
        else:
            return


async def _serve(port: int, log: BinaryIO) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Session(log), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    with Path(sys.argv[2]).open("ab") as opened:
        asyncio.run(_serve(int(sys.argv[1]), opened))
