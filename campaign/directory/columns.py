"""Which field of an office a column of a list has, by its heading, in several languages."""

from collections.abc import Mapping

from campaign.names.folding import fold_together
from campaign.world.recipients import FIELDS

HEADINGS = {
    "country": "country|country code|state|land|staat|pays|país|pais|国|国家|國家|البلد|دۆلەت",
    "office": "office|kind|kind of office|type|art|behördenart|type de service|tipo|種別|类别|類別|النوع",
    "name": "name|name of office|office name|authority|ministry|behörde|ministerium|nom|ministère|nombre|ministerio|名称|名稱|الاسم",
    "english": "english|english name|name in english|name en|englisch|englischer name|nom anglais|nombre en inglés|英文名称|英文名稱",
    "language": "language|language of letter|written in|sprache|langue|idioma|言語|语言|語言|اللغة",
    "evidence": "evidence|note|notes|remark|comment|origin|anmerkung|bemerkung|herkunft|remarque|nota|observaciones|備考|备注|備註",
    "addressee": "addressee|attention|attn|for the attention of|to|an|zu händen|à l’attention de|a la atención de|宛先|收件人",
    "addressee_english": "addressee in english|addressee english|attention in english|to in english",
    "salutation": "salutation|greeting|anrede|formule d’appel|saludo|書き出し|称呼|稱呼",
    "address": "address|postal address|post address|anschrift|postanschrift|adresse|adresse postale|dirección|住所|地址|العنوان",
    "mail": "mail|e mail|email|e mail address|email address|mailbox|mailadresse|courriel|correo|correo electrónico|メール|电子邮件|電子郵件",
    "channel": "channel|way|how|weg|versandweg|voie|vía|方法",
    "source": "source|page|url|website|link|web page|quelle|seite|fuente|página|出典|来源|來源",
    "confirmed_on": "confirmed on|confirmed|checked on|checked|geprüft am|bestätigt am|vérifié le|confirmado el|確認日",
    "confirmed_by": "confirmed by|checked by|geprüft von|bestätigt von|vérifié par|confirmado por|確認者",
}  # fmt: skip
_FIELD_OF = {fold_together(word): field for field, words in HEADINGS.items() for word in words.split("|")} | {
    fold_together(field): field for field in FIELDS
}
TWICE = "is not read: another column has the same field"
UNKNOWN = "is not read: no field of an office has this name"
CHOSEN = "is not read"


class ColumnsUnclear(Exception):
    """The list has no row of headings that says which country and which kind of office, or one field is chosen twice."""


def match_columns(headings: list[str], chosen: Mapping[int, str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Return each column's field ("" if it is not read), and why a column is not read.

    `chosen` has the field that an officer chose for a column, by its place; "" leaves the column out.
    Raises ColumnsUnclear.
    """
    fields: list[str] = []
    left_out: list[tuple[str, str]] = []
    picked = [field for field in chosen.values() if field]
    if len(set(picked)) < len(picked):
        raise ColumnsUnclear("Two columns cannot be the same field. Leave one of them out.")
    for place, heading in enumerate(headings):
        field = chosen.get(place, _FIELD_OF.get(fold_together(heading), ""))
        taken = field in fields or (place not in chosen and field in picked)
        fields.append("" if taken else field)
        if heading.strip() and not fields[-1]:
            left_out.append((heading, CHOSEN if place in chosen else TWICE if taken else UNKNOWN))
    for wanted, words in (("country", "the country"), ("office", "the kind of office")):
        if wanted not in fields:
            raise ColumnsUnclear(f"No column says {words}. Choose which one does.")
    return fields, left_out


def is_headings(cells: list[str]) -> bool:
    """Say whether a row is the row of headings: it names at least two fields of an office."""
    return len({_FIELD_OF[fold_together(cell)] for cell in cells if fold_together(cell) in _FIELD_OF}) > 1
