"""The tools that views and commands use, built once by app.py; building them opens no connection."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, has_request_context, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from campaign.seal.keys import Keys
from campaign.storage.database import Database
from campaign.storage.private import BESIDE
from campaign.web.cache import Cache
from campaign.web.staff import Staff
from campaign.web.tokens import Tokens
from campaign.web.turnstile import Turnstile
from campaign.world.languages import LANGUAGES
from campaign.world.legislatures import Legislatures
from campaign.world.recipients import Recipients

EXTENSION = "undersigned"
SOFTWARE = "Undersigned"
SVG, PNG = "svg", "png"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
HOSTS_HERE = ("127.0.0.1", "localhost", "[::1]")  # the same, as a Host header has them


Gate = Callable[[tuple[str, ...], bool], Staff]
Slot = Callable[..., str]
Chore = Callable[[Database, datetime], object]
Outcome = Callable[[Session, int, bool, datetime], None]
Check = Callable[["Toolbox"], str | None]
Admission = Callable[["Toolbox", Session, Sequence[Any], datetime], list[Any]]
Gather = Callable[["Toolbox", Session, list[dict[str, str]], datetime], dict[str, str] | None]
Note = Callable[[Session], str]
Carried = Callable[[Session, Staff, datetime], str]
Carry = Callable[[Session, Keys | None, Any], Carried]
Side = Callable[[Callable[[], bool]], bool]


@dataclass(frozen=True)
class Site:
    """How this campaign is reached and how it writes."""

    url: str
    mail_url: str
    mail_from: str
    root: Path
    seal_keys: Path
    erasures: Path
    demonstration: bool = False
    page_seconds: int = 5
    onion_url: str = ""
    packages: Path = Path()

    @property
    def mail_folder(self) -> Path | None:
        """Where mails are written as files instead of being sent, None if they are sent."""
        folder = self.mail_url.removeprefix("maildir:")
        return self.root / folder if folder != self.mail_url else None

    @property
    def is_trial(self) -> bool:
        """Whether only this machine can reach the site."""
        return (urlsplit(self.url).hostname or "") in LOOPBACK

    @property
    def trusted_hosts(self) -> list[str]:
        """The hosts that a request may name: the site's own, this machine's number, and the onion service's."""
        host = urlsplit(self.url).hostname or ""
        hosts = list(HOSTS_HERE) if host in HOSTS_HERE else [host, *HOSTS_HERE[:1]]
        return [*hosts, self.onion_host] if self.onion_url else hosts

    @property
    def onion_host(self) -> str:
        """The host of the onion service; empty if there is none."""
        return urlsplit(self.onion_url).hostname or ""


@dataclass(frozen=True)
class OwnWords:
    """Words of the campaign's own, and the language they stand in (BCP 47)."""

    words: str = ""
    language: str = "en"

    def __bool__(self) -> bool:
        """Say whether anything is said."""
        return bool(self.words)


@dataclass(frozen=True)
class Logo:
    """A cleaned logo: SVG or PNG, and its bytes."""

    kind: str
    content: bytes

    @property
    def mark(self) -> str:
        """Return a few digits of its hash: the address of another logo is another."""
        return sha256(self.content).hexdigest()[:12]


@dataclass(frozen=True)
class Identity:
    """Who runs this site, in one language (or English); until anybody says so, the software stands in for them.

    `accent` and `accent_dark` are colours, `#rrggbb`, for light and dark pages; `version` counts the changes.
    """

    name: OwnWords = OwnWords(SOFTWARE)
    line: OwnWords = OwnWords()
    imprint: OwnWords = OwnWords()
    privacy: OwnWords = OwnWords()
    contact: str = ""
    reply_to: str = ""
    accent: str = ""
    accent_dark: str = ""
    credit: bool = False
    logo: Logo | None = None
    version: int = 0

    @property
    def colours_mark(self) -> str:
        """Return what the address of the colours' stylesheet ends with: of other colours it is another."""
        return f"{self.accent}{self.accent_dark}".replace("#", "")


@dataclass(frozen=True)
class Choices:
    """What the owners chose for the whole site; until they do, mails come from MAIL_FROM, and every language is offered."""

    sender: str = ""
    sender_name: str = ""
    languages: tuple[str, ...] = LANGUAGES


def nothing_chosen(_tools: "Toolbox") -> Choices:
    """Return what stands until an owner chooses."""
    return Choices()


def nobody(_tools: "Toolbox", _language: str) -> Identity:
    """Say nothing of whoever runs the site."""
    return Identity()


def admit_all(_tools: "Toolbox", _session: Session, mails: Sequence[Any], _now: datetime) -> list[Any]:
    """Let every mail be sent: for an application without the guard."""
    return list(mails)


@dataclass(frozen=True)
class Directory:
    """The offices that letters are handed to, and parliaments with their members' mail domains."""

    recipients: Recipients
    legislatures: Legislatures


