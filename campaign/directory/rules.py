"""What an office's entry may hold, a sentence for each fault, and how two entries differ."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from hashlib import sha256
from unicodedata import normalize

from campaign.mail.address import AddressRefused, accept_address
from campaign.names.rules import NameFault, NameRefused, accept_text
from campaign.world.countries import COUNTRIES
from campaign.world.languages import LANGUAGES
from campaign.world.recipients import FIELDS, FRESH_FOR, OFFICE, PAGE, Channel, Confirmation, Kind, Recipient

LONGEST = {"name": 200, "english": 200, "addressee": 120, "addressee_english": 120, "salutation": 200}
LONGEST_NOTE, LONGEST_PAGE, LONGEST_LINE, MOST_LINES, LONGEST_KIND = 500, 500, 100, 8, 100
# An officer who confirms an entry has compared these with the office's own page.
COMPARED = frozenset({"name", "english", "addressee", "addressee_english", "address", "mail", "source"})
WORDS = {"english": "English name", "mail": "e-mail address", "address": "postal address", "evidence": "note",
         "addressee_english": "addressee in English", "source": "page", "confirmed_on": "day of confirmation",
         "confirmed_by": "who confirmed it"}  # fmt: skip
NO_PAGE = "Give the full address of the page, beginning with https://"
_WEB = re.compile(r"https?://|www\.|@")
_SENTENCES = {
    NameFault.WEB_ADDRESS: "Leave web and e-mail addresses out of this line.",
    NameFault.FORMULA: "This cannot begin with = + - or @: a spreadsheet would read it as a formula.",
}
NOT_SHOWN = "This contains characters that cannot be shown. Type it again."


def mark_of_entry(entry: Recipient | Kind | None) -> str:
    """Return a few digits that differ for another entry: so that an officer does not overwrite what they never saw."""
    written = json.dumps(asdict(entry) if entry else None, default=str, ensure_ascii=False)
    return sha256(written.encode()).hexdigest()[:16]


def differences(before: Recipient | None, after: Recipient | None) -> list[str]:
    """Return the names of the fields in which two entries differ, as officers read them."""
    if before is None or after is None:
        return [] if before is after else ["the whole entry"]
    return [WORDS.get(name, name) for name in FIELDS if getattr(before, name) != getattr(after, name)]


def keep_confirmation(before: Recipient | None, after: Recipient) -> Recipient:
    """Return an entry with its earlier confirmation, unless what was compared then has changed."""
    changed = before is None or any(getattr(before, name) != getattr(after, name) for name in COMPARED)
    on, by = (None, "") if before is None or changed else (before.confirmed_on, before.confirmed_by)
    return replace(after, confirmed_on=on, confirmed_by=by)


def tidy_office(typed: Recipient, kinds: Mapping[str, Kind], today: date) -> tuple[Recipient, dict[str, str]]:
    """Return an entry without needless spaces, and a sentence for each refused field."""
    tidy: dict[str, object] = {}
    faults: dict[str, str] = {}
    for name, most in LONGEST.items():
        tidy[name], faults[name] = tidy_line(getattr(typed, name), most)
    tidy["address"], faults["address"] = _tidy_address(typed.address)
    tidy["mail"], faults["mail"] = _tidy_mail(typed.mail.strip())
    tidy["evidence"], faults["evidence"] = _tidy_note(typed.evidence)
    tidy["source"] = typed.source.strip()
    entry = replace(typed, **tidy)  # type: ignore[arg-type]  # each value has its field's type
    faults |= {name: sentence for name, sentence in _missing(entry, kinds).items() if not faults.get(name)}
    faults |= {name: sentence for name, sentence in _unproved(entry, today).items() if not faults.get(name)}
    return entry, {name: sentence for name, sentence in faults.items() if sentence}


def tidy_kind(name: str, kind: Kind) -> tuple[Kind, dict[str, str]]:
    """Return a kind of office without needless spaces, and a sentence for each refused field."""
    words, fault = tidy_line(kind.words, LONGEST_KIND)
    faults = {
        "words": fault or ("" if words else "Say what such an office is called, such as: ministry of justice.")
    }
    for field in ("heading", "english"):
        _line, faults[field] = tidy_line(getattr(kind, field), LONGEST_KIND)
    if not OFFICE.fullmatch(name):
        faults["name"] = "Use one to ten letters from a to z, without spaces, such as: justice."
    return replace(kind, words=words), {name: sentence for name, sentence in faults.items() if sentence}


def tidy_line(typed: str, most: int) -> tuple[str, str]:
    """Return one line without needless spaces, and what is wrong with it."""
    try:
        return accept_text(typed, limit=most), ""
    except NameRefused as fault:
        too_long = f"This is too long: use at most {most} characters."
        return typed, too_long if fault.reason is NameFault.TOO_LONG else _SENTENCES.get(fault.reason, NOT_SHOWN)


def page_fault(page: str) -> str:
    """Return what is wrong with the address of a page; empty if nothing is."""
    if len(page) > LONGEST_PAGE:
        return f"This address is too long: use at most {LONGEST_PAGE} characters."
    return "" if PAGE.fullmatch(page) and page.isprintable() else NO_PAGE


def confirmation_told(entry: Recipient, today: date) -> str:
    """Return in a sentence who compared an entry with the office's own page, and when."""
    state = entry.confirmation(today)
    if state is Confirmation.NEVER:
        return "Never confirmed: no officer has compared this entry with the office’s own page."
    told = f"Confirmed on {entry.confirmed_on:%d %b %Y} by {entry.confirmed_by}"
    return (
        f"{told}."
        if state is Confirmation.FRESH
        else f"{told}, more than {FRESH_FOR.days} days ago: confirm it again."
    )


