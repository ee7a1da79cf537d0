"""`python -m config.atlas countries-50m.json`: write campaign/world/shapes.txt from the borders of Natural Earth.

Run it again only when borders or codes change. docs/map.md says where the file comes from and how it was checked.
"""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from math import asin, cos, hypot, radians, sin, sqrt
from pathlib import Path
from typing import Any

from babel.core import get_global

from campaign.world.countries import COUNTRIES

SHAPES = Path(__file__).parents[1] / "campaign" / "world" / "shapes.txt"
SOURCE_SHA256 = "04342cdc1e3016bcd7db1630de95684d67b79fe3c8c460321e87aef469502394"
LEFT_OUT = frozenset({"AQ"})  # no one signs there, and it would take a fifth of the sheet
NOBODYS = "--"  # land with none of our codes: drawn, never coloured
# Natural Earth has no number for these. A territory without a code of ISO 3166-1 gets the code that lists it.
BY_NAME = {"Kosovo": "XK", "Somaliland": "SO", "N. Cyprus": "CY"}
# ISO 3166-1 codes that Natural Earth draws as part of another country: that country, and west, south, east, north.
WITHIN: dict[str, tuple[str, tuple[float, float, float, float]]] = {
    "GF": ("FR", (-56, 1, -50, 7)),
    "GP": ("FR", (-62, 15.7, -60.8, 16.7)),
    "MQ": ("FR", (-61.5, 14, -60.5, 15.2)),
    "RE": ("FR", (55, -22, 56, -20)),
    "YT": ("FR", (45, -13.2, 45.5, -12.5)),
    "SJ": ("NO", (10, 74, 36, 81)),
    "BQ": ("NL", (-69, 11, -62, 18)),
    "TK": ("NZ", (-173, -10, -171, -8)),
    "UA": ("RU", (32, 44.2, 36.8, 46.3)),  # Crimea: ISO 3166-2 lists it as UA-43
}
PARTED = {"CY", "EH", "SO", "UA"}  # one code of ISO 3166-1 that the source draws in two parts
SAHARA = 27.667  # Morocco lies north of this parallel: what the source draws south of it is EH
# Places too small for the source, and the institutions of the European Union, which get a dot in the sea.
PLACES = {"GI": (-5.4, 36.1), "TV": (179.2, -8.5), "CC": (96.8, -12.2), "CX": (105.6, -10.5), "TK": (188.2, -9.2),
          "BQ": (-68.3, 12.2), "EU": (-16.0, 47.5)}  # fmt: skip
NUDGED = {"HK": (15, 2), "MO": (-15, 8)}  # too close to each other for two dots

Point = tuple[float, float]
Ring = list[Point]


@dataclass(frozen=True)
class Sheet:
    """A map to draw: its projection from radians to units of the sphere's radius, and the part that is shown."""

    name: str
    width: int
    project: Callable[[float, float], Point]
    box: tuple[float, float, float, float]
    middle: float
    tolerance: float
    least_ring: float
    least_shape: float

    @property
    def scale(self) -> float:
        """Return the units of the sheet per radius of the sphere."""
        return self.width / (self.box[2] - self.box[0])

    def place(self, point: Point) -> Point:
        """Return the point of a longitude and latitude in degrees on the sheet, from its upper left corner."""
        x, y = self.project(radians(point[0] - self.middle), radians(point[1]))
        return (x - self.box[0]) * self.scale, (self.box[3] - y) * self.scale

    @property
    def height(self) -> int:
        """Return the sheet's height in its units."""
        return round((self.box[3] - self.box[1]) * self.scale)


def equal_earth(longitude: float, latitude: float) -> Point:
    """Project the world so that areas keep their proportions (Šavrič, Patterson, Jenny 2018)."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    t = asin(sqrt(3) / 2 * sin(latitude))
    slope = 9 * a4 * t**8 + 7 * a3 * t**6 + 3 * a2 * t**2 + a1
    return 2 * sqrt(3) * longitude * cos(t) / (3 * slope), t * (a1 + a2 * t**2 + a3 * t**6 + a4 * t**8)


def equal_europe(longitude: float, latitude: float) -> Point:
    """Project Europe by Lambert's azimuthal equal-area projection about 52° N, as its statistics office does."""
    middle = radians(52)
    across = cos(latitude) * cos(longitude)
    k = sqrt(2 / max(1 + sin(middle) * sin(latitude) + cos(middle) * across, 1e-9))
    return k * cos(latitude) * sin(longitude), k * (cos(middle) * sin(latitude) - sin(middle) * across)


