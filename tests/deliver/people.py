"""People who sign and say who may read their names; every name is invented."""

from dataclasses import replace
from pathlib import Path

from campaign.confirm.models import Signatory
from campaign.confirm.service import ENTRY_CONTEXT
from campaign.seal.keys import load_private
from campaign.sign.rules import NEEDED, Entry
from tests.cast import ACTIVIST, Officer, Visitor


def sign(visitor: Visitor, number: int, name: str, visibility: str = "withheld", **fields: str) -> None:
    """Let signatory `number` walk the whole way."""
    person = ACTIVIST if fields.get("kind", "activist") == "activist" else {}
    form = {
        **person,
        "name": name,
        "latin_name": "",
        "visibility": visibility,
        "consent": list(NEEDED[visibility]),
        "email": f"p{number}@example{number // 10 or ''}.org",  # a domain gets so many mails a day
        **fields,
    }
    visitor.sign_and_confirm(form)


def tick(visitor: Visitor, number: int, recipients: tuple[str, ...], private: Path | None = None) -> None:
    """Let signatory `number` have ticked these governments."""
    keys = visitor.tools.keys
    assert keys is not None
    opener = load_private(private) if private else keys.opener
    with visitor.tools.database.write() as session:
        row = session.get_one(Signatory, number)
        assert row.sealed_entry is not None
        entry = Entry.from_bytes(opener.open(row.sealed_entry, ENTRY_CONTEXT))
        row.sealed_entry = keys.sealer.seal(replace(entry, recipients=recipients).to_bytes(), ENTRY_CONTEXT)


def sign_and_count(
    visitor: Visitor, officer: Officer, number: int, name: str, recipients: tuple[str, ...], **fields: str
) -> None:
    """Let a withheld signatory sign, tick and be accepted."""
    sign(visitor, number, name, **fields)
    tick(visitor, number, recipients)
    assert officer.decide(number).status_code == 303
