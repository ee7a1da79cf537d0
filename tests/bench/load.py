"""A small load generator: raw keep-alive sockets in threads of two processes, so that it is not the bottleneck."""

import multiprocessing
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection

CONNECTIONS, PROCESSES = 32, 2
Make = Callable[[int], bytes]


def get(path: str, headers: str = "") -> bytes:
    """Return a GET as it goes over the wire."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode()


def post(path: str, body: str, headers: str = "") -> bytes:
    """Return a form's POST as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n{headers}"
    )
    return f"{head}Content-Length: {len(body.encode())}\r\n\r\n{body}".encode()


def hammer(port: int, make: Make, seconds: float) -> tuple[float, Counter[int]]:
    """Send requests for `seconds` over 32 connections; return good answers a second and how many of each status.

    `make(n)` is given a number that no other request of this call has.
    """
    context, pipes, workers = multiprocessing.get_context("fork"), [], []
    started = time.monotonic()
    for process in range(PROCESSES):
        near, far = context.Pipe()
        worker = context.Process(target=_process, args=(port, partial(_spread, make, process), seconds, far))
        worker.start()
        pipes.append(near)
        workers.append(worker)
    statuses: Counter[int] = Counter()
    for pipe, worker in zip(pipes, workers, strict=True):
        statuses.update(pipe.recv())
        worker.join()
    took = time.monotonic() - started  # the last answers come after the deadline, and count with their time
    return (statuses[200] + statuses[303]) / took, statuses


def _spread(make: Make, process: int, number: int) -> bytes:
    return make(number * PROCESSES + process)


def _process(port: int, make: Make, seconds: float, pipe: Connection) -> None:
    statuses: Counter[int] = Counter()
    until, share = time.monotonic() + seconds, CONNECTIONS // PROCESSES
    threads = [
        threading.Thread(target=_connection, args=(port, partial(_strided, make, share, lane), until, statuses))
        for lane in range(share)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pipe.send(statuses)


def _strided(make: Make, stride: int, lane: int, number: int) -> bytes:
    return make(number * stride + lane)


def _connection(port: int, make: Make, until: float, statuses: Counter[int]) -> None:
    number, line = 0, socket.create_connection(("127.0.0.1", port))
    while time.monotonic() < until:
        line.sendall(make(number))
        number += 1
        status, closes = _answer(line)
        statuses[status] += 1
        if closes:
            line.close()
            line = socket.create_connection(("127.0.0.1", port))
    line.close()


def _answer(line: socket.socket) -> tuple[int, bool]:
    """Read one answer; return its status and whether the server closes."""
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = line.recv(65536)
        if not chunk:
            return 0, True
        received += chunk
    head, _blank, body = received.partition(b"\r\n\r\n")
    lowered = head.lower()
    length = int(lowered.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
    missing = length - len(body)
    while missing > 0:
        missing -= len(line.recv(65536))
    return int(head[9:12]), b"connection: close" in lowered
