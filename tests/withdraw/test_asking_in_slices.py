"""Thousands are asked without keeping anybody waiting, and a worker that is killed asks nobody twice and forgets nobody."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, insert, select

from campaign.confirm.models import AskedAnew, Signatory, Signature
from campaign.confirm.service import ADDRESS_CONTEXT
from campaign.letter.models import LetterText
from campaign.letter.service import find_letter, mark_material
from campaign.mail.models import Mail
from campaign.mail.service import queue_mail
from campaign.storage.statements import table_of
from campaign.withdraw import consents
from campaign.withdraw.consents import ask_waiting, asker_of
from tests.cast import Visitor
from tests.conftest import Clock
from tests.withdraw.ground import count

WORDS = ("title", "addressee", "summary", "body", "source", "sha256")


class Killed(BaseException):
    """The worker is gone, in the middle of whatever it did."""


def crowd(visitor: Visitor, many: int) -> None:
    """Let so many people stand who signed version 1, and publish a material version 2."""
    tools, at = visitor.tools, visitor.tools.clock()
    assert tools.keys is not None
    with tools.database.write() as session:
        text = session.scalars(select(LetterText).where(LetterText.language == "en")).one()
        signatures = [
            {
                "id": number, "letter_id": 1, "address_index": number.to_bytes(32), "signed_on": at.date(),
                "sealed_address": tools.keys.sealer.seal(f"p{number}@n{number}.example".encode(), ADDRESS_CONTEXT),
            }
            for number in range(1, many + 1)
        ]  # fmt: skip
        rows = [
            {
                "signature_id": number, "letter_id": 1, "letter_text_id": text.id, "stands": True, "kind": "activist",
                "established": "person", "country": "FR", "visibility": "public", "name": f"Invented {number}", "said": {},
                "sort_key": b"", "consent_sha256": "", "confirmed_at": at, "likely": 0,
            }
            for number in range(1, many + 1)
        ]  # fmt: skip
        session.connection().execute(insert(table_of(Signature)), signatures)
        session.connection().execute(insert(table_of(Signatory)), rows)
        letter = find_letter(session, "appeal")
        letter.version = 2
        own = {name: getattr(text, name) for name in WORDS}
        session.add(LetterText(version=2, letter_id=1, language="en", loaded_at=at, **own))
        session.flush()
        mark_material(session, letter)


def ask(visitor: Visitor) -> None:
    tools = visitor.tools
    ask_waiting(asker_of(tools.keys, tools.site.url, tools.tokens), tools.database, tools.clock())


def recipients(visitor: Visitor) -> Counter[str | None]:
    with visitor.tools.database.read() as session:
        return Counter(session.scalars(select(Mail.recipient)))


@pytest.mark.parametrize("at", [1, 55, 130])
def test_a_worker_that_is_killed_asks_nobody_twice_and_leaves_nobody_out(
    somebody: Visitor, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    crowd(somebody, 150)
    queued = []

    def dies(*arguments: object, **options: object) -> int:
        queued.append(1)
        if len(queued) == at:
            raise Killed
        return queue_mail(*arguments, **options)  # type: ignore[arg-type]  # passed through as given

    monkeypatch.setattr(consents, "SLICE", 50)
    monkeypatch.setattr(consents, "queue_mail", dies)
    with pytest.raises(Killed):
        ask(somebody)
    assert count(somebody, AskedAnew) == count(somebody, Mail) == [(at - 1) // 50 * 50]
    ask(somebody)
    assert set(recipients(somebody).values()) == {1}
    assert count(somebody, AskedAnew, Mail) == [150, 150]


def test_two_workers_at_once_ask_each_once(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consents, "SLICE", 10)
    crowd(visitor, 40)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _n: ask(visitor), range(2)))
    assert set(recipients(visitor).values()) == {1}
    assert count(visitor, AskedAnew, Mail) == [40, 40]


def test_only_so_many_stand_in_the_queue_and_a_new_signatory_waits_for_none_of_them(
    somebody: Visitor, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(consents, "SLICE", 20)
    monkeypatch.setattr(consents, "A_ROUND", 60)
    crowd(somebody, 100)
    for _round in range(2):
        ask(somebody)
        assert count(somebody, Mail) == [60]
    somebody.sign()
    assert len(somebody.deliver_mail()) == 2, "hers, and the first of the others: the rest is due later"
    with somebody.tools.database.read() as session:
        first, last = session.execute(select(func.min(Mail.due_at), func.max(Mail.due_at))).one()
    assert last - first == 58 * consents.PACE
    clock.move(minutes=5)
    somebody.deliver_mail()
    ask(somebody)
    assert count(somebody, AskedAnew, Mail) == [100, 40]
