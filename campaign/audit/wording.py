"""The log in plain sentences, and the groups that its filter offers."""

from collections.abc import Mapping
from dataclasses import dataclass

from campaign.audit.models import LogEntry
from campaign.world.countries import COUNTRIES, country_name

SENTENCES = {
    "invite": "invited an officer as {role}",
    "join": "joined the desk as {role}",
    "sign in": "signed in with a {with}",
    "admit": "admitted {subject} as a second person, as {role}",
    "change role": "made {subject} {role} (was {was})",
    "remove": "removed {subject} from the desk",
    "recover": "made a new invitation for {subject}, who lost everything",
    "end session": "ended a session of {subject}",
    "add passkey": "added a passkey",
    "remove passkey": "removed a passkey",
    "new recovery codes": "made {codes} new recovery codes",
    "change authenticator": "changed the authenticator",
    "ask": "asked for a second person: {for}, about {subject}",
    "approve": "agreed as the second person: {for}, about {subject}",
    "accepted": "accepted {subject} at level {level}",
    "held": "held {subject}",
    "refused": "refused {subject}",
    "suspend letter": "suspended {subject}",
    "resume letter": "resumed {subject}",
    "close letter": "closed {subject}",
    "withdraw letter": "withdrew {subject} for good",
    "move embargo": "let {subject} be public from {until}",
    "make preview": "made a preview link of {subject} (number {link})",
    "end preview": "ended a preview link of {subject} (number {link})",
    "undo": "took back the decision about {subject} (was {was})",
    "hold all": "held {count} at once, {subject}",
    "undo hold all": "released {count} again, {subject}",
    "let mail go": "released {count} mails that waited for a place",
    "office clock": "set the campaign’s clock to {zone}, and the daily digest to {hour} o’clock",
    "settle": "settled the dispute about {subject}: the signature is theirs",
    "print": "printed {subject}, {country}, in {language}, reference {reference}",
    "annex": "printed the withheld names of {subject}, {country}, in {language}, reference {reference}",
    "bundle": "downloaded the sealed names of {subject}, to open elsewhere",
    "freeze": "froze {subject} for {country}",
    "package": "made a package of {subject} for {country}, reference {reference}",
    "build": "asked for a package of {subject} for {country}",
    "build cancel": "stopped the package of {subject} for {country}",
    "package taken": "downloaded the package {reference} of {subject}",
    "export": "exported {names} public names of {subject} as {format}",
    "intake": "began to import {subject}, for the letter {letter}",
    "intake-done": "imported {added} of {subject}, for the letter {letter}",
    "intake-undo": "removed {removed} of {subject} again",
    "deliver approve": "approved {reference} for sending",
    "deliver send": "sent {reference} ({channel}, sending {number})",
    "deliver receipt": "stored the receipt for handing over {reference}",
    "deliver receive": "noted that {reference} was received on {day}",
    "deliver answer": "stored the answer to {reference}, {shown}",
    "deliver undo": "took back a step of {reference}: {step}",
    "recalled": "dealt with a recall from {subject}: {place}",
    "identity": "changed the campaign’s identity: {what}",
    "choose": "chose for the whole site: {what}",
    "remove letter": "removed {subject}, which was an example",
    "letter load": "loaded {subject} from files, {way}: {what}",
    "letter export": "wrote {subject} to files, {way}",
    "letter draft": "changed the draft of {subject}, {way}: {what}",
    "letter discard": "discarded the draft of {subject}, {way}",
    "letter publish": "published {subject}, {way}: {what}",
    "letter version": "said why version {version} of {subject} changes nothing that people signed: {reason}",
    "office": "changed {subject}: {what}",
    "office kind": "changed {subject}",
    "roster": "took in the roster of {chamber}, as of {on}: {members} members",
    "domain": "listed the mail {subject} of a parliament until {until}",
    "domain end": "ended the mail {subject}: it proves nothing any more",
    "bar": "barred an address from getting mail: {why}",
    "resume mail": "tried {servers} paused mail servers again",
    "unbar": "lifted the bar of an address: {why}",
    "restored": "restored a backup, and repeated {again} removals made since that backup",
    "forgot": "forgot {entries} entries of the log, as they were 24 months old",
}
EXPORTS = "exports"
GROUPS = {
    EXPORTS: (
        "Who exported or printed what",
        ("print", "annex", "bundle", "export", "freeze", "package", "package taken"),
    ),
    "decisions": (
        "Decisions about signatories",
        ("accepted", "held", "refused", "undo", "settle", "hold all", "undo hold all", "let mail go"),
    ),
    "letters": (
        "Letters and their drafts",
        (
            "letter load",
            "letter export",
            "letter draft",
            "letter discard",
            "letter publish",
            "letter version",
            "remove letter",
            "suspend letter",
            "resume letter",
            "close letter",
            "withdraw letter",
            "move embargo",
            "make preview",
            "end preview",
        ),
    ),
    "lists": ("Lists from paper", ("intake", "intake-done", "intake-undo")),
    "deliveries": (
        "Deliveries",
        (
            "deliver approve",
            "deliver send",
            "deliver receipt",
            "deliver receive",
            "deliver answer",
            "deliver undo",
            "recalled",
            "build",
            "build cancel",
        ),
    ),
    "directory": (
        "Offices, parliaments, addresses",
        ("office", "office kind", "domain", "domain end", "roster", "bar", "unbar", "resume mail"),
    ),
    "people": (
        "Who works here",
        (
            "invite",
            "join",
            "admit",
            "change role",
            "remove",
            "recover",
            "ask",
            "approve",
            "restored",
            "identity",
            "choose",
            "office clock",
        ),
    ),
    "sign-ins": (
        "Sign-ins and keys",
        ("sign in", "end session", "add passkey", "remove passkey", "new recovery codes", "change authenticator"),
    ),
}


