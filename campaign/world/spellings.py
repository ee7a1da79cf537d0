"""Read a country as people write it: a code, a name in any language of CLDR, an official or an older name."""

import re
from collections.abc import Iterator
from functools import cache

from babel.core import get_global

from campaign.names.folding import fold_together
from campaign.world.countries import COUNTRIES, countries
from campaign.world.languages import LANGUAGES
from campaign.world.native import native_names

# Names that CLDR does not have: abbreviations, older and official names, the United Kingdom's nations.
_ALSO = {
    "AE": "UAE|Emirates|United Arab Emirates (the)",
    "BA": "Bosnia|BiH",
    "BN": "Brunei Darussalam",
    "BO": "Plurinational State of Bolivia",
    "BY": "Belorussia|Byelorussia",
    "CD": "DRC|DR Congo|Democratic Republic of the Congo|Congo-Kinshasa|Zaire|Democratic Republic of Congo|D.R. Congo|Congo DR|Congo (DRC)|Congo DRC|Congo (Kinshasa)|Dem. Rep. Congo|Dem. Rep. of the Congo|RDC|RD Congo|République démocratique du Congo",
    "CF": "CAR",
    "CG": "Republic of the Congo|Congo-Brazzaville|Republic of Congo|Rep. Congo|Rep. of the Congo|Congo (Brazzaville)|République du Congo",
    "CH": "Swiss Confederation|Schweizerische Eidgenossenschaft|Confédération suisse",
    "CI": "Ivory Coast|Côte d'Ivoire|Cote d Ivoire",
    "CN": "PRC|People's Republic of China|Mainland China|中國大陸|中国大陆|中华人民共和国|中華人民共和國|P.R. China|PR China|P.R.C.|China PR|China, People's Republic of|China (PRC)",
    "CV": "Cape Verde|Cabo Verde",
    "CZ": "Czech Republic|Česko|Česká republika",
    "DE": "BRD|Bundesrepublik Deutschland|Federal Republic of Germany",
    "DO": "Dominican Rep.",
    "ES": "Reino de España",
    "EU": "European Parliament|Europäisches Parlament|Parlement européen|Parlamento Europeo|歐洲議會|欧洲议会|EU|E.U.",
    "FK": "Falklands|Malvinas",
    "FM": "Federated States of Micronesia|Micronesia (Federated States of)|Micronesia, Fed. Sts.",
    "FR": "République française|Republique Francaise",
    "GB": "UK|U.K.|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|Großbritannien|Grande-Bretagne|英國|英国|イギリス|United Kingdom of Great Britain and Northern Ireland|England, UK|Scotland, UK|Wales, UK|Northern Ireland, UK|G.B.|Royaume Uni|Angleterre|Écosse|Inglaterra|Escocia|Schottland|Inghilterra|Gran Bretagna|Gran Bretaña|Anglia|Wielka Brytania|Engeland|Groot-Brittannië|VK",
    "GM": "The Gambia",
    "HK": "Hong Kong SAR|Hong Kong S.A.R.|HKSAR|Hong Kong, China|Hong Kong SAR, China|Hong Kong SAR China|香港特別行政區|香港特别行政区|中國香港|中国香港",
    "IE": "Republic of Ireland|Eire",
    "IL": "State of Israel",
    "IR": "Islamic Republic of Iran|Iran, Islamic Republic of",
    "IT": "Repubblica Italiana",
    "KG": "Kyrgyz Republic",
    "KP": "DPRK|Democratic People's Republic of Korea|Korea, Democratic People's Republic of|Korea (Democratic People's Republic of)|Korea, Dem. People's Rep.|Korea DPR|D.P.R. Korea|D.P.R.K.|North Korea",
    "KR": "Republic of Korea|韓國|韩国|南韓|Korea, Republic of|Korea (Republic of)|Korea, Rep.|Rep. of Korea|R.O.K.|Korea ROK|South Korea|S. Korea|대한민국",
    "KW": "State of Kuwait",
    "LA": "Lao PDR|Lao People's Democratic Republic|Lao",
    "LK": "Ceylon",
    "LY": "State of Libya|Libyan Arab Jamahiriya",
    "MD": "Republic of Moldova",
    "MF": "Saint Martin (French part)",
    "MK": "Macedonia|FYROM|Former Yugoslav Republic of Macedonia|Macedonia, the former Yugoslav Republic of|FYR Macedonia",
    "MM": "Burma|Burma (Myanmar)|Myanmar (Burma)",
    "MO": "Macau|Macao SAR|Macau SAR|Macao SAR, China|Macau, China|Macao SAR China|Macao, China",
    "NL": "The Netherlands|Holland|Kingdom of the Netherlands|Nederland",
    "NZ": "N.Z.|Aotearoa|Aotearoa New Zealand",
    "PG": "PNG",
    "PL": "RP|Rzeczpospolita Polska",
    "PS": "State of Palestine|Palestinian Territories|Palestine, State of|Palestinian Territory, Occupied|Occupied Palestinian Territory|West Bank and Gaza|Gaza",
    "QA": "State of Qatar",
    "RU": "Russian Federation|RF|Российская Федерация",
    "SK": "Slovak Republic|Slovak Rep.",
    "ST": "Sao Tome",
    "SX": "Sint Maarten (Dutch part)",
    "SY": "Syrian Arab Republic",
    "SZ": "Swaziland|Kingdom of Eswatini",
    "TH": "Siam",
    "TL": "East Timor",
    "TR": "Turkey|Türkiye|Turkiye",
    "TW": "Republic of China|ROC|中華民國|中华民国|臺灣|Formosa|Taiwan, ROC|Taiwan (R.O.C.)|Republic of China (Taiwan)|Taiwan (Republic of China)|Republic of China, Taiwan|Taiwan, Republic of China|Taiwan, Province of China|Taiwan, China|Chinese Taipei|中華民國（台灣）|中華民國(臺灣)|Taïwan",
    "TZ": "United Republic of Tanzania",
    "UA": "Ukraine (the)",
    "US": "USA|U.S.|U.S.A.|United States of America|America|美國|美国|アメリカ|United States|US of A|the States|EE.UU.|EEUU|EUA|États-Unis d'Amérique|Estados Unidos de América|Vereinigte Staaten von Amerika|U S of America",
    "VA": "Holy See|Vatican|Vatican City State|Holy See (Vatican City State)",
    "VE": "Venezuela, RB|Bolivarian Republic of Venezuela",
    "VG": "Virgin Islands (British)|BVI",
    "VI": "Virgin Islands (U.S.)|USVI",
    "VN": "Viet Nam|S.R. Vietnam",
    "ZA": "RSA|S. Africa",
}  # fmt: skip

