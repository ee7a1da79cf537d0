"""What speeds are measured against: bare Flask views that return a constant, or make two rows durable."""

import secrets
import sqlite3
import threading
from functools import partial
from os import environ

from flask import Flask, Response

TABLES = """
CREATE TABLE IF NOT EXISTS one (id INTEGER PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS two (id INTEGER PRIMARY KEY, content BLOB NOT NULL);
"""
ROW = 400  # bytes, about what an intent takes
kept = threading.local()


def bare() -> Flask:
    """Return the floor: `/<size>` for each of BENCH_SIZES, and POST `/durable`, `/healthz` beside."""
    app = Flask("bare")
    for size in environ.get("BENCH_SIZES", "").split():
        app.add_url_rule(f"/{size}", f"constant_{size}", partial(_constant, b"x" * int(size)))
    app.add_url_rule("/healthz", "health", partial(_constant, b"{}"))
    app.add_url_rule("/durable", "durable", _durable, methods=["POST"])
    return app


def open_floor(path: str) -> sqlite3.Connection:
    """Open the floor's database with the pragmas of campaign/storage/database.py that decide durability."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=10)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _constant(content: bytes) -> bytes:
    return content


def _durable() -> Response:
    """Make two rows durable; nothing is parsed, validated or encrypted."""
    if not hasattr(kept, "connection"):
        kept.connection = open_floor(environ["BENCH_FLOOR"])
    connection: sqlite3.Connection = kept.connection
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO one (content) VALUES (?)", (secrets.token_bytes(ROW),))
    connection.execute("INSERT INTO two (content) VALUES (?)", (secrets.token_bytes(ROW),))
    connection.execute("COMMIT")
    return Response(status=303, headers={"Location": "/", "Content-Length": "0"})