def _tidy_note(typed: str) -> tuple[str, str]:
    _checked, fault = tidy_line(
        _WEB.sub(" ", typed), LONGEST_NOTE
    )  # a note may hold an address; nothing else differs
    note = " ".join(normalize("NFC", typed).split())
    if not fault and len(note) > LONGEST_NOTE:
        fault = f"This is too long: use at most {LONGEST_NOTE} characters."
    return (typed, fault) if fault else (note, "")


def _tidy_address(lines: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    found = [tidy_line(line, LONGEST_LINE) for line in lines if line.strip()]
    fault = next((fault for _line, fault in found if fault), "")
    if not fault and len(found) > MOST_LINES:
        fault = f"An address has at most {MOST_LINES} lines."
    return (lines, fault) if fault else (tuple(line for line, _fault in found if line), "")


def _tidy_mail(typed: str) -> tuple[str, str]:
    try:
        written = accept_address(typed).written if typed else ""
    except AddressRefused:
        return typed, "This is not an e-mail address."
    return (written, "") if written.isascii() else (typed, "This is not an e-mail address.")


def _missing(entry: Recipient, kinds: Mapping[str, Kind]) -> dict[str, str]:
    """Return a sentence for each field that must be there, and for each choice that is none."""
    checks = {
        "country": (entry.country in COUNTRIES, "Choose the country."),
        "office": (entry.office in kinds, "Choose the kind of office."),
        "name": (bool(entry.name), "Say what the office calls itself."),
        "english": (bool(entry.english), "Say what the office is called in English."),
        "language": (entry.language in LANGUAGES, "Choose the language in which it is written to."),
        "channel": (entry.channel in list(Channel), "Choose how a letter reaches it."),
        "mail": (
            entry.channel != Channel.MAIL or bool(entry.mail),
            "A letter by e-mail needs the office’s address.",
        ),
        "evidence": (
            bool(entry.evidence or entry.source),
            "Say where this comes from, or give the office’s own page.",
        ),
    }
    return {name: sentence for name, (holds, sentence) in checks.items() if not holds}


def _unproved(entry: Recipient, today: date) -> dict[str, str]:
    """Return a sentence for a page or a confirmation that cannot be."""
    faults = {"source": page_fault(entry.source)} if entry.source or entry.confirmed_on else {}
    _name, wrong = tidy_line(entry.confirmed_by, LONGEST["name"])
    if wrong:
        faults["confirmed_on"] = f"The name of the officer who confirms it: {wrong}"
    elif bool(entry.confirmed_on) != bool(entry.confirmed_by):
        faults["confirmed_on"] = "Give the day of confirmation and who confirmed it, or neither."
    elif entry.confirmed_on and entry.confirmed_on > today:
        faults["confirmed_on"] = "This day has not come yet."
    return faults
