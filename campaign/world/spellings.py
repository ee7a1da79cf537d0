"""Read a country as people write it: its code, or its name in any of our languages."""

from functools import cache

from campaign.names.folding import fold_together
from campaign.world.countries import COUNTRIES, countries
from campaign.world.languages import LANGUAGES

# What people write that CLDR does not: abbreviations, older and official names, the United Kingdom's nations.
_ALSO = {
    "AE": "UAE",
    "BO": "Plurinational State of Bolivia",
    "CD": "DRC|DR Congo|Democratic Republic of the Congo|Congo-Kinshasa|Zaire",
    "CG": "Republic of the Congo|Congo-Brazzaville",
    "CI": "Ivory Coast|Côte d'Ivoire",
    "CN": "PRC|People's Republic of China|Mainland China|中國大陸|中国大陆|中华人民共和国|中華人民共和國",
    "CV": "Cape Verde",
    "CZ": "Czech Republic|Česko",
    "EU": "European Parliament|Europäisches Parlament|Parlement européen|Parlamento Europeo|歐洲議會|欧洲议会",
    "GB": "UK|U.K.|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|Großbritannien|Grande-Bretagne|英國|英国|イギリス",
    "IR": "Islamic Republic of Iran",
    "KP": "DPRK",
    "KR": "Republic of Korea|韓國|韩国|南韓",
    "LA": "Lao PDR",
    "MK": "Macedonia",
    "MM": "Burma",
    "NL": "The Netherlands|Holland",
    "PS": "State of Palestine|Palestinian Territories",
    "RU": "Russian Federation",
    "SZ": "Swaziland",
    "TL": "East Timor",
    "TR": "Turkey|Türkiye",
    "TW": "Republic of China|ROC|中華民國|中华民国|臺灣|Formosa",
    "US": "USA|U.S.|U.S.A.|United States of America|America|美國|美国|アメリカ",
    "VA": "Holy See|Vatican",
    "VN": "Viet Nam",
}

_UNCLEAR = "Congo|Kongo|刚果|剛果|コンゴ|Korea|Corea|Corée"


def find_country(written: str) -> str | None:
    """Return the code of a country, or None for a name that is nobody's or two countries' at once."""
    code = written.strip().upper()
    return code if code in COUNTRIES else _spellings().get(fold_together(written))


@cache
def _spellings() -> dict[str, str | None]:
    """Return each known spelling's code; None where two countries share it."""
    pairs = [(fold_together(name), code) for language in LANGUAGES for code, name in countries(language)]
    found: dict[str, str | None] = {}
    for spelling, code in pairs:
        found[spelling] = code if found.get(spelling, code) == code else None
    also = ((fold_together(name), code) for code, names in _ALSO.items() for name in names.split("|"))
    return found | dict(also) | dict.fromkeys(map(fold_together, _UNCLEAR.split("|")))
