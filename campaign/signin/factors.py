"""The factors: an Argon2id password, a time-based code that is accepted once, recovery codes."""

import base64
import hmac
import secrets
from datetime import datetime
from functools import cache

import pyotp
import segno
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from markupsafe import Markup

from campaign.seal.locks import derived, fingerprint, lock, unlock
from campaign.signin.rules import RECOVERY_CODES, plain_code

HASHER = PasswordHasher()
STEP_S = 30
CONTEXT = b"totp:"


def hash_password(password: str) -> str:
    """Return an Argon2id hash (RFC 9106 defaults of argon2-cffi: 64 MiB, 3 passes)."""
    return HASHER.hash(password)


def check_password(password_hash: str | None, password: str) -> bool:
    """Say whether a password fits; for an unknown address (None) it does the same work and says no."""
    # Without that work, the time of the answer would tell a stranger which addresses belong to officers.
    try:
        return HASHER.verify(password_hash or _hash_that_fits_nothing(), password) and password_hash is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _hash_that_fits_nothing() -> str:
    """Return a hash that no password fits; it is made once, when the first unknown address is tried."""
    return HASHER.hash(secrets.token_hex(16))


def totp_secret(invitation: bytes) -> str:
    """Return the base32 secret derived from an invitation, so that the form can be shown again with the same key."""
    return base64.b32encode(derived(invitation, b"totp") + derived(invitation, b"totp2")[:4]).decode()


def lock_secret(key: bytes, secret: str) -> tuple[bytes, bytes]:
    """Return (salt, locked secret). `key` is outside the database: a stolen database gives no codes."""
    salt = secrets.token_bytes(16)
    return salt, lock(key, CONTEXT + salt, secret.encode())


def unlock_secret(key: bytes, salt: bytes, locked: bytes) -> str:
    """Return the secret that `lock_secret` locked."""
    return unlock(key, CONTEXT + salt, locked).decode()


def matching_step(secret: str, code: str, after_step: int, now: datetime) -> int | None:
    """Return the 30-second step of a code: the present or a neighbouring one, and later than `after_step`; or None.

    The caller stores the step, not the code. So an older code is refused after a newer one was used (RFC 6238, 5.2).
    """
    typed, totp, current = "".join(code.split()), pyotp.TOTP(secret), int(now.timestamp()) // STEP_S
    for step in (current - 1, current, current + 1):
        if step > after_step and hmac.compare_digest(totp.at(step * STEP_S).encode(), typed.encode()):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Return ten codes of 80 random bits, in groups of four that are easy to copy by hand."""
    codes = [base64.b32encode(secrets.token_bytes(10)).decode() for _ in range(RECOVERY_CODES)]
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes]


def recovery_hash(typed: str) -> bytes:
    """Return the stored hash of a recovery code; 80 random bits need no slow hash."""
    return fingerprint(b"recovery:" + plain_code(typed).encode())


def qr_code(secret: str, email: str, issuer: str) -> Markup:
    """Return the secret as an SVG for an authenticator to scan, which shows whose it is (`issuer`)."""
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer.replace(":", " "))
    svg = segno.make(address, micro=False).svg_inline(scale=4, border=2, svgclass="qr", lineclass=None)
    return Markup(svg)  # noqa: S704 - segno draws it from modules; it contains no text
