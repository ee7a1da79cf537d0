"""Know a column by its heading, as lists in our languages write it."""

from collections.abc import Mapping
from dataclasses import dataclass

from campaign.intake.rules import FIELDS
from campaign.names.folding import fold_together

EMAIL = "email"
_HEADINGS = {
    "kind": "kind|type|as|category|art|kategorie|categorie|categoría|tipo|種別|類別|类别|身份|身分|النوع|تۈرى",
    "name": "name|full name|signatory|signature name|person|vollständiger name|name vorname|unterzeichner|unterzeichnerin|nom|nom complet|nom et prénom|signataire|nombre|nombre completo|nombre y apellidos|firmante|氏名|名前|お名前|署名者|姓名|名字|簽署人|签署人|聯署人|联署人|الاسم|الاسم الكامل|ئىسمى|ئىسىم|تولۇق ئىسمى",
    "latin_name": "latin name|name in latin letters|romanised name|romanized name|english name|name en|name in english|transliteration|lateinischer name|name in lateinischen buchstaben|nom latin|nom en lettres latines|nombre en letras latinas|ローマ字|ローマ字氏名|英文名|英文姓名|拼音|羅馬拼音|罗马拼音|الاسم بالأحرف اللاتينية|لاتىنچە ئىسمى",
    "country": "country|country code|nation|state country|iso|land|staat|ländercode|pays|code pays|país|código de país|国|国名|国家|國家|國家地區|国家地区|البلد|الدولة|دۆلەت|دۆلىتى",
    "office": "office|role|title|position|function|job title|amt|funktion|fonction|mandat|titre|cargo|puesto|función|役職|肩書|職稱|职称|職務|职务|职位|المنصب|ۋەزىپىسى",
    "legislature": "legislature|parliament|chamber|house|assembly|parlament|kammer|parlement|assemblée|chambre|parlamento|cámara|asamblea|議会|議院|議會|议会|國會|国会|البرلمان|پارلامېنت",
    "constituency": "constituency|district|electoral district|riding|seat|wahlkreis|circonscription|distrito|distrito electoral|circunscripción|選挙区|選區|选区|الدائرة الانتخابية|الدائرة|سايلام رايونى",
    "party": "party|group|parliamentary group|political party|party or group|partei|fraktion|parti|groupe|partido|grupo|政党|会派|政黨|党派|黨派|الحزب|پارتىيە|پارتىيىسى",
    "affiliation": "affiliation|organisation|organization|organisation name|institution|employer|ngo|verein|organisation verein|einrichtung|association|organización|institución|所属|団体|所屬|組織|组织|機構|机构|單位|单位|المنظمة|المؤسسة|تەشكىلاتى|تەشكىلات",
    "community": "community|ethnicity|people|gemeinschaft|communauté|comunidad|コミュニティ|社群|族群|المجتمع|الجالية|جامائىتى",
    "visibility": "visibility|use of name|use of the name|name use|publish|sichtbarkeit|verwendung des namens|visibilité|usage du nom|visibilidad|uso del nombre|公開方法|公开方式|公開方式|الظهور|ئاشكارىلىقى",
    EMAIL: "email|e mail|mail|e mail address|email address|mailadresse|e mail adresse|adresse e mail|courriel|adresse électronique|correo|correo electrónico|メール|メールアドレス|電子郵件|電郵|电子邮件|邮箱|البريد الإلكتروني|ئېلخەت",
}  # fmt: skip
_FIELD_OF = {
    fold_together(heading): field for field, headings in _HEADINGS.items() for heading in headings.split("|")
} | {fold_together(field): field for field in FIELDS}
NO_ADDRESSES = (
    "is not read: nobody on a list gave us their address to write to them, so e-mail addresses are never taken in"
)
TWICE = "is not read: another column is taken for the same"
UNKNOWN = "is not read: nothing here is called that"


class ColumnsUnclear(Exception):
    """The headings do not say where the names are, or a wish names a column or a field that is not there."""


@dataclass(frozen=True)
class Columns:
    """Which field each column holds ("" for none), and for those left out why."""

    headings: tuple[str, ...]
    fields: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]

    def cells(self, row: list[str]) -> dict[str, str]:
        """Return a row's cells by field; a row that ends early has empty ones."""
        padded = [*row, *[""] * (len(self.fields) - len(row))]
        return {field: cell for field, cell in zip(self.fields, padded, strict=False) if field}

    def heading_of(self, field: str) -> str:
        """Return what the file calls a field, or our own word where it has no such column."""
        return self.headings[self.fields.index(field)] if field in self.fields else field


def names_a_person(headings: list[str]) -> bool:
    """Say whether one of these cells is a heading for names: by that the row of headings is found."""
    return any(_FIELD_OF.get(fold_together(heading)) == "name" for heading in headings)


def match(headings: list[str], wishes: Mapping[str, str]) -> Columns:
    """Return which column is what: by `wishes` (heading to field, "" to leave it out), else by its heading.

    A heading may be wished for as `#3`, the third column. Raises ColumnsUnclear.
    """
    named = [heading.strip() for heading in headings]
    asked = {_place(named, heading): _wish(field) for heading, field in wishes.items()}
    wished = [field for field in asked.values() if field]
    if len(set(wished)) < len(wished):
        raise ColumnsUnclear("Two columns cannot be the same field. Leave one of them out.")
    fields: list[str] = []
    left_out: list[tuple[str, str]] = []
    for place, heading in enumerate(named):
        field = asked[place] if place in asked else _FIELD_OF.get(fold_together(heading), "")
        reason = _reason(field, fields, asked, place)
        fields.append("" if reason else field)
        if reason and heading and place not in asked:
            left_out.append((heading, reason))
    if "name" not in fields:
        raise ColumnsUnclear("No column is called a name. Say which one holds the names.")
    return Columns(tuple(named), tuple(fields), tuple(left_out))


def _reason(field: str, taken: list[str], asked: Mapping[int, str], place: int) -> str:
    """Return why a column is not read, "" if it is."""
    if not field:
        return UNKNOWN
    if field == EMAIL:
        return NO_ADDRESSES
    promised = field in asked.values() and place not in asked
    return TWICE if field in taken or promised else ""


def _wish(field: str) -> str:
    if field == EMAIL:
        raise ColumnsUnclear(
            "E-mail addresses are never taken in: nobody on a list gave us theirs to write to them."
        )
    if field and field not in FIELDS:
        raise ColumnsUnclear(f"There is no field {field}. There are: {', '.join(FIELDS)}.")
    return field


def _place(headings: list[str], wished: str) -> int:
    if wished.startswith("#") and wished[1:].isdecimal() and 0 < int(wished[1:]) <= len(headings):
        return int(wished[1:]) - 1
    places = [place for place, heading in enumerate(headings) if fold_together(heading) == fold_together(wished)]
    if len(places) != 1:
        raise ColumnsUnclear(f"There is no one column {wished}. There are: {', '.join(filter(None, headings))}.")
    return places[0]
