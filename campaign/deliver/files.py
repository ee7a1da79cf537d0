"""A document or a picture beside a delivery's step: which types are accepted, and their names when downloaded."""

from dataclasses import dataclass
from hashlib import sha256

from campaign.deliver.models import KeptFile

FILE_TYPES = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
LARGEST_FILE = 5 << 20


class FileRefused(ValueError):
    """This file is not kept; the message says why."""


@dataclass(frozen=True)
class File:
    """A document or a picture beside a step; its own name is not kept."""

    media_type: str
    content: bytes

    @property
    def sha256(self) -> bytes:
        """Return the hash of its bytes."""
        return sha256(self.content).digest()


def accept_file(content: bytes) -> File:
    """Return a PDF, JPEG or PNG, recognised by its first bytes, never by its name. Raises FileRefused."""
    if len(content) > LARGEST_FILE:
        raise FileRefused(f"The file is larger than {LARGEST_FILE >> 20} MB.")
    for start, media_type in FILE_TYPES.items():
        if content.startswith(start):
            return File(media_type, content)
    raise FileRefused("Use a PDF, or a picture as JPEG or PNG.")


def kind(file: KeptFile) -> str:
    """Return a kept file's type and size: "PDF, 120 kB"."""
    return f"{ENDINGS[file.media_type].upper()}, {max(1, file.size // 1000):,}\u00a0kB"


def name_of(stem: str, file: KeptFile) -> str:
    """Return the name for the download of a kept file; the name it came with is not stored."""
    return f"{stem}.{ENDINGS[file.media_type]}"
