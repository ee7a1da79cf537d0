"""The one parser of addresses; it asks no DNS."""

import re
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

GMAIL = frozenset({"gmail.com", "googlemail.com"})
LONGEST = 254
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
    """What was typed is not one plain address that a mail can be sent to."""


@dataclass(frozen=True)
class Address:
    """One address in the forms we need: `written` is where mail goes, `key` is equal for one mailbox."""

    local: str
    domain: str

    @property
    def written(self) -> str:
        """Return the address with its domain in ASCII, so that both spellings of an IDN are one."""
        return f"{self.local}@{self.domain}"

    @property
    def key(self) -> str:
        """Return the form the blind index is made of: no case, and for Gmail no dots and no plus part."""
        local, domain = self.local.lower(), self.domain
        if domain in GMAIL:
            local, domain = local.split("+")[0].replace(".", ""), "gmail.com"
        return f"{local}@{domain}"

    @property
    def is_role(self) -> bool:
        """Say whether an office reads this mailbox rather than one person (info@, press-office@, office+letter@)."""
        words = re.split(r"[._-]", self.local.lower().split("+")[0])
        return "".join(words) in ROLES or all(word in ROLES for word in words)


def accept_address(typed: str) -> Address:
    """Return the address. Raises AddressRefused for quotes, comments, brackets, two @ or letters beyond ASCII.

    `.test` is allowed (RFC 6761): no mail can go astray there, and campaigns rehearse with it.
    """
    text = typed.strip()
    if len(text) > LONGEST or text.count("@") != 1:
        raise AddressRefused
    try:
        parsed = validate_email(
            text,
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
