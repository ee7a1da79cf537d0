"""Row 4 of docs/threats.md: a thief of database, log and backup finds no address and no withheld name.

The drill looks 72 hours after confirmation.
"""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import Engine, event, text

from campaign.confirm.models import Signature
from campaign.confirm.service import confirm_address, find_intent, seal_signature
from campaign.letter.service import current_text, find_letter
from campaign.mail.address import Address
from campaign.mail.carriers import NeverAccepted, TryLater
from campaign.mail.sending import send_due
from campaign.seal.boxes import Sealer
from campaign.sign.rules import NEEDED, Entry
from campaign.sign.service import Link, Typed, record_intent
from campaign.sign.service import lock_form as lock_intent
from campaign.storage import database
from campaign.web.logs import prepare_logs
from campaign.web.tokens import new_secret
from tests.cast import CODE, LINK
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import Campaign, campaign
from tests.drills.officers import Scene, officer
from tests.drills.taken import signed_and_accepted
from tests.drills.traces import files, traces

BY_FORM, FEW = 60, 50
MARK = "kanarivogel"  # every planted address and name contains it, so one search finds all of them
SECRET_USES = ("withheld", "counted")
SETTLE = (  # what docs/running.md tells an operator with PostgreSQL to do
    "ALTER SYSTEM SET wal_recycle = off", "SELECT pg_reload_conf()", "VACUUM FULL", "CHECKPOINT", "SELECT pg_switch_wal()",
    "CHECKPOINT", "SELECT pg_switch_wal()", "CHECKPOINT",
)  # fmt: skip


class Clock:
    """A clock to move."""

    now = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Sink:
    """A mail server that keeps the mails, refuses some recipients for good, and never accepts others."""

    def __init__(self) -> None:
        self.mails: dict[str, str] = {}

    def send(self, message: EmailMessage) -> None:
        recipient = str(message["To"])
        if recipient.startswith("p1."):
            raise NeverAccepted("smtp_550")
        if recipient.startswith("p2."):
            raise TryLater("smtp_451")
        self.mails[recipient] = message.get_content()

    def close(self) -> None:
        """Nothing is kept open."""


