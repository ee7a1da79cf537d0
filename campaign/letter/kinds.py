"""The kinds of signatories that a letter asks for: read from its file, and named in the reader's language."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from babel import Locale

from campaign.letter.fields import COMMUNITY, FIELDS, LEGISLATURE, Field, in_form_order
from campaign.letter.rules import ESTABLISHED, LAWMAKER, PERSON, Kind, LetterMalformed, read_toml
from campaign.web.languages import current_language, form_of, text
from campaign.world.languages import LANGUAGES, format_number

KEY, PLURAL = re.compile(r"[a-z][a-z0-9_]{1,38}"), re.compile(r"[a-z][a-z0-9_]{1,40}")
USES = ("public", "withheld", "counted")
MOST_KINDS, LONGEST_WORD = 6, 80
RESERVED = frozenset(  # names of other numbers in files and in the API, and of other classes of names
    [
        "withheld",
        "counted",
        "held",
        "total",
        "elsewhere",
        "country",
        "country_name",
        "countries",
        "letter",
        "number",
        "track",
    ]
)
NEEDED = ("one", "many", "heading", "sign")
FORMS = (
    "zero",
    "two",
    "few",
    "other",
)  # CLDR's plural categories that a language may need beside `one` and `many`
KEYS = frozenset({"key", "established", "fields", "required", "use", "plural", "words"})

SHIPPED = (
    Kind(
        "lawmaker",
        LAWMAKER,
        (LEGISLATURE, "office", "constituency", "party"),
        (LEGISLATURE,),
        "public",
        "lawmakers",
        {},
    ),
    Kind("activist", PERSON, ("office", "affiliation", COMMUNITY), (), "withheld", "activists", {}),
)
WORDS: dict[str, dict[str, str]] = {  # of the shipped kinds, which the catalogues translate
    "lawmaker": {
        "one": "lawmaker",
        "many": "lawmakers",
        "heading": "Lawmakers",
        "sign": "Sign as a lawmaker",
        "hint": "You sit in a parliament, national, regional or European.",
        "instead": "In a parliament? Sign as a lawmaker.",
    },
    "activist": {
        "one": "activist",
        "many": "activists",
        "heading": "Activists",
        "sign": "Sign as an activist",
        "hint": "Your name stays off the website unless you choose otherwise.",
        "instead": "Not a lawmaker? Sign as an activist.",
    },
}
COUNTED = {"lawmaker": ("one lawmaker", "%(num)s lawmakers"), "activist": ("one activist", "%(num)s activists")}


@dataclass(frozen=True)
class NamedKind:
    """A kind with its names in the language of the answer."""

    kind: Kind
    key: str
    plural: str
    one: str
    heading: str
    sign: str
    hint: str
    instead: str

    def lines(self, said: Mapping[str, str]) -> list[tuple[Field, str]]:
        """Return each field with its answer, in the order of this kind's form."""
        return in_form_order(self.kind.fields, said)

    def form(self, number: int) -> str:
        """Return the name of this kind in the plural form that `number` needs, without the number."""
        return form_of(*_pair(self.key), number) if not self.kind.words else _form(self.kind, number)

    def number(self, number: int) -> str:
        """Return the number with the name, such as `3 lawmakers`."""
        if not self.kind.words:
            one, many = COUNTED[self.key]
            return form_of(one, many, number) % {"num": format_number(number, current_language())}
        return f"{format_number(number, current_language())} {_form(self.kind, number)}"


def name_kind(kind: Kind) -> NamedKind:
    """Return a kind with its names in the language of the answer, or in English where that has none."""
    said = {name: text(words) for name, words in WORDS[kind.key].items()} if not kind.words else _words(kind)
    words = {name: said.get(name, "") for name in ("one", "heading", "sign", "hint")}
    return NamedKind(kind, kind.key, kind.plural, **words, instead=said.get("instead") or words["sign"])


def name_kinds(kinds: Sequence[Kind]) -> list[NamedKind]:
    """Return kinds with their names, in order.

    The link to the other form says "Not a lawmaker?" only if the letter asks for the shipped kinds and no other.
    """
    every = [name_kind(kind) for kind in kinds]
    return [replace(one, instead=one.sign) for one in every] if any(kind.words for kind in kinds) else every


def dump_kinds(kinds: Sequence[Kind]) -> list[dict[str, Any]] | None:
    """Return kinds as a file carries them; None for the shipped ones, which older files mean when they say nothing."""
    own, before = ([(kind.key, kind.plural, kind.words) for kind in some] for some in (kinds, SHIPPED))
    return None if own == before else [asdict(kind) for kind in kinds]


def load_kinds(said: Sequence[Mapping[str, Any]] | None) -> tuple[Kind, ...]:
    """Return the kinds that `dump_kinds` wrote."""
    if said is None:
        return SHIPPED
    return tuple(
        Kind(**{**one, "fields": tuple(one["fields"]), "required": tuple(one["required"])}) for one in said
    )


def asked_fields(kinds: Sequence[Kind]) -> tuple[str, ...]:
    """Return the fields that at least one kind is asked for, in the table's order."""
    asked = {name for kind in kinds for name in kind.fields}
    return tuple(name for name in FIELDS if name in asked)


