"""A crowd of senders, and what the guard makes of them."""

import secrets
from collections import Counter
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from campaign.guard.service import DAY_KEY, Sender, Submission, Verdict, assess
from campaign.mail.models import Mail
from campaign.sign.models import Intent
from tests.cast import LAWMAKER, STAMP, Visitor

OUTSIDE = b"a key that is kept outside the database"
HALL, ELSEWHERE = "203.0.113.0/24", "198.51.100.0/24"


def submission(address: str = "", letter: str = "appeal", lot: int = 0, **sender: Any) -> Submission:
    """Return what the guard counts of one form; each is another person on a domain of their own, unless it says."""
    address = address or f"ana@{secrets.token_hex(6)}.example"
    return Submission(OUTSIDE, address.partition("@")[2], letter, None, lot, Sender(**sender))


def judge(visitor: Visitor, *submissions: Submission) -> list[Verdict]:
    """Assess submissions one by one, at the clock's moment."""
    with visitor.tools.database.write() as session:
        now = visitor.tools.clock()
        key = session.execute(DAY_KEY, {"day": now.date()}).scalar()
        return [assess(session, each, key, now=now) for each in submissions]


def send(visitor: Visitor, email: str, client: str = "203.0.113.7", **more: Any) -> TestResponse:
    """Send the form as a client at some address does."""
    headers = more.pop("headers", {})
    found = STAMP.search(visitor.get("/en/appeal/sign?as=lawmaker").text)
    assert found is not None
    form = {**LAWMAKER, "form_token": found[1], "email": email, **more}
    return visitor.client.post(
        "/en/appeal/sign", data=form, headers=headers, environ_overrides={"REMOTE_ADDR": client}
    )


def held(visitor: Visitor) -> Counter[str | None]:
    """Return how many intents are held, by reason."""
    with visitor.tools.database.read() as session:
        return Counter(session.scalars(select(Intent.held_for)))


def owed_to(visitor: Visitor) -> list[str | None]:
    """Return the recipients of the queued mails; None for a muted one."""
    with visitor.tools.database.read() as session:
        return list(session.scalars(select(Mail.recipient).order_by(Mail.id)))
