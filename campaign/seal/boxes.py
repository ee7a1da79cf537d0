"""Seal bytes so that only the campaign's private key, or its recovery key, can open them.

HPKE (RFC 9180, X25519 + HKDF-SHA256 + AES-256-GCM) from `cryptography`. The body is encrypted once with a
fresh key, and that key is wrapped for each recipient, so a recovery key costs 88 bytes, not a second copy.
"""

import secrets
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
FORMAT = b"\x01"
KEY_ID_BYTES = 8
WRAPPED_BYTES = 32 + 32 + 16  # encapsulated key, content key, tag
SLOT_BYTES = KEY_ID_BYTES + WRAPPED_BYTES
NONCE = bytes(12)  # the content key is fresh for every box, so the nonce may be constant


class CannotOpen(Exception):
    """None of the keys opens this box, or it was altered."""


@dataclass(frozen=True)
class Sealer:
    """Seals to one or more X25519 public keys (32 raw bytes each)."""

    public_keys: tuple[bytes, ...]

    def seal(self, plaintext: bytes, context: bytes) -> bytes:
        """Return a box that opens only with the same `context` and one of the private keys."""
        content_key = secrets.token_bytes(32)
        slots = [
            key_id(public) + SUITE.encrypt(content_key, X25519PublicKey.from_public_bytes(public), info=context)
            for public in self.public_keys
        ]
        body = AESGCM(content_key).encrypt(NONCE, plaintext, context)
        return FORMAT + bytes([len(slots)]) + b"".join(slots) + body


@dataclass(frozen=True)
class Opener:
    """Opens boxes with its private keys (32 raw bytes each)."""

    private_keys: tuple[bytes, ...]

    def open(self, box: bytes, context: bytes) -> bytes:
        """Return the plaintext. Raises CannotOpen if no key fits or a byte was altered."""
        if box[:1] != FORMAT or len(box) < 2:
            raise CannotOpen
        body_at = 2 + box[1] * SLOT_BYTES
        for private in self._private_keys():
            for at in range(2, body_at, SLOT_BYTES):
                if box[at : at + KEY_ID_BYTES] == key_id(private.public_key().public_bytes_raw()):
                    return _open_slot(private, box[at + KEY_ID_BYTES : at + SLOT_BYTES], box[body_at:], context)
        raise CannotOpen

    def _private_keys(self) -> list[X25519PrivateKey]:
        return [X25519PrivateKey.from_private_bytes(raw) for raw in self.private_keys]


def key_id(public: bytes) -> bytes:
    """Return the short name of a public key, as boxes list it."""
    return sha256(public).digest()[:KEY_ID_BYTES]


def key_ids(box: bytes) -> tuple[bytes, ...]:
    """Return the short names of the keys that open a box, in its order; empty if it is no box."""
    if box[:1] != FORMAT or len(box) < 2:
        return ()
    return tuple(box[at : at + KEY_ID_BYTES] for at in range(2, 2 + box[1] * SLOT_BYTES, SLOT_BYTES))


def public_of(private: bytes) -> bytes:
    """Return the public half of a private key, both raw."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def new_pair() -> tuple[bytes, bytes]:
    """Return a new (private, public) X25519 pair as raw bytes."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def _open_slot(private: X25519PrivateKey, wrapped: bytes, body: bytes, context: bytes) -> bytes:
    try:
        content_key = SUITE.decrypt(wrapped, private, info=context)
        return AESGCM(content_key).decrypt(NONCE, body, context)
    except (InvalidTag, ValueError) as fault:
        raise CannotOpen from fault
