"""The settings, from the environment: a missing or malformed one stops the start with one line."""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

Value = TypeVar("Value")
SHORTEST_SECRET = 32
ONION = re.compile(r"[a-z2-7]{56}\.onion")  # version 3, the only one that Tor still supports


class SettingWrong(Exception):
    """A setting is missing or malformed; the message is one line that names it."""


@dataclass(frozen=True)
class Settings:
    """One campaign's settings; docs/settings.md explains each, and a test holds that page complete."""

    database_url: str
    site_url: str
    mail_url: str
    mail_from: str
    secret_keys: tuple[str, ...]
    seal_keys: Path
    erasures: Path
    proxy_hops: int
    demonstration: bool
    onion_url: str = ""
    packages: Path = Path("instance/packages")


def settings_or_exit(environment: Mapping[str, str], root: Path) -> Settings:
    """Return the settings, with an SQLite file that is named without a leading slash under `root`; or stop with one line."""
    try:
        settings = read_settings(environment)
    except SettingWrong as fault:
        sys.exit(f"undersigned cannot start: {fault}")
    if settings.database_url.startswith("sqlite:///") and not settings.database_url.startswith("sqlite:////"):
        path = root / settings.database_url.removeprefix("sqlite:///")
        settings = replace(settings, database_url=f"sqlite:///{path}")
    return settings


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings. Raises SettingWrong with one clear line if one is missing or malformed."""
    site_url = _read(environment, "SITE_URL", _site_url)
    return Settings(
        database_url=_read(environment, "DATABASE_URL", _database_url),
        site_url=site_url,
        mail_url=_read(environment, "MAIL_URL", _mail_url),
        mail_from=_read(environment, "MAIL_FROM", _address, f"post@{_mail_host(site_url)}"),
        secret_keys=_read(environment, "SECRET_KEY", _secrets),
        seal_keys=_read(environment, "SEAL_KEYS", Path, "instance/keys"),
        erasures=_read(environment, "ERASURES", Path, "instance/erasures.journal"),
        proxy_hops=_read(environment, "PROXY_HOPS", _hops, "0"),
        demonstration=_read(environment, "DEMONSTRATION", _yes_or_no, "no"),
        onion_url=_read(environment, "ONION_URL", _onion_url, ""),
        packages=_read(environment, "PACKAGES", Path, "instance/packages"),
    )


def _read(
    environment: Mapping[str, str], name: str, parse: Callable[[str], Value], default: str | None = None
) -> Value:
    text = _text(environment, name) or default
    if text is None:
        raise SettingWrong(f"{name} is not set (see docs/settings.md)")
    try:
        return parse(text)
    except ValueError as fault:
        raise SettingWrong(f"{name} is malformed: {fault}") from None


def _text(environment: Mapping[str, str], name: str) -> str | None:
    """Return the value of NAME, or the content of the file that NAME_FILE names; None if neither is set."""
    path = environment.get(f"{name}_FILE")
    if path is None:
        return environment.get(name, "").strip() or None
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as fault:
        raise SettingWrong(f"{name}_FILE cannot be read: {fault.strerror}") from None


def _database_url(text: str) -> str:
    try:
        url = make_url(text)
    except ArgumentError:
        raise ValueError("expected sqlite:///FILE or postgresql://USER@HOST/NAME") from None
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ValueError("expected sqlite:///FILE or postgresql://USER@HOST/NAME")
    return text


def _site_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("expected http(s)://HOST with no path")
    return f"{parts.scheme}://{parts.netloc}"


def _onion_url(text: str) -> str:
    """Return the site's address as an onion service, "" if there is none. Raises ValueError."""
    parts = urlsplit(text.rstrip("/"))
    whole = f"{parts.scheme}://{parts.netloc}"
    if text and (
        parts.scheme not in {"http", "https"} or not ONION.fullmatch(parts.netloc) or whole != text.rstrip("/")
    ):
        raise ValueError("expected http://, 56 letters and digits, .onion")
    return text.rstrip("/")


def _mail_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme == "maildir" and parts.path:
        return text
    if parts.scheme in {"smtp", "smtps"} and parts.hostname:
        return text
    raise ValueError("expected smtp://USER:PASS@HOST:587?starttls=1 or maildir:FOLDER")


def _mail_host(site_url: str) -> str:
    host = urlsplit(site_url).hostname or "localhost"
    return host if any(letter.isalpha() for letter in host) else "localhost"


def _address(text: str) -> str:
    if text.count("@") != 1 or any(letter.isspace() for letter in text):
        raise ValueError("expected one plain address")
    return text


def _secrets(text: str) -> tuple[str, ...]:
    """Return the keys, newest first; older keys, separated by spaces, keep older links valid. Raises ValueError."""
    keys = tuple(text.split())
    if any(len(key) < SHORTEST_SECRET for key in keys):
        raise ValueError(f"each key needs at least {SHORTEST_SECRET} characters")
    return keys


def _hops(text: str) -> int:
    if not text.isdecimal():
        raise ValueError("expected a whole number of proxies in front")
    return int(text)


def _yes_or_no(text: str) -> bool:
    if text not in {"yes", "no"}:
        raise ValueError("expected yes or no")
    return text == "yes"
