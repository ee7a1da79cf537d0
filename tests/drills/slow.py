"""Row 19: 800 slow connections against the shipped proxy and our server, while somebody reads."""

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

SLOW, READS, CONTROL_READS, PATIENCE_S, ADDRESSES = 800, 500, 10, 1.0, 8
PAGE, READER, LIMIT_S = "/en/governments", "127.0.0.100", 0.050
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
HEADER = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = b"POST /en/governments/sign HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nname="


def run() -> tuple[str, bool]:
    """Read 500 pages behind nginx while 800 connections dawdle; then a few without it, where that must hurt."""
    if NGINX is None:
        return "SKIPPED, nginx is not installed (apt-get install nginx)", True
    _allow_files(4_096)
    with tempfile.TemporaryDirectory(prefix="slow-") as folder, ExitStack() as stack:
        os.chmod(folder, 0o755)  # noqa: PTH101 - nginx's workers are somebody else
        campaign = stack.enter_context(_served(Path(folder)))
        port = stack.enter_context(_nginx(Path(folder), campaign.port))
        quiet = _read(port, READS)
        with _dawdlers(port) as still_open:
            times = _read(port, READS)
            left = still_open()
        with _dawdlers(campaign.port):
            bare = _read(campaign.port, CONTROL_READS)
    p99, calm = _p99(times), _p99(quiet)
    hurt = sum(taken >= LIMIT_S for taken in bare)
    told = f"{SLOW} slow connections ({left} still held at the end), {READS} pages behind nginx: p99 {p99 * 1000:.0f} ms "
    told += f"(without them {calm * 1000:.0f} ms); without the proxy {hurt} of {len(bare)} pages took 50 ms or never came"
    return told, p99 < LIMIT_S and left > SLOW * 0.9 and hurt > len(bare) // 2


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
    return sorted(times)[int(len(times) * 0.99) - 1]


@contextmanager
def _dawdlers(port: int) -> Iterator[Callable[[], int]]:
    """Open 800 connections from eight addresses: half never end their header, half never end their body."""
    lines = []
    for number in range(SLOW):
        line = socket.create_connection(
            ("127.0.0.1", port), timeout=5, source_address=(f"127.0.0.{2 + number % ADDRESSES}", 0)
        )
        line.sendall(HEADER if number % 2 else BODY)
        lines.append(line)
    try:
        yield lambda: sum(_is_open(line) for line in lines)
    finally:
        for line in lines:
            line.close()


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
def _nginx(folder: Path, upstream: int) -> Iterator[int]:
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
