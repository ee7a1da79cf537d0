"""The countries people live in, named and ordered as each language does (CLDR, with our own names where it has none)."""

from collections.abc import Collection
from functools import cache
from pathlib import Path

from campaign.world.languages import LANGUAGES, locale_of

# ISO 3166-1 without the uninhabited (AQ BV GS HM IO TF UM); XK for Kosovo, EU for the European Parliament.
_CODES = (
    "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC "
    "CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET EU FI FJ FK FM FO FR "
    "GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT JE JM JO JP KE "
    "KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS "
    "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO "
    "RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TK TL TM TN TO TR TT TV "
    "TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"
)
COUNTRIES = frozenset(_CODES.split())

# Babel drops CLDR's short names ("Hong Kong" beside "Hong Kong SAR China"); the others are the names that people there
# use. Uyghur: CLDR has Bengal for Bangladesh, Swaziland, Mandarin names for Hong Kong and Macao, and only one Korea.
_OURS: dict[str, dict[str, str]] = {
    "en": {
        "TW": "Taiwan",
        "HK": "Hong Kong",
        "MO": "Macao",
        "PS": "Palestine",
        "XK": "Kosovo",
        "EU": "European Union",
    },
    "fr": {
        "TW": "Taïwan",
        "HK": "Hong Kong",
        "MO": "Macao",
        "PS": "Palestine",
        "XK": "Kosovo",
        "EU": "Union européenne",
    },
    "de": {
        "TW": "Taiwan",
        "HK": "Hongkong",
        "MO": "Macau",
        "PS": "Palästina",
        "XK": "Kosovo",
        "EU": "Europäische Union",
    },
    "es": {
        "TW": "Taiwán",
        "HK": "Hong Kong",
        "MO": "Macao",
        "PS": "Palestina",
        "XK": "Kosovo",
        "EU": "Unión Europea",
    },
    "ja": {"TW": "台湾", "HK": "香港", "MO": "マカオ", "PS": "パレスチナ", "XK": "コソボ", "EU": "欧州連合"},
    "zh-Hant": {"TW": "台灣", "HK": "香港", "MO": "澳門", "PS": "巴勒斯坦", "XK": "科索沃", "EU": "歐盟"},
    "zh-Hans": {"TW": "台湾", "HK": "香港", "MO": "澳门", "PS": "巴勒斯坦", "XK": "科索沃", "EU": "欧盟"},
    "ar": {
        "TW": "تايوان",
        "HK": "هونغ كونغ",
        "MO": "ماكاو",
        "PS": "فلسطين",
        "XK": "كوسوفو",
        "EU": "الاتحاد الأوروبي",
    },
    "ug": {
        "TW": "تەيۋەن",
        "HK": "خوڭكوڭ",
        "MO": "ماكاۋ",
        "PS": "پەلەستىن",
        "XK": "كوسوۋو",
        "EU": "ياۋروپا ئىتتىپاقى",
        "BD": "بېنگلادېش",
        "SZ": "ئېسۋاتىنى",
        "KP": "شىمالىي كورېيە",
        "KR": "جەنۇبىي كورېيە",
    },
}
_ORDER = Path(__file__).parent / "order" / "countries.txt"


def country_name(code: str, language: str) -> str:
    """Return a country's name; raises KeyError for a code outside COUNTRIES or a language outside LANGUAGES."""
    return _names(language)[code]


@cache
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """Return (code, name) of every country, in the order a reader of `language` looks them up."""
    names = _names(language)
    return tuple((code, names[code]) for code in _orders()[language])


def in_order(codes: Collection[str], language: str) -> list[tuple[str, str]]:
    """Return (code, name) of some countries, in that same order, each once."""
    return [one for one in countries(language) if one[0] in codes]


@cache
def _names(language: str) -> dict[str, str]:
    territories = locale_of(language).territories
    return {code: _OURS[language].get(code) or territories[code] for code in sorted(COUNTRIES)}


@cache
def _orders() -> dict[str, list[str]]:
    """Read the file that order/make.mjs wrote: one line for each language, the tag and then the codes."""
    lines = (line.split() for line in _ORDER.read_text("utf-8").splitlines() if not line.startswith("#"))
    return {language: codes for language, *codes in lines if language in LANGUAGES}