def as_shipped(tools: "Toolbox") -> Directory:
    """Return what is shipped: for an application without the desk's own entries."""
    return tools.shipped


@dataclass(frozen=True)
class Toolbox:
    """The tools of one application; `keys` is None when none are readable, and then signing is closed.

    These let a room call a later one without importing it:

    `slots`: parts of a page. The letter's page has a slot that the roll fills.
    `chores`: the worker does them every few minutes, beside sending mail.
    `outcomes`, by kind of mail: they get a mail's number, and whether it was accepted or given up.
    `admit`: it returns the leased mails that may be sent now.
    `gathers`: each joins the values of several mails, the oldest first, into those of one; None if nothing is left.
    `sides`: long work, each in a thread of the worker. A side gets a function that says whether it must stop, and
    returns whether it did anything.
    `checks`: the doctor runs them beside its own; each returns a fault, or None.
    `notes`: the doctor prints them; they are no faults.
    `direct`: it returns the directory: what is shipped, with what the desk changed.
    `carries`, by kind of approval: each reads the request before the write transaction, and returns the act. The act
    runs in the transaction in which the second person agrees, and returns a sentence on what was done.
    """

    database: Database
    tokens: Tokens
    keys: Keys | None
    site: Site
    clock: Callable[[], datetime]
    gate: Gate
    shipped: Directory
    slots: Mapping[str, Slot] = field(default_factory=dict)
    chores: tuple[Chore, ...] = ()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    admit: Admission = admit_all
    identify: Callable[["Toolbox", str], Identity] = nobody
    choices: Callable[["Toolbox"], Choices] = nothing_chosen
    direct: Callable[["Toolbox"], Directory] = as_shipped
    gathers: Mapping[str, Gather] = field(default_factory=dict)
    notes: Mapping[str, Note] = field(default_factory=dict)
    sides: tuple[Side, ...] = ()
    checks: Mapping[str, Check] = field(default_factory=dict)
    carries: Mapping[str, Carry] = field(default_factory=dict)
    cache: Cache = field(default_factory=Cache)
    hashing: Turnstile = field(default_factory=Turnstile)
    acting: Lock = field(default_factory=Lock)

    @property
    def recipients(self) -> Recipients:
        """Return the offices that letters are handed to, as they stand now."""
        return self.direct(self).recipients

    @property
    def legislatures(self) -> Legislatures:
        """Return the parliaments and their mail domains, as they stand now."""
        return self.direct(self).legislatures

    @property
    def shortly(self) -> datetime:
        """Return until when what is public may be shown as it is now, before it is read again."""
        return self.clock() + timedelta(seconds=self.site.page_seconds)

    def link(self, endpoint: str, **values: object) -> str:
        """Return a full address under SITE_URL, never under the Host header, which a stranger can choose."""
        return self.site.url + url_for(endpoint, **values)  # type: ignore[arg-type]  # URL values are any scalar

    def render(self, template: str, **values: object) -> str:
        """Return what a template says in the language that is spoken."""
        return render_template(template, **values)

    def own_places(self) -> list[Path]:
        """Return this campaign's private files and folders."""
        site, url = self.site, self.database.engine.url
        places = [site.seal_keys, site.erasures, site.packages]
        if site.mail_folder is not None:
            places.append(site.mail_folder)
        if url.get_backend_name() == "sqlite" and url.database:
            file = Path(url.database)
            places += [*(file.with_name(file.name + end) for end in BESIDE), file.with_name("backups")]
        return places

    @property
    def secure(self) -> bool:
        """Whether this answer travels over https.

        An onion service uses http, so a browser may refuse `Secure` cookies and `__Host-` names there. It does not need
        them: Tor itself proves the host and encrypts, and only Tor reaches an .onion name.
        """
        over_onion = has_request_context() and is_onion(request.host, self.site.onion_host)
        return (self.site.onion_url if over_onion else self.site.url).startswith("https:")

    def cookie_name(self, name: str) -> str:
        """Return a cookie's name, with `__Host-` before it over https."""
        return f"__Host-{name}" if self.secure else name

    def set_cookie(self, response: Response, name: str, value: str, life: timedelta) -> None:
        """Set a cookie; SameSite=Lax, because a visitor opens the mailed link in a webmail on another site."""
        response.set_cookie(
            self.cookie_name(name),
            value,
            max_age=life,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="Lax",
        )


def reading(check: Callable[[Session], str]) -> Check:
    """Return a check for the doctor that reads the database once; `check` returns a fault, or an empty text."""

    def told(tools: Toolbox) -> str | None:
        with tools.database.read() as session:
            return check(session) or None

    return told


def is_onion(host: str, onion_host: str) -> bool:
    """Say whether a Host header (with or without a port) names the onion service."""
    return bool(onion_host) and host.partition(":")[0] == onion_host


def toolbox() -> Toolbox:
    """Return the tools of the application that answers this request."""
    tools = current_app.extensions[EXTENSION]
    assert isinstance(tools, Toolbox)
    return tools
