"""Search for a word in all that a campaign leaves on a disk: in every form it could have, inside archives and PDFs too."""

import io
import shutil
import subprocess
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def traces(folder: Path, mark: str) -> dict[str, int]:
    """Return how often a lower-case word is in each file that has it."""
    found = {path: sum(_count(content, mark) for content in _contents(path)) for path in files(folder)}
    return {str(path.relative_to(folder)): count for path, count in found.items() if count}


def _contents(path: Path) -> Iterator[bytes]:
    """Yield what a file says: its bytes, what is packed into it, the text of its pages."""
    raw = path.read_bytes()
    yield raw
    if raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    if raw.startswith(b"%PDF") and shutil.which("pdftotext"):
        yield subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True).stdout


def _count(raw: bytes, mark: str) -> int:
    """Count a word: as text in any case, in UTF-16, and in base64 at each of three offsets."""
    plain, forms = raw.lower(), set[bytes]()
    for written in (mark, mark.title()):
        for encoded in (written.encode(), written.encode("utf-16-le"), written.encode("utf-16-be")):
            forms |= {_inner(encoded, offset) for offset in range(3)}
            forms.add(encoded.lower())
    return sum(max(raw.count(form), plain.count(form)) for form in forms)


def _inner(text: bytes, offset: int) -> bytes:
    """Return the part of base64 that is the same whatever stands around `text` at this offset."""
    whole = b64encode(b"\0" * offset + text)
    first = (offset * 8 + 5) // 6
    last = (offset + len(text)) * 8 // 6
    return whole[first:last]
