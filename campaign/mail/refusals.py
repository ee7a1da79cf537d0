"""The table that says what a mail server's refusal is about: this recipient, this mail for now, or us.

Only a refusal of the recipient is final. The rows are tried in order against the reply, in lower case and without
addresses, links and codes; the first that fits counts. Codes alone do not tell enough: 5.7.1 can be a denied relay, a
spam filter, or a mailbox that accepts nothing. If no row fits, the enhanced code decides, then the command.

Sources: [3463] RFC 3463 and IANA's list of its codes · [5321] RFC 5321, 4.2.3 · [7505] null MX · [gmail] support.google.com/a/answer/3726730
· [exo] learn.microsoft.com, "Email non-delivery reports in Exchange Online" · [postfix] postconf(5), access(5) and its policy
services · [exim] its default ACLs and callouts · [ses] AWS, "Amazon SES SMTP issues" · [qmail] qmail-smtpd, chkuser ·
[yahoo] senders.yahooinc.com/smtp-error-codes · [gmx] postmaster.gmx.net/en/error-messages · [dovecot] its LMTP replies.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Command(StrEnum):
    """The step of the SMTP conversation at which a server refused."""

    CONNECT = "connect"
    HELO = "helo"
    TLS = "tls"
    LOGIN = "login"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"


class Reason(StrEnum):
    """What a refusal is about."""

    RECIPIENT = "recipient"
    FULL = "full"
    SLOW = "slow"
    SIZE = "size"
    SUPPRESSED = "suppressed"
    SCRIPT = "script"
    UNWRITTEN = "unwritten"
    OTHER = "other"
    QUOTA = "quota"
    LOGIN = "login"
    HELO = "helo"
    RELAY = "relay"
    SENDER = "sender"
    BLOCKED = "blocked"
    POLICY = "policy"
    CONTENT = "content"
    ENCRYPTION = "encryption"
    BUSY = "busy"
    AWAY = "away"
    PROTOCOL = "protocol"


# Refusals of us: every other mail would be refused too, so no mail is tried on that server for a while.
OURS = {
    Reason.QUOTA: "the limit of what our account may send is used up. Wait, or ask the mail provider for a higher limit",
    Reason.LOGIN: "it does not accept our login. Check user and password in MAIL_URL, and that the account is not locked",
    Reason.HELO: "it does not accept the name of this machine. Give the machine a full name that its DNS knows",
    Reason.RELAY: "it does not relay mail for us. Check that MAIL_URL names the server of your own account, with its login",
    Reason.SENDER: "it does not accept our sender. MAIL_FROM must be an address that this account may send from",
    Reason.BLOCKED: "the address of our server is on a block list, or has no name. Ask the mail provider to remove it",
    Reason.POLICY: "the mail is not proven to be ours. Set up SPF, DKIM and DMARC for the domain of MAIL_FROM",
    Reason.CONTENT: "it treats our mail as spam. Ask the mail provider why, and for permission to send it",
    Reason.ENCRYPTION: "there is no encrypted connection to it. Check its certificate, and starttls or smtps in MAIL_URL",
    Reason.BUSY: "it asks us to come back later. If that lasts for hours, ask the mail provider",
    Reason.AWAY: "it does not answer. Check host and port in MAIL_URL, and that the server runs",
    Reason.PROTOCOL: "it did not understand us. Ask the mail provider what it expects",
}
# Refusals of one mail: the others are still sent.
ONES = {
    Reason.FULL: "the recipient's mailbox is full",
    Reason.SLOW: "the recipient's server asks us to come back",
    Reason.SIZE: "the mail is too large for the server",
    Reason.SUPPRESSED: "the mail provider has the address on its own suppression list",
    Reason.SCRIPT: "the mail server cannot send to an address in that script (SMTPUTF8)",
    Reason.UNWRITTEN: "the mail could not be written: see the worker's log",
    Reason.OTHER: "the server gave no reason that we know",
}
R = Reason
ROWS: tuple[tuple[Reason, str, str], ...] = (
    # One recipient, for now. These come before the account's own quota and "later", whose words they share.
    (R.SLOW, r"gr[ea]y.?list", "postfix, exim: a policy service that says 5xx"),
    (R.SLOW, r"(receiving mail|mail) (at a rate|too quickly)|message receive limit|recipient thread limit", "gmail 5.2.1, exo 5.2.121"),
    (R.SLOW, r"(mailbox|recipient address|the user)\b.*(temporar|again later|retry|at a later time)", "exim, yahoo"),
    (R.SIZE, r"(message|mail|size|file|data)\b.{0,40}(too (large|big|long)|exceeds.{0,30}(size|limit|maximum))|exceeds .{0,30}size|size limit", "3463 x.3.4"),
    (R.QUOTA, r"(daily|hourly|sending|outgoing|outbound|send)\b.{0,40}(quota|limit)", "gmail 5.4.5, ses, exo 5.1.90"),
    (R.FULL, r"^552 .*quota|(mailbox|inbox|maildir|account|recipient|user)\b.{0,60}(\bfull\b|over ?quota|out of storage|exceed.{0,20}quota)", "gmail 5.2.2, yahoo"),
    (R.FULL, r"\bover ?quota|mailbox for user is full|quota exceeded \(mailbox|exceeded storage allocation|out of storage|mailbox (is )?full", "dovecot, 5321 552"),
    (R.SUPPRESSED, r"(recipient|address)\b.{0,40}(suppress|blacklisted)", "ses"),
    # A restriction of the recipient that mentions our login.
    (R.RECIPIENT, r"resolver\.(adr|rst)\.", "exo 5.1.1, 5.1.10, 5.7.1"),
    # Refusals of us, whose codes do not tell them apart.
    (R.LOGIN, r"\byour (e-?mail )?account", "ses, exo: an account that is locked"),
    (R.QUOTA, r"\bquota\b|(rate|relay|message|messages|connection|connections|recipients?) (limit|rate)|rate[ -]?limit", "ses, gmail 5.7.1"),
    (R.QUOTA, r"exceeded .{0,50}(limit|threshold|rate)|limit (is |was |has been )?(exceeded|reached)|throttl|too many|too fast|sending (is )?paused", "ses, exo 5.7.705"),
    (R.HELO, r"\b(helo|ehlo)\b", "postfix 5.5.2, exim"),
    (R.RELAY, r"relay(ing)? (access )?(is )?(denied|not permitted|not allowed|prohibited|rejected)|(unable|not permitted|not allowed|credentials|we do not) (to |for )?relay|allowed rcpthosts|no relaying", "postfix 5.7.1, exim, qmail, exo 5.7.64"),
    (R.ENCRYPTION, r"starttls|must (use|issue).{0,20}tls|encryption (is )?(required|needed)", "gmail 5.7.0, postfix"),
    (R.LOGIN, r"authenticat(ion|e) .{0,20}(required|failed|first|unsuccessful|invalid)|auth(entication)? required|(not|was not|client not) authenticated to send|no smtp auth|log ?in first|not logged in|password|credentials", "gmail 5.5.1, exo 5.7.57"),
    (R.POLICY, r"\b(spf|dkim|dmarc|arc)\b|unauthenticated (e-?)?mail|sender.{0,20}authenticat", "gmail 5.7.26, postfix 5.7.23"),
    (R.BLOCKED, r"block(ed)? ?(list|using|by)|black ?list|\bdnsbl|\brbl\b|spamhaus|barracuda|reputation|client host|\bptr\b|reverse (dns|host)|your (ip|host|network|server)\b|traffic not accepted|connections? .{0,20}not be accepted", "postfix 5.7.1, exo S3140, yahoo BL21, gmail 5.7.25"),
    (R.SENDER, r"\bsender|\bmail from\b|bad outbound|sendasdenied|send as\b|return.?path|envelope.?from|from address|invalid dns mx|not (been )?verified|unregistered domain|(callback|callout) setup failed", "postfix 5.1.8, exim, gmx, ses"),
    (R.CONTENT, r"\bspam|unsolicited|unwanted|virus|content|likely suspicious|phish|bulk mail|not accepted for|message (was )?rejected|transport\.rules", "gmail 5.7.1, yahoo PH01, exo 5.7.1"),
    (R.POLICY, r"polic(y|ies)|administrative(ly)? prohibit", "3463 x.7.1, gmx"),
    # The recipient, by the words: for servers without enhanced codes, or with a misleading one.
    (R.RECIPIENT, r"(user|recipient|mailbox|address|addressee|account|person|alias|customer)\b.{0,40}(unknown|not known|unavailable|not available|does(n.t| not) (exist|have)|not found|not exist|no longer|invalid|disabled|inactive|suspended|deactivated|closed|denied|rejected|refused)", "postfix, exim, 5321 550, exo 5.4.1, yahoo, gmx"),
    (R.RECIPIENT, r"(no such|unknown|invalid|bad|nonexistent|non-existent|no|inactive|disabled) (local )?(user|recipient|mailbox|address|addressee|account|person|customer|destination|alias)", "qmail 5.1.1, exim"),
    (R.RECIPIENT, r"nobody (here|by that name)|unrouteable address|user not local; please try|tried to reach (does not|is disabled|is inactive)|recipient domain|null mx|does not accept mail|undeliverable address|not our customer", "exim, gmail 5.1.1, 7505"),
    # A broken server that reports a temporary trouble with a 5xx.
    (R.BUSY, r"again later|later time|come back|retry|temporar|service (not available|unavailable)|system (trouble|error|problem)", "postfix 5.7.0, yahoo"),
)  # fmt: skip
CODES = {  # RFC 3463, if no row fits the words; a 5.7.x that quotes the recipient's address is about the recipient
    Reason.RECIPIENT: r"5\.1\.([0-4]|6|10|351)|5\.2\.1",
    Reason.SENDER: r"5\.1\.(7|8|20)",
    Reason.SIZE: r"5\.2\.3|5\.3\.4",
    Reason.SLOW: r"4\..*|5\.2\..*|5\.4\..*",
    Reason.SCRIPT: r"5\.6\.(7|9|10)",
    Reason.OTHER: r"5\.6\..*|5\.1\..*",
    Reason.BUSY: r"5\.3\..*",
    Reason.LOGIN: r"5\.7\.(8|9|57)",
    Reason.BLOCKED: r"5\.7\.(25|606|708)",
    Reason.POLICY: r"5\.7\..*",
    Reason.PROTOCOL: r"5\.5\..*",
}
BEFORE_THE_MAIL = {
    Command.CONNECT: Reason.AWAY,
    Command.HELO: Reason.HELO,
    Command.TLS: Reason.ENCRYPTION,
    Command.LOGIN: Reason.LOGIN,
    Command.MAIL: Reason.SENDER,
}
WAITS = frozenset({Reason.SLOW, Reason.SIZE})  # a server may give these reasons at MAIL already
_ROWS = tuple((reason, re.compile(pattern)) for reason, pattern, _source in ROWS)
_CODES = tuple((reason, re.compile(pattern)) for reason, pattern in CODES.items())
_ENHANCED = re.compile(r"(?:^|\(|^#|\(#)([245]\.\d{1,3}\.\d{1,3})(?![.\d]*\d)", re.MULTILINE)
_QUOTED = re.compile(r"\b(said|was|response|replied):? *\(?\"?[45]\d\d\b|undeliverable address")
_NOISE = re.compile(
    r"https?://\S+|<[^>]*>|\S+@\S+|(?<![\w.-])(?!resolver|transport|storedrv|sendas)[\w-]+(?:\.[\w-]+)+(?:\[[^]]*\])?"
)


@dataclass(frozen=True)
class Refusal:
    """What a refusal is about; `reply` keeps only the server's codes, because its words may contain an address."""

    reason: Reason
    reply: str
    quoted: bool = False

    @property
    def is_final(self) -> bool:
        """Say whether it refuses the recipient for good."""
        return self.reason is Reason.RECIPIENT

    @property
    def stops_all(self) -> bool:
        """Say whether every other mail would be refused too; not if our server only quotes another server.

        Otherwise the server of one hostile recipient could stop the mail of all signatories.
        """
        return self.reason in OURS and not self.quoted

    @property
    def fault(self) -> str:
        """Return the reason and the codes as one short line, for the database."""
        return f"{self.reason} {self.reply}".strip()


