"""Row 19 of docs/threats.md: 800 slow connections against the shipped proxy and our server, while a visitor reads."""

import http.client
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from tests.browser.conftest import ROOT, Running
from tests.drills.drill import Control, Drill, Result, instead

PATIENCE_S, ADDRESSES, MANY = 1.0, 8, 800
PAGE, READER, LIMIT_S = "/en/governments", "127.0.0.100", 0.050
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
HEADER = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
UPLOAD = [
    method
    + b" /desk/identity HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nname="
    for method in (b"POST", b"GET")
]
BODY = b"POST /en/governments/sign HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nname="


def run(slow: int) -> Result:
    """Read pages through the shipped proxy while connections dawdle, and as many before.

    With fewer than 800 connections other work may share the machine, so that a page must come, in a second.
    """
    if NGINX is None:
        return Result("nginx is not installed (apt-get install nginx)", None)
    _allow_files(4_096)
    limit_s, reads = (LIMIT_S, slow * 5 // 8) if slow >= MANY else (PATIENCE_S, slow // 10)
    with tempfile.TemporaryDirectory(prefix="slow-") as folder, ExitStack() as stack:
        os.chmod(folder, 0o755)  # noqa: PTH101 - nginx's workers run as another user
        campaign = stack.enter_context(_served(Path(folder)))
        port = stack.enter_context(_front(Path(folder), campaign.port))
        calm = _p99(_read(port, reads))
        with _dawdlers(port, slow) as still_open:
            times = _read(port, reads)
            left = still_open()
    p99, late = _p99(times), sum(taken >= limit_s for taken in times)
    told = f"{slow} slow connections ({left} still held at the end): {reads} pages, p99 {_ms(p99)} (without them {_ms(calm)}), "
    told += f"{late} took {_ms(limit_s)} or never came"
    return Result(told, p99 < limit_s and left > slow * 0.9)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _read(port: int, count: int) -> list[float]:
    """Return how long each page took, infinity where it did not come in time or not whole."""
    return [_once(port) for _ in range(count)]


def _once(port: int) -> float:
    started = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S, source_address=(READER, 0))
    with closing(connection):
        try:
            connection.request("GET", PAGE)
            answer = connection.getresponse()
            whole = answer.status == 200 and b"</html>" in answer.read()
        except OSError:
            return float("inf")
    return time.perf_counter() - started if whole else float("inf")


def _p99(times: list[float]) -> float:
    return sorted(times)[max(int(len(times) * 0.99) - 1, 0)]


@contextmanager
def _dawdlers(port: int, slow: int) -> Iterator[Callable[[], int]]:
    """Open so many connections from eight addresses: half never end their header, half never end their body.

    Besides, a few never end an upload for the desk: the proxy passes it through, and the campaign answers at once.
    """
    lines = [_begin(port, number, HEADER if number % 2 else BODY) for number in range(slow)]
    passed = [_begin(port, number, UPLOAD[number % 2]) for number in range(max(slow // 10, 20))]
    try:
        yield lambda: sum(_is_open(line) for line in lines)
    finally:
        for line in (*lines, *passed):
            line.close()


def _begin(port: int, number: int, request: bytes) -> socket.socket:
    line = socket.create_connection(
        ("127.0.0.1", port), timeout=5, source_address=(f"127.0.0.{2 + number % ADDRESSES}", 0)
    )
    line.sendall(request)
    return line


def _is_open(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        return line.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


@contextmanager
def _served(folder: Path) -> Iterator[Running]:
    campaign = Running(folder)
    campaign.environment |= {"PROXY_HOPS": "1", "WORKERS": "2"}
    for words in (("seal", "keygen"), ("storage", "upgrade"), ("letter", "load", "config/letters")):
        campaign.flask(*words)
    server = campaign.start("gunicorn", "-c", "config/gunicorn.conf.py")
    try:
        campaign.wait()
        yield campaign
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


@contextmanager
def _front(folder: Path, upstream: int) -> Iterator[int]:
    """Run nginx with the shipped file; only ports and places are another's."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = (ROOT / "config" / "nginx.conf").read_text(encoding="utf-8")
    changes = {
        "listen 80;": f"listen 127.0.0.1:{port};",
        "127.0.0.1:8000": f"127.0.0.1:{upstream}",
        "/run/nginx.pid": f"{folder}/nginx.pid",
        "/var/log/nginx/error.log": f"{folder}/nginx.log",
        "http {": "http {" + "".join(f"\n  {kind}_temp_path {folder}/nginx-{kind};" for kind in
                                     ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")),
    }  # fmt: skip
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    assert NGINX is not None
    server = subprocess.Popen([NGINX, "-c", f"{folder}/nginx.conf", "-g", "daemon off;"], stderr=sys.stderr)
    try:
        for _ in range(50):
            if _once(port) < PATIENCE_S:
                break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(10)


def _allow_files(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))


@contextmanager
def _no_front(_folder: Path, upstream: int) -> Iterator[int]:
    yield upstream


DRILL = Drill(
    row=19,
    name="slow connections do not block a reader",
    run=run,
    controls=(Control("the buffering proxy", instead(sys.modules[__name__], "_front", _no_front)),),
    full=MANY,
    small=40,
    alone=True,
)
