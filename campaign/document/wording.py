"""The words around the names, in the letter's language: a recipient gets one document in one language."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from campaign.document.bundle import Bundle
from campaign.document.rules import ENGLISH_LABELS, Letterhead, Written
from campaign.document.service import Wording
from campaign.letter.addressee import addressed
from campaign.letter.kinds import name_kind, name_kinds
from campaign.letter.rules import Kind
from campaign.roll.rules import Tally
from campaign.verify.rules import levels_of
from campaign.web.languages import counted, current_language, identity, speaking, text
from campaign.world.countries import countries
from campaign.world.languages import format_day, format_names, format_number

FILES = {
    "letter.pdf": "the letter and who signed it, to be read",
    "letter.md": "the text people signed, to the letter",
    "signatures.json": "the public signatories, for programs",
    "signatures.csv": "the same, for a spreadsheet",
    "manifest.json": "the numbers, the root of the list, and the SHA-256 of every file",
    "manifest.json.sig": "the campaign’s signature of manifest.json (Ed25519)",
    "logo": "the campaign’s logo, as it stands on the letter",
    "verify.py": "checks all this; it needs Python 3 and nothing else",
}


def word(written: Written, tally: Tally, site: str, first: str) -> Wording:
    """Return the words for a recipient; `first` is a country, a named recipient's key, or empty for all addressees."""
    with speaking(written.language):
        return Wording(
            first=first,
            recipient=addressed(first, written.language, written.named) if first else written.addressee,
            covering=covering(written, tally, site, first),
            labels=labels(written.kinds),
            countries=countries(written.language),
            letterhead=letterhead(written.language),
        )


def letterhead(language: str) -> Letterhead | None:
    """Return the letterhead in a language; None if the campaign has given no identity."""
    us = identity(language)
    if not us.version:
        return None
    logo = b64encode(us.logo.content).decode() if us.logo else ""
    return Letterhead(us.name.words, us.reply_to, us.logo.kind if us.logo else "", logo)


def word_package(written: Written, tally: Tally, facts: Mapping[str, Any]) -> Wording:
    """Return the words for the letter in a package; `facts` are its manifest's."""
    recipient, language, site = facts["recipient"], written.language, facts["site"]
    first = recipient.get("country", "")
    with speaking(language):
        opening = (recipient["salutation"], _addendum(facts["replaces"], language))
        return Wording(
            first=first,
            recipient="\n".join(recipient["lines"]),
            covering="\n\n".join(part for part in (*opening, covering(written, tally, site, first)) if part),
            labels=labels(written.kinds),
            countries=countries(language),
            method=_method(),
            checking=_checking(site),
        )


def readme(facts: Mapping[str, Any], volumes: int = 0) -> str:
    """Return README.txt, in the letter's language: what is in the package, and how to check it."""
    names = {"logo": facts.get("letterhead", {}).get("logo", "")}
    if volumes:
        names["letter.pdf"] = f"letter-1.pdf – letter-{volumes}.pdf"
    language = facts["letter"]["language"]
    with speaking(language):
        parts = [
            f"{facts['reference']} · {format_day(date.fromisoformat(facts['day']), language)}",
            "\n".join(
                f"{names.get(name, name)}: {text(words)}" for name, words in FILES.items() if names.get(name, name)
            ),
            text("How to check this package"),
            _checking(facts["site"]),
            "python3 verify.py",
            _method(),
        ]
    return "\n\n".join(parts) + "\n"


def _addendum(replaces: Mapping[str, Any] | None, language: str) -> str:
    """Return what changed since an earlier letter to the same office; empty if this is the first."""
    if replaces is None:
        return ""
    return text(
        "This letter takes the place of our letter %(reference)s of %(day)s. Names added since: %(added)s. Names no longer in it: %(gone)s.",
        reference=replaces["reference"],
        day=format_day(date.fromisoformat(replaces["day"]), language),
        added=format_number(replaces["added"], language),
        gone=format_number(replaces["gone"], language),
    )


def _method() -> str:
    """Return how names were verified, as Markdown."""
    return "\n\n".join(
        (
            text(
                "Whoever signed received a mail at the address they gave and confirmed their signature through it; programs that open links confirm nothing. Where somebody signed on paper or on an earlier list, that is said beside their name."
            ),
            text(
                "An officer of the campaign then looked at each entry and noted how the person was established. A lawmaker is named only at L3 or above; for L4 the office was reached in a second way, and two officers agreed."
            ),
            text(
                "Every decision stands in a log in which a later change would be noticed. Whoever withdrew before this document was made is not in it."
            ),
        )
    )


