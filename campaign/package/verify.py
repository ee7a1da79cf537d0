"""Check a delivered package: python3 verify.py [PACKAGE] [--key FINGERPRINT] [--receipt data.json].

It needs Python 3.9 or later and nothing else. PACKAGE is a folder or its zip (default: the folder of this file).
"""

from __future__ import annotations  # for Python 3.9

import argparse
import csv
import json
import mmap
import struct
import sys
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any, Union
from zlib import crc32

MANIFEST, SIGNATURE, LETTER = "manifest.json", "manifest.json.sig", "letter.md"
LIST, TABLE = "signatures.json", "signatures.csv"
FORMATS = ("undersigned manifest 1", "undersigned annex 1")
NOT_PROVEN = (
    "that the key is the campaign's: compare its fingerprint with the one on the campaign's own page, or ask them",
    "that the people named exist and signed: the campaign says so, and its letter says how it checked",
    "that nobody was left out, and how many signed without a name: those numbers are the campaign's word",
    "that the PDF says what the list says: read it, or let the campaign's `flask deliver check` print it again",
)

# Ed25519 (RFC 8032, sections 5.1 and 6)
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
Content = Union[bytes, memoryview]  # noqa: UP007 - Python 3.9
Files = dict[str, Content]  # a file that is read is mapped, so that a long list takes no memory
Facts = dict[str, Any]
CHUNK = 1 << 16


class Refused(Exception):
    """This is no package; the message says why."""


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether the owner of `public` signed this message; a key of small order would fit any message, so it fails."""
    key, commitment = _point(public), _point(signature[:32])
    scalar, sound = int.from_bytes(signature[32:], "little"), (len(public), len(signature)) == (32, 64)
    if not sound or key is None or commitment is None or scalar >= L or _same(_times(8, key), (0, 1, 1, 0)):
        return False
    hashed = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % L
    return _same(_times(scalar, BASE), _sum(commitment, _times(hashed, key)))


def _sum(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _times(number: int, point: Point) -> Point:
    total = (0, 1, 1, 0)
    while number > 0:
        total = _sum(total, point) if number & 1 else total
        point, number = _sum(point, point), number >> 1
    return total


def _same(p: Point, q: Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def _point(raw: bytes) -> Point | None:
    """Return the point that 32 bytes encode, None if they encode none or not in the canonical way."""
    sign, y = divmod(int.from_bytes(raw, "little"), 1 << 255)
    if y >= P:
        return None
    squared = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(squared, (P + 3) // 8, P)
    if (x * x - squared) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - squared) % P or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else P - x
    return (x, y, 1, x * y % P)


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or (0, 1, 1, 0)


def root_of(leaves: list[bytes]) -> bytes:
    """Return the root over leaf hashes (RFC 6962, section 2.1)."""
    while len(leaves) > 1:
        odd = leaves[len(leaves) - len(leaves) % 2 :]
        leaves = [sha256(b"\x01" + a + b).digest() for a, b in zip(leaves[::2], leaves[1::2])] + odd  # noqa: B905
    return leaves[0] if leaves else sha256(b"").digest()


def root_from(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """Return the root that a path gives for a leaf hash, None if the path is wrong (RFC 9162, 2.1.3.2)."""
    last = size - 1 if 0 <= index < size else -1  # outside the list: no path fits
    for step in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            leaf = sha256(b"\x01" + step + leaf).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            leaf = sha256(b"\x01" + leaf + step).digest()
        index, last = index >> 1, last >> 1
    return leaf if last == 0 else None


def canonical(value: object) -> bytes:
    """Return a value in its only form: JSON with sorted keys, UTF-8, no spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def zipped(files: Files, folder: str) -> Iterator[Content]:
    """Yield the pieces of a zip that has the same bytes everywhere: stored, sorted, dated 1980 (APPNOTE 6.3, 4.3)."""
    at, listed = 0, []
    for name in sorted(files):
        content, path = files[name], f"{folder}/{name}".encode()
        coded, size = 0 if path.isascii() else 0x800, len(content)
        head = struct.pack("<5H3L2H", 20, coded, 0, 0, 33, crc32(content), size, size, len(path), 0)
        yield b"PK\3\4" + head + path
        yield content
        listed.append(b"PK\1\2\x14\3" + head + struct.pack("<3H2L", 0, 0, 0, 0o100644 << 16, at) + path)
        at += 30 + len(path) + size
    yield from listed
    yield struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(listed), len(listed), sum(map(len, listed)), at, 0)


