"""Clean a campaign's logo: write a drawing (SVG) again from an allow-list, and pack a picture (PNG) again.

This module draws nothing. Expat reads a drawing; it refuses entities and loads no other file. What is in no list is
left out, or refused by name. Of a picture only the pixels are kept, and only if they have the size in its header.
"""

import re
import struct
import zlib
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from campaign.web.toolbox import PNG, SVG, Logo

MOST_BYTES = 1 << 19  # of the file that an owner chooses
MOST_KEPT = 1 << 17  # of the cleaned logo: it goes into every document
MOST_SIDE = 1200  # pixels of a picture's side
LONGEST_SIDE = 20  # times the shorter one
SMALLEST = 0.01  # of a drawing's side, in its own units
MOST_ELEMENTS, DEEPEST = 3000, 24

NAMESPACE = "http://www.w3.org/2000/svg"
HEAD = f'<svg xmlns="{NAMESPACE}" viewBox="'
# Possessive throughout: a regular expression that tries a hostile value in many ways would take for ever.
NUMBER = r"(?>[-+]?(?:\d{1,6}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE]-\d{1,2})?)(?!\d)"
BREAK = r"(?:\s*+,\s*+|\s++)?+"
NUMBERS = rf"{NUMBER}(?:{BREAK}{NUMBER})*+"
NAMED = "none currentColor transparent black silver gray grey white maroon red purple fuchsia green lime olive yellow navy blue teal aqua orange"
WORDS = "nonzero evenodd butt round square miter bevel inline none hidden visible inherit"
FORMS = {
    "colour": re.compile(
        rf"#[0-9a-fA-F]{{3,8}}|{'|'.join(NAMED.split())}|(?:rgb|hsl)a?\([\d.]{{1,6}}(?:deg|%)?(?:[ ,/]{{1,3}}[\d.]{{1,6}}%?){{2,3}}\)"
    ),
    "length": re.compile(rf"{NUMBER}(?:px|%)?"),
    "numbers": re.compile(NUMBERS),
    "dashes": re.compile(rf"none|{NUMBERS}"),
    "path": re.compile(rf"(?:[MmZzLlHhVvCcSsQqTtAa ,]|{NUMBER})*+"),
    "turn": re.compile(rf"(?:(?:matrix|translate|scale|rotate|skewX|skewY) ?\( ?{NUMBERS} ?\)[ ,]*+)++"),
    "word": re.compile("|".join(WORDS.split())),
}
LOOKS = {
    "fill": "colour", "fill-opacity": "length", "fill-rule": "word", "clip-rule": "word", "stroke": "colour",
    "stroke-width": "length", "stroke-opacity": "length", "stroke-linecap": "word", "stroke-linejoin": "word",
    "stroke-miterlimit": "length", "stroke-dasharray": "dashes", "stroke-dashoffset": "length", "opacity": "length",
    "color": "colour", "display": "word", "visibility": "word", "transform": "turn",
}  # fmt: skip
SHAPES = {
    "g": {},
    "path": {"d": "path"},
    "rect": dict.fromkeys(("x", "y", "width", "height", "rx", "ry"), "length"),
    "circle": dict.fromkeys(("cx", "cy", "r"), "length"),
    "ellipse": dict.fromkeys(("cx", "cy", "rx", "ry"), "length"),
    "line": dict.fromkeys(("x1", "y1", "x2", "y2"), "length"),
    "polyline": {"points": "numbers"},
    "polygon": {"points": "numbers"},
}
SILENT = frozenset({"metadata", "title", "desc", "defs"})  # draw nothing, and are left out with everything in them
UNIT = {"": 1.0, "px": 1.0, "pt": 4 / 3, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
SIZE = re.compile(r"(\d{1,5}(?:\.\d{1,6})?)(px|pt|mm|cm|in)?")

PNG_HEAD = b"\x89PNG\r\n\x1a\n"
KEPT = (b"IHDR", b"PLTE", b"tRNS")
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}  # PNG 3rd edition, table 8
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
WHOLE = ((0, 0, 1, 1),)
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
FILTERS = 5

NO_LOGO = "This file cannot be read as a logo: choose a drawing (SVG) or a picture (PNG)."
TOO_LARGE = f"This file is too large: a logo has at most {MOST_BYTES >> 10} KB."
STAYS_LARGE = (
    f"This logo is too large: cleaned, it has more than {MOST_KEPT >> 10} KB. Make it smaller or simpler."
)
DAMAGED = "This picture is damaged: save it again as PNG."
HIDES = "This file contains something else beside the picture. Save the logo again as PNG."
NOT_XML = "This drawing is not valid SVG: save it again as “plain SVG”."
DECLARES = "This drawing declares entities, which are not read: save it again as “plain SVG”."
REFERS = "This drawing refers to something (“url(…)”), as gradients, masks and filters do. Save it in plain colours, or as PNG."
NO_SIZE = "This drawing does not say how large it is: it needs a viewBox, or a width and a height."
TOO_DEEP = "This drawing has too many parts for a logo. Make it simpler, or save it as PNG."
EMPTY = "This drawing is empty."
TOO_LONG = f"This logo is too long and thin: one side has at most {LONGEST_SIDE} times the length of the other."


