"""Know the columns of a list that hold a name or a part of one, and join the parts in the order of their language."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from campaign.names.folding import fold_together, words_of
from campaign.names.scripts import scripts_in

NAME = "name"
GIVEN, MIDDLE, PREFIX, FAMILY, SECOND, SUFFIX = PARTS = (
    "given_name",
    "middle_name",
    "name_prefix",
    "family_name",
    "second_family_name",
    "name_suffix",
)
_FAMILY_FIRST = (PREFIX, FAMILY, SECOND, MIDDLE, GIVEN, SUFFIX)
_WITHOUT_SPACE, _KANA = frozenset({"Hani", "Hang", "Hira", "Kana", "Bopo"}), frozenset({"Kana"})

# "Name" and its like are the whole name, or the other half beside a column that holds one half.
_EITHER = (
    "name|nom|nombre|nome|naam|navn|namn|nafn|nimi|név|nume|ime|jméno|meno|isim|όνομα|имя|ім'я|імя|име|"
    "անուն|სახელი|аты|名字|名前|お名前|이름|tên|nama|ชื่อ|ឈ្មោះ|нэр|שם|الاسم|نام|ئىسمى|ئىسىم|नाम|enw|izena|emri|isem|ad|adı|jina|"
    "vardas|vārds"
)
_FULL = (
    "full name|signatory|signature name|person|name of signatory|first and last name|name and surname|first name and last name|"
    "vollständiger name|name vorname|vorname name|vor und nachname|vorname nachname|name und vorname|vorname und name|unterzeichner|"
    "unterzeichnerin|nom complet|nom et prénom|nom prénom|prénom et nom|prénom nom|nom et prénoms|signataire|nombre completo|"
    "nombre y apellidos|nombre y apellido|apellidos y nombre|apellidos y nombres|firmante|nome completo|nome e cognome|cognome e nome|"
    "nome e apelido|nome e sobrenome|firmatario|volledige naam|naam en voornaam|voornaam en naam|fulde navn|fullt navn|fullständigt namn|"
    "för och efternamn|koko nimi|imię i nazwisko|nazwisko i imię|celé jméno|jméno a příjmení|meno a priezvisko|teljes név|nume și prenume|"
    "nume complet|ime i prezime|ime in priimek|ονοματεπώνυμο|фио|ф и о|полное имя|фамилия и имя|имя и фамилия|фамилия имя отчество|піб|"
    "прізвище та ім'я|ім'я та прізвище|прізвище ім'я по батькові|ad soyad|adı soyadı|isim soyisim|vardas ir pavardė|vārds un uzvārds|"
    "ees ja perekonnanimi|氏名|署名者|姓名|簽署人|签署人|聯署人|联署人|성명|성함|họ và tên|họ tên|nama lengkap|ชื่อ นามสกุล|ชื่อสกุล|שם מלא|الاسم الكامل|"
    "نام و نام خانوادگی|تولۇق ئىسمى"
)
_HEADINGS = {
    GIVEN: "first name|first names|given name|given names|forename|forenames|christian name|vorname|vornamen|rufname|prénom|prénoms|"
    "prénom s|prénom usuel|primer nombre|nombre de pila|nombres|nome próprio|primeiro nome|nome di battesimo|voornaam|voornamen|"
    "roepnaam|fornavn|förnamn|tilltalsnamn|fornafn|etunimi|etunimet|imię|imiona|křestní jméno|krstné meno|prenume|prenumele|lično ime|"
    "eesnimi|όνομα μικρό|μικρό όνομα|собственно имя|prvo ime|שם פרטי|الاسم الأول|الاسم الشخصي|"
    "نام کوچک|पहला नाम|nama depan|enw cyntaf|ainm|jina la kwanza|ชื่อจริง",
    MIDDLE: "middle name|middle names|middle initial|mi|second given name|deuxième prénom|zweiter vorname|segundo nombre|nome do meio|"
    "secondo nome|mellomnavn|mellemnavn|mellannamn|drugie imię|отчество|по батькові|імя па бацьку|бащино име|πατρώνυμο|հայրանուն|"
    "ата аты|اسم الأب|اسم الاب|שם אמצעי|ikinci ad|ikinci isim|ikinci adı",
    PREFIX: "name prefix|surname prefix|tussenvoegsel|tussenvoegsels|voorvoegsel|namenszusatz|namensvorsatz|vorsatzwort|particule",
    FAMILY: "last name|last names|surname|surnames|family name|family names|nachname|familienname|zuname|nom de famille|nom d'usage|"
    "nom patronymique|apellido|apellidos|apellido 1|primer apellido|1er apellido|apellido paterno|cognome|cognomi|apelido|apelidos|"
    "sobrenome|último nome|último sobrenome|achternaam|familienaam|etternavn|efternavn|efternamn|eftirnafn|kenninafn|sukunimi|nazwisko|"
    "příjmení|priezvisko|nume de familie|numele de familie|prezime|презиме|priimek|perekonnanimi|perenimi|pavardė|uzvārds|επώνυμο|επίθετο|"
    "фамилия|фамилно име|прізвище|прозвішча|ազգանուն|გვარი|тегі|soyad|soyadı|soyisim|soyismi|soy isim|cognom|cognoms|primer cognom|abizena|"
    "abizenak|cyfenw|mbiemri|mbiemër|kunjom|sloinne|שם משפחה|اسم العائلة|العائلة|اللقب|الكنية|النسبة|لقب العائلة|نام خانوادگی|فامىلىسى|"
    "فامىلىيىسى|उपनाम|nama belakang|nama keluarga|นามสกุล|jina la ukoo",
    SECOND: "apellido 2|segundo apellido|2o apellido|2º apellido|2do apellido|apellido materno|second surname|second last name|"
    "segon cognom|segundo sobrenome",
    SUFFIX: "suffix|name suffix|generation suffix",
}  # fmt: skip
# Headings of languages whose speakers say the family name first (CLDR, nameOrderLocales).
_FIRST = {
    GIVEN: "keresztnév|utónév|utóneve|keresztneve|名|tên đệm và tên|tên gọi|өөрийн нэр|នាមខ្លួន",
    MIDDLE: "tên đệm|tên lót|chữ lót|második keresztnév",
    FAMILY: "családnév|vezetéknév|családi név|családneve|vezetékneve|姓|姓氏|氏|苗字|성|성씨|họ|họ và tên đệm|họ và chữ lót|họ đệm|овог|"
    "эцэг эхийн нэр|នាមត្រកូល",
}
# A patronymic in Bulgarian, a family name in Serbian and Croatian: what it is shows in the other columns.
_FAMILY_OR_MIDDLE = fold_together("презиме")


def _spelt(said: Mapping[str, str]) -> dict[str, str]:
    return {fold_together(heading): part for part, headings in said.items() for heading in headings.split("|")}


_FIRST_OF = _spelt(_FIRST)
_ROLES = _spelt({"either": _EITHER}) | _spelt({"full": _FULL}) | _spelt(_HEADINGS) | _FIRST_OF


class HalfAName(Exception):
    """A column holds one half of the names, and none is known to hold the other; `place` is where it stands."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


