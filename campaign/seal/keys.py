"""The campaign's keys as text files: the public keys that seal and, in standard mode, the private ones that open.

`public.key` lists the public keys: the campaign's first, then the recovery key's. `private.key` lists the private keys,
the newest first; earlier ones stay until they are retired. `index.key` is never rotated: every blind index would change
with it, and one address could sign twice (docs/keys.md).
"""

import base64
import binascii
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from campaign.seal.boxes import Opener, Sealer, new_pair, public_of

PUBLIC, PRIVATE, RECOVERY, INDEX = "public.key", "private.key", "recovery.key", "index.key"
STANDARD = "standard mode: the private key is on this machine, and whoever takes the machine takes both"
HIGH_RISK = "high-risk mode: no private key here"


class KeysMissing(Exception):
    """The folder holds no usable keys; signing stays closed until it does."""


class KeysMisplaced(Exception):
    """A private key would be written where this mode does not allow it; the message says where it belongs."""


@dataclass(frozen=True)
class Keys:
    """The keys of a process: it can always seal; it can open only in standard mode."""

    sealer: Sealer
    opener: Opener
    index_key: bytes

    @property
    def high_risk(self) -> bool:
        """Whether no private key is here."""
        return not self.opener.private_keys

    @property
    def mode(self) -> str:
        """Return the mode in plain words, with its risk."""
        return HIGH_RISK if self.high_risk else STANDARD


def find_keys(folder: Path) -> Keys | None:
    """Return the campaign's keys, None if there are none: signing is closed then, never plaintext."""
    try:
        return load_keys(folder)
    except KeysMissing:
        return None


def load_keys(folder: Path) -> Keys:
    """Read the folder's keys. Raises KeysMissing, naming the file, if one is absent or malformed."""
    public = _read(folder / PUBLIC)
    index_key = _read(folder / INDEX)[0]
    return Keys(Sealer(public), Opener(_read_if_there(folder / PRIVATE)), index_key)


def load_private(folder: Path) -> Opener:
    """Read the private keys from a folder off the server: private.key, and recovery.key if it is there too.

    Raises KeysMissing if neither is there, or with the name of a malformed file.
    """
    private = _read_if_there(folder / PRIVATE) + _read_if_there(folder / RECOVERY)
    if not private:
        raise KeysMissing(f"there is neither {PRIVATE} nor {RECOVERY} in {folder}")
    return Opener(private)


def create_keys(folder: Path, apart: Path | None = None, *, high_risk: bool = False) -> None:
    """Make a campaign key, a recovery key and an index key.

    `apart` is a folder off this machine: the recovery key goes there, and in high-risk mode the private key too.
    Raises FileExistsError, before anything is made, rather than overwrite a key; KeysMisplaced.
    """
    if high_risk or apart is not None:
        _check_apart(folder, apart)
    (private, public), (recovery, recovery_public) = new_pair(), new_pair()
    elsewhere = apart or folder
    made = {
        folder / INDEX: [secrets.token_bytes(32)],
        elsewhere / RECOVERY: [recovery],
        (elsewhere if high_risk else folder) / PRIVATE: [private],
        folder / PUBLIC: [public, recovery_public],
    }
    for path in (*made, folder / PRIVATE):
        if path.exists():
            raise FileExistsError(path)
    # public.key comes last: signing stays closed until it is there, so no name is sealed to a key that was not written.
    for path, values in made.items():
        _write(path, tuple(values))


def rotate_keys(folder: Path, apart: Path | None = None) -> None:
    """Make a new campaign key that seals from now on; the earlier private keys and the recovery key stay.

    In high-risk mode the new private key goes to `apart`, before any earlier ones there.
    Raises KeysMissing, KeysMisplaced.
    """
    keys = load_keys(folder)
    if keys.high_risk:
        _check_apart(folder, apart)
    elif apart is not None:
        raise KeysMisplaced(f"this is standard mode: the new private key goes to {folder}, not elsewhere")
    path = (apart or folder) / PRIVATE
    private, public = new_pair()
    # The private key first, so that there is always one for what is sealed.
    _replace(path, (private, *_read_if_there(path)))
    _replace(folder / PUBLIC, (public, *keys.sealer.public_keys[1:]))


def _earlier(keys: Keys) -> tuple[bytes, ...]:
    """Return the private keys here whose public keys no longer seal."""
    return tuple(key for key in keys.opener.private_keys if public_of(key) not in keys.sealer.public_keys)


def retire_keys(folder: Path) -> int:
    """Remove the earlier private keys; return how many. The caller has made sure that no box needs them."""
    keys = load_keys(folder)
    earlier = _earlier(keys)
    if earlier:
        _replace(folder / PRIVATE, tuple(key for key in keys.opener.private_keys if key not in earlier))
    return len(earlier)


def _check_apart(folder: Path, apart: Path | None) -> None:
    if apart is None:
        raise KeysMisplaced("in high-risk mode say where the private key goes: --private DIR, off this machine")
    if apart.resolve().is_relative_to(folder.resolve()):
        raise KeysMisplaced(f"{apart} is the server's own key folder: choose one off this machine")


def _replace(path: Path, values: tuple[bytes, ...]) -> None:
    """Replace a file, whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    _write(part, values)
    part.replace(path)


def _write(path: Path, values: tuple[bytes, ...]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = "".join(base64.b64encode(value).decode() + "\n" for value in values)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _read_if_there(path: Path) -> tuple[bytes, ...]:
    return _read(path) if path.exists() else ()


def _read(path: Path) -> tuple[bytes, ...]:
    try:
        lines = [line.strip() for line in path.read_text(encoding="ascii").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as fault:
        raise KeysMissing(f"cannot read {path}: run `flask seal keygen`") from fault
    if not lines:
        raise KeysMissing(f"{path} is empty")
    return tuple(_decode(path, line) for line in lines)


def _decode(path: Path, line: str) -> bytes:
    try:
        key = base64.b64decode(line, validate=True)
    except binascii.Error as fault:
        raise KeysMissing(f"{path} holds a line that is not base64") from fault
    if len(key) != 32:
        raise KeysMissing(f"{path} holds a key that is not 32 bytes long")
    return key
