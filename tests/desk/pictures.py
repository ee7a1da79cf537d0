"""Logos as campaigns bring them, and as somebody hostile does."""

import struct
import zlib
from io import BytesIO
from zipfile import ZipFile

HEAD = b"\x89PNG\r\n\x1a\n"
XMLNS = 'xmlns="http://www.w3.org/2000/svg"'
CIRCLE = '<circle cx="16" cy="16" r="12" fill="#173f5f"/>'
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + name + content + struct.pack(">L", zlib.crc32(name + content))


def picture(
    size: tuple[int, int] = (8, 4),
    form: tuple[int, int] = (8, 6),
    before: bytes = b"",
    pixels: bytes | None = None,
) -> bytes:
    """Return a PNG of one colour; `form` is its depth and type of colour."""
    (width, height), (depth, colour) = size, form
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    row = b"\0" + bytes((width * channels * depth + 7) // 8)
    packed = zlib.compress(row * height if pixels is None else pixels)
    head = struct.pack(">2L5B", width, height, depth, colour, 0, 0, 0)
    return HEAD + chunk(b"IHDR", head) + before + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def interlaced(width: int, height: int) -> bytes:
    """Return a grey PNG in seven passes."""
    pixels = b""
    for left, top, across, down in ADAM7:
        columns, rows = len(range(left, width, across)), len(range(top, height, down))
        pixels += (b"\0" + bytes(columns)) * rows if columns else b""
    head = struct.pack(">2L5B", width, height, 8, 0, 0, 0, 1)
    return HEAD + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def drawing(inside: str = CIRCLE, head: str = f'{XMLNS} viewBox="0 0 32 32"', before: str = "") -> bytes:
    return f"{before}<svg {head}>{inside}</svg>".encode()


def zipped() -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as file:
        file.writestr("logo.svg", drawing())
    return made.getvalue()


ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "a" * 50}">' for n in range(9))
TWICE = chunk(b"IHDR", struct.pack(">2L5B", 4, 4, 8, 6, 0, 0, 0))
REFUSED = {
    "nothing": b"",
    "a text of a megabyte": b"a" * 1_000_000,
    "a text": b"not a logo at all <",
    "a zip": zipped(),
    "a page": b"<!doctype html><html><body><script>alert(1)</script></body></html>",
    "a script": drawing("<script>alert(1)</script>" + CIRCLE),
    "a script by its name space": drawing('<s:script xmlns:s="http://www.w3.org/2000/svg">alert(1)</s:script>' + CIRCLE),
    "a foreign object": drawing("<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>"),
    "a picture inside": drawing('<image href="data:image/png;base64,AAAA" width="9" height="9"/>'),
    "a link": drawing(f'<a href="javascript:alert(1)">{CIRCLE}</a>'),
    "a copy of another file": drawing('<use href="https://evil.example/x.svg#a"/>'),
    "a style sheet": drawing("<style>@import url(https://evil.example/x.css);</style>" + CIRCLE),
    "a style sheet among what is not drawn": drawing("<defs><style>.a{fill:red}</style></defs>" + CIRCLE),
    "a style that loads": drawing('<rect width="9" height="9" style="fill:url(https://evil.example/x)"/>'),
    "a style that hides how it loads": drawing('<rect width="9" height="9" style="fill:u\\rl (x)"/>'),
    "a mask": drawing('<rect width="9" height="9" mask="URL( #m )"/>'),
    "a movement": drawing('<rect width="9" height="9"><animate attributeName="x" to="9"/></rect>'),
    "a movement of a link": drawing('<set attributeName="href" to="javascript:alert(1)"/>' + CIRCLE),
    "letters": drawing("<text>Lake House</text>"),
    "a colour that is none": drawing('<rect width="9" height="9" fill="javascript:alert(1)"/>'),
    "a path that is none": drawing('<path d="M0 0 L alert(1)"/>'),
    "a number without end": drawing(f'<path d="M{"9" * 400_000}"/>'),
    "a huge number": drawing('<path d="M1e300 0L9 9"/>'),
    "entities that grow": drawing("<g>&a8;</g>" + CIRCLE, before=f"<!DOCTYPE svg [{ENTITIES}]>"),
    "an entity from a file": drawing("&x;" + CIRCLE, before='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "an entity from elsewhere": drawing(CIRCLE, before='<!DOCTYPE svg [<!ENTITY % x SYSTEM "http://evil.example"> %x;]>'),
    "a drawing too deep": drawing("<g>" * 400 + CIRCLE + "</g>" * 400),
    "too many parts": drawing(CIRCLE * 5_000),
    "a drawing without size": drawing(head=XMLNS),
    "a drawing of no size": drawing(head=f'{XMLNS} viewBox="0 0 0 0"'),
    "a drawing of next to no size": drawing(head=f'{XMLNS} viewBox="0 0 0.0001 0.0001"'),
    "a drawing long and thin": drawing(head=f'{XMLNS} viewBox="0 0 999999 1"'),
    "a picture long and thin": picture((1200, 2)),
    "a drawing of nothing": drawing("<g/>"),
    "a drawing broken off": drawing()[:-8],
    "a drawing with a zip behind": drawing() + zipped(),
    "a drawing in letters nobody knows": b'<?xml version="1.0" encoding="x-evil"?>' + drawing(),
    "a picture with a zip behind": picture() + zipped(),
    "a picture with more behind its pixels": picture(pixels=None)[:-12] + chunk(b"IDAT", b"evil") + chunk(b"IEND", b""),
    "a picture that is a bomb": picture(pixels=bytes(200_000_000)),
    "a picture of another size than it says": picture(pixels=bytes(3)),
    "a picture too wide": picture((1201, 1)),
    "a picture as wide as a number goes": picture(pixels=b"")[:16] + b"\x7f\xff\xff\xff" * 2 + picture()[24:],
    "a picture of no width": picture((0, 4)),
    "a picture in a form there is not": picture(form=(3, 6)),
    "a picture with two heads": picture(before=TWICE),
    "a picture without its colours": picture(form=(8, 3)),
    "a picture whose rows are filtered as nothing is": picture(pixels=(b"\x07" + bytes(32)) * 4),
    "a picture with a wrong sum": picture()[:40] + b"x" + picture()[41:],
    "a picture broken off": picture()[:-20],
}  # fmt: skip
CLEANED = {
    "one that looks what happens": drawing('<rect width="9" height="9" onload="alert(1)" onclick="alert(2)"/>'),
    "one with names and classes": drawing('<g id="x" class="y" data-z="w">' + CIRCLE + "</g>"),
    "one with links on a shape": drawing('<rect xmlns:l="http://www.w3.org/1999/xlink" l:href="//evil.example" href="x" width="9" height="9"/>'),
    "one with words about it": drawing("<title>evil</title><metadata><x:y xmlns:x='z'>evil</x:y></metadata>" + CIRCLE),
    "one from an editor": drawing('<e:view xmlns:e="http://www.inkscape.org/x" e:onload="evil"><script/></e:view>' + CIRCLE),
    "one with a gradient nobody uses": drawing("<defs><linearGradient id='a'/></defs>" + CIRCLE),
    "one with a style": drawing('<rect width="9" height="9" style="fill:#ABCDEF;stroke:none;-inkscape-x:evil;font-family:evil"/>'),
    "one with a doctype": drawing(before='<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/evil.dtd">'),
    "one with a sheet of another": drawing(before='<?xml-stylesheet href="https://evil.example/x.css"?>'),
    "one without viewBox": drawing(head=f'{XMLNS} width="20mm" height="10mm" onload="evil()"'),
    "one turned": drawing('<g transform="translate(1 2) rotate(-30,5,5)"><path d="M1.5.5-3,4a1 1 0 01.5.5z"/></g>'),
    "one of odd numbers": drawing('<path d="M-999999-999999L999999.99999 9e-99zA0 0 0 0 0 0 0" stroke-width="-1" stroke="red"/><circle r="-3"/><rect width="0" height="999999"/>'),
    "one in sixteen bits": '<?xml version="1.0" encoding="UTF-16"?>'.encode("utf-16") + drawing().decode().encode("utf-16-le"),
    "a picture": picture(),
    "a grey picture": picture(form=(1, 0)),
    "a picture of sixteen bits": picture(form=(16, 2)),
    "a picture with few colours": picture(form=(4, 3), before=chunk(b"PLTE", b"\1\2\3") + chunk(b"tRNS", b"\x80")),
    "a picture in passes": interlaced(13, 7),
    "a picture with words in it": picture(before=chunk(b"tEXt", b"Comment\0evil script") + chunk(b"eXIf", b"evil")),
}  # fmt: skip