SHEETS = (
    Sheet("world", 2000, equal_earth, (-2.69, -1.06, 2.69, 1.33), 11, 1.1, 5, 60),
    Sheet("europe", 1600, equal_europe, (-0.44, -0.315, 0.46, 0.345), 10, 1.3, 14, 260),
)


def main(path: Path) -> None:
    """Write the shapes of every country for both sheets. Exits if `path` is not the checked file."""
    source = path.read_bytes()
    if sha256(source).hexdigest() != SOURCE_SHA256:
        sys.exit("This is not the file that was checked. Look at its borders, then change SOURCE_SHA256.")
    arcs, rings = read(json.loads(source))
    lines = ["# Natural Earth 4.1 (public domain), drawn by `python -m config.atlas`; docs/map.md"]
    for sheet in SHEETS:
        lines.append(f"{sheet.name} {sheet.width} {sheet.height}")
        lines += draw(sheet, arcs, rings)
    SHAPES.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read(topology: dict[str, Any]) -> tuple[list[Ring], list[tuple[str, list[int]]]]:
    """Return the source's arcs in degrees, and its rings: the country of each, and the numbers of its arcs."""
    (across, up), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc: Ring = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            arc.append((x * across + west, y * up + south))
        arcs.append(arc)
    rings = []
    for shape in topology["objects"]["countries"]["geometries"]:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for outer, *holes in polygons:
            code = _owner(_code(shape), _joined(outer, arcs))
            rings += [(code, ring) for ring in (outer, *holes)]
    return arcs, rings


def _code(shape: dict[str, Any]) -> str:
    number, name = shape.get("id", ""), shape["properties"]["name"]
    codes = get_global("territory_aliases").get(number, [BY_NAME.get(name, NOBODYS)])
    return codes[0] if codes[0] in COUNTRIES | LEFT_OUT else NOBODYS


def _owner(code: str, ring: Ring) -> str:
    """Return the code of a polygon: its own, if ISO 3166-1 has one."""
    x, y = sum(point[0] for point in ring) / len(ring), sum(point[1] for point in ring) / len(ring)
    for inner, (outer, (west, south, east, north)) in WITHIN.items():
        if outer == code and west < x < east and south < y < north:
            return inner
    return code


def _joined(numbers: Iterable[int], arcs: list[Ring]) -> Ring:
    """Return a ring of arcs as points, without a jump at 180 degrees; ~n is arc n in reverse."""
    ring: Ring = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += arc[1:] if ring else arc
    turns, whole = 0, [ring[0]]
    for (before, _y), (x, y) in pairwise(ring):
        turns += (before - x > 180) - (x - before > 180)
        whole.append((x + 360 * turns, y))
    return whole


def countries_of(arcs: list[Ring], rings: list[tuple[str, list[int]]]) -> dict[str, list[Ring]]:
    """Return the outline of each country in degrees, with Western Sahara whole and no border inside a country."""
    found: dict[str, list[Ring]] = {}
    for code, numbers in rings:
        found.setdefault(code, []).append(_joined(numbers, arcs))
    if "MA" in found:
        found["EH"] += [cut for ring in found["MA"] if (cut := _cut(ring, 1, SAHARA, -1))]
        found["MA"] = [cut for ring in found["MA"] if (cut := _cut(ring, 1, SAHARA, 1))]
    return found | {code: _without_borders(found[code]) for code in PARTED & found.keys()}


def _without_borders(rings: list[Ring]) -> list[Ring]:
    """Join the rings of a country that the source divides: an edge on both sides is no border."""
    edges = [list(pairwise([*ring, ring[0]])) for ring in rings]
    every = {edge for ring in edges for edge in ring}
    apart = [not any(edge[::-1] in every for edge in ring) for ring in edges]
    kept = [ring for ring, alone in zip(rings, apart, strict=True) if alone]
    onward = {
        start: end
        for ring, alone in zip(edges, apart, strict=True)
        for start, end in ring
        if not alone and start != end and (end, start) not in every
    }
    while onward:
        start, end = onward.popitem()
        ring = [start, end]
        while ring[-1] in onward:
            ring.append(onward.pop(ring[-1]))
        kept.append(ring)
    return kept