def _checking(site: str) -> str:
    """Return how a reader checks a package, and what that does not prove, as Markdown."""
    return "\n\n".join(
        (
            text(
                "This letter came with a folder of files. One of them, manifest.json, is signed with the campaign’s key; it names every other file by its SHA-256, and gives the numbers and the root of the list."
            ),
            text(
                "To check it, run the file verify.py with Python 3, or enter the reference or the SHA-256 of a file at %(page)s. Compare the campaign’s key with the one shown there.",
                page=f"{site}/verify",
            ),
            text(
                "This proves that nothing was changed since the campaign signed it. It does not prove that the people named are who they say; how the campaign established that is said in this document."
            ),
        )
    )


def word_annex(bundle: Bundle, language: str, first: str, codes: Sequence[str]) -> Wording:
    """Return the words for an annex; `codes` are its signatories' countries, one for each of them.

    Needs no database and no settings: a laptop prints annexes too.
    """
    with speaking(language):
        own = {"confidential": text("For the addressee only. Not for publication.")} if bundle.named else {}
        return Wording(
            first=first,
            recipient=addressed(first, language, bundle.named),
            covering=_covering_annex(bundle.texts[language].title, codes),
            labels=labels(bundle.kinds) | own,
            countries=countries(language),
            letterhead=bundle.letterhead_in(language),
        )


def checked() -> str:
    """Return the sentences that say how names were checked."""
    return text(
        "Each signatory confirmed their own e-mail address, and the campaign then established who they are. How far it could is marked beside each name and explained in this document."
    )


def labels(kinds: Sequence[Kind]) -> dict[str, str]:
    """Return the document's labels in the current language."""
    levels = {f"level_{level}": text(words) for level, words in levels_of(kinds).items()}
    own = {f"kind_{kind.plural}": kind.heading for kind in name_kinds(kinds)}
    return {name: text(english) for name, english in ENGLISH_LABELS.items()} | levels | own


def _covering_annex(title: str, codes: Sequence[str]) -> str:
    """Return the annex's covering page as Markdown."""
    paragraphs = [
        text(
            "This annex goes with the open letter “%(title)s”. It names people who signed the letter and whose names are withheld from the public.",
            title=title,
        ),
        text(
            "It names %(who)s, from %(where)s.",
            who=counted("one person", "%(num)s people", len(codes)),
            where=counted("one country or territory", "%(num)s countries and territories", len(set(codes))),
        ),
        text(
            "Each of them chose who may read their name, and you are among those they chose. Some would be in danger if it became known. Please do not publish this annex, copy it or pass it on."
        ),
        checked(),
    ]
    return "\n\n".join(paragraphs)


def covering(written: Written, tally: Tally, site: str, first: str) -> str:
    """Return the covering page as Markdown; if `first` is a country, it says that its signatories come first."""

    def number(value: int) -> str:
        return format_number(value, written.language)

    page = f"{site}/{written.language}/{written.slug}"
    others = text(
        "Others signed without being named here, most of them for their safety. Names withheld: %(withheld)s. Counted only: %(counted)s.",
        withheld=number(tally.withheld),
        counted=number(tally.counted),
    )
    paragraphs = [
        text(
            "On behalf of its signatories we have the honour to hand you the open letter “%(title)s”.",
            title=written.title,
        ),
        f"{_named(tally, written.kinds)} {_yours(tally, first)}".rstrip(),
        others if tally.withheld or tally.counted else "",
        checked(),
        text("The letter can be read and its hash compared at %(page)s.", page=page),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _named(tally: Tally, kinds: Sequence[Kind]) -> str:
    """Return how many are named of each kind, without the kinds that have no name."""
    numbers = [kind.number(many) for kind in name_kinds(kinds) if (many := tally.of(kind.key))]
    where = len(tally.named_in)
    return text(
        "It is signed by name by %(who)s, from %(where)s.",
        who=_together(numbers) if numbers else name_kind(kinds[-1]).number(0),
        where=counted("one country or territory", "%(num)s countries and territories", where),
    )


def _together(numbers: list[str]) -> str:
    if len(numbers) == 2:
        return text("%(lawmakers)s and %(activists)s", lawmakers=numbers[0], activists=numbers[1])
    return format_names(numbers, current_language())


def _yours(tally: Tally, first: str) -> str:
    """Return how many signatories are from the recipient's own country; empty if none are, and for the EU."""
    country = tally.countries.get(first)
    if first in ("", "EU") or country is None or not country.named:
        return ""
    return counted(
        "One of them is from your own country and stands first.",
        "Of them, %(num)s are from your own country and stand first.",
        country.named,
    )
