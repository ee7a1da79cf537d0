"""The kinds of signatories a letter asks for: as its file spells them, and as a reader's language calls them."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from babel import Locale

from campaign.letter.fields import COMMUNITY, FIELDS, LEGISLATURE, Field, laid_out
from campaign.letter.rules import ESTABLISHED, LAWMAKER, PERSON, Kind, LetterMalformed
from campaign.web.languages import current_language, form_of, text
from campaign.world.languages import LANGUAGES, format_number

KEY, PLURAL = re.compile(r"[a-z][a-z0-9_]{1,38}"), re.compile(r"[a-z][a-z0-9_]{1,40}")
USES = ("public", "withheld", "counted")
MOST_KINDS, LONGEST_WORD = 6, 80
TAKEN = frozenset(  # what other numbers and classes are called
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
class Called:
    """A kind as the language being spoken calls it."""

    kind: Kind
    key: str
    plural: str
    one: str
    heading: str
    sign: str
    hint: str
    instead: str

    def lines(self, said: Mapping[str, str]) -> list[tuple[Field, str]]:
        """Return each field with what was said, in the order in which the form of this kind asks for them."""
        return laid_out(self.kind.fields, said)

    def form(self, number: int) -> str:
        """Return the word for so many of them, without the number."""
        return form_of(*_pair(self.key), number) if not self.kind.words else _form(self.kind, number)

    def number(self, number: int) -> str:
        """Return how many of them there are, in words."""
        if not self.kind.words:
            one, many = COUNTED[self.key]
            return form_of(one, many, number) % {"num": format_number(number, current_language())}
        return f"{format_number(number, current_language())} {_form(self.kind, number)}"


def called(kind: Kind) -> Called:
    """Return a kind with its words in the language being spoken, in English where it has none in that."""
    said = {name: text(words) for name, words in WORDS[kind.key].items()} if not kind.words else _words(kind)
    words = {name: said.get(name, "") for name in ("one", "heading", "sign", "hint")}
    return Called(kind, kind.key, kind.plural, **words, instead=said.get("instead") or words["sign"])


def call_all(kinds: Sequence[Kind]) -> list[Called]:
    """Return kinds with their words, in order; the shipped ones speak of each other only where there is no other."""
    every = [called(kind) for kind in kinds]
    return [replace(one, instead=one.sign) for one in every] if any(kind.words for kind in kinds) else every


def written_kinds(kinds: Sequence[Kind]) -> list[dict[str, Any]] | None:
    """Return kinds as a file carries them, None for those that every file of before means."""
    own, before = ([(kind.key, kind.plural, kind.words) for kind in some] for some in (kinds, SHIPPED))
    return None if own == before else [asdict(kind) for kind in kinds]


def kinds_written(said: Sequence[Mapping[str, Any]] | None) -> tuple[Kind, ...]:
    """Return the kinds that `written_kinds` wrote."""
    if said is None:
        return SHIPPED
    return tuple(
        Kind(**{**one, "fields": tuple(one["fields"]), "required": tuple(one["required"])}) for one in said
    )


def asked_fields(kinds: Sequence[Kind]) -> tuple[str, ...]:
    """Return the fields that a letter asks anybody for, in the table's order."""
    asked = {name for kind in kinds for name in kind.fields}
    return tuple(name for name in FIELDS if name in asked)


def public_fields(kinds: Sequence[Kind]) -> tuple[str, ...]:
    """Return those that the letter's lists and files have columns for."""
    return tuple(name for name in asked_fields(kinds) if FIELDS[name].public)


def sentences() -> Iterator[str]:
    """Give every sentence about the shipped kinds that is translated and has no plural."""
    return (
        sentence for words in WORDS.values() for name, sentence in words.items() if name not in ("one", "many")
    )


def plurals() -> dict[str, str]:
    """Return those that have one, by the form for one."""
    return {words["one"]: words["many"] for words in WORDS.values()} | dict(COUNTED.values())


def read_kinds(source: str) -> tuple[Kind, ...]:
    """Return the kinds that letter.toml spells out, the shipped ones if it spells none. Raises LetterMalformed."""
    tables = tomllib.loads(source).get("kinds")
    if tables is None:
        return SHIPPED
    if (
        not isinstance(tables, list)
        or not 0 < len(tables) <= MOST_KINDS
        or not all(isinstance(one, dict) for one in tables)
    ):
        raise LetterMalformed(f"kinds: one to {MOST_KINDS} tables [[kinds]]")
    kinds = tuple(_read(table, f"kinds, {place}") for place, table in enumerate(tables, 1))
    for name in ("key", "plural"):
        values = [getattr(kind, name) for kind in kinds]
        if len(set(values)) < len(values):
            raise LetterMalformed(f"kinds: two have the same {name}")
    return kinds


def _read(table: Mapping[str, Any], where: str) -> Kind:
    key = table.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(key) or key in TAKEN:
        raise LetterMalformed(f"{where}, key: a-z, 0-9 and _, at most 39 of them, and no other number's name")
    where = f"kinds, {key}"
    if unknown := sorted(table.keys() - KEYS):
        raise LetterMalformed(f"{where}: {unknown[0]} is not known")
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
            table.get("established") != LAWMAKER or LEGISLATURE in required,
            f"required: {LEGISLATURE}, without which nobody can check a lawmaker",
        ),
    )
    for right, sentence in checks:
        if not right:
            raise LetterMalformed(f"{where}, {sentence}")
    _check_words(key, words, where)
    return Kind(
        key, table["established"], tuple(fields), tuple(required), table.get("use", "public"), plural, words
    )


def _names(value: Any, among: Any) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(one, str) for one in value)
        and len(set(value)) == len(value)
        and set(value) <= set(among)
    )


def _is_plural(value: Any) -> bool:
    return isinstance(value, str) and PLURAL.fullmatch(value) is not None and value not in TAKEN


def _check_words(key: str, words: Mapping[str, Any], where: str) -> None:
    """Refuse words that do not call a kind anything in English, or that nobody would ever read."""
    if "en" not in words and (words or key not in WORDS):
        raise LetterMalformed(f"{where}, words.en: it must be called something in English")
    for language, said in words.items():
        at = f"{where}, words.{language}"
        if language not in LANGUAGES or not isinstance(said, dict):
            raise LetterMalformed(f"{at}: a table for one of {', '.join(LANGUAGES)}")
        if missing := [name for name in NEEDED if not said.get(name)]:
            raise LetterMalformed(f"{at}: {missing[0]} is missing")
        for name, word in said.items():
            if name not in (*NEEDED, *FORMS, "hint"):
                raise LetterMalformed(f"{at}: {name} is not known")
            if not _is_line(word):
                raise LetterMalformed(f"{at}, {name}: a line of at most {LONGEST_WORD} characters")


def _is_line(word: Any) -> bool:
    return isinstance(word, str) and bool(word.strip()) and len(word) <= LONGEST_WORD and "\n" not in word


def _words(kind: Kind) -> Mapping[str, str]:
    return kind.words.get(current_language()) or kind.words["en"]


def _pair(key: str) -> tuple[str, str]:
    return WORDS[key]["one"], WORDS[key]["many"]


def _form(kind: Kind, number: int) -> str:
    """Return the word for so many of them (CLDR, plural rules)."""
    language = current_language() if current_language() in kind.words else "en"
    category = Locale.parse(language, sep="-").plural_form(number)
    said = kind.words[language]
    return said.get(category) or said["many"]
