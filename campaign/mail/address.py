"""The one parser of addresses, as people type and paste them; it asks no DNS."""

import re
from dataclasses import dataclass
from unicodedata import category

from email_validator import EmailNotValidError, validate_email

from campaign.names.letters import BIDI_CONTROLS, is_invisible

GMAIL = frozenset({"gmail.com", "googlemail.com"})
LONGEST = 254
LONGEST_LOCAL = 64  # RFC 5321, section 4.5.3.1.1
_LONGEST_PASTED = 1_000  # a name may stand beside the address
# Invisible characters that copying leaves around an address. The right-to-left override U+202E is not among them: with
# it, the visitor would have read another address than the one we accept.
_UNSEEN = BIDI_CONTROLS - {"\u202e"}
_LOOSE_JOINER = re.compile(r"(?<![^\0-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\0-\x7f])")
_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3002: ord("."), 0xFF61: ord(".")}
_WIDE_LETTER = re.compile("[Ａ-Ｚａ-ｚ]")
_WIDE_SIGNS = {wide: plain for wide, plain in _WIDE.items() if not _WIDE_LETTER.match(chr(wide))}
_PAIRS = frozenset(('""', "''", "``", "“”", "„“", "‘’", "‚‘", "«»", "»«", "‹›", "「」", "()", "[]"))
_BEFORE, _AFTER = ",;:،؛、", ".,;:،؛、"
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")
_AROUND_AT = re.compile(r"[^\S\r\n]*@[^\S\r\n]*")
# Mailboxes of offices, not of persons: RFC 2142, and what parliaments, parties and organisations really use.
_ROLES = (
    "abuse accueil adm admin administration administrator billing biuro board buero bureau cabinet chair "
    "communications comunicacion contact contacto contato contatti correspondence desk editor editorial "
    "email enquiries enquiry feedback gabinete general hello help helpdesk hostmaster inbox info "
    "information infos inquiries kancelaria kanzlei kommunikation kontakt mail mailbox marketing media "
    "members membership news newsletter noc noreply office oficina post postmaster prensa president press "
    "presse pressoffice public reception redaktion root sales secretaria secretariat secretary security "
    "segreteria sekretariaat sekretariat service staff stampa support team ufficio webmaster www"
)
ROLES = frozenset(_ROLES.split())


class AddressRefused(Exception):
    """The typed text is not one plain address to which a mail can be sent."""


@dataclass(frozen=True)
class Address:
    """One address: mail is sent to `written`; `key` is equal for the spellings of one mailbox."""

    local: str
    domain: str

    @property
    def written(self) -> str:
        """Return the address with its domain in ASCII, so that both spellings of an IDN are one."""
        return f"{self.local}@{self.domain}"

    @property
    def key(self) -> str:
        """Return the text for the blind index: in small letters, and for Gmail without dots and plus part."""
        local, domain = self.local.lower(), self.domain
        if domain in GMAIL:
            local, domain = local.split("+")[0].replace(".", "") or local, "gmail.com"
        return f"{local}@{domain}"

    @property
    def is_role(self) -> bool:
        """Say whether this is an office's mailbox, not one person's (info@, press-office@, office+letter@)."""
        words = re.split(r"[._-]", self.local.lower().split("+")[0])
        return "".join(words) in ROLES or all(word in ROLES for word in words)


def accept_address(typed: str) -> Address:
    """Return the address. Raises AddressRefused for quotes, comments, two @, routes or letters beyond ASCII.

    It first removes what a keyboard or the clipboard adds: invisible characters, full width, `mailto:`, a name before
    `<…>`, quotation marks, a comma or dot at the end. `.test` is allowed (RFC 6761): such mail reaches no stranger, and
    campaigns rehearse with it.
    """
    text = _unwrapped(typed)
    local, _at, domain = text.translate(_WIDE).partition("@")
    if len(local) > LONGEST_LOCAL or len(text) > LONGEST or _is_two_widths(text) or "=?" in local:
        raise AddressRefused  # `=?…?=` may be decoded on its way: RFC 2047, section 5
    try:
        parsed = validate_email(
            f"{local}@{domain}",
            check_deliverability=False,
            allow_smtputf8=False,
            allow_quoted_local=False,
            test_environment=True,
        )
    except EmailNotValidError as fault:
        raise AddressRefused from fault
    if parsed.ascii_local_part is None or parsed.ascii_domain is None:
        raise AddressRefused
    return Address(parsed.ascii_local_part, parsed.ascii_domain.lower())


def _unwrapped(typed: str) -> str:
    """Return the typed text without the characters around the address. Raises AddressRefused unless one @ is left."""
    text = typed.strip()
    if len(text) > _LONGEST_PASTED or any(category(letter) == "Cc" and letter != "\t" for letter in text):
        raise AddressRefused
    text = _AROUND_AT.sub("@", _seen(text))
    before = ""
    while text != before:
        before, text = text, _peeled(text)
    if text.count("@") != 1:
        raise AddressRefused
    return text


def _seen(text: str) -> str:
    """Remove invisible characters, and bring signs and digits to their usual width; letters keep theirs for now."""
    if text.isascii():
        return text
    kept = "".join(letter for letter in text if not (is_invisible(letter) or letter in _UNSEEN))
    return _LOOSE_JOINER.sub("", kept).translate(_WIDE_SIGNS)


def _peeled(text: str) -> str:
    """Remove one layer: stray signs, a pair of quotation marks, `mailto:`, or the name before `<…>`."""
    text = text.strip().lstrip(_BEFORE).rstrip(_AFTER).strip()
    if len(text) > 1 and text[0] + text[-1] in _PAIRS:
        return text[1:-1]
    if text[:7].lower() == "mailto:":
        return text[7:].partition("?")[0]
    named = _NAMED.fullmatch(text)
    if named and ("@" not in named["name"] or named["name"].strip(" \"'") == named["address"]):
        return named["address"]
    return text


def _is_two_widths(text: str) -> bool:
    """Say whether the local part has Latin letters of both widths: a keyboard writes one width, an attack both."""
    local = text.partition("@")[0]
    return bool(_WIDE_LETTER.search(local) and re.search("[A-Za-z]", local))
