"""Check a package with what only the campaign has: its key, its log and its records; print the PDF again."""

from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from campaign.audit.models import LogHead
from campaign.document.pdf import made_with
from campaign.document.press import NotPrinted, turn
from campaign.document.printing import PRINTER
from campaign.document.rules import Document, volumes
from campaign.document.volumes import set_volumes
from campaign.package.manifest import PACKAGE, PDF, fingerprint, parcel_of, volumes_of
from campaign.package.packages import find_package
from campaign.package.packing import delivery_key, document_of, ignore_step
from campaign.package.verify import MANIFEST, Files, Refused, check, mapped, read_package, report
from campaign.storage.database import Database
from campaign.web.toolbox import Toolbox

Verdict = tuple[list[str], bool]


def check_path(tools: Toolbox, path: Path) -> Verdict:
    """Return (sentences, whether it is genuine) of a package's folder or zip, or of one file that was handed over.

    Raises NoSuchDocument if there are no keys.
    """
    key = delivery_key(tools.site.seal_keys).public
    try:
        if path.is_file() and bytes(mapped(path)[:2]) != b"PK":
            return _check_file(tools.database, path)
        return check_files(tools.database, read_package(path), key)
    except Refused as fault:
        return [f"REFUSED: {fault}"], False
    except Exception as fault:  # a forged package may make any parser fail in any way
        return [f"REFUSED: it is not written as a package is ({type(fault).__name__})"], False


def check_files(database: Database, files: Files, key: bytes) -> Verdict:
    """Check as the package's own verify.py does, with this campaign's public `key`, and then with our own records.

    Raises Refused, and any other exception if the manifest is malformed.
    """
    manifest, faults = check(files, fingerprint(key))
    lines, well = report(files, fingerprint(key))
    if faults or manifest["format"] != PACKAGE:
        return lines, well
    lines = [line for line in lines if not line.startswith("NOT PROVEN")]
    for sentence, holds in (
        _recorded(database, files),
        _in_log(database, manifest),
        _printed_again(files, manifest),
    ):
        lines.append(("PROVEN: " if holds else "NOT PROVEN: " if holds is None else "REFUSED: ") + sentence)
        well = well and holds is not False
    return lines, well


def _check_file(database: Database, path: Path) -> Verdict:
    """Find the delivery that a single file belongs to."""
    digest = sha256(mapped(path)).hexdigest()
    with database.read() as session:
        found = find_package(session, digest)
    if not found:
        return ["REFUSED: this file is neither a package nor one of ours, or it was changed"], False
    return [f"PROVEN: this file was handed over with {one.package.reference}" for one in found], True


def _recorded(database: Database, files: Files) -> tuple[str, bool | None]:
    with database.read() as session:
        found = find_package(session, sha256(files[MANIFEST]).hexdigest())
    reference = found[0].package.reference if found else ""
    return (f"it is on record here as {reference}", True) if found else ("it is not on record here", False)


def _in_log(database: Database, manifest: dict[str, Any]) -> tuple[str, bool | None]:
    """Look for the log's head: heads stay when old entries are deleted."""
    log_head = manifest["log_head"]
    if log_head is None:
        return "it names no entry of the log", None
    with database.read() as session:
        head = session.get(LogHead, log_head["entry"])
    holds = head is not None and head.hash.hex() == log_head["hash"]
    return f"entry {log_head['entry']} of the log is{'' if holds else ' not'} the one it names", holds


def _printed_again(files: Files, manifest: dict[str, Any]) -> tuple[str, bool | None]:
    """Print the letter from the package's own list and text, volume by volume, and compare every byte."""
    # Another version of the typesetter or a font gives other bytes, which would look like a forgery.
    if manifest["press"] != made_with(manifest["letter"]["language"]):
        return "the PDF cannot be printed again here: another version of this program made it", None
    document = document_of(parcel_of(files, manifest), bytes.fromhex(manifest["key"]))
    named = [name for name, _facts in volumes_of(manifest)]
    try:
        hashes = _print_volumes(document, len(named)) if named else [sha256(PRINTER.print(document)).digest()]
    except NotPrinted as fault:
        return f"the PDF cannot be printed again here: {fault}", None
    holds = hashes == [sha256(files[name]).digest() for name in named or [PDF]]
    what = f"the {len(named)} volumes are" if named else "the PDF is"
    if holds:
        return f"printed again, {what} the same, byte for byte", True
    return f"printed again, {what} {'others' if named else 'another one'}", False


def _print_volumes(document: Document, of: int) -> list[bytes]:
    """Print a letter in `of` volumes, as it was printed for its package; return their SHA-256 hashes."""
    with turn(), TemporaryDirectory() as folder:
        return set_volumes(volumes(document, -(-document.names // of)), Path(folder), "letter", ignore_step)
