"""Blind indexes: find the same address again without keeping it."""

from hmac import digest

EVERY_LETTER = "*"  # the index of an address whatever the letter: for mails a day and for bars


def address_index(key: bytes, letter: str, address: str) -> bytes:
    """Return 32 bytes that are equal for one normalised address under one letter, and tell nothing else.

    `key` is the campaign's index key (32 random bytes, kept outside the database); another letter gives
    another index, so two letters' signatories cannot be joined.
    """
    return digest(key, f"address\0{letter}\0{address}".encode(), "sha256")


def domain_index(key: bytes, letter: str, domain: str) -> bytes:
    """Return 32 bytes that are equal for one mail domain under one letter, so that clusters show without names."""
    return digest(key, f"domain\0{letter}\0{domain}".encode(), "sha256")


def paper_index(key: bytes, letter: str, *said: str) -> bytes:
    """Return 32 bytes that are equal for one line of one list on paper, so that importing it twice changes nothing."""
    return digest(key, "\0".join(("paper", letter, *said)).encode(), "sha256")