def run(people: int) -> Result:
    """Run on SQLite, and with enough people on PostgreSQL too."""
    sizes = {"sqlite": people, **({"postgresql": people // 4} if people > FEW else {})}
    results = [_hunt(kind, size) for kind, size in sizes.items()]
    return Result("; ".join(one.told for one in results), all(one.holds for one in results))


def _hunt(kind: str, people: int) -> Result:
    """Plant people, let three days pass, save, make a package, and search every file."""
    clock, sink = Clock(), Sink()
    with campaign(kind, clock=clock) as ground, _log(ground) as log:
        folder = log.parent
        _plant(ground, people, clock.now)
        before = sum(traces(folder, MARK).values())
        _pass_hours(ground, clock, sink, 1)
        confirmed = _confirm_by_form(ground, sink, people)
        _run(ground, "ANALYZE")  # as PostgreSQL does by itself: it keeps samples of what it saw
        _pass_hours(ground, clock, sink, 73)
        saved = _save(ground, folder)
        found, size = traces(folder, MARK), sum(path.stat().st_size for path in files(folder))
        kept = ground.count(Signature)
    told = (
        f"{kind}: {people} addresses, their withheld and counted names ({kept} signatures, {confirmed} by form), "
    )
    told += f"{sum(found.values())} traces in {size >> 20} MB: {saved}; {before} while mail was owed"
    told += "".join(f", {name}: {count}" for name, count in list(found.items())[:3])
    return Result(told, not found and before >= people // 2 and kept > people // 2 and confirmed > 0)


def _save(ground: Campaign, folder: Path) -> str:
    """Leave what a campaign leaves: a package, and a backup or what PostgreSQL keeps after a checkpoint."""
    shell, words = ground.app.test_cli_runner(), "database, log, keys, journal"
    if ground.count(Signature) > FEW:
        made = shell.invoke(args=["deliver", "package", "appeal", "--country", "FR", "-o", str(folder / "made")])
        assert made.exit_code == 0, made.output
        words += ", package"
    if ground.tools.database.one_writer:
        assert shell.invoke(args=["storage", "backup"]).exit_code == 0
        return f"{words}, backup"
    for statement in SETTLE:
        _run(ground, statement)
    return f"{words}, data directory and write-ahead log after VACUUM FULL and a checkpoint"


def _run(ground: Campaign, statement: str) -> None:
    with ground.tools.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))


def _plant(ground: Campaign, people: int, now: datetime) -> None:
    """Let most sign by the verbs, some by the form; of those by the verbs most confirm at once."""
    client = ground.app.test_client()
    for number in range(_by_form(people)):
        form = ground.form(_address(number).written) | {
            "name": _name(number),
            "visibility": SECRET_USES[number % 2],
        }
        answer = client.post("/en/appeal/sign", data=form | {"party": f"Bund {MARK}"})
        assert answer.status_code == 303, answer.status
    keys = ground.tools.keys
    assert keys is not None
    with ground.tools.database.write() as session:
        signed_and_accepted(session, Scene(ground, officer(session, ground, "vera", now)), now)
        letter = find_letter(session, "appeal")
        version = current_text(session, letter, "en")
        for number in range(_by_form(people), people):
            secret = new_secret()
            typed = Typed(_entry(number), _address(number), new_secret())
            record_intent(session, lock_intent(letter, version, typed, Link(secret, ""), keys, now=now), now=now)
            if number >= people // 4:
                intent = find_intent(session, secret)
                ready = seal_signature(intent, letter, version, secret, keys, now=now)
                confirm_address(session, intent, ready, ground.tools.site.erasures, now=now)


def _confirm_by_form(ground: Campaign, sink: Sink, people: int) -> int:
    """Follow the mailed links with a wrong code, then with the right one; every fifth withdraws again."""
    client, confirmed = ground.app.test_client(), 0
    for number in range(_by_form(people)):
        mail = sink.mails.get(_address(number).written, "")
        link = LINK.search(mail)
        if link is None:
            continue
        path = link[0].removeprefix("http://localhost")
        client.delete_cookie("browser")
        assert client.post(path, data={"code": "000000"}).status_code == 422
        answer = client.post(path, data={"code": CODE.findall(LINK.sub("", mail))[-1]})
        confirmed += answer.status_code == 303
        if number % 5 == 0:
            client.post(answer.headers["Location"].partition("?")[0] + "/withdraw")
    return confirmed


def _pass_hours(ground: Campaign, clock: Clock, sink: Sink, hours: int) -> None:
    """Let the worker send and do its chores, hour by hour."""
    step = 12 if ground.count(Signature) <= FEW else 3
    for _ in range(0, hours, step):
        with ground.app.app_context():
            while send_due(ground.tools, sink):
                pass
        clock.now += timedelta(hours=step)
        for chore in ground.tools.chores:
            chore(ground.tools.database, clock.now)


def _by_form(people: int) -> int:
    return min(people // 2, BY_FORM)


def _address(number: int) -> Address:
    return Address(f"p{number % 50}.{MARK}{number}", f"example{number // 10}.org")  # none waits for its domain


def _name(number: int) -> str:
    digits = "abcdefghij"
    return f"Ana {MARK.title()} " + "".join(digits[int(digit)] for digit in f"{number:04}").title()


def _entry(number: int) -> Entry:
    use = SECRET_USES[number % 2]
    said = {"affiliation": f"Haus {MARK}"}
    return Entry("activist", _name(number), "", "FR", visibility=use, consents=NEEDED[use], said=said)


@contextmanager
def _log(ground: Campaign) -> Iterator[Path]:
    """Write what the campaign logs to a file beside its database."""
    path, standard_error = Path(ground.environment["SEAL_KEYS"]).with_name("log"), sys.stderr
    with path.open("w", encoding="utf-8") as file:
        prepare_logs()
        sys.stderr = file
        try:
            yield path
        finally:
            sys.stderr = standard_error


def _careless(engine: Engine) -> None:
    """Prepare SQLite as a campaign does, but let it leave deleted bytes where they were."""
    PREPARE(engine)

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA secure_delete=OFF")


def _unsealed(_self: Sealer, plaintext: bytes, _context: bytes) -> bytes:
    return plaintext


PREPARE = database._prepare_sqlite
DRILL = Drill(
    row=4,
    name="a thief of the disk finds no address and no withheld name",
    run=run,
    controls=(
        Control("secure_delete", instead(database, "_prepare_sqlite", _careless)),
        Control("the seal", instead(Sealer, "seal", _unsealed)),
    ),
    full=1_000,
    small=20,
)