def draw(sheet: Sheet, arcs: list[Ring], rings: list[tuple[str, list[int]]]) -> list[str]:
    """Return a line for each country: its code and its outline, or @ and a point if it is too small to outline."""
    countries = countries_of([_simplified(arc, sheet) for arc in arcs], rings)
    lines = []
    for code in sorted((countries.keys() | PLACES.keys()) - LEFT_OUT):
        placed = [_on(sheet, ring) for ring in countries.get(code, [])]
        seen = sorted((ring for ring in placed if ring), key=_area, reverse=True)
        area = sum(map(_area, seen))
        large = [ring for ring in seen if _area(ring) >= sheet.least_ring]
        if code not in PLACES and large and area >= sheet.least_shape:
            lines.append(f"{code} {''.join(map(_written, large))}")
        elif code != NOBODYS and (point := _dot(sheet, code, seen)):
            lines.append(f"{code} @{point[0]} {point[1]}")
    return lines


def _simplified(arc: Ring, sheet: Sheet) -> Ring:
    """Leave out points that the sheet is too coarse to show; arc by arc, so that neighbours keep a common border."""
    placed = [sheet.place(point) for point in arc]
    wanted, spans = {0, len(arc) - 1}, [(0, len(arc) - 1)]
    while spans:  # Douglas, Peucker 1973
        first, last = spans.pop()
        between = range(first + 1, last)
        far = max(between, key=lambda n: _distance(placed[n], placed[first], placed[last]), default=None)
        if far is not None and _distance(placed[far], placed[first], placed[last]) > sheet.tolerance:
            wanted.add(far)
            spans += [(first, far), (far, last)]
    return [arc[number] for number in sorted(wanted)]


def _distance(point: Point, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy)
    if length == 0:
        return hypot(point[0] - start[0], point[1] - start[1])
    return abs(dy * (point[0] - start[0]) - dx * (point[1] - start[1])) / length


def _on(sheet: Sheet, ring: Ring) -> list[tuple[int, int]]:
    """Return a ring on the sheet in whole units, cut at its edges; empty if it lies outside."""
    middle = (min(x for x, _y in ring) + max(x for x, _y in ring)) / 2
    turn = 360 * ((middle < sheet.middle - 180) - (middle > sheet.middle + 180))
    placed = [sheet.place((x + turn, y)) for x, y in ring]
    if not any(0 <= x <= sheet.width and 0 <= y <= sheet.height for x, y in placed):
        return []
    edge = 20  # beyond the edge, so that no outline is seen along it
    for axis, limit, sign in (
        (0, -edge, 1),
        (0, sheet.width + edge, -1),
        (1, -edge, 1),
        (1, sheet.height + edge, -1),
    ):
        placed = _cut(placed, axis, limit, sign)
    whole = [(round(x), round(y)) for x, y in placed]
    return [point for number, point in enumerate(whole) if point != whole[number - 1]] or whole[:1]


def _cut(ring: Ring, axis: int, limit: float, sign: int) -> Ring:
    """Return the part of a ring on one side of a line (Sutherland, Hodgman 1974)."""
    kept: Ring = []
    for start, end in zip([*ring[-1:], *ring[:-1]], ring, strict=True):
        was, now = (start[axis] - limit) * sign, (end[axis] - limit) * sign
        if (was < 0) != (now < 0):
            share = was / (was - now)
            kept.append((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))
        if now >= 0:
            kept.append(end)
    return kept


def _area(ring: list[tuple[int, int]]) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], *ring[:1]], strict=True))) / 2


def _dot(sheet: Sheet, code: str, rings: list[list[tuple[int, int]]]) -> tuple[int, int] | None:
    """Return the place of a country's dot, None if it is not on the sheet."""
    if code in PLACES:
        place = sheet.place(PLACES[code])
        x, y = round(place[0]), round(place[1])
        return (x, y) if 0 < x < sheet.width and 0 < y < sheet.height else None
    points = rings[0] if rings else []
    if not points:
        return None
    aside = NUDGED.get(code, (0, 0))
    middle = [round(sum(point[axis] for point in points) / len(points)) + aside[axis] for axis in (0, 1)]
    return middle[0], middle[1]


def _written(ring: list[tuple[int, int]]) -> str:
    """Return a ring as an SVG path with relative points."""
    (x, y), parts = ring[0], []
    for nx, ny in ring[1:]:
        parts += [str(nx - x), str(ny - y)]
        x, y = nx, ny
    steps = "".join(
        part if part.startswith("-") or not number else f" {part}" for number, part in enumerate(parts)
    )
    return f"M{ring[0][0]} {ring[0][1]}l{steps}z"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