_UNCLEAR = "Congo|Kongo|刚果|剛果|コンゴ|Korea|Corea|Corée"


# The kind of state before a name. `State of` is left out, because Georgia is also a state of the USA.
_KIND = re.compile(
    r"^\W*(?:the\s+)?(?:(?:former|federal|federated|democratic|dem\.?|islamic|arab|people.?s|socialist|plurinational|bolivarian"
    r"|hashemite|united|co-?operative|independent|oriental)\s+)*"
    r"(?:(?:republic|rep\.?|kingdom|commonwealth|principality|union|sultanate|grand\s+duchy)\s*(?:of\s+|\b))?(?:the\s+)?",
    re.IGNORECASE,
)
_PLACED_AFTER = re.compile(r"(?P<name>[^,(（]+)[,(（]\s*(?P<kind>[^)）]+)[)）]?\s*$")
_SAINT, _LITTLE = re.compile(r"\bsaint\b", re.IGNORECASE), re.compile(r"\b(?:and|the|of)\b|&", re.IGNORECASE)


def find_country(written: str) -> str | None:
    """Return the code of a country; None for a name that no country has, or two have."""
    code = written.strip().upper()
    if code in COUNTRIES:
        return code
    return next((found for form in _forms(written) if (found := _called(form))), None)


def _forms(written: str) -> Iterator[str]:
    """Yield ways to read a name: as written, without the kind of state, and with the part after a comma in front."""
    yield written
    yield _KIND.sub("", written, count=1)
    if after := _PLACED_AFTER.match(written):
        yield f"{after['kind'].removeprefix('the ')} {after['name']}"
        if not _KIND.sub("", after["kind"] + " ", count=1).strip(" ."):  # nothing but the kind of state
            yield after["name"]


def _called(written: str) -> str | None:
    """Return the code for a name: by our spellings, by a code of three letters, then by CLDR in any language."""
    folded = fold_together(written)
    if folded in _spellings():
        return _spellings()[folded]
    loose = fold_together(_loose(written))
    return _spellings().get(loose) or _three_letters().get(folded) or native_names().get(folded)


def _loose(name: str) -> str:
    return _SAINT.sub("st", _LITTLE.sub(" ", name))


@cache
def _three_letters() -> dict[str, str]:
    """Return the ISO 3166-1 codes of three letters, which CLDR keeps as aliases, and the one in use for Kosovo."""
    aliases = get_global("territory_aliases").items()
    codes = {alias.lower(): meant[0] for alias, meant in aliases if len(alias) == 3 and len(meant) == 1}
    return {alias: code for alias, code in codes.items() if code in COUNTRIES and alias.isalpha()} | {"xkx": "XK"}


@cache
def _spellings() -> dict[str, str | None]:
    """Return the code of each known spelling, None if two countries share it."""
    pairs = [(fold_together(name), code) for language in LANGUAGES for code, name in countries(language)]
    pairs += [(fold_together(_loose(name)), code) for code, name in countries("en")]
    found: dict[str, str | None] = {}
    for spelling, code in pairs:
        found[spelling] = code if found.get(spelling, code) == code else None
    also = ((fold_together(name), code) for code, names in _ALSO.items() for name in names.split("|"))
    return found | dict(also) | dict.fromkeys(map(fold_together, _UNCLEAR.split("|")))
