"""Match columns to fields by their headings in many languages; campaign.names.parts does so for names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaign.intake.rules import KNOWN
from campaign.letter.fields import FIELDS
from campaign.letter.kinds import asked_fields
from campaign.letter.rules import Kind
from campaign.names.folding import fold_together
from campaign.names.parts import NAME, PARTS, HalfAName, NameColumns, find_name, is_name, join_words, pick_name

EMAIL = "email"
_HEADINGS = {name: field.headings for name, field in FIELDS.items()} | {
    "kind": "kind|type|as|category|art|kategorie|categorie|categoría|tipo|種別|類別|类别|身份|身分|النوع|تۈرى",
    "latin_name": "latin name|name in latin letters|romanised name|romanized name|english name|name en|name in english|transliteration|lateinischer name|name in lateinischen buchstaben|nom latin|nom en lettres latines|nombre en letras latinas|ローマ字|ローマ字氏名|英文名|英文姓名|拼音|羅馬拼音|罗马拼音|الاسم بالأحرف اللاتينية|لاتىنچە ئىسمى",
    "country": "country|country code|nation|state country|iso|land|staat|ländercode|pays|code pays|país|código de país|国|国名|国家|國家|國家地區|国家地区|البلد|الدولة|دۆلەت|دۆلىتى",
    "visibility": "visibility|use of name|use of the name|name use|publish|sichtbarkeit|verwendung des namens|visibilité|usage du nom|visibilidad|uso del nombre|公開方法|公开方式|公開方式|الظهور|ئاشكارىلىقى",
    EMAIL: "email|e mail|mail|e mail address|email address|mailadresse|e mail adresse|adresse e mail|courriel|adresse électronique|correo|correo electrónico|メール|メールアドレス|電子郵件|電郵|电子邮件|邮箱|البريد الإلكتروني|ئېلخەت",
}  # fmt: skip
_FIELD_OF = {
    fold_together(heading): field for field, headings in _HEADINGS.items() for heading in headings.split("|")
} | {fold_together(field): field for field in KNOWN if field != NAME}
NO_ADDRESSES = (
    "is not read: the people on a list did not give us their addresses, so e-mail addresses are never imported"
)
TWICE = "is not read: another column has the same field"
UNKNOWN = "is not read: no field has this name"


JOINED = (NAME, "latin_name", *FIELDS)  # fields that may be joined from several columns
CHOICES = (NAME, *PARTS, *(field for field in KNOWN if field != NAME))


def choices_of(kinds: Sequence[Kind]) -> tuple[str, ...]:
    """Return the fields that a column may have in a list for a letter with these kinds."""
    asked = asked_fields(kinds)
    return tuple(field for field in CHOICES if field not in FIELDS or field in asked)


class ColumnsUnclear(Exception):
    """The headings do not show where the names are, or a wish names a column or a field that does not exist."""


@dataclass(frozen=True)
class Columns:
    """The field of each column ("" if it is not read), and why a column is left out.

    A field in `joined` is made of several columns, in this order; `name` joins a name in parts.
    """

    headings: tuple[str, ...]
    fields: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    name: NameColumns
    joined: Mapping[str, tuple[int, ...]]

    def cells(self, row: list[str]) -> dict[str, str]:
        """Return a row's cells by field; the missing cells of a short row are empty."""
        padded = [*row, *[""] * (len(self.fields) - len(row))]
        cells = {
            field: cell for field, cell in zip(self.fields, padded, strict=False) if field not in ("", *PARTS)
        }
        for field, places in self.joined.items():
            words = [padded[place] for place in places]
            cells[field] = (
                join_words(words) if field in (NAME, "latin_name") else ", ".join(filter(str.strip, words))
            )
        return cells if NAME in self.joined else cells | {NAME: self.name.join(padded)}

    def heading_of(self, field: str) -> str:
        """Return the heading of a field in the file, or our own word if the file has no such column."""
        places = self.joined.get(field) or (sorted(self.name.parts) if field == NAME else ())
        if places:
            return " + ".join(self.headings[place] for place in places)
        return self.headings[self.fields.index(field)] if field in self.fields else field


