"""The words of one page of a letter, as its file has them and as a form has them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date

from campaign.editor.paste import clean_letters, one_line
from campaign.letter.folder import FACTS
from campaign.letter.rules import LetterMalformed, read_page
from campaign.letter.writing import change_page
from campaign.names.prose import markup_fault, unseen_at

LONGEST = {"title": 200, "addressee": 200, "summary": 400}
LONGEST_BODY = 150_000  # bytes of UTF-8; with its front matter, a file stays under folder.LONGEST_FILE
SIZE = "This is too long: it has {found:,} characters, and at most about {most:,} are allowed."
NOT_SHOWN = "This contains characters that cannot be shown. Type it again."
NEEDED = {"title": "the title", "addressee": "the line that says to whom it is written", "summary": "the summary"}


@dataclass(frozen=True)
class Words:
    """What a page says; `addressee` stays empty on a page beside the letter."""

    title: str = ""
    addressee: str = ""
    summary: str = ""
    body: str = ""


def read_words(source: str) -> Words:
    """Return the words of a page's file; empty ones if there is none, all of it as the body if it cannot be read."""
    if not source:
        return Words()
    try:
        page = read_page(source.encode())
    except LetterMalformed:
        return Words(body=source)
    return Words(**{name: page.facts.get(name, "") for name in LONGEST}, body=page.body.strip("\n"))


def write_words(words: Words, language: str, before: str, version: int | None) -> str:
    """Return a page's file with these words; a file that says the same already stays as it is, byte for byte.

    Other lines of its front matter stay too. `before` is empty for a new page, `version` None for a page beside the
    letter.
    """
    facts = {"language": language} | ({"version": str(version)} if version else {}) | read_facts_of(before)
    said = {
        name: value for name, value in asdict(words).items() if name != "body" and (value or name != "addressee")
    }
    return change_page(before, facts | said, words.body)


def write_day(source: str, name: str, day: date) -> str:
    """Return a page's file with a day in its front matter."""
    return change_page(source, read_facts_of(source) | {name: day.isoformat()}, read_words(source).body)


def read_facts_of(source: str) -> dict[str, str]:
    """Return the front matter of a page's file, empty if it cannot be read."""
    try:
        return read_page(source.encode()).facts
    except LetterMalformed:
        return {}


def tidy_words(words: Words) -> tuple[Words, dict[str, str]]:
    """Return words without invisible characters and needless spaces, and a sentence for each that is refused."""
    tidy = replace(
        words, **{name: one_line(getattr(words, name)) for name in LONGEST}, body=clean_letters(words.body)
    )
    faults = {name: sentence for name, said in asdict(tidy).items() if (sentence := _fault(name, said))}
    return tidy, faults


def _fault(name: str, said: str) -> str:
    """Return why words are refused, in a sentence; empty if they are not."""
    size = len(said.encode())
    if name in LONGEST and len(said) > LONGEST[name]:
        return f"This is too long: use at most {LONGEST[name]} characters."
    if size > LONGEST_BODY:
        return SIZE.format(found=len(said), most=LONGEST_BODY * len(said) // size // 1000 * 1000)
    found = markup_fault(said)
    return NOT_SHOWN if unseen_at(said) is not None else found[1] if found else ""


def with_placeholders(files: Mapping[str, str]) -> dict[str, str]:
    """Return a letter's files with “…” for each word that is still missing, so that a preview can be shown."""
    shown = {}
    for path, source in files.items():
        words, language = read_words(source), path.rpartition("/")[2].removesuffix(".md")
        blank = {
            name: value or ("…" if path.startswith("v") or name != "addressee" else "")
            for name, value in asdict(words).items()
        }
        shown[path] = source if path == FACTS else write_words(Words(**blank), language, source, None)
    return shown


def missing(words: Words, *, beside: bool) -> list[str]:
    """Return what a page still needs before it is published, in words."""
    wanted = [words_of for name, words_of in NEEDED.items() if not getattr(words, name)]
    if beside:
        wanted = [one for one in wanted if one != NEEDED["addressee"]]
    return [*wanted, *([] if words.body.strip() else ["the text"])]
