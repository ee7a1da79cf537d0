"""Row 20: erase a hundred people, restore yesterday's backup, and find none of them back."""

from pathlib import Path

from sqlalchemy import select

from campaign.confirm.models import Signatory, Signature, SignatureLink
from campaign.confirm.service import confirm_address, find_intent, make_ready
from campaign.letter.service import current_text, find_letter
from campaign.mail.address import Address
from campaign.seal.locks import fingerprint
from campaign.sign.rules import NEEDED, Entry
from campaign.sign.service import Link, Typed, record_intent
from campaign.sign.service import make_ready as lock_intent
from campaign.web.tokens import new_secret
from tests.drills.ground import Campaign, campaign

PEOPLE, ERASED = 200, 100


def run() -> tuple[str, bool]:
    """Sign, back up, withdraw, restore, count."""
    erased, back, others = erase_and_restore(PEOPLE, ERASED)
    told = f"{erased} of {PEOPLE} erased, backup restored: {back} back, {others} others still there"
    return told, (erased, back, others) == (ERASED, 0, PEOPLE - ERASED)


def erase_and_restore(people: int, erased: int) -> tuple[int, int, int]:
    """Return how many were erased, how many of them a restored backup brought back, and how many others it did."""
    with campaign() as ground:
        links = _sign(ground, people)
        shell = ground.app.test_cli_runner()
        folder = Path(str(ground.tools.database.engine.url.database)).parent / "backups"
        shell.invoke(args=["storage", "backup", "-o", str(folder)], catch_exceptions=False)
        (backup,) = folder.glob("campaign-*.db")
        gone = sum(_withdraw(ground, link) for link in links[:erased])
        if ground.count(Signature) != people - erased:
            return 0, 0, 0
        ground.tools.database.close()
        shell.invoke(args=["storage", "restore", str(backup), "--yes"], catch_exceptions=False)
        back = {fingerprint(link) for link in links[:erased]}
        with ground.tools.database.read() as session:
            found = set(session.scalars(select(SignatureLink.link_sha256)))
        return gone, len(found & back), ground.count(Signatory) - len(found & back)


def _withdraw(ground: Campaign, link: bytes) -> bool:
    token = ground.tools.tokens.issue("signature", link)
    return ground.app.test_client().post(f"/signature/{token}/withdraw").status_code == 303


def _sign(ground: Campaign, people: int) -> list[bytes]:
    """Let people sign by the verbs themselves; return the secrets of their private links."""
    empty = dict.fromkeys(("latin_name", "office", "constituency", "party", "affiliation", "community"), "")
    entry = Entry(kind="lawmaker", name="Odile Verchamp", country="FR", legislature="Rives", visibility="public",
                  consents=NEEDED["public"], recipients=(), **empty)  # fmt: skip
    keys, now, links = ground.tools.keys, ground.tools.clock(), []
    assert keys is not None
    with ground.tools.database.write() as session:
        letter = find_letter(session, "appeal")
        text = current_text(session, letter, "en")
        for number in range(people):
            secret = new_secret()
            typed = Typed(entry, Address(f"person{number}", "example.org"), new_secret())
            record_intent(session, lock_intent(letter, text, typed, Link(secret, ""), keys, now=now), now=now)
            intent = find_intent(session, secret)
            ready = make_ready(intent, letter, text, secret, keys, now=now)
            links.append(confirm_address(session, intent, ready, ground.tools.site.erasures, now=now))
    return links
