"""Marks that stand for a row in public: no number in them tells the order in which people signed."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

NOTHING = bytes(4)  # must come out again: so a mark that we did not write is told from one whose row is gone
NAME_BYTES, BLOCK = 8, 16


class NotAMark(Exception):
    """Altered, or written under another key."""


class Marks:
    """Write and read marks under one key of 32 bytes: AES of a single block, so the same row has the same mark."""

    def __init__(self, key: bytes) -> None:
        """Take the key."""
        # ECB leaks which blocks are equal; here each message is one block, and equal rows shall have equal marks.
        cipher = Cipher(AES(key), ECB())  # noqa: S305
        self._lock, self._open = cipher.encryptor(), cipher.decryptor()

    def write(self, number: int, name: str) -> str:
        """Return the mark of a row under the name it shows: SQLite may give the number of an erased row out again."""
        block = number.to_bytes(4, "big") + NOTHING + name_print(name)
        return _spelled(self._lock.update(block))

    def read(self, mark: str) -> tuple[int, bytes]:
        """Return the row's number and its name's print. Raises NotAMark."""
        try:
            raw = urlsafe_b64decode(mark + "==")
        except (NotBase64, ValueError) as fault:
            raise NotAMark from fault
        if len(raw) != BLOCK or _spelled(raw) != mark:  # base64 forgives what follows its end
            raise NotAMark
        block = self._open.update(raw)
        number, nothing, name = int.from_bytes(block[:4], "big"), block[4:8], block[8:]
        if nothing != NOTHING or not 0 < number < 2**31:
            raise NotAMark
        return number, name


def name_print(name: str) -> bytes:
    """Return 8 bytes that are another name's with a chance of one in 2^64."""
    return sha256(name.encode()).digest()[:NAME_BYTES]


def _spelled(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
