"""`flask desk identity show|load|save`: the campaign's identity as a file.

The file is TOML, with the logo beside it. A file that is saved, loaded and saved again is the same, byte for byte.
"""

import tomllib
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from campaign.desk.identity import Profile, Texts, change_identity, read_identity, tidy_profile
from campaign.desk.logos import LogoRefused, clean_logo
from campaign.web.toolbox import toolbox
from campaign.world.languages import LANGUAGES
from campaign.world.written import quoted

identity = AppGroup("identity", help="The campaign's identity: name, logo, colours, imprint, privacy notice.")
WORDS = ("contact", "reply_to", "accent", "accent_dark")
TEXTS = tuple(one.name for one in fields(Texts))


@identity.command("show")
def show() -> None:
    """Print the campaign's identity, as `save` writes it."""
    profile = _on_record()
    click.echo(as_toml(profile, _logo_name(profile, Path("identity.toml"))), nl=False)


@identity.command("save")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def save(file: Path) -> None:
    """Write the campaign's identity to FILE, and its logo beside it."""
    profile = _on_record()
    logo = _logo_name(profile, file)
    try:
        file.write_bytes(as_toml(profile, logo).encode())
        if profile.logo:
            file.with_name(logo).write_bytes(profile.logo.content)
    except OSError as fault:
        raise click.ClickException(f"{fault.filename}: {fault.strerror}") from fault
    click.echo(f"{file}{f' and {logo}' if logo else ''}")


@identity.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Replace the campaign's identity by FILE; what FILE leaves out is removed."""
    tools = toolbox()
    profile, faults = tidy_profile(_read(file))
    for name, sentence in faults.items():
        raise click.ClickException(f"{file}: {name}: {sentence}")
    with tools.database.write() as session:
        here = replace(profile, version=read_identity(session).version)
        changed = change_identity(session, here, None, now=tools.clock())
    click.echo(f"changed: {', '.join(changed)}" if changed else "nothing has changed")


def as_toml(profile: Profile, logo: str) -> str:
    """Return a profile as TOML, without its empty fields."""
    lines = [f"{name} = {_quoted(getattr(profile, name))}" for name in WORDS if getattr(profile, name)]
    lines.append(f"credit = {str(profile.credit).lower()}")
    lines += [f"logo = {_quoted(logo)}"] if logo else []
    for language in (code for code in LANGUAGES if code in profile.texts):
        lines += ["", f"[{language}]"]
        texts = asdict(profile.texts[language])
        lines += [f"{name} = {_quoted(texts[name])}" for name in TEXTS if texts[name]]
    return "\n".join(lines) + "\n"


def _on_record() -> Profile:
    with toolbox().database.read() as session:
        profile = read_identity(session)
    if not profile.version:
        raise click.ClickException(
            "there is no identity yet: an owner writes it at the desk, or `load` reads it from a file"
        )
    return profile


def _logo_name(profile: Profile, file: Path) -> str:
    return f"{file.stem}.{profile.logo.kind}" if profile.logo else ""


def _quoted(words: str) -> str:
    """Return a TOML string, on several lines if the text has several (TOML 1.0, "String")."""
    lines = [quoted(line) for line in words.split("\n")]
    return lines[0] if len(lines) == 1 else '"""\n' + "".join(f"{line[1:-1]}\n" for line in lines) + '"""'


def _read(file: Path) -> Profile:
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise click.ClickException(f"{file}: {fault}") from fault
    unknown = set(found) - {*WORDS, "credit", "logo", *LANGUAGES}
    texts = {code: _texts(file, code, found[code]) for code in LANGUAGES if code in found}
    shared = {name: found.get(name, "") for name in (*WORDS, "logo")}
    credit = found.get("credit", True)
    if unknown or not all(isinstance(value, str) for value in shared.values()) or not isinstance(credit, bool):
        reason = f"unknown: {', '.join(sorted(unknown))}" if unknown else "a value has the wrong type"
        raise click.ClickException(f"{file}: {reason}")
    logo = shared.pop("logo")
    try:
        cleaned = clean_logo(file.with_name(Path(logo).name).read_bytes()) if logo else None
    except (OSError, LogoRefused) as fault:
        raise click.ClickException(f"{file}: logo: {fault}") from fault
    return Profile(**shared, credit=credit, logo=cleaned, texts=texts)


def _texts(file: Path, language: str, found: Any) -> Texts:
    if (
        not isinstance(found, dict)
        or set(found) - set(TEXTS)
        or not all(isinstance(one, str) for one in found.values())
    ):
        raise click.ClickException(f"{file}: [{language}] holds {', '.join(TEXTS)} and nothing else")
    return Texts(**found)
