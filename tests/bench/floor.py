"""The floor of each measurement: a bare Flask view that returns a constant, and one that does one durable two-row transaction."""

import os
import sqlite3
import threading

from flask import Flask, request

app = Flask(__name__)
PAGE = "x" * int(os.environ.get("FLOOR_BYTES", "20000"))
LOCAL = threading.local()


@app.get("/page")
def page() -> str:
    """Return a constant."""
    return PAGE


@app.post("/floor")
def floor() -> tuple[str, int, dict[str, str]]:
    """Write two rows durably, as fast as the driver can."""
    line = getattr(LOCAL, "line", None)
    if line is None:
        line = LOCAL.line = sqlite3.connect(os.environ["FLOOR_DB"], timeout=10, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            line.execute(f"PRAGMA {pragma}")
    body = request.get_data()
    line.execute("BEGIN IMMEDIATE")
    line.execute("INSERT INTO a (body) VALUES (?)", (body,))
    line.execute("INSERT INTO b (body) VALUES (?)", (body,))
    line.execute("COMMIT")
    return "", 303, {"Location": "/page"}