class LogoRefused(ValueError):
    """The file is no logo, or contains what a logo may not; the message is one sentence."""


def clean_logo(raw: bytes) -> Logo:
    """Return the cleaned logo of a file; cleaning it again changes nothing. Raises LogoRefused."""
    _refuse(len(raw) > MOST_BYTES, TOO_LARGE)
    kind = PNG if raw.startswith(PNG_HEAD) else SVG
    content = _picture(raw) if kind == PNG else _drawing(raw)
    _refuse(len(content) > MOST_KEPT, STAYS_LARGE)
    return Logo(kind, content)


def _refuse(wrong: bool, sentence: str) -> None:
    if wrong:
        raise LogoRefused(sentence)


def _drawing(raw: bytes) -> bytes:
    _refuse(b"<" not in raw[:2000] or raw[:2] == b"PK", NO_LOGO)
    drawing, parser = _Drawing(), expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = drawing.begin, drawing.end
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, LookupError, UnicodeError) as fault:
        raise LogoRefused(NOT_XML) from fault
    return drawing.written()


def _refuse_entity(*_declared: object) -> None:
    raise LogoRefused(DECLARES)


class _Drawing:
    """Writes the allowed parts of a drawing while expat reads it; text between elements has no handler."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._open: list[str] = []
        self._silent, self._elements, self._shapes = 0, 0, 0

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        """Write an element's start tag, leave the element out, or refuse the file."""
        self._elements += 1
        _refuse(self._elements > MOST_ELEMENTS or len(self._open) >= DEEPEST, TOO_DEEP)
        space, _blank, name = tag.rpartition(" ")
        if not self._open:
            _refuse((space, name) != (NAMESPACE, "svg"), NO_LOGO)
            self._out.append(f'{HEAD}{_view_box(attributes)}"{_written(_style_of(attributes, {}))}>')
        elif name != "style" and (self._silent or space != NAMESPACE or name in SILENT):
            self._silent += 1
        else:
            _refuse(name not in SHAPES, f"This drawing holds “{name[:30]}”, which a logo may not. {_advice(name)}")
            self._shapes += name != "g"
            self._out.append(f"<{name}{_written(_style_of(attributes, SHAPES[name]))}>")
        self._open.append(name)

    def end(self, _tag: str) -> None:
        """Write an element's end tag, if its start tag was written."""
        name = self._open.pop()
        if self._silent:
            self._silent -= 1
        else:
            self._out.append(f"</{name}>")

    def written(self) -> bytes:
        """Return the drawing."""
        _refuse(not self._shapes, EMPTY)
        return re.sub(r"></(?:path|rect|circle|ellipse|line|polyline|polygon)>", "/>", "".join(self._out)).encode()


def _advice(name: str) -> str:
    if name in ("text", "tspan"):
        return "Turn its letters into paths, because each reader has other fonts."
    if name == "style":
        return "Save it with “presentation attributes” in place of a style sheet."
    return "Save it in plain shapes and colours, or as PNG."


def _view_box(attributes: dict[str, str]) -> str:
    box = re.split(r"[\s,]+", attributes.get("viewBox", "").strip())
    if box == [""]:
        box = ["0", "0", *(_pixels(attributes.get(side, "")) for side in ("width", "height"))]
    _refuse(len(box) != 4 or not all(re.fullmatch(NUMBER, one) for one in box), NO_SIZE)
    shorter, longer = sorted((float(box[2]), float(box[3])))
    _refuse(shorter < SMALLEST, NO_SIZE)
    _refuse(longer > LONGEST_SIDE * shorter, TOO_LONG)
    return " ".join(box)


def _pixels(length: str) -> str:
    found = SIZE.fullmatch(length.strip())
    return f"{float(found[1]) * UNIT[found[2] or '']:.4f}".rstrip("0").rstrip(".") if found else ""