def classify(command: Command, code: int, reply: str, recipient: str) -> Refusal:
    """Return what a reply is about. Before RCPT the server knows no recipient, so no refusal there is final."""
    enhanced = _ENHANCED.search(reply)
    status = enhanced[1] if enhanced else ""
    words = f"{code} {' '.join(_NOISE.sub(' ', reply.lower()).split())}"
    if re.fullmatch(r"[45]\.2\.2", status):
        reason = Reason.FULL
    else:
        reason = _by_words(words, recipient) or _by_code(code, status, recipient.lower() in reply.lower())
    reason = _at(command, code, reason)
    return Refusal(reason, f"{code} {status}".strip(), _QUOTED.search(words) is not None)


def words_for(fault: str) -> str:
    """Return a stored fault in words for the operator, with the server's codes in brackets."""
    name, _space, reply = fault.partition(" ")
    if name not in {*OURS, *ONES}:
        return ONES[Reason.OTHER]
    reason = Reason(name)
    return {**OURS, **ONES}[reason] + (f" ({reply})" if reply else "")


def _by_words(words: str, recipient: str) -> Reason | None:
    """Return what the words are about, None if no row fits; an address `quota@…` must not look like a quota."""
    name = re.escape(recipient.partition("@")[0].lower())
    without_name = re.sub(rf"(?<![\w.-]){name}(?![\w.-])", " ", words) if name else words
    for reason, pattern in _ROWS:
        if pattern.search(without_name if reason in OURS else words):
            return reason
    return None


def _by_code(code: int, status: str, names_recipient: bool) -> Reason:
    if status.startswith("5.7.") and names_recipient:
        return Reason.RECIPIENT
    for reason, pattern in _CODES:
        if pattern.fullmatch(status):
            return reason
    return Reason.FULL if code == 552 else Reason.OTHER


def _at(command: Command, code: int, reason: Reason) -> Reason:
    """Return the reason if it is possible at this command; a refusal before RCPT is always about us."""
    if command in BEFORE_THE_MAIL:
        return reason if reason in OURS or reason in WAITS else BEFORE_THE_MAIL[command]
    if code < 500 and reason in (Reason.RECIPIENT, Reason.BUSY, Reason.OTHER):
        return Reason.SLOW
    return reason
