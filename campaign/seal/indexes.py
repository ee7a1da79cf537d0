"""Blind indexes: find the same address again without keeping it."""

from base64 import b32encode
from hmac import digest


def address_index(key: bytes, letter: str, address: str) -> bytes:
    """Return 32 bytes that are equal for one normalised address under one letter, and tell nothing else.

    `key` is the campaign's index key (32 random bytes, kept outside the database); another letter gives
    another index, so two letters' signatories cannot be joined.
    """
    return digest(key, f"address\0{letter}\0{address}".encode(), "sha256")


def domain_index(key: bytes, letter: str, domain: str) -> bytes:
    """Return 32 bytes that are equal for addresses of one mail domain (ASCII, small letters) under one letter.

    It shows clusters, nothing else: the same key, another label and the letter keep it apart from every address's.
    """
    return digest(key, f"domain\0{letter}\0{domain}".encode(), "sha256")


def paper_index(key: bytes, letter: str, *said: str) -> bytes:
    """Return 32 bytes that are equal for one line of one list on paper, so that importing it twice changes nothing."""
    return digest(key, "\0".join(("paper", letter, *said)).encode(), "sha256")


def line_salt(key: bytes, signatory: int) -> str:
    """Return what goes with one signatory's line into every list that is handed over: 32 hex digits, always the same.

    The hash of a line outlives the line. Without this, whoever reads the database could test guesses against it; now
    they need the key, or a list that was handed over, as well.
    """
    return digest(key, f"line\0{signatory}".encode(), "sha256")[:16].hex()


def read_back_code(key: bytes, signatory: int) -> str:
    """Return six letters and digits that an office reads back on the telephone; the same for one signatory always."""
    return b32encode(digest(key, f"read-back\0{signatory}".encode(), "sha256")).decode()[:6]