def has_name_heading(headings: list[str]) -> bool:
    """Say whether a cell is a heading of names: this is how the row of headings is found."""
    return any(map(is_name, headings))


def match_columns(
    headings: list[str], wishes: Mapping[str, str], joins: Mapping[str, Sequence[str]] | None = None
) -> Columns:
    """Return the field of each column: from `wishes` (heading: field, "" to leave it out), else from its heading.

    `#3` in `wishes` or `joins` is the third column. `joins` has the columns that are joined to one field.
    Raises ColumnsUnclear.
    """
    named = [heading.strip() for heading in headings]
    joined = {
        _joinable(field): tuple(_place(named, one) for one in every) for field, every in (joins or {}).items()
    }
    asked = {_place(named, heading): _checked_field(field) for heading, field in wishes.items()}
    asked |= {place: field for field, places in joined.items() for place in places}
    if len(asked) < len(wishes) + sum(map(len, joined.values())):
        raise ColumnsUnclear("One column cannot be used twice.")
    _refuse_twice(
        [field for place, field in asked.items() if field and place not in joined.get(field, ())], joined
    )
    name = _name_of(named, asked)
    fields: list[str] = []
    left_out: list[tuple[str, str]] = []
    for place, heading in enumerate(named):
        known = "" if is_name(heading) else _FIELD_OF.get(fold_together(heading), "")
        field = name.parts.get(place) or asked.get(place, known)
        reason = "" if place in name.parts else _why_not_read(field, fields, asked, place)
        fields.append("" if reason else field)
        if reason and heading and place not in asked:
            left_out.append((heading, TWICE if is_name(heading) else reason))
    return Columns(tuple(named), tuple(fields), tuple(left_out), name, joined)


def _name_of(headings: list[str], asked: Mapping[int, str]) -> NameColumns:
    """Return the columns of the name: the chosen ones, else those with headings of names."""
    chosen = {place: field for place, field in asked.items() if field in (NAME, *PARTS)}
    if chosen:
        return pick_name(chosen, headings)
    try:
        found = find_name(headings, asked)
    except HalfAName as half:
        raise ColumnsUnclear(
            f"{headings[half.place]} holds one half of the names, and no column is called the other. "
            "Say which holds the rest."
        ) from half
    if found is None:
        raise ColumnsUnclear("No column is called a name. Say which one holds the names.")
    return found


def _refuse_twice(wished: list[str], joined: Mapping[str, object]) -> None:
    if len({*wished, *joined}) < len(wished) + len(joined) or (
        NAME in (*wished, *joined) and {*PARTS} & {*wished}
    ):
        raise ColumnsUnclear("Two columns cannot be the same field. Leave one of them out.")


def _why_not_read(field: str, taken: list[str], asked: Mapping[int, str], place: int) -> str:
    """Return why a column is not read, "" if it is read."""
    if not field:
        return UNKNOWN
    if field == EMAIL:
        return NO_ADDRESSES
    if place in asked:
        return ""
    return TWICE if field in taken or field in asked.values() else ""


def _joinable(field: str) -> str:
    if field not in JOINED:
        raise ColumnsUnclear(f"Only these fields can be joined from several columns: {', '.join(JOINED)}.")
    return field


def _checked_field(field: str) -> str:
    if field == EMAIL:
        raise ColumnsUnclear("E-mail addresses are never imported: the people on a list did not give us theirs.")
    if field and field not in CHOICES:
        raise ColumnsUnclear(f"There is no field {field}. There are: {', '.join(CHOICES)}.")
    return field


def _place(headings: list[str], wished: str) -> int:
    if wished.startswith("#") and wished[1:].isdecimal() and 0 < int(wished[1:]) <= len(headings):
        return int(wished[1:]) - 1
    places = [place for place, heading in enumerate(headings) if fold_together(heading) == fold_together(wished)]
    if len(places) != 1:
        raise ColumnsUnclear(f"There is no one column {wished}. There are: {', '.join(filter(None, headings))}.")
    return places[0]