def public_fields(kinds: Sequence[Kind]) -> tuple[str, ...]:
    """Return the public ones of these fields: the columns of the letter's lists and files."""
    return tuple(name for name in asked_fields(kinds) if FIELDS[name].public)


def sentences() -> Iterator[str]:
    """Give every sentence about the shipped kinds that is translated and has no plural forms."""
    return (
        sentence for words in WORDS.values() for name, sentence in words.items() if name not in ("one", "many")
    )


def plurals() -> dict[str, str]:
    """Return the translated words with plural forms: the form for one, and the form for many."""
    return {words["one"]: words["many"] for words in WORDS.values()} | dict(COUNTED.values())


def read_kinds(source: str) -> tuple[Kind, ...]:
    """Return the kinds in the text of letter.toml, the shipped ones if it has none. Raises LetterMalformed."""
    tables = read_toml(source).get("kinds")
    if tables is None:
        return SHIPPED
    if (
        not isinstance(tables, list)
        or not 0 < len(tables) <= MOST_KINDS
        or not all(isinstance(one, dict) for one in tables)
    ):
        raise LetterMalformed(f"one to {MOST_KINDS} tables [[kinds]]", "kinds")
    kinds = tuple(_read(table, f"kinds, {place}") for place, table in enumerate(tables, 1))
    for name in ("key", "plural"):
        values = [getattr(kind, name) for kind in kinds]
        if len(set(values)) < len(values):
            raise LetterMalformed(f"two have the same {name}", "kinds")
    return kinds


def _read(table: Mapping[str, Any], where: str) -> Kind:
    key = table.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(key) or key in RESERVED:
        raise LetterMalformed("a-z, 0-9 and _, at most 39 of them, and no other number's name", f"{where}, key")
    where = f"kinds, {key}"
    if unknown := sorted(table.keys() - KEYS):
        raise LetterMalformed(f"{unknown[0]} is not known", where)
    plural, words = table.get("plural", f"{key}s"), table.get("words", {})
    fields, required = table.get("fields", []), table.get("required", [])
    checks = (
        (table.get("established") in ESTABLISHED, f"established: one of {', '.join(ESTABLISHED)}"),
        (_names(fields, FIELDS), f"fields: a list out of {', '.join(FIELDS)}, each once"),
        (_names(required, fields), "required: a list of its own fields, each once"),
        (table.get("use", "public") in USES, f"use: one of {', '.join(USES)}"),
        (_is_plural(plural), "plural: a-z, 0-9 and _, and no other number's name"),
        (isinstance(words, dict), "words: a table for each language"),
        (
            table.get("established") != LAWMAKER or _names([LEGISLATURE], required),
            f"required: {LEGISLATURE}, without which the desk cannot check a lawmaker",
        ),
    )
    for right, sentence in checks:
        if not right:
            name, _colon, why = sentence.partition(": ")
            raise LetterMalformed(why, f"{where}, {name}")
    _check_words(key, words, where)
    return Kind(
        key, table["established"], tuple(fields), tuple(required), table.get("use", "public"), plural, words
    )


def _names(value: Any, among: Any) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(one, str) for one in value)
        and len(set(value)) == len(value)
        and isinstance(among, Collection)
        and all(one in among for one in value)
    )


def _is_plural(value: Any) -> bool:
    return isinstance(value, str) and PLURAL.fullmatch(value) is not None and value not in RESERVED


def _check_words(key: str, words: Mapping[str, Any], where: str) -> None:
    """Raise LetterMalformed if a kind has no English name, or if a word is in no language or form that a page uses."""
    if "en" not in words and (words or key not in WORDS):
        raise LetterMalformed("it must be called something in English", f"{where}, words.en")
    for language, said in words.items():
        at = f"{where}, words.{language}"
        if language not in LANGUAGES or not isinstance(said, dict):
            raise LetterMalformed(f"a table for one of {', '.join(LANGUAGES)}", at)
        if missing := [name for name in NEEDED if not said.get(name)]:
            raise LetterMalformed(f"{missing[0]} is missing", at)
        for name, word in said.items():
            if name not in (*NEEDED, *FORMS, "hint"):
                raise LetterMalformed(f"{name} is not known", at)
            if not _is_line(word):
                raise LetterMalformed(f"a line of at most {LONGEST_WORD} characters", f"{at}, {name}")


def _is_line(word: Any) -> bool:
    return isinstance(word, str) and bool(word.strip()) and len(word) <= LONGEST_WORD and "\n" not in word


def _words(kind: Kind) -> Mapping[str, str]:
    return kind.words.get(current_language()) or kind.words["en"]


def _pair(key: str) -> tuple[str, str]:
    return WORDS[key]["one"], WORDS[key]["many"]


def _form(kind: Kind, number: int) -> str:
    """Return the name in the plural form that `number` needs (CLDR, plural rules)."""
    language = current_language() if current_language() in kind.words else "en"
    category = Locale.parse(language, sep="-").plural_form(number)
    said = kind.words[language]
    return said.get(category) or said["many"]
