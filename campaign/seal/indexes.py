"""Blind indexes: find the same address again without storing it."""

from base64 import b32encode
from hmac import digest


def address_index(key: bytes, letter: str, address: str) -> bytes:
    """Return 32 bytes that are equal for the same normalised address and the same letter, and reveal nothing else.

    `key` is the campaign's index key (32 random bytes, kept outside the database); another letter gives
    another index, so two letters' signatories cannot be joined.
    """
    return digest(key, f"address\0{letter}\0{address}".encode(), "sha256")


def domain_index(key: bytes, letter: str, domain: str) -> bytes:
    """Return 32 bytes that are equal for addresses of one mail domain (ASCII, small letters) and the same letter.

    It shows clusters, nothing else: another label than `address_index` has keeps it apart from every address.
    """
    return digest(key, f"domain\0{letter}\0{domain}".encode(), "sha256")


def paper_index(key: bytes, letter: str, *cells: str) -> bytes:
    """Return 32 bytes that are equal for the same line of the same paper list, so that it is imported only once."""
    return digest(key, "\0".join(("paper", letter, *cells)).encode(), "sha256")


def line_salt(key: bytes, signatory: int) -> str:
    """Return the salt of one signatory's line in every list that is handed over: 32 hex digits, always the same.

    The hash of a line is kept after the line is erased. Without the salt, a reader of the database could test guesses
    against it; with it, they also need the key, or a list that was handed over.
    """
    return digest(key, f"line\0{signatory}".encode(), "sha256")[:16].hex()


def read_back_code(key: bytes, signatory: int) -> str:
    """Return six letters and digits that an office reads back on the telephone; always the same for one signatory."""
    return b32encode(digest(key, f"read-back\0{signatory}".encode(), "sha256")).decode()[:6]
