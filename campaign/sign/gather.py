"""One mail for all the forms that waited for it: its one link leads to each form."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from campaign.seal.locks import fingerprint, lock, unlock
from campaign.sign.models import Intent, SharedLink
from campaign.sign.rules import INTENT_LIFE
from campaign.sign.service import code_fingerprint
from campaign.storage.statements import table_of
from campaign.web.tokens import new_secret
from campaign.web.toolbox import Toolbox

CONTEXT = b"shared"
AT_ONCE = 500  # links in one statement; SQLite takes 32,766 at most
INTENT, SHARED = table_of(Intent), table_of(SharedLink)
RENEW = (
    update(INTENT)
    .where(INTENT.c.id == bindparam("number"))
    .values(code_sha256=bindparam("code"), expires_at=bindparam("over"))
)


@dataclass(frozen=True)
class LinkedForm:
    """One form behind a mail's link: its row, and the secret that opens it."""

    intent: Intent
    secret: bytes


def gather_forms(
    tools: Toolbox, session: Session, waited: list[dict[str, str]], now: datetime
) -> dict[str, str] | None:
    """Return what a late mail carries: one link and one code for every form that waited, or None if no form is left.

    The 72 hours of these forms begin now: a visitor must not lose time because the mail was late.
    """
    own = [tools.tokens.read("confirm", each["link"].rpartition("/")[2]) for each in waited]
    forms = list(_find_intents(session, own))
    if not forms:
        return None
    # One form keeps its own secret in the link; several share a new one, which opens each of theirs.
    code, secret = f"{secrets.randbelow(1_000_000):06d}", forms[0][1] if len(forms) == 1 else new_secret()
    later = [
        {"number": number, "code": code_fingerprint(each, code), "over": now + INTENT_LIFE}
        for number, each in forms
    ]
    session.connection().execute(RENEW, later)
    if len(forms) > 1:
        name = fingerprint(secret)
        shared = [
            {"intent_id": number, "link_sha256": name, "locked": lock(secret, _context(number), each)}
            for number, each in forms
        ]
        session.connection().execute(insert(SHARED), shared)
    return {"link": with_token(waited[0]["link"], tools.tokens.issue("confirm", secret)), "code": code}


def with_token(link: str, token: str) -> str:
    """Return a mailed link with another token: the worker answers no request, so it cannot build a link itself."""
    return f"{link.rpartition('/')[0]}/{token}"


def forms_behind(session: Session, secret: bytes) -> list[LinkedForm]:
    """Return the forms behind a mail's link: first those that the guard did not hold, then the likeliest and newest."""
    rows = session.execute(
        select(Intent, SharedLink.locked)
        .join(SharedLink, SharedLink.intent_id == Intent.id)
        .where(SharedLink.link_sha256 == fingerprint(secret))
        .order_by(Intent.held_for.is_not(None), Intent.likely.desc(), Intent.id.desc())
    )
    return [LinkedForm(intent, unlock(secret, _context(intent.id), locked)) for intent, locked in rows]


def _find_intents(session: Session, own: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    """Give the number and the secret of each form that is still stored."""
    # A flood can wait with thousands of forms: one query for each would block the worker's other mails.
    for start in range(0, len(own), AT_ONCE):
        known = {fingerprint(secret): secret for secret in own[start : start + AT_ONCE]}
        found = select(INTENT.c.id, INTENT.c.link_sha256).where(INTENT.c.link_sha256.in_(known))
        yield from ((number, known[bytes(name)]) for number, name in session.connection().execute(found))


def _context(number: int) -> bytes:
    return CONTEXT + b":%d" % number
