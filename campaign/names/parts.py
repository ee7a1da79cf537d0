"""Find the columns of a list with a name or a part of one, and join the parts in the order of their language."""

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

# A column called "name" has the whole name; beside a column with one half of it, it has the other half.
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
# A patronymic in Bulgarian, a family name in Serbian and Croatian: the other columns tell which.
_FAMILY_OR_MIDDLE = fold_together("презиме")


def _spelt(named: Mapping[str, str]) -> dict[str, str]:
    return {fold_together(heading): part for part, headings in named.items() for heading in headings.split("|")}


_FIRST_OF = _spelt(_FIRST)
_ROLES = _spelt({"either": _EITHER}) | _spelt({"full": _FULL}) | _spelt(_HEADINGS) | _FIRST_OF


class HalfAName(Exception):
    """A column has one half of the names, and no column is known to have the other; `place` is its position."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


@dataclass(frozen=True)
class NameColumns:
    """The columns that make the name: the part at each position, "name" for the whole name."""

    parts: Mapping[int, str]
    family_first: bool = False
    doubtful: frozenset[int] = field(default_factory=frozenset)  # called "name", but read as one half

    def join(self, cells: Sequence[str]) -> str:
        """Return the whole name of a row; an empty or missing cell adds nothing."""
        given = {self.parts[at]: cells[at].strip() for at in self.parts if at < len(cells) and cells[at].strip()}
        whole = [
            cells[at] for at in self.doubtful if at < len(cells) and _is_whole(cells[at], given, self.parts[at])
        ]
        if whole or NAME in given:
            return (whole or [given[NAME]])[0]
        order = _FAMILY_FIRST if self.family_first or _is_cjk(given.values()) else PARTS
        return join_words(given[part] for part in order if part in given)


def is_name(heading: str) -> bool:
    """Say whether a heading means a name or a part of one."""
    return fold_together(heading) in _ROLES


def find_name(headings: Sequence[str], taken: Collection[int] = ()) -> NameColumns | None:
    """Return the columns that make the name, None if there is none; columns `taken` by another field are left out.

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
    """Return the columns that an officer chose for the name; the order is that of the headings' language."""
    folded = {place: fold_together(headings[place]) for place in parts}
    doubtful = (
        place for place, part in parts.items() if part in (GIVEN, FAMILY) and _ROLES.get(folded[place]) == "either"
    )
    return NameColumns(parts, any(heading in _FIRST_OF for heading in folded.values()), frozenset(doubtful))


def join_words(words: Iterable[str]) -> str:
    """Join parts of a name in this order, without a space if they are Chinese, Japanese or Korean."""
    parts = [word.strip() for word in words if word.strip()]
    return ("" if _is_cjk(parts) else " ").join(parts)


def _settle(roles: dict[str, int], headings: Sequence[str]) -> NameColumns:
    """Read a column called "name" as the half that has no column; as the whole name if both halves or neither have one."""
    either = roles.pop("either", None)
    halves = [part for part in (GIVEN, FAMILY) if part in roles]
    if either is not None and len(halves) != 1:
        return NameColumns({either: NAME})
    if either is None and len(halves) < 2:
        raise HalfAName(min(roles.values()))
    missing = GIVEN if FAMILY in roles else FAMILY
    parts = {place: part for part, place in roles.items()} | ({either: missing} if either is not None else {})
    return pick_name(parts, headings)


def _is_whole(cell: str, given: Mapping[str, str], part: str) -> bool:
    """Say whether a column called "name" has the whole name in this row: all words of the other half, and more."""
    other = given.get(GIVEN if part == FAMILY else FAMILY, "")
    words, half = words_of(cell), words_of(other)
    return bool(half) and len(words) > len(half) and set(half) <= set(words)


def _is_family(heading: str) -> bool:
    folded = fold_together(heading)
    return _ROLES.get(folded) == FAMILY and folded != _FAMILY_OR_MIDDLE


def _is_cjk(words: Iterable[str]) -> bool:
    """Say whether all words are Chinese, Japanese or Korean; names only in katakana keep their space."""
    scripts = frozenset().union(*map(scripts_in, words))
    return bool(scripts) and scripts <= _WITHOUT_SPACE and scripts != _KANA
