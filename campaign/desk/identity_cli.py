"""`flask desk identity show|load|save`: what the campaign says of itself, as a file.

The file is TOML; a logo lies beside it. What is saved and loaded again is the same, byte for byte.
"""

import json
import tomllib
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from campaign.desk.identity import Profile, Texts, accepted, change_identity, read_identity
from campaign.desk.logos import LogoRefused, clean_logo
from campaign.web.toolbox import toolbox
from campaign.world.languages import LANGUAGES

identity = AppGroup(
    "identity", help="What the campaign says of itself: name, logo, colours, imprint, privacy notice."
)
WORDS = ("contact", "reply_to", "accent", "accent_dark")
TEXTS = tuple(one.name for one in fields(Texts))


@identity.command("show")
def show() -> None:
    """Print what the campaign says of itself, as `save` writes it."""
    said = _on_record()
    click.echo(written(said, _logo_name(said, Path("identity.toml"))), nl=False)


@identity.command("save")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def save(file: Path) -> None:
    """Write what the campaign says of itself to FILE, and its logo beside it."""
    said = _on_record()
    logo = _logo_name(said, file)
    try:
        file.write_bytes(written(said, logo).encode())
        if said.logo:
            file.with_name(logo).write_bytes(said.logo.content)
    except OSError as fault:
        raise click.ClickException(f"{fault.filename}: {fault.strerror}") from fault
    click.echo(f"{file}{f' and {logo}' if logo else ''}")


@identity.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Let the campaign say of itself what FILE says; what FILE does not say is said no more."""
    tools = toolbox()
    said, faults = accepted(_read(file))
    for name, sentence in faults.items():
        raise click.ClickException(f"{file}: {name}: {sentence}")
    with tools.database.write() as session:
        here = replace(said, version=read_identity(session).version)
        changed = change_identity(session, here, None, now=tools.clock())
    click.echo(f"changed: {', '.join(changed)}" if changed else "nothing has changed")


def written(said: Profile, logo: str) -> str:
    """Return it as TOML; what is empty is left out."""
    lines = [f"{name} = {_quoted(getattr(said, name))}" for name in WORDS if getattr(said, name)]
    lines.append(f"credit = {str(said.credit).lower()}")
    lines += [f"logo = {_quoted(logo)}"] if logo else []
    for language in (code for code in LANGUAGES if code in said.texts):
        lines += ["", f"[{language}]"]
        texts = asdict(said.texts[language])
        lines += [f"{name} = {_quoted(texts[name])}" for name in TEXTS if texts[name]]
    return "\n".join(lines) + "\n"


def _on_record() -> Profile:
    with toolbox().database.read() as session:
        said = read_identity(session)
    if not said.version:
        raise click.ClickException(
            "the campaign has said nothing of itself yet: an owner does at the desk, or `load`"
        )
    return said


def _logo_name(said: Profile, file: Path) -> str:
    return f"{file.stem}.{said.logo.kind}" if said.logo else ""


def _quoted(words: str) -> str:
    """Return a TOML string, over several lines where there are several (TOML 1.0, "String")."""
    quoted = [json.dumps(line, ensure_ascii=False).replace("\x7f", "\\u007f") for line in words.split("\n")]
    return quoted[0] if len(quoted) == 1 else '"""\n' + "".join(f"{line[1:-1]}\n" for line in quoted) + '"""'


def _read(file: Path) -> Profile:
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise click.ClickException(f"{file}: {fault}") from fault
    unknown = set(found) - {*WORDS, "credit", "logo", *LANGUAGES}
    texts = {code: _texts(file, code, found[code]) for code in LANGUAGES if code in found}
    shared = {name: found.get(name, "") for name in (*WORDS, "logo")}
    credit = found.get("credit", True)
    if unknown or not all(isinstance(said, str) for said in shared.values()) or not isinstance(credit, bool):
        raise click.ClickException(
            f"{file}: {', '.join(sorted(unknown)) or 'a value'} is not what we can read here"
        )
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
