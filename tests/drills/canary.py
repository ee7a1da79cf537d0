"""Row 4: whoever takes database, log and backup finds no address and no withheld name, 72 hours after confirmation."""

import sqlite3
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from campaign.confirm.models import Signature
from campaign.confirm.service import confirm_address, find_intent, make_ready
from campaign.letter.service import current_text, find_letter
from campaign.mail.address import Address
from campaign.mail.carriers import NeverAccepted, TryLater
from campaign.mail.worker import send_due
from campaign.sign.rules import NEEDED, Entry
from campaign.sign.service import Link, Typed, record_intent
from campaign.sign.service import make_ready as lock_intent
from campaign.web.logs import prepare_logs
from campaign.web.tokens import new_secret
from tests.cast import CODE, LINK
from tests.drills.ground import Campaign, campaign

PEOPLE, BY_FORM, UNCONFIRMED = 1_000, 60, 200
MARK = "kanarivogel"  # every planted address and name holds it, so one search finds each of them
SECRET_USES = ("withheld", "counted")
LINES = ("latin_name", "office", "legislature", "constituency", "party", "affiliation", "community")


class Clock:
    """A clock to move."""

    now = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Sink:
    """A mail server that keeps what comes, refuses some for good, and never takes others."""

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


def run() -> tuple[str, bool]:
    """Plant 1,000 people, let three days pass, and search every file."""
    clock, sink = Clock(), Sink()
    with campaign(clock=clock) as ground, _log(ground) as log:
        _plant(ground)
        before = sum(_finds(path) for path in _files(ground, log))
        _pass_hours(ground, clock, sink, 1)
        confirmed = _confirm_by_form(ground, sink)
        _pass_hours(ground, clock, sink, 73)
        backup = log.with_name("backup.db")
        with closing(sqlite3.connect(_path(ground))) as source, closing(sqlite3.connect(backup)) as copy:
            source.backup(copy)
        files = [*_files(ground, log), backup]
        found, size = sum(map(_finds, files)), sum(path.stat().st_size for path in files)
        kept = ground.count(Signature)
    told = (
        f"{PEOPLE} addresses, their withheld and counted names ({kept} signatures, {confirmed} of them by form): "
    )
    told += f"{found} traces in {', '.join(path.name for path in files)} ({size >> 20} MB), "
    told += f"as text, UTF-16 and base64; {before} traces while mail was owed"
    return told, found == 0 and before >= PEOPLE and kept > PEOPLE // 2 and confirmed > 0


def _plant(ground: Campaign) -> None:
    """Let most sign by the verbs, some by the form; of those by the verbs most confirm at once."""
    client = ground.app.test_client()
    for number in range(BY_FORM):
        form = ground.form(_address(number).written) | {
            "name": _name(number),
            "visibility": SECRET_USES[number % 2],
        }
        answer = client.post("/en/appeal/sign", data=form | {"party": f"Bund {MARK}"})
        assert answer.status_code == 303, answer.status
    keys, now = ground.tools.keys, ground.tools.clock()
    assert keys is not None
    with ground.tools.database.write() as session:
        letter = find_letter(session, "appeal")
        text = current_text(session, letter, "en")
        for number in range(BY_FORM, PEOPLE):
            secret = new_secret()
            typed = Typed(_entry(number), _address(number), new_secret())
            record_intent(session, lock_intent(letter, text, typed, Link(secret, ""), keys, now=now), now=now)
            if number >= BY_FORM + UNCONFIRMED:
                intent = find_intent(session, secret)
                ready = make_ready(intent, letter, text, secret, keys, now=now)
                confirm_address(session, intent, ready, ground.tools.site.erasures, now=now)


def _confirm_by_form(ground: Campaign, sink: Sink) -> int:
    """Follow the mailed links with a wrong code, then with the right one; every fifth withdraws again."""
    client, confirmed = ground.app.test_client(), 0
    for number in range(BY_FORM):
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
    for _ in range(hours):
        with ground.app.app_context():
            while send_due(ground.tools, sink):
                pass
        clock.now += timedelta(hours=1)
        for chore in ground.tools.chores:
            chore(ground.tools.database, clock.now)


def _address(number: int) -> Address:
    return Address(f"p{number % 50}.{MARK}{number}", "example.org")


def _name(number: int) -> str:
    digits = "abcdefghij"
    return f"Ana {MARK.title()} " + "".join(digits[int(digit)] for digit in f"{number:04}").title()


def _entry(number: int) -> Entry:
    use = SECRET_USES[number % 2]
    lines = dict.fromkeys(LINES, "") | {"affiliation": f"Haus {MARK}"}
    return Entry(kind="activist", name=_name(number), country="FR", visibility=use, consents=NEEDED[use], **lines)  # type: ignore[arg-type]  # all of them text


def _path(ground: Campaign) -> Path:
    return Path(str(ground.tools.database.engine.url.database))


def _files(ground: Campaign, log: Path) -> list[Path]:
    path = _path(ground)
    beside = [path.with_name(path.name + end) for end in ("", "-wal", "-shm")]
    return [file for file in (*beside, log) if file.exists()]


def _finds(path: Path) -> int:
    """Count the mark in a file in each form it could have: text in any case, UTF-16, base64 at each of three offsets."""
    raw = path.read_bytes()
    plain, forms = raw.lower(), set[bytes]()
    for written in (MARK, MARK.title()):
        for encoded in (written.encode(), written.encode("utf-16-le"), written.encode("utf-16-be")):
            forms |= {_inner(encoded, offset) for offset in range(3)}
            forms.add(encoded.lower())
    return sum(max(raw.count(form), plain.count(form)) for form in forms)


def _inner(text: bytes, offset: int) -> bytes:
    """Return the part of base64 that is the same whatever stands around `text` at this offset."""
    whole = b64encode(b"\0" * offset + text)
    first = (offset * 8 + 5) // 6
    last = (offset + len(text)) * 8 // 6
    return whole[first:last]


@contextmanager
def _log(ground: Campaign) -> Iterator[Path]:
    """Write what the campaign logs to a file beside its database."""
    path, standard_error = _path(ground).with_name("log"), sys.stderr
    with path.open("w", encoding="utf-8") as file:
        prepare_logs()
        sys.stderr = file
        try:
            yield path
        finally:
            sys.stderr = standard_error
