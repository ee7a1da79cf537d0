"""Find the encoding of a text file, or name the encodings that it may have.

Byte-order marks and valid UTF-8 settle most files. The double-byte sets of East Asia overlap, but each keeps its
everyday characters in rows of its own (GB 2312, Big5, KS X 1001 and JIS X 0208, level 1): the right reading falls
into these rows nearly always, a wrong one seldom. If two readings are about as good, the officer chooses.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

ENCODINGS = {
    "utf-8": "utf-8-sig",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "windows-1252": "cp1252",
    "latin-1": "latin-1",
    "windows-1250": "cp1250",
    "windows-1251": "cp1251",
    "windows-1254": "cp1254",
    "windows-1256": "cp1256",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PIECE = 1 << 16
_SAMPLE = 1 << 18
_GOOD, _CLEARLY = 0.85, 0.12
_UTF8_LINES = 0.9  # of the lines beyond ASCII: a UTF-8 file with a few spoilt rows is still UTF-8


@dataclass(frozen=True)
class _Rows:
    """The bytes of an encoding's everyday characters, of its punctuation, and its single bytes, if any."""

    leads: tuple[range, ...]
    trails: tuple[range, ...]
    neutral: tuple[range, ...]
    singles: range = range(0)


_DOUBLE = {
    "gb18030": _Rows((range(0xB0, 0xD8),), (range(0xA1, 0xFF),), (range(0xA1, 0xA4),)),
    "big5": _Rows((range(0xA4, 0xC7),), (range(0x40, 0x7F), range(0xA1, 0xFF)), (range(0xA1, 0xA4),)),
    "euc-kr": _Rows((range(0xB0, 0xC9),), (range(0xA1, 0xFF),), (range(0xA1, 0xA4),)),
    "shift_jis": _Rows(
        (range(0x82, 0x84), range(0x88, 0x98)),
        (range(0x40, 0x7F), range(0x80, 0xFD)),
        (range(0x81, 0x82),),
        range(0xA1, 0xE0),
    ),
}
_WESTERN = frozenset(range(0xC0, 0x100)) - {0xD0, 0xD7, 0xDE, 0xF0, 0xF7, 0xFE} | {
    0x8A,
    0x8C,
    0x8E,
    0x9A,
    0x9C,
    0x9E,
    0x9F,
}
_WESTERN_SIGNS = frozenset({0x80, 0x82, 0x84, 0x85, *range(0x91, 0x98), 0xA0, 0xAA, 0xAB, 0xB0, 0xB7, 0xBA, 0xBB})  # fmt: skip


class EncodingUnclear(Exception):
    """Several encodings fit; `readings` are pairs of an encoding and the first lines as it reads them."""

    def __init__(self, readings: list[tuple[str, str]]) -> None:
        super().__init__("The encoding is not clear: it may be " + " or ".join(name for name, _ in readings) + ".")
        self.readings = tuple(readings)


def detect(file: BinaryIO) -> str:
    """Return the Python codec of a text file, which is read once. Raises EncodingUnclear."""
    file.seek(0)
    head = file.read(_PIECE)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return codec
    wide = _without_mark(head)
    if wide:
        return wide
    sample, valid, invalid = _survey(file)
    if not invalid or valid / (valid + invalid) >= _UTF8_LINES:
        return "utf-8-sig"
    return _legacy(sample)


def _without_mark(head: bytes) -> str:
    """Return the codec of UTF-16 without a byte-order mark, "" if it is not: every other byte of Latin text is NUL."""
    low, high = head[0::2].count(0), head[1::2].count(0)
    enough = len(head) / 64
    if max(low, high) <= enough or min(low, high) * 10 > max(low, high):
        return ""
    return "utf-16-le" if high > low else "utf-16-be"


def _survey(file: BinaryIO) -> tuple[bytes, int, int]:
    """Return up to 256 KiB of lines beyond ASCII, and how many such lines are valid UTF-8 and how many are not."""
    file.seek(0)
    sample, valid, invalid = bytearray(), 0, 0
    for line in iter(partial(file.readline, _PIECE), b""):
        if line.isascii():
            continue
        if len(sample) < _SAMPLE:
            sample += line
        try:
            line.decode("utf-8")
            valid += 1
        except UnicodeDecodeError:
            invalid += 1
    return bytes(sample), valid, invalid


def _legacy(sample: bytes) -> str:
    scores = {name: _share(_units(sample, rows.singles), rows) for name, rows in _DOUBLE.items()}
    scores["windows-1252"] = _western(sample)
    able = {name: score for name, score in scores.items() if _decodes(sample, name)}
    best, *others = sorted(able, key=lambda name: -able[name]) or [""]
    if best and able[best] >= _GOOD and all(able[best] - able[name] >= _CLEARLY for name in others):
        return ENCODINGS[best]
    likely = [name for name in (best, *others) if able.get(name, 0) > 0] or ["windows-1252"]
    raise EncodingUnclear([(name, _reading(sample, name)) for name in likely])


def _decodes(sample: bytes, name: str) -> bool:
    """Say whether 95 % of the lines can be decoded; the few spoilt rows are refused later, by their number."""
    lines = sample.splitlines()
    broken = sum("\ufffd" in line.decode(ENCODINGS[name], "replace") for line in lines)
    return broken <= len(lines) / 20


def _units(sample: bytes, singles: range) -> Iterator[tuple[int, int]]:
    """Yield the double bytes of a text as (lead, trail); a single byte beyond ASCII has the trail 0."""
    place, end = 0, len(sample)
    while place < end:
        lead = sample[place]
        if lead < 0x80:
            place += 1
        elif lead in singles or place + 1 == end:
            yield lead, 0
            place += 1
        else:
            yield lead, sample[place + 1]
            place += 2


def _share(units: Iterator[tuple[int, int]], rows: _Rows) -> float:
    """Return the share of everyday characters, 0 to 1, without punctuation."""
    common = others = 0
    for lead, trail in units:
        if any(lead in leads for leads in rows.leads) and any(trail in trails for trails in rows.trails):
            common += 1
        elif not any(lead in neutral for neutral in rows.neutral):
            others += 1
    return common / (common + others) if common else 0.0


def _western(sample: bytes) -> float:
    """Return the share, 0 to 1, of bytes beyond ASCII that are an accented letter next to a plain one."""
    good = bad = 0
    for place, byte in enumerate(sample):
        if byte < 0x80 or byte in _WESTERN_SIGNS:
            continue
        around = (sample[place - 1 : place] or b" ") + (sample[place + 1 : place + 2] or b" ")
        in_word = byte in _WESTERN and any(chr(neighbour).isalpha() and neighbour < 0x80 for neighbour in around)
        good, bad = good + in_word, bad + (not in_word)
    return good / (good + bad) if good else 0.0


def _reading(sample: bytes, name: str) -> str:
    return " / ".join(sample[:400].decode(ENCODINGS[name], "replace").split("\n")[:3]).strip()[:120]
