"""Count a submitted form, say what is odd about it, and delete old counts."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hmac import digest

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from campaign.guard.buckets import Count, count, hits, named
from campaign.guard.models import Bucket, GuardKey, MailPlace, SpentChallenge
from campaign.guard.proofs import SolvedChallenge
from campaign.guard.rules import (
    CROWDS,
    HIDES_LETTER,
    HIDES_NETWORK,
    MOST_LIKELY,
    PLAIN,
    WORKED,
    Budget,
    Lane,
    is_provider,
    likeliness,
    owner_of,
)
from campaign.storage.database import Database
from campaign.storage.statements import insert_once, table_of

DAY_KEY = select(table_of(GuardKey).c.key).where(table_of(GuardKey).c.day == bindparam("day"))


@dataclass(frozen=True)
class Sender:
    """Where a form came from: its network, a proof of work, and whether its address is a parliament's own."""

    network: str | None = None
    official: bool = False
    proof: SolvedChallenge | None = None


UNKNOWN = Sender()


@dataclass(frozen=True)
class Submission:
    """The facts by which the guard counts one form.

    `secret` is kept outside the database, `oddity` is what is odd about the address itself, and `lot` is any number
    that spreads a crowd over several counter rows.
    """

    secret: bytes
    domain: str
    letter: str
    oddity: str | None
    lot: int
    sender: Sender = UNKNOWN


@dataclass(frozen=True)
class Verdict:
    """Why the signature is held for the desk, None if it is not; and how likely it is a person's, 0 to 9."""

    held_for: str | None
    likely: int = 0

    @property
    def crowded(self) -> bool:
        """Say whether it is held for its network or its mail domain, and not only for the letter's busy day."""
        return self.held_for in ("network", "domain", "disposable")


def assess(session: Session, submission: Submission, day_key: bytes | None, *, now: datetime) -> Verdict:
    """Count one form in the present transaction, and assess it; this uses up its proof of work.

    `day_key` is the result of DAY_KEY: the caller reads it together with its own rows. The counters are always locked
    in one order (network, domain, letter), so that no two transactions wait for each other.
    """
    sender, proof = submission.sender, submission.sender.proof
    lane = WORKED if proof is not None and _use_proof(session, proof) else PLAIN
    if sender.official:  # a parliament's own address: its crowds are no flood, and no stranger can confirm it
        return Verdict(submission.oddity, MOST_LIKELY)
    day = day_secret(session, submission.secret, day_key, now=now)
    places = _places(day, lane, submission)
    crowds = dict(zip(places, hits(session, list(places.values()), now=now), strict=True))
    odd = submission.oddity or next((name for name, place in places.items() if crowds[name] > place.most), None)
    # A held form has its own counter, so that a flood from one place does not use up the letter's budget of the day.
    whole = _named(day, lane, lane.letter, "held" if odd else "letter", submission.letter, lot=submission.lot)
    surge = not count(session, [whole], now=now)[0]
    likely = likeliness(
        worked=lane is WORKED,
        network=crowds.get("network", CROWDS[0] + 1),  # hidden: neither alone nor a crowd
        domain=0 if is_provider(submission.domain) else crowds["domain"],
        disposable=submission.oddity == "disposable",
    )
    return Verdict(odd or ("surge" if surge else None), likely)


def may_hide(session: Session, secret: bytes, network: str | None, letter: str, *, now: datetime) -> bool:
    """Count one name that a stranger wants hidden; say whether to hide it before an officer has looked.

    A network that is over its own budget uses up none of the letter's. Visitors of unknown networks share one.
    """
    known = session.connection().execute(DAY_KEY, {"day": now.date()}).scalar()
    day = day_secret(session, secret, known, now=now)
    own = named(day, HIDES_NETWORK.row, "hides", "network", network or "unknown")
    whole = named(day, HIDES_LETTER.row, "hides", "letter", letter)
    return count(session, [own], now=now)[0] and count(session, [whole], now=now)[0]


def sweep(database: Database, now: datetime) -> None:
    """Delete expired buckets, places and challenges, and the keys of earlier days: the worker's chore."""
    with database.write() as session:
        for statement in (
            delete(Bucket).where(Bucket.until <= now),
            delete(MailPlace).where(MailPlace.until <= now),
            delete(SpentChallenge).where(SpentChallenge.expires_at <= now),
            delete(GuardKey).where(GuardKey.day < now.date()),
        ):
            session.execute(statement)
    database.truncate_log()  # else the erased key could still be read in SQLite's write-ahead log


def _places(day: bytes, lane: Lane, submission: Submission) -> dict[str, Count]:
    """Return the counts of a form's network and mail domain."""
    network, domain, lot = submission.sender.network, submission.domain, submission.lot
    provider = is_provider(domain)
    budget, owner = (lane.provider, domain) if provider else (lane.domain, owner_of(domain))
    places = {"domain": _named(day, lane, budget, "domain", owner, lot=lot)}
    if network is not None:
        places = {"network": _named(day, lane, lane.network, "network", network, lot=lot), **places}
    return places


def _named(day: bytes, lane: Lane, budget: Budget, *words: str, lot: int) -> Count:
    return named(day, budget.row, lane.name, *words, str(lot % budget.rows))


def _use_proof(session: Session, proof: SolvedChallenge) -> bool:
    """Mark a proof as used; say whether it was unused."""
    return insert_once(session, SpentChallenge, {"sha256": proof.sha256, "expires_at": proof.expires_at})


def day_secret(session: Session, secret: bytes, day_key: bytes | None, *, now: datetime) -> bytes:
    """Return the secret that names today's buckets, derived from a key in the database and one outside it.

    A thief of the database alone cannot try out the 16 million networks. After the day's key is erased, not even the
    campaign can.
    """
    return digest(secret, b"guard:day:" + (day_key or _new_day(session, now=now)), "sha256")


def _new_day(session: Session, *, now: datetime) -> bytes:
    """Make today's key, unless another process was faster, and erase the earlier ones."""
    # Erased here too, not only by the worker: yesterday's buckets must become unreadable even if no worker runs.
    session.execute(delete(GuardKey).where(GuardKey.day < now.date()))
    insert_once(session, GuardKey, {"day": now.date(), "key": secrets.token_bytes(32)})
    return bytes(session.connection().execute(DAY_KEY, {"day": now.date()}).scalar_one())
