"""The language tag that gives a printed name its own region's letter forms."""

from campaign.names.scripts import script_of

_BY_COUNTRY = {
    "TW": "zh-Hant-TW",
    "HK": "zh-Hant-HK",
    "MO": "zh-Hant-HK",
    "JP": "ja",
    "KR": "ko",
    "CN": "zh-Hans",
    "SG": "zh-Hans",
}
_BY_COMMUNITY = {
    "hongkonger": "zh-Hant-HK",
    "hong kong": "zh-Hant-HK",
    "taiwanese": "zh-Hant-TW",
    "japanese": "ja",
}
_BY_SCRIPT = {
    "Jpan": "ja",
    "Kore": "ko",
    "Hebr": "he",
    "Tibt": "bo",
    "Deva": "hi",
    "Thai": "th",
    "Geor": "ka",
    "Armn": "hy",
    "Grek": "el",
    "Cyrl": "ru",
}
_UYGHUR = frozenset("ەېۆۈۇۋڭ")


def name_language(name: str, country: str, community: str) -> str:
    """Return the BCP 47 tag that gives a name its own region's letter forms; "und" where all tags give the same.

    It says how to print the name, not which language the person speaks.
    """
    script = script_of(name)
    if script == "Hani":
        return _BY_COMMUNITY.get(community.casefold()) or _BY_COUNTRY.get(country) or "zh-Hans"
    if script == "Arab":
        return "ug" if _UYGHUR & set(name) else "ar"
    return _BY_SCRIPT.get(script, "und")
