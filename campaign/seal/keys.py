"""The campaign's keys as text files in one folder outside the database."""

import base64
import binascii
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from campaign.seal.boxes import Opener, Sealer, new_pair

PUBLIC, PRIVATE, RECOVERY, INDEX = "public.key", "private.key", "recovery.key", "index.key"


class KeysMissing(Exception):
    """The folder holds no usable keys; signing stays closed until it does."""


@dataclass(frozen=True)
class Keys:
    """What a process holds: it can always seal; it can open only in standard mode."""

    sealer: Sealer
    opener: Opener
    index_key: bytes


def load_keys(folder: Path) -> Keys:
    """Read the folder's keys. Raises KeysMissing, naming the file, if one is absent or malformed."""
    public = tuple(_decode(folder / PUBLIC, line) for line in _lines(folder / PUBLIC))
    (index_key,) = (_decode(folder / INDEX, line) for line in _lines(folder / INDEX)[:1])
    private = _lines(folder / PRIVATE) if (folder / PRIVATE).exists() else []
    return Keys(Sealer(public), Opener(tuple(_decode(folder / PRIVATE, line) for line in private)), index_key)


def create_keys(folder: Path) -> None:
    """Make a campaign key, a recovery key and an index key. Raises FileExistsError rather than overwrite one."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (private, public), (recovery, recovery_public) = new_pair(), new_pair()
    for name, values in (
        (INDEX, [secrets.token_bytes(32)]),
        (RECOVERY, [recovery]),
        (PRIVATE, [private]),
        (PUBLIC, [public, recovery_public]),
    ):
        text = "".join(base64.b64encode(value).decode() + "\n" for value in values)
        with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)


def _lines(path: Path) -> list[str]:
    try:
        lines = [line.strip() for line in path.read_text(encoding="ascii").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as fault:
        raise KeysMissing(f"cannot read {path}: run `flask seal keygen`") from fault
    if not lines:
        raise KeysMissing(f"{path} is empty")
    return lines


def _decode(path: Path, line: str) -> bytes:
    try:
        key = base64.b64decode(line, validate=True)
    except binascii.Error as fault:
        raise KeysMissing(f"{path} holds a line that is not base64") from fault
    if len(key) != 32:
        raise KeysMissing(f"{path} holds a key that is not 32 bytes long")
    return key
