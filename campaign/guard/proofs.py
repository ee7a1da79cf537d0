"""Proof of work by altcha (v2): the browser derives keys until one fits, while the visitor types.

It uses PBKDF2, not a plain hash: every browser has PBKDF2 built in, so an attacker's machine is not much faster than a
phone. We choose the number to be found and sign its key, so checking an answer costs three HMACs, not a derivation.
"""

import secrets
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from hmac import digest
from typing import Any

from altcha.v2 import Payload, create_challenge, verify_solution

from campaign.guard.rules import CHALLENGE_LIFE

ROUNDS = 2_000  # PBKDF2 iterations a try: about half a millisecond on one core, so that making one costs us little
TRIES = 4_000  # the number is smaller than this: about one second of a desktop's core, three to six of a phone's
LONGEST = 2_000  # characters; a real proof has some 700


@dataclass(frozen=True)
class SolvedChallenge:
    """A challenge that was solved in time; the database knows whether it was used before."""

    sha256: bytes
    expires_at: datetime


def new_challenge(secret: bytes, *, now: datetime) -> dict[str, Any]:
    """Return a new challenge, signed under `secret`, as JSON for the browser.

    Its end is in `data`, not in altcha's `expiresAt`: the library reads the system's clock, we read our own.
    """
    challenge = create_challenge(
        "PBKDF2/SHA-256",
        ROUNDS,
        counter=secrets.randbelow(TRIES),
        data={"until": int((now + CHALLENGE_LIFE).timestamp())},
        hmac_secret=secret,
        hmac_key_secret=_answers(secret),
    )
    return challenge.to_dict()


def read_proof(text: str, secret: bytes, *, now: datetime) -> SolvedChallenge | None:
    """Return the solved challenge in a form's field; None if it is missing, forged, unsolved or too old."""
    if not text or len(text) > LONGEST:
        return None
    try:
        payload = Payload.from_base64(text)
        if not verify_solution(payload, secret, hmac_key_secret=_answers(secret)).verified:
            return None
    except (NotBase64, ValueError, KeyError, TypeError, RecursionError):
        return None
    signed, signature = payload.challenge.parameters.data or {}, payload.challenge.signature or ""
    expires_at = datetime.fromtimestamp(signed["until"], UTC)
    return SolvedChallenge(sha256(signature.encode()).digest(), expires_at) if now < expires_at else None


def _answers(secret: bytes) -> bytes:
    """Return the key that signs right answers; challenges are signed with another."""
    return digest(secret, b"answers", "sha256")