@dataclass(frozen=True)
class LogSentence:
    """One entry in words: a sentence, the details it leaves out, and the number of its signatory, if any."""

    entry: LogEntry
    sentence: str
    rest: str
    signatory: int | None


class _Details(dict[str, object]):
    """The values for a sentence: it notes which were used, and a missing one reads "nothing"."""

    def __init__(self, details: Mapping[str, object]) -> None:
        super().__init__(details)
        self.used: set[str] = set()

    def __getitem__(self, name: str) -> object:
        self.used.add(name)
        return self.get(name) or "nothing"


def describe(entry: LogEntry, names: Mapping[int, str]) -> LogSentence:
    """Return an entry in words; `names` are the officers' names by number."""
    subject = _subject(entry.subject, names)
    facts = {name: _value(name, value) for name, value in entry.facts.items()}
    details = _Details({**facts, "subject": subject})
    sentence = SENTENCES.get(entry.action, f"{entry.action}: {{subject}}").format_map(details)
    second = facts.pop("agreed_by", None)
    rest = [f"{name} {value}" for name, value in facts.items() if name not in details.used]
    if isinstance(second, int):
        rest.append(f"agreed by {names.get(second, f'officer {second}')}")
    return LogSentence(entry, sentence, ", ".join(rest), _number(entry.subject, "signatory:"))


def _subject(subject: str, names: Mapping[int, str]) -> str:
    officer = _number(subject, "officer:")
    if officer is not None:
        return names.get(officer, f"officer {officer}")
    kind, _, which = subject.partition(":")
    return f"the letter {which}" if kind == "letter" else f"{kind} {which}".strip()


def _number(subject: str, kind: str) -> int | None:
    number = subject.removeprefix(kind)
    return int(number) if subject.startswith(kind) and number.isdecimal() else None


def _value(name: str, value: object) -> object:
    return country_name(str(value), "en") if name == "country" and value in COUNTRIES else value
