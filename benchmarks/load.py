"""A small HTTP client that keeps a server busy, and windows of requests timed against each other."""

import re
import socket
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

WINDOW_SECONDS = 0.4
ROUNDS = 9
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: (\d+)")
_LOCATION = re.compile(rb"(?i)\r\nlocation: ([^\r]+)")


@dataclass(frozen=True)
class Answer:
    """A response: status, redirect target if any, body."""

    status: int
    location: str
    body: bytes


@dataclass(frozen=True)
class Request:
    """A GET, or a POST when there is a form."""

    path: str
    form: Mapping[str, str] | None = None
    accept: str = "text/html"
    encoding: str = ""

    def encoded(self, port: int, cookie: str) -> bytes:
        """The bytes on the wire."""
        head = (
            f"{'GET' if self.form is None else 'POST'} {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Accept: {self.accept}\r\nAccept-Language: zh-CN\r\nCookie: {cookie}\r\n"
        )
        if self.encoding:
            head += f"Accept-Encoding: {self.encoding}\r\n"
        if self.form is None:
            return f"{head}\r\n".encode()
        body = urlencode(self.form)
        head += (
            f"Referer: http://127.0.0.1:{port}/\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n"
        )
        return f"{head}\r\n{body}".encode()


@dataclass
class Connection:
    """One kept-alive connection with its cookie."""

    port: int
    cookie: str = ""
    _socket: socket.socket | None = field(default=None, repr=False)

    def get(self, path: str, *, encoding: str = "") -> Answer:
        """GET *path*."""
        self.send(Request(path, encoding=encoding))
        return self.receive()

    def send(self, asked: "Request") -> None:
        """Send a request; ``receive`` brings its answer."""
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(asked.encoded(self.port, self.cookie))

    def receive(self) -> Answer:
        """The answer to what was sent."""
        if self._socket is None:
            raise ConnectionError("nothing was sent")
        return self._read(self._socket)

    def _read(self, connected: socket.socket) -> Answer:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more(connected)
        head, _, rest = data.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        wanted = int(length[1]) if length else 0
        while len(rest) < wanted:
            rest += self._more(connected)
        location = _LOCATION.search(head)
        return Answer(int(head[9:12]), location[1].decode() if location else "", rest)

    @staticmethod
    def _more(connected: socket.socket) -> bytes:
        data = connected.recv(65536)
        if not data:
            raise ConnectionError("the server closed the connection")
        return data


AT_ONCE = 8
"""Connections kept busy together, so that the server's core never waits for the client."""
Unit = Callable[[], int]
"""Something that is timed; it returns how many pages or cycles it did."""


def together(connections: Sequence[Connection], requests: Sequence[Request], *statuses: int) -> list[Answer]:
    """Send one request on each connection, then collect all answers; each must have one of the statuses."""
    for connection, asked in zip(connections, requests, strict=True):
        connection.send(asked)
    return [need(connection.receive(), *statuses) for connection in connections]


@dataclass(frozen=True)
class Compared:
    """Median rates a second and the median of the ratios round by round."""

    rate: float
    yardstick: float
    ratio: float
    least: float
    most: float


def compare(unit: Unit, yardstick: Unit, *, rounds: int = ROUNDS) -> Compared:
    """Time both in short windows by turns; each round gives one ratio."""
    unit()
    yardstick()
    pairs = [(_rate(unit), _rate(yardstick)) for _ in range(rounds)]
    ratios = [mine / theirs for mine, theirs in pairs]
    return Compared(
        rate=statistics.median(mine for mine, _ in pairs),
        yardstick=statistics.median(theirs for _, theirs in pairs),
        ratio=statistics.median(ratios),
        least=min(ratios),
        most=max(ratios),
    )


def _rate(unit: Unit) -> float:
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < WINDOW_SECONDS:
        done += unit()
    return done / (time.perf_counter() - start)


def need(answer: Answer, *statuses: int) -> Answer:
    """The answer, or an error that says what came instead."""
    if answer.status not in statuses:
        raise RuntimeError(f"expected {statuses}, got {answer.status}: {answer.body[:300]!r}")
    return answer


def choices_on(page: bytes) -> Iterator[tuple[str, str]]:
    """Name and value of the first option of every question of a paper, and of every number to be typed."""
    seen: set[str] = set()
    for match in re.finditer(rb"<input[^>]*>", page):
        tag = match[0].decode()
        name = re.search(r'name="([^"]+)"', tag)
        if name is None or not name[1].startswith("a-") or name[1] in seen:
            continue
        seen.add(name[1])
        value = re.search(r'value="([^"]*)"', tag)
        yield name[1], value[1] if value and value[1] else "1"
