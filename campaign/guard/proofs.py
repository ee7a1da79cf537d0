"""Proof of work by altcha (v2): a browser derives keys until one fits, while its owner types.

PBKDF2 rather than a plain hash: a browser derives it natively, so a flood's own machine gains little on a phone.
The number to be found is chosen by us and the key that it gives is signed, so checking an answer costs three
HMACs, not a derivation.
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
TRIES = 4_000  # the number lies below: about a second of a desktop's core, three to six of a phone's
LONGEST = 2_000  # characters; a real proof has some 700


@dataclass(frozen=True)
class Proof:
    """A challenge that was solved in time; whether for the first time, the database knows."""

    sha256: bytes
    expires_at: datetime


def new_challenge(secret: bytes, *, now: datetime) -> dict[str, Any]:
    """Return a fresh challenge, signed under `secret`, as a browser takes it.

    When it ends stands in `data`, not in altcha's `expiresAt`: the library asks its own clock, we ask ours.
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


def read_proof(text: str, secret: bytes, *, now: datetime) -> Proof | None:
    """Return the proof in what a form brought, None if it is none, is forged, unsolved or too old."""
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
    return Proof(sha256(signature.encode()).digest(), expires_at) if now < expires_at else None


def _answers(secret: bytes) -> bytes:
    """Return the key that signs right answers, apart from the one that signs challenges."""
    return digest(secret, b"answers", "sha256")
