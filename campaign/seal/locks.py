"""Encrypt bytes with a secret that is only in a person's private link; the database alone opens nothing."""

from hashlib import sha256
from hmac import digest

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from campaign.seal.boxes import NONCE, CannotOpen


def lock(secret: bytes, context: bytes, plaintext: bytes) -> bytes:
    """Encrypt under a key derived from `secret` (128 random bits or more), used once per context."""
    return AESGCM(_key(secret, context)).encrypt(NONCE, plaintext, context)


def unlock(secret: bytes, context: bytes, locked: bytes) -> bytes:
    """Return the plaintext. Raises CannotOpen for another secret, another context or altered bytes."""
    try:
        return AESGCM(_key(secret, context)).decrypt(NONCE, locked, context)
    except InvalidTag as fault:
        raise CannotOpen from fault


def fingerprint(secret: bytes) -> bytes:
    """Return the SHA-256 that the database stores of a link; the link cannot be derived from it."""
    return sha256(secret).digest()


def derived(secret: bytes, purpose: bytes) -> bytes:
    """Return another 128-bit secret for `purpose`, always the same; `secret` cannot be derived from it."""
    return digest(secret, b"undersigned:" + purpose, "sha256")[:16]


def _key(secret: bytes, context: bytes) -> bytes:
    return digest(secret, b"undersigned:lock:" + context, "sha256")