def read_package(path: Path) -> Files:
    """Return a package's files by name, from its folder or its zip. Raises Refused."""
    if path.is_dir():
        if any(one.is_symlink() or not one.is_file() for one in path.iterdir()):
            raise Refused("something in this folder is not a plain file")
        return {one.name: mapped(one) for one in path.iterdir()}
    raw, at = mapped(path), 0
    whole: Files = {}
    while bytes(raw[at : at + 4]) == b"PK\3\4":
        size, _size, length = struct.unpack_from("<2LH", raw, at + 18)
        begin = at + 30 + length
        whole[bytes(raw[at + 30 : begin]).decode()] = raw[begin : begin + size]
        at = begin + size
    if not whole:
        raise Refused(f"{path.name} is neither a folder nor a zip")
    folders = {name.partition("/")[0] for name in whole}
    files = {name.partition("/")[2]: content for name, content in whole.items()}
    again = sha256()
    for piece in zipped(files, folders.pop() if len(folders) == 1 else "?"):
        again.update(piece)
    if again.digest() != sha256(raw).digest():
        raise Refused(f"{path.name} is not the zip that was made: it was packed again, or something in it changed")
    return files


def mapped(path: Path) -> memoryview:
    """Return a file's bytes, mapped into memory: a page is read when it is used."""
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if file.seek(0, 2) else b"")


def lines_of(content: Content) -> Iterator[bytes]:
    """Yield a file's lines."""
    rest = b""
    for at in range(0, len(content), CHUNK):
        *whole, rest = (rest + bytes(content[at : at + CHUNK])).split(b"\n")
        yield from whole
    yield rest


def check(files: Files, fingerprint: str = "") -> tuple[Facts, list[str]]:
    """Return the manifest, and a sentence for each fault of these files. Raises Refused."""
    manifest, faults = read_manifest(files), []
    key = bytes.fromhex(manifest["key"])
    if not is_signed(key, bytes(files[MANIFEST]), bytes(files.get(SIGNATURE, b""))):
        faults.append("the signature is not of this manifest and its key")
    if fingerprint and sha256(key).hexdigest() != fingerprint.replace(" ", "").lower():
        faults.append("the key is not the one you named")
    signed, here = manifest["files"], set(files) - {MANIFEST, SIGNATURE}
    facts = {name: (len(files[name]), sha256(files[name]).hexdigest()) for name in here & set(signed)}
    wrong = [name for name in facts if facts[name] != (signed[name]["bytes"], signed[name]["sha256"])]
    faults += [f"{name} is missing" for name in sorted(set(signed) - here)]
    faults += [f"{name} is not the file that was signed" for name in sorted(wrong)]
    faults += [f"{name} does not belong to this package" for name in sorted(here - set(signed))]
    if manifest["format"] == FORMATS[0] and not faults:
        faults += _list_faults(files, manifest)
    return manifest, faults


def read_manifest(files: Files) -> Facts:
    """Return the manifest. Raises Refused."""
    try:
        manifest: Facts = json.loads(bytes(files[MANIFEST]).decode("utf-8"))
        if manifest["format"] not in FORMATS or canonical(manifest) != files[MANIFEST]:
            raise Refused("manifest.json is not written as a manifest is")
        bytes.fromhex(manifest["key"])
        manifest["files"].items()
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as fault:
        raise Refused("there is no manifest.json of ours here") from fault
    return manifest


