"""Public marks of rows, which do not show the order in which people signed."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

# A decrypted mark must have these zeros; so a forged mark is told from one whose row was erased.
NOTHING = bytes(4)
NAME_BYTES, BLOCK = 8, 16


class NotAMark(Exception):
    """The mark was altered, or written under another key."""


class Marks:
    """Write and read marks under one key of 32 bytes: AES of a single block, so the same row has the same mark."""

    def __init__(self, key: bytes) -> None:
        """Prepare the cipher."""
        # ECB shows which blocks are equal. Here each message is one block, and equal rows should have equal marks.
        cipher = Cipher(AES(key), ECB())  # noqa: S305
        self._lock, self._open = cipher.encryptor(), cipher.decryptor()

    def write(self, number: int, name: str) -> str:
        """Return the mark of a row and its name; with the name, because SQLite may use an erased row's number again."""
        block = number.to_bytes(4, "big") + NOTHING + name_hash(name)
        return _spelled(self._lock.update(block))

    def read(self, mark: str) -> tuple[int, bytes]:
        """Return the row's number and the hash of its name. Raises NotAMark."""
        try:
            raw = urlsafe_b64decode(mark + "==")
        except (NotBase64, ValueError) as fault:
            raise NotAMark from fault
        if len(raw) != BLOCK or _spelled(raw) != mark:  # base64 decoding ignores wrong last bits
            raise NotAMark
        block = self._open.update(raw)
        number, nothing, name = int.from_bytes(block[:4], "big"), block[4:8], block[8:]
        if nothing != NOTHING or not 0 < number < 2**31:
            raise NotAMark
        return number, name


def name_hash(name: str) -> bytes:
    """Return 8 bytes of the name's SHA-256; another name has the same ones with a chance of 1 in 2^64."""
    return sha256(name.encode()).digest()[:NAME_BYTES]


def _spelled(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
