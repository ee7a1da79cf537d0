"""Ed25519 signatures (RFC 8032) of the campaign, and their check."""

import base64
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from campaign.seal.keys import KeysMissing

LOG_KEY = "log.key"


@dataclass(frozen=True)
class SigningKey:
    """A private key, 32 raw bytes."""

    private: bytes

    @property
    def public(self) -> bytes:
        """Return the public key, 32 raw bytes."""
        return Ed25519PrivateKey.from_private_bytes(self.private).public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of a message."""
        return Ed25519PrivateKey.from_private_bytes(self.private).sign(message)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether this public key's owner signed exactly this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def load_or_create_signing_key(folder: Path, name: str = LOG_KEY) -> SigningKey:
    """Return the folder's signing key, made if there is none; two processes at the same time make only one.

    Raises KeysMissing if the folder cannot be written or the file holds no key.
    """
    path = folder / name
    try:
        if not path.exists():
            _create(path)
        private = base64.b64decode(path.read_text(encoding="ascii").strip(), validate=True)
    except (OSError, ValueError) as fault:
        raise KeysMissing(f"cannot read or make {path}") from fault
    if len(private) != 32:
        raise KeysMissing(f"{path} holds a key that is not 32 bytes long")
    return SigningKey(private)


def _create(path: Path) -> None:
    """Write a new key to a draft and link it to its name, so that no process reads half a key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    key = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
