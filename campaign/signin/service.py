"""Sign officers in, check the second factor again, and count wrong tries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from campaign.audit.models import Officer
from campaign.guard.models import SpentChallenge
from campaign.seal.locks import derived, fingerprint
from campaign.signin.factors import matching_step, recovery_hash, unlock_secret
from campaign.signin.models import Guess, Passkey, RecoveryCode
from campaign.signin.officers import find_officer
from campaign.signin.passkeys import PasskeyRefused, Question, answered_by, check_answer
from campaign.signin.rules import (
    CHALLENGE_LIFE,
    FREE_FAILURES,
    counter_of,
    wait_after,
)
from campaign.signin.sessions import NewSession, SignedIn, mark_fresh, open_session
from campaign.storage.journal import ENDED, mark_of, write_act
from campaign.storage.statements import insert_once

CODE, PASSKEY, RECOVERY = "code", "passkey", "recovery code"


class TooSoon(Exception):
    """Too many wrong tries in a row: wait."""


@dataclass(frozen=True)
class Attempt:
    """One try to sign in: the typed address, the kind of browser, and the key of its counter."""

    email: str
    browser: str
    counter: bytes


@dataclass(frozen=True)
class Answer:
    """A passkey's answer, as JSON from the browser, and the question it answers."""

    question: Question
    text: str


def password_hash_of(session: Session, attempt: Attempt, *, now: datetime) -> str | None:
    """Return the password hash of an address, None for an unknown one; check the password outside any transaction.

    Argon2 takes a tenth of a second. Raises TooSoon: a visitor who must wait must not cost a hash.
    """
    tries = session.get(Guess, attempt.counter)
    if tries is not None and tries.next_try_at > now:
        raise TooSoon
    officer = find_officer(session, attempt.email)
    return officer.password_hash if officer else None


def sign_in(
    session: Session, attempt: Attempt, right: bool, code: str, key: bytes, *, now: datetime
) -> NewSession | None:
    """Return a new session, or None if address, password (`right`) and code do not fit together.

    It returns None rather than raise, so that the transaction with the counted failure is committed. Raises TooSoon
    if other wrong tries came meanwhile: of a hundred passwords sent at once, the right one must wait too.
    """
    tries = _lock_tries(session, attempt.counter, now)
    # Locked, because the code's step is stored below: the same code sent twice at once must work only once.
    officer = find_officer(session, attempt.email, lock=True) if right else None
    how = _second_factor(session, officer, code, key, now) if officer else None
    if officer is None or how is None:
        _count_failure(tries, now)
        return None
    session.delete(tries)
    return open_session(session, officer, how, attempt.browser, now)


def sign_in_with_passkey(
    session: Session, answer: Answer, browser: str, key: bytes, *, now: datetime
) -> NewSession | None:
    """Return a new session, or None if no passkey of ours gave this answer; a passkey is two factors by itself.

    Wrong tries with passwords never make a passkey wait. A passkey cannot be guessed, and so an attacker cannot lock
    an officer out.
    """
    passkey = _answering(session, answer, key, None, now)
    if passkey is None:
        return None
    officer = session.get_one(Officer, passkey.officer_id)
    return open_session(session, officer, PASSKEY, browser, now)


def confirm_with_code(session: Session, signed_in: SignedIn, code: str, key: bytes, *, now: datetime) -> bool:
    """Check an authenticator's code and renew the session's second factor; say whether it fits. Raises TooSoon."""
    tries = _lock_tries(session, confirm_counter(key, signed_in.officer.id), now)
    officer = session.scalar(select(Officer).where(Officer.id == signed_in.officer.id).with_for_update())
    if officer is None or not _accept_code(officer, code, key, now):
        _count_failure(tries, now)
        return False
    session.delete(tries)
    mark_fresh(session, signed_in, now)
    return True


def confirm_with_passkey(
    session: Session, signed_in: SignedIn, answer: Answer, key: bytes, *, now: datetime
) -> bool:
    """Check the answer of the officer's own passkey and renew the session's second factor; say whether it fits."""
    if _answering(session, answer, key, signed_in.officer.id, now) is None:
        return False
    mark_fresh(session, signed_in, now)
    return True


