"""In whatever order versions are published and people sign, answer and withdraw: the list never says an untruth."""

import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from campaign.audit.models import Officer
from campaign.confirm.anew import new_text, sign_anew
from campaign.confirm.models import AskedAnew, Signatory, Signature
from campaign.confirm.service import ADDRESS_CONTEXT
from campaign.letter.models import Letter, LetterText
from campaign.letter.service import find_letter, mark_material
from campaign.mail.models import Mail
from campaign.roll.service import count_roll, read_country
from campaign.seal.keys import Keys, find_keys
from campaign.storage.database import Database
from campaign.verify.models import Verification
from campaign.withdraw.consents import Asker, ask_waiting
from campaign.withdraw.service import erase_signature
from tests.conftest import START

PEOPLE = ("Ada Invented", "Bo Invented", "Cy Invented")
ENGLISH = LetterText.language == "en"
who = some.sampled_from(PEOPLE)
ACTS = some.one_of(
    some.tuples(some.sampled_from(("sign", "answer", "withdraw")), who),
    some.tuples(some.sampled_from(("material", "small", "work", "wait")), some.just("")),
)


class Campaign:
    """One letter, and beside it what a careful person would note down by hand."""

    def __init__(self, database: Database, keys: Keys, journal: Path) -> None:
        self.database, self.keys, self.journal, self.now = database, keys, journal, START
        self.signed: dict[str, int] = {}
        self.version = self.material = 1
        self.mails: Counter[tuple[str, int]] = Counter()

    def act(self, what: str, name: str) -> None:
        with self.database.write() as session:
            letter = find_letter(session, "appeal")
            if what in ("material", "small"):
                self.publish(session, letter, material=what == "material")
            elif what == "sign":
                self.sign(session, letter, name)
            elif name in self.signed:
                self.answer(session, name, withdraws=what == "withdraw")
        if what in ("work", "wait"):
            self.now += timedelta(days=8 if what == "wait" else 0)
            self.work()

    def publish(self, session: Session, letter: Letter, *, material: bool) -> None:
        before = session.scalars(select(LetterText).where(ENGLISH).order_by(LetterText.version.desc())).first()
        assert before is not None
        self.version = letter.version = before.version + 1
        words: dict[str, Any] = {
            "title": before.title,
            "addressee": before.addressee,
            "summary": before.summary,
            "body": before.body,
        }
        own: dict[str, Any] = {
            "letter_id": letter.id,
            "version": self.version,
            "language": "en",
            "loaded_at": self.now,
        }
        session.add(LetterText(**own, **words, source=before.source, sha256=before.sha256))
        session.flush()
        if material:
            mark_material(session, letter)
            self.material = self.version

    def sign(self, session: Session, letter: Letter, name: str) -> None:
        """Sign with the form, for the first time or once more; the desk accepts at once."""
        text = session.scalars(select(LetterText.id).where(LetterText.version == self.version, ENGLISH)).one()
        address = self.keys.sealer.seal(f"{name[:2]}@example.org".encode(), ADDRESS_CONTEXT)
        index = name.encode().ljust(32)
        signature = session.scalar(select(Signature).where(Signature.address_index == index))
        if signature is None:
            signature = Signature(
                letter_id=letter.id, address_index=index, sealed_address=address, signed_on=START.date()
            )
            session.add(signature)
            session.flush()
        session.execute(update(Signatory).where(Signatory.signature_id == signature.id).values(stands=False))
        row = Signatory(
            signature_id=signature.id, letter_id=letter.id, letter_text_id=text, intent_id=None, stands=True,
            kind="activist", established="person", country="FR", visibility="public", name=name, latin_name=None, said={},
            sort_key=name.encode(), sealed_entry=None, owner_entry=None, consent_sha256="", confirmed_at=self.now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        decided: dict[str, Any] = {
            "method": "known",
            "reason": None,
            "note": "known",
            "officer_id": 1,
            "decided_at": self.now,
        }
        session.add(Verification(signatory_id=row.id, outcome="accepted", level=3, **decided))
        self.signed[name] = self.version

    def answer(self, session: Session, name: str, *, withdraws: bool) -> None:
        row = session.scalars(select(Signatory).where(Signatory.name == name, Signatory.stands)).one()
        if withdraws:
            erase_signature(session, session.get_one(Signature, row.signature_id), self.journal, now=self.now)
            del self.signed[name]
            self.mails = Counter({key: many for key, many in self.mails.items() if key[0] != name[:2]})
            return
        sign_anew(session, row, new_text(session, row).text.sha256, now=self.now)
        if self.signed[name] < self.material:  # else there is nothing to answer
            self.signed[name] = self.version

    def work(self) -> None:
        """Let the worker ask, and take the mails."""
        ask_waiting(Asker(self.keys, lambda _secret: "link"), self.database, self.now)
        with self.database.write() as session:
            for mail in session.scalars(select(Mail)):
                name = (mail.recipient or "")[:2]
                assert self.signed[next(one for one in self.signed if one.startswith(name))] < self.material
                self.mails[name, self.material] += 1
                session.delete(mail)

    def check(self) -> None:
        standing = {name for name, version in self.signed.items() if version >= self.material}
        with self.database.read() as session:
            letter = find_letter(session, "appeal")
            tally = count_roll(session, letter.id)
            assert {one.name for one in read_country(session, letter, "FR")} == standing
            assert (tally.total, tally.overtaken) == (len(standing), len(self.signed) - len(standing))
            asked = select(func.count()).select_from(AskedAnew).group_by(AskedAnew.signature_id, AskedAnew.version)
            assert all(many <= 2 for many in session.scalars(asked))
        assert all(many <= 2 for many in self.mails.values())


@given(some.lists(ACTS, max_size=14))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_list_shows_exactly_those_who_signed_what_stands_there(
    migrated_sqlite: Path, keys: Path, tmp_path: Path, acts: list[tuple[str, str]]
) -> None:
    path, opened = tmp_path / "any.db", find_keys(keys)
    assert opened is not None
    shutil.copy(migrated_sqlite, path)
    database = Database(f"sqlite:///{path}")
    campaign = Campaign(database, opened, tmp_path / "erasures.journal")
    try:
        with database.write() as session:
            session.add(officer())
        for what, name in acts:
            campaign.act(what, name)
            campaign.check()
        campaign.act("work", "")
        waits = {name for name, version in campaign.signed.items() if version < campaign.material}
        assert {name for name in waits if not campaign.mails[name[:2], campaign.material]} == set(), (
            "nobody is left out"
        )
    finally:
        database.close()


def officer() -> Officer:
    locked: dict[str, Any] = {"password_hash": "", "totp_salt": bytes(16), "totp_locked": b"", "totp_last_step": 0}
    return Officer(email="o@campaign.test", name="Ines Moor", role="owner", joined_at=START, **locked)
