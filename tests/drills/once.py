"""Row 10: one address, many confirmations at once, one signature; a control without the constraint must fail."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from sqlalchemy import func, select, text

from campaign.confirm.models import Signatory, Signature
from campaign.mail.models import Mail
from tests.drills.ground import Campaign, campaign

AT_ONCE, ADDRESSES = 64, 40


def run() -> tuple[str, bool]:
    """Press one link 64 times at once, for many addresses, on both databases; then the control."""
    told, held = [], True
    for database in ("sqlite", "postgresql"):
        with campaign(database) as ground:
            refused = _press_all(ground)
            signatures = ground.count(Signature)
            with ground.tools.database.read() as session:
                standing = session.scalar(select(func.count()).where(Signatory.stands)) or 0
            control = _control(ground)
        held = held and (signatures, standing, refused) == (ADDRESSES, ADDRESSES, 0) and control > ADDRESSES
        told.append(
            f"{database}: {ADDRESSES} addresses × {AT_ONCE} at once = {signatures} signatures, {refused} refused; "
            f"check-then-insert made {control}"
        )
    return "; ".join(told), held


def _press_all(ground: Campaign) -> int:
    client = ground.app.test_client()
    for number in range(ADDRESSES):
        client.post("/en/appeal/sign", data=ground.form(f"person{number}@example.org"))
    with ground.tools.database.read() as session:
        mails = [json.loads(values) for values in session.scalars(select(Mail.values)) if values]
    refused = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for mail in mails:
            press = _presser(ground, urlsplit(mail["link"]).path, mail["code"])
            refused += sum(status != 303 for status in pool.map(press, range(AT_ONCE)))
    return refused


def _presser(ground: Campaign, link: str, code: str) -> Callable[[int], int]:
    return lambda _number: ground.app.test_client().post(link, data={"code": code}).status_code


def _control(ground: Campaign) -> int:
    """Do the same the naive way, so that the drill is known to bite."""
    database = ground.tools.database
    with database.write() as session:
        session.execute(text("CREATE TABLE naive (address INTEGER)"))

    def check_then_insert(address: int) -> None:
        with database.read() as session:
            known = session.execute(text("SELECT 1 FROM naive WHERE address = :a"), {"a": address}).first()
        if known is None:
            with database.write() as session:
                session.execute(text("INSERT INTO naive VALUES (:a)"), {"a": address})

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(check_then_insert, [address for address in range(ADDRESSES) for _ in range(16)]))
    with database.read() as session:
        return int(session.execute(text("SELECT count(*) FROM naive")).scalar_one())
