"""Links that cannot be forged: an itsdangerous timed signature around an opaque 128-bit id, nothing else.

Instead of itsdangerous' defaults (SHA-1, one key, tolerant base64) it uses SHA-256, a salt for each purpose and a list
of keys for rotation, and it refuses a token that is not spelled exactly as we write it.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from itsdangerous import BadData, BadSignature, SignatureExpired, TimestampSigner
from itsdangerous.encoding import base64_decode, base64_encode

ID_BYTES = 16


class TokenInvalid(Exception):
    """The token was altered, cut short, or made for another purpose: there is no such page."""


class TokenExpired(Exception):
    """The token is genuine, but too old for its purpose; `secret` is the id in it."""

    def __init__(self, secret: bytes) -> None:
        super().__init__()
        self.secret = secret


class Tokens:
    """Issues and reads the tokens in links."""

    def __init__(self, secret_keys: tuple[str, ...], clock: Callable[[], datetime]) -> None:
        """Use these keys, the newest first: the newest signs, all of them are accepted."""
        self._keys = list(reversed(secret_keys))
        self._clock = clock

    def issue(self, purpose: str, secret: bytes) -> str:
        """Return a token for one 128-bit id."""
        return self._signer(purpose).sign(base64_encode(secret)).decode()

    def read(self, purpose: str, token: str, max_age: timedelta | None = None) -> bytes:
        """Return the id, without asking the database. Raises TokenInvalid or TokenExpired."""
        try:
            signed, issued_at = self._signer(purpose).unsign(token, return_timestamp=True)
            secret = base64_decode(signed)
        except (BadData, ValueError) as fault:
            raise TokenInvalid from fault
        # A form token is signed with the same keys: the length keeps it from passing as a link's id.
        if len(secret) != ID_BYTES or not self._exactly(token, signed, secret):
            raise TokenInvalid
        if max_age is not None and self._clock() - issued_at > max_age:
            raise TokenExpired(secret)
        return secret

    def stamp(self, purpose: str) -> str:
        """Return a form token: it proves only that this site made a form for `purpose`, and when."""
        return self._signer(purpose).sign(b"form").decode()

    def derived(self, purpose: str) -> bytes:
        """Return a key of 32 bytes for `purpose`, derived from the newest secret; the secret cannot be derived from it."""
        return hmac.digest(self._keys[-1].encode(), f"undersigned.{purpose}".encode(), "sha256")

    def check_stamp(self, purpose: str, token: str, max_age: timedelta) -> bool:
        """Say whether this site made this form token for `purpose` within `max_age`."""
        try:
            self._signer(purpose).unsign(token, max_age=int(max_age.total_seconds()))
        except (SignatureExpired, BadSignature):
            return False
        return True

    def _exactly(self, token: str, signed: bytes, secret: bytes) -> bool:
        """Refuse padding and altered last characters: base64 decoding ignores them, and one link would have many forms."""
        signature = token.rpartition(".")[2].encode()
        spelled = base64_encode(base64_decode(signature)) == signature
        return spelled and base64_encode(secret) == signed

    def _signer(self, purpose: str) -> TimestampSigner:
        return _ClockSigner(
            self._clock,
            self._keys,
            salt=f"undersigned.{purpose}",
            key_derivation="hmac",
            digest_method=hashlib.sha256,
        )


class _ClockSigner(TimestampSigner):
    """A TimestampSigner that reads our clock, so that a test can move the time."""

    def __init__(self, clock: Callable[[], datetime], *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]  # passed through as given
        self._clock = clock

    def get_timestamp(self) -> int:
        """Return whole seconds since 1970."""
        return int(self._clock().timestamp())


def new_secret() -> bytes:
    """Return a new opaque 128-bit id."""
    return secrets.token_bytes(ID_BYTES)
