"""A load generator in one thread: every connection is kept alive and always has one request under way."""

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from statistics import quantiles
from urllib.parse import urlencode

CONNECTIONS = 32
BROKEN = 0  # counted as a status: the server closed before it had answered


@dataclass
class Outcome:
    """What a load brought back: how often each status, how long each answer took, how long it all took."""

    statuses: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def rate(self, status: int) -> float:
        """Return answers of that status per second."""
        return self.statuses[status] / self.seconds

    @property
    def p99(self) -> float:
        """Return the wait, in milliseconds, that one answer in a hundred exceeded."""
        return quantiles(self.waits, n=100)[-1] * 1000


class _Line:
    """One kept connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connect()

    def connect(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> None:
        self.head, self.status, self.missing = b"", BROKEN, 0
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Take what has come; say whether the answer is whole, or will never be."""
        came = self.socket.recv(1 << 18)
        if self.status:
            self.missing -= len(came)
        else:
            self.head += came
            self._read_head()
        if not came:
            self.status = BROKEN
        return not came or (self.status != BROKEN and self.missing <= 0)

    def _read_head(self) -> None:
        head, gap, body = self.head.partition(b"\r\n\r\n")
        if gap:
            _before, _name, rest = head.lower().partition(b"content-length: ")
            self.missing = int(rest.split(b"\r\n", 1)[0]) - len(body)
            self.status = int(head[9:12])


def drive(port: int, requests: Iterator[bytes], seconds: float = 60.0, connections: int = CONNECTIONS) -> Outcome:
    """Send requests until there are no more or the time is over, and wait for every answer."""
    outcome = Outcome()
    with selectors.DefaultSelector() as selector:
        started = time.perf_counter()
        until = started + seconds
        for request, line in zip(requests, [_Line(port) for _ in range(connections)], strict=False):
            selector.register(line.socket, selectors.EVENT_READ, line)
            line.send(request)
        while selector.get_map():
            for key, _events in selector.select():
                if key.data.receive():
                    _next(selector, key.data, requests, outcome, until)
        outcome.seconds = time.perf_counter() - started
    return outcome


def _next(
    selector: selectors.BaseSelector, line: _Line, requests: Iterator[bytes], outcome: Outcome, until: float
) -> None:
    """Note the answer, then send the next request or hang up."""
    at = time.perf_counter()
    outcome.statuses[line.status] += 1
    outcome.waits.append(at - line.sent_at)
    request = next(requests, None) if at < until else None
    if request is None or line.status == BROKEN:
        selector.unregister(line.socket)
        line.socket.close()
    if request is not None:
        if line.status == BROKEN:
            line.connect()
            selector.register(line.socket, selectors.EVENT_READ, line)
        line.send(request)


def get(path: str, *headers: str) -> bytes:
    """Return a GET as it goes over the wire."""
    return "\r\n".join((f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", "")).encode()


def post(path: str, form: Mapping[str, object], *headers: str) -> bytes:
    """Return a POST as it goes over the wire; a list is a field sent more than once."""
    body = urlencode(form, doseq=True)
    lines = (
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        *headers,
        "",
        body,
    )
    return "\r\n".join(lines).encode()