@dataclass(frozen=True)
class NameColumns:
    """Which columns make the name: the part that each place holds, "name" for the whole of it."""

    parts: Mapping[int, str]
    family_first: bool = False
    doubtful: frozenset[int] = field(default_factory=frozenset)  # called "name", and taken for a half

    def join(self, cells: Sequence[str]) -> str:
        """Return the whole name that a row says; a cell that is empty or missing adds nothing."""
        said = {self.parts[at]: cells[at].strip() for at in self.parts if at < len(cells) and cells[at].strip()}
        whole = [cells[at] for at in self.doubtful if at < len(cells) and _holds(cells[at], said, self.parts[at])]
        if whole or NAME in said:
            return (whole or [said[NAME]])[0]
        order = _FAMILY_FIRST if self.family_first or _is_cjk(said.values()) else PARTS
        return join_words(said[part] for part in order if part in said)


def is_name(heading: str) -> bool:
    """Say whether a heading is that of names or of a part of names."""
    return fold_together(heading) in _ROLES


def find_name(headings: Sequence[str], taken: Collection[int] = ()) -> NameColumns | None:
    """Return which columns make the name, None if there is no such column; those `taken` for another field are not asked.

    Raises HalfAName.
    """
    roles: dict[str, int] = {}
    for place, heading in enumerate(headings):
        role = _ROLES.get(fold_together(heading), "")
        if fold_together(heading) == _FAMILY_OR_MIDDLE and any(map(_is_family, headings)):
            role = MIDDLE
        if role and place not in taken:
            roles.setdefault(role, place)
    if "full" in roles or not roles:
        return NameColumns({roles["full"]: NAME}) if roles else None
    return _settle(roles, headings)


def pick_name(parts: Mapping[int, str], headings: Sequence[str]) -> NameColumns:
    """Return columns that were chosen for the name; the order is that of the headings' language."""
    said = {place: fold_together(headings[place]) for place in parts}
    doubtful = (
        place for place, part in parts.items() if part in (GIVEN, FAMILY) and _ROLES.get(said[place]) == "either"
    )
    return NameColumns(parts, any(heading in _FIRST_OF for heading in said.values()), frozenset(doubtful))


def join_words(words: Iterable[str]) -> str:
    """Return parts of a name as one, in this order: Chinese, Japanese and Korean ones stand without a space."""
    said = [word.strip() for word in words if word.strip()]
    return ("" if _is_cjk(said) else " ").join(said)


def _settle(roles: dict[str, int], headings: Sequence[str]) -> NameColumns:
    """Take a column called "name" for the half that has no column, or for the whole where both or neither have."""
    either = roles.pop("either", None)
    halves = [part for part in (GIVEN, FAMILY) if part in roles]
    if either is not None and len(halves) != 1:
        return NameColumns({either: NAME})
    if either is None and len(halves) < 2:
        raise HalfAName(min(roles.values()))
    missing = GIVEN if FAMILY in roles else FAMILY
    parts = {place: part for part, place in roles.items()} | ({either: missing} if either is not None else {})
    return pick_name(parts, headings)


def _holds(cell: str, said: Mapping[str, str], part: str) -> bool:
    """Tell whether a column called "name" holds the whole name in this row: every word of the other half, and more."""
    other = said.get(GIVEN if part == FAMILY else FAMILY, "")
    words, half = words_of(cell), words_of(other)
    return bool(half) and len(words) > len(half) and set(half) <= set(words)


def _is_family(heading: str) -> bool:
    said = fold_together(heading)
    return _ROLES.get(said) == FAMILY and said != _FAMILY_OR_MIDDLE


def _is_cjk(words: Iterable[str]) -> bool:
    """Tell whether all is written in Chinese, Japanese or Korean; names in katakana alone keep their space."""
    scripts = frozenset().union(*map(scripts_in, words))
    return bool(scripts) and scripts <= _WITHOUT_SPACE and scripts != _KANA