def use_challenge(session: Session, challenge: bytes, *, now: datetime) -> bool:
    """Mark a challenge as used, and say whether it was unused."""
    # The row is kept twice as long as the challenge is valid: no replay can outlive it.
    session.execute(delete(SpentChallenge).where(SpentChallenge.expires_at <= now))
    values = {"sha256": fingerprint(challenge), "expires_at": now + CHALLENGE_LIFE * 2}
    return insert_once(session, SpentChallenge, values)


def user_handle(key: bytes, officer_id: int) -> bytes:
    """Return the opaque id under which an authenticator keeps an officer's passkeys."""
    return derived(key, b"officer:%d" % officer_id)


def joining_handle(key: bytes, secret: bytes) -> bytes:
    """Return the opaque id for a passkey that is made with an invitation, whose officer has no number yet."""
    return derived(key, b"joining:" + secret)


def tries_left(session: Session, counter: bytes) -> int:
    """Return how many wrong tries are left before the next one must wait; an unknown address gets the same answer."""
    tries = session.get(Guess, counter)
    return max(FREE_FAILURES - tries.failures, 0) if tries else FREE_FAILURES


def confirm_counter(key: bytes, officer_id: int) -> bytes:
    """Return the key of the counter of an officer's wrong codes."""
    return counter_of(key, b"confirm", str(officer_id).encode())


def _lock_tries(session: Session, counter: bytes, now: datetime) -> Guess:
    """Lock the row that counts these tries, and make it if there is none. Raises TooSoon."""
    # Locked until commit: otherwise a hundred tries at once would all read a count of zero.
    insert_once(session, Guess, {"key": counter, "failures": 0, "next_try_at": now})
    tries = session.scalars(select(Guess).where(Guess.key == counter).with_for_update()).one()
    if tries.next_try_at > now:
        raise TooSoon
    # Rows of addresses that an attacker made up must not fill the table.
    session.execute(delete(Guess).where(Guess.next_try_at < now - timedelta(days=1), Guess.key != counter))
    return tries


def _count_failure(tries: Guess, now: datetime) -> None:
    tries.failures += 1
    tries.next_try_at = now + wait_after(tries.failures)


def _second_factor(session: Session, officer: Officer, code: str, key: bytes, now: datetime) -> str | None:
    """Use the typed code, and return its kind; None if it fits neither the authenticator nor a recovery code."""
    if _accept_code(officer, code, key, now):
        return CODE
    recovery = session.scalar(
        select(RecoveryCode)
        .where(
            RecoveryCode.officer_id == officer.id,
            RecoveryCode.code_sha256 == recovery_hash(code),
            RecoveryCode.used_at.is_(None),
        )
        .with_for_update()
    )
    if recovery is None:
        return None
    recovery.used_at = now  # kept, not deleted: its owner must see that it was used
    write_act(session, ENDED, mark_of("recovery_code", recovery.code_sha256), now=now)
    return RECOVERY


def _accept_code(officer: Officer, code: str, key: bytes, now: datetime) -> bool:
    secret = unlock_secret(key, officer.totp_salt, officer.totp_locked)
    step = matching_step(secret, code, officer.totp_last_step, now)
    officer.totp_last_step = officer.totp_last_step if step is None else step
    return step is not None


def _answering(
    session: Session, answer: Answer, key: bytes, officer_id: int | None, now: datetime
) -> Passkey | None:
    """Return the passkey that gave this answer, and use up the challenge; None if it is no passkey of ours."""
    try:
        credential_id, user = answered_by(answer.text)
        passkey = session.scalar(
            select(Passkey)
            .join(Officer, Officer.id == Passkey.officer_id)
            .where(Passkey.credential_id == credential_id, Officer.removed_at.is_(None))
            .with_for_update(of=Passkey)
        )
        if passkey is None or officer_id not in (None, passkey.officer_id):
            return None
        # The challenge is used up before the signature is checked, so that it serves for one answer, right or wrong.
        if user not in (None, passkey.handle or user_handle(key, passkey.officer_id)) or not use_challenge(
            session, answer.question.challenge, now=now
        ):
            return None
        count = check_answer(answer.question, answer.text, passkey.public_key, passkey.sign_count)
    except PasskeyRefused:
        return None
    passkey.sign_count, passkey.used_at = count, now
    return passkey
