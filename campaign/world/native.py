"""The names of countries in every language of CLDR, folded, in a file made once, because reading CLDR takes seconds.

`python -m campaign.world.native` makes the file again after an update of Babel; a test fails if it is out of date.
"""

import gzip
from functools import cache
from pathlib import Path

from babel import localedata

from campaign.names.folding import fold_together
from campaign.world.countries import COUNTRIES

_FILE = Path(__file__).parent / "order" / "native.txt.gz"


@cache
def native_names() -> dict[str, str]:
    """Return the code for each folded name; a name that two countries share is left out."""
    lines = (line.split("|") for line in gzip.decompress(_FILE.read_bytes()).decode().splitlines())
    return {name: code for code, *names in lines for name in names}


def gather() -> dict[str, list[str]]:
    """Return CLDR's folded names of each country, without those that two countries share."""
    meant: dict[str, set[str]] = {}
    for language in localedata.locale_identifiers():
        territories = localedata.load(language, merge_inherited=False).get("territories") or {}
        for code in COUNTRIES & territories.keys():
            meant.setdefault(fold_together(str(territories[code])), set()).add(code)
    own = {code: [name for name, codes in meant.items() if name and codes == {code}] for code in COUNTRIES}
    return {code: sorted(own[code]) for code in sorted(COUNTRIES)}


def make() -> bytes:
    """Return the file's bytes: a line for each country, its code and its names, always in the same order."""
    lines = ("|".join((code, *names)) for code, names in gather().items())
    return gzip.compress("\n".join(lines).encode(), mtime=0)


if __name__ == "__main__":
    _FILE.write_bytes(make())