def _list_faults(files: Files, manifest: Facts) -> list[str]:
    """Return a sentence for each fault: the list, table, letter and volumes must agree with the manifest."""
    rows = csv.DictReader(line.decode("utf-8").lstrip("\ufeff") + "\n" for line in lines_of(files[TABLE]))
    leaves, numbers, same = list[bytes](), Counter[tuple[str, str, str]](), True
    for line in lines_of(files[LIST]):
        if line not in (b"[", b"]", b""):
            one = json.loads(line.rstrip(b",").decode("utf-8"))
            leaves.append(sha256(b"\x00" + canonical(one)).digest())
            numbers[one["country"], one["kind"], str(one["level"])] += 1
            row = next(rows, None) or {"name": None}
            same = same and all(cell in (str(one.get(at, "")), f"'{one.get(at, '')}") for at, cell in row.items())
    volumes = [file["names"] for file in manifest["files"].values() if "names" in file] or [len(leaves)]
    text = sha256(files[LETTER]).hexdigest()
    checks = (
        (root_of(leaves).hex() == manifest["merkle_root"], "the list does not have the root that was signed"),
        (numbers == named(manifest["counts"]), "the list does not have the numbers that were signed"),
        (text == manifest["letter"]["sha256"], "the letter's text is not the one that was signed"),
        (same and next(rows, None) is None, "the table does not name the same people as the list"),
        (sum(volumes) == len(leaves), "the volumes do not name as many people as the list"),
    )
    return [sentence for holds, sentence in checks if not holds]


def named(counts: Facts) -> Counter[tuple[str, str, str]]:
    """Return the manifest's number of names by country, kind and level."""
    rows = [(code, *one) for code, every in counts["countries"].items() for one in every.items()]
    kinds = [(code, kind, levels) for code, kind, levels in rows if isinstance(levels, dict)]
    return Counter(
        {(code, kind, level): number for code, kind, levels in kinds for level, number in levels.items()}
    )


def check_receipt(receipt: Facts, manifest: Facts) -> Facts | None:
    """Return the signatory's own line if their receipt proves that it is in this delivery's list, else None."""
    for delivery in receipt.get("deliveries", ()):
        proof: Facts = delivery.get("proof") or {}
        line: Facts = proof.get("line") or {}
        if proof.get("merkle_root") != manifest.get("merkle_root") or not line:
            continue
        leaf, path = sha256(b"\x00" + canonical(line)).digest(), [bytes.fromhex(step) for step in proof["path"]]
        found = root_from(leaf, proof["index"], proof["size"], path)
        size = sum(named(manifest["counts"]).values())
        if found is not None and found.hex() == manifest["merkle_root"] and proof["size"] == size:
            return line
    return None


def report(files: Files, fingerprint: str = "", receipt: Facts | None = None) -> tuple[list[str], bool]:
    """Return a sentence for each result, and whether the package is genuine."""
    manifest, faults = check(files, fingerprint)
    key = sha256(bytes.fromhex(manifest["key"])).hexdigest()
    lines = [f"{manifest['reference']}, {manifest['day']}", f"key {key}"]
    line = check_receipt(receipt, manifest) if receipt is not None and not faults else None
    if receipt is not None and line is None:
        faults.append("the receipt does not prove that its owner stands in this list")
    if faults:
        return lines + ["REFUSED: " + fault for fault in faults], False
    lines.append("PROVEN: every file is the one that was signed with this key, none is missing and none was added")
    if manifest["format"] == FORMATS[0]:
        lines.append(
            f"PROVEN: the list has {sum(named(manifest['counts']).values())} names and the root {manifest['merkle_root']}"
        )
    if line is not None:
        lines.append(f"PROVEN: {line['name']} stands in this list, as the receipt says")
    return lines + ["NOT PROVEN: " + sentence for sentence in NOT_PROVEN], True


def judge(package: str | Path, fingerprint: str = "", receipt: str | None = None) -> tuple[list[str], bool]:
    """Return the report of a folder or zip; one that cannot be read is refused."""
    try:
        own = json.loads(Path(receipt).read_text(encoding="utf-8")) if receipt else None
        return report(read_package(Path(package)), fingerprint, own)
    except Refused as fault:
        return [f"REFUSED: {fault}"], False
    except Exception as fault:  # a forged package may make any parser fail in any way
        return [f"REFUSED: it is not written as a package is ({type(fault).__name__})"], False


def main(arguments: list[str] | None = None) -> int:
    """Check the package on the command line; return 0 if it is genuine, 1 if not."""
    parser = argparse.ArgumentParser(description="Check a delivered package.")
    parser.add_argument("package", nargs="?", default=str(Path(__file__).resolve().parent))
    parser.add_argument("--key", default="", help="the fingerprint of the campaign's key, as you know it")
    parser.add_argument("--receipt", help="a signatory's own data.json: is its owner in this list?")
    chosen = parser.parse_args(arguments)
    lines, well = judge(chosen.package, chosen.key, chosen.receipt)
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode("utf-8"))
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
