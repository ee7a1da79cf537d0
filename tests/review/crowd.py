"""What the guard and a flood leave behind, written straight into the tables."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from campaign.confirm.models import Signatory, Signature
from campaign.letter.models import Letter, LetterText
from campaign.seal.indexes import domain_index
from campaign.storage.statements import table_of
from campaign.verify.models import Verification
from campaign.web.toolbox import Toolbox
from tests.cast import Officer

SIGNATURE, SIGNATORY = insert(table_of(Signature)), insert(table_of(Signatory))
BOT = {
    "stands": True,
    "kind": "activist",
    "country": "DE",
    "visibility": "public",
    "name": "Bruno Falschmann",
    "sort_key": b"b",
    "consent_sha256": "0" * 64,
}


def index(tools: Toolbox, domain: str, letter: str = "appeal") -> bytes:
    assert tools.keys is not None
    return domain_index(tools.keys.index_key, letter, domain)


def hold_by_guard(tools: Toolbox, number: int, reason: str) -> None:
    """Let the guard have found something odd about a signatory."""
    with tools.database.write() as session:
        session.execute(update(Signatory).where(Signatory.id == number).values(held_for=reason))


def flood(tools: Toolbox, count: int, domain: str, *, now: datetime, **columns: Any) -> list[int]:
    """Confirm invented signatories from one mail domain; return their numbers."""
    assert tools.keys is not None
    box, mark = tools.keys.sealer.seal(f"bot@{domain}".encode(), b"address"), index(tools, domain)
    with tools.database.write() as session:
        letter = session.scalars(select(Letter.id).order_by(Letter.id)).first()
        text = session.scalars(select(LetterText.id).order_by(LetterText.id)).first()
        first = (session.scalar(select(func.max(Signature.id))) or 0) + 1
        signature = {"letter_id": letter, "sealed_address": box, "signed_on": now.date(), "domain_index": mark}
        signatory = {**BOT, "letter_id": letter, "letter_text_id": text, "confirmed_at": now, **columns}
        numbers = range(first, first + count)
        session.execute(SIGNATURE, [{**signature, "id": n, "address_index": n.to_bytes(32)} for n in numbers])
        session.execute(SIGNATORY, [{**signatory, "id": 1_000 + n, "signature_id": n} for n in numbers])
    return [1_000 + number for number in numbers]


def standing(officer: Officer) -> dict[int, tuple[str, str | None]]:
    """Return the decision that stands about each signatory."""
    with officer.tools.database.read() as session:
        rows = session.execute(select(Verification.signatory_id, Verification.outcome, Verification.reason))
        return {number: (outcome, reason) for number, outcome, reason in rows}