def _style_of(attributes: dict[str, str], own: dict[str, str]) -> dict[str, str]:
    """Return the allowed attributes, each in its only allowed form; `style` is read as attributes."""
    styled = {
        name.strip(): value.strip()
        for name, colon, value in (part.partition(":") for part in attributes.get("style", "").split(";"))
        if colon
    }
    allowed, kept = LOOKS | own, {}
    for name, written in (attributes | styled).items():
        # CSS allows spaces and backslashes that hide the word from a plain search.
        _refuse("url(" in re.sub(r"[\s\\]", "", written.lower()), REFERS)
        if name in allowed:
            value = " ".join(written.replace("!important", "").split())
            wrong = not FORMS[allowed[name]].fullmatch(value)
            _refuse(wrong, f"The value of “{name}” in this drawing is not allowed: “{value[:40]}”.")
            kept[name] = value
    return kept


def _written(attributes: dict[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in sorted(attributes.items()))


@dataclass(frozen=True)
class _Head:
    """The header of a picture (IHDR): the form of its pixels."""

    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    @property
    def rows(self) -> list[tuple[int, int]]:
        """Return (rows, bytes of a row with its filter) of every pass."""
        bits, passes = self.depth * SAMPLES[self.colour], []
        for left, top, across, down in ADAM7 if self.interlaced else WHOLE:
            width, height = -(-(self.width - left) // across), -(-(self.height - top) // down)
            if width > 0 and height > 0:
                passes.append((height, 1 + (width * bits + 7) // 8))
        return passes


def _picture(raw: bytes) -> bytes:
    chunks = _chunks(raw)
    head = _head(chunks.get(b"IHDR", b""))
    palette = chunks.get(b"PLTE", b"")
    _refuse(len(palette) > 768 or len(palette) % 3 != 0, DAMAGED)
    _refuse((head.colour == 3) != bool(palette) and head.colour not in (2, 6), DAMAGED)
    clear = {0: 2, 2: 6, 3: len(palette) // 3}.get(head.colour, 0)
    chunks[b"tRNS"] = chunks.get(b"tRNS", b"")[:clear]
    _refuse(head.colour != 3 and len(chunks[b"tRNS"]) not in (0, clear), DAMAGED)
    pixels = _pixels_of(chunks.get(b"IDAT", b""), head)
    kept = [(name, chunks[name]) for name in KEPT if chunks.get(name)]
    packed = [*kept, (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b"")]
    return PNG_HEAD + b"".join(map(_chunk, packed))


def _chunks(raw: bytes) -> dict[bytes, bytes]:
    """Return a picture's chunks by name, the pixels joined. Raises LogoRefused, also if bytes follow the last chunk."""
    found: dict[bytes, bytes] = {}
    at, name = len(PNG_HEAD), b""
    while name != b"IEND":
        _refuse(len(raw) < at + 12, DAMAGED)
        size, name = struct.unpack_from(">L4s", raw, at)
        content = raw[at + 8 : at + 8 + size]
        checksum = raw[at + 8 + size : at + 12 + size]
        _refuse(checksum != struct.pack(">L", zlib.crc32(name + content)), DAMAGED)
        _refuse(name in found and name != b"IDAT" and name in KEPT, DAMAGED)
        found[name] = found.get(name, b"") + content if name in (b"IDAT", *KEPT) else b""
        at += 12 + size
    _refuse(at != len(raw), HIDES)
    return found


def _head(content: bytes) -> _Head:
    _refuse(len(content) != 13, DAMAGED)
    width, height, depth, colour, packing, filtering, interlaced = struct.unpack(">2L5B", content)
    _refuse(depth not in DEPTHS.get(colour, ()) or packing != 0 or filtering != 0 or interlaced > 1, DAMAGED)
    _refuse(not width or not height, DAMAGED)
    too_wide = f"This picture has {width} × {height} pixels: a logo has at most {MOST_SIDE} on each side."
    _refuse(max(width, height) > MOST_SIDE, too_wide)
    _refuse(max(width, height) > LONGEST_SIDE * min(width, height), TOO_LONG)
    return _Head(width, height, depth, colour, bool(interlaced))


def _pixels_of(packed: bytes, head: _Head) -> bytes:
    """Return the unpacked pixels, if they have the size in the header and known filters. Raises LogoRefused."""
    wanted, unpacker = sum(rows * size for rows, size in head.rows), zlib.decompressobj()
    try:
        pixels = unpacker.decompress(packed, wanted + 1)  # one byte more would be a bomb, or hidden bytes
    except zlib.error as fault:
        raise LogoRefused(DAMAGED) from fault
    _refuse(len(pixels) != wanted, DAMAGED)
    _refuse(not unpacker.eof or bool(unpacker.unused_data), HIDES)
    at = 0
    for rows, size in head.rows:
        _refuse(any(pixels[row] >= FILTERS for row in range(at, at + rows * size, size)), DAMAGED)
        at += rows * size
    return pixels


def _chunk(chunk: tuple[bytes, bytes]) -> bytes:
    name, content = chunk
    return struct.pack(">L", len(content)) + name + content + struct.pack(">L", zlib.crc32(name + content))
