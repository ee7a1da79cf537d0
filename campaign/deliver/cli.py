"""`flask deliver …`: print the letter and its annexes; and the `flask seal …` commands that look into the tables."""

import os
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from campaign.deliver.bundle import (
    WAITS,
    Bundle,
    BundleMalformed,
    Opened,
    Receipt,
    open_address,
    open_entries,
    open_entry,
)
from campaign.deliver.package_cli import check, package, recipients
from campaign.deliver.printing import (
    NOT_PRINTED,
    NoSuchDocument,
    Printed,
    Wanted,
    prepare_annex,
    print_annex,
    print_document,
    print_letter,
    take_bundle,
)
from campaign.deliver.resealing import count_boxes, reseal
from campaign.deliver.service import record
from campaign.desk.log import write_log
from campaign.letter.service import NoSuchLetter
from campaign.seal.boxes import Opener, key_id, public_of
from campaign.seal.keys import HIGH_RISK, Keys, KeysMissing, load_private, retire_keys
from campaign.web.cli import seal
from campaign.web.toolbox import EXTENSION, Toolbox, toolbox
from campaign.world.languages import LANGUAGES

deliver = AppGroup("deliver", help="Hand the letter and its roll to governments.")
for command in (package, check, recipients):
    deliver.add_command(command)
FILE = click.Path(dir_okay=False, path_type=Path)
FOUND = click.Path(exists=True, dir_okay=False, path_type=Path)

language_option = click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
output_option = click.option("-o", "--output", type=FILE, required=True)
keys_option = click.option(
    "--keys",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with private.key, or recovery.key; SEAL_KEYS without it.",
)


@deliver.command("pdf")
@click.argument("letter")
@click.option("--country", default="", help="The government it is for, two letters; all addressees without it.")
@language_option
@output_option
def pdf(letter: str, country: str, language: str, output: Path) -> None:
    """Print LETTER with its public signatories to a PDF file, whole or not at all."""
    try:
        printed = print_letter(Wanted(letter, language, country.upper()), None)
    except NOT_PRINTED as fault:
        raise click.ClickException(str(fault)) from fault
    _write(output, printed.pdf, 0o644)
    click.echo(_told(output, printed))


@deliver.command("bundle")
@click.argument("letter")
@click.option(
    "--waiting", is_flag=True, help="Those who wait for the desk, with their addresses, not those who count."
)
@output_option
def bundle(letter: str, waiting: bool, output: Path) -> None:
    """Take the sealed entries of LETTER out, still sealed, for the machine that holds the private key."""
    try:
        taken = take_bundle(letter, None, waiting=waiting)
    except NoSuchDocument as fault:
        raise click.ClickException(str(fault)) from fault
    _write(output, taken.to_bytes(), 0o600)
    click.echo(f"{output}: {len(taken.boxes)} sealed entries of {taken.holds}, no name among them")


@deliver.command("annex")
@click.argument("source", metavar="LETTER|BUNDLE")
@click.option("--country", required=True, help="The government it is for, two letters.")
@language_option
@keys_option
@output_option
def annex(source: str, country: str, language: str, folder: Path | None, output: Path) -> None:
    """Print the names of the withheld who let one government read them, for that government only.

    From a BUNDLE it needs no database and no settings, and leaves a receipt beside the PDF for `flask deliver
    record`. From a LETTER it does both in one step, where the private key is.
    """
    path, opener = Path(source), _opener(folder)
    try:
        if path.is_file():
            made = Bundle.from_bytes(path.read_bytes())
            opened, wanted = open_entries(made, opener), Wanted(made.letter, language, country.upper())
            printed = print_document(prepare_annex(made, opened, wanted), wanted)
        else:
            _tools(f"there is no bundle {source}")
            printed, opened = print_annex(Wanted(source, language, country.upper()), opener, None)
    except (*NOT_PRINTED, BundleMalformed) as fault:
        raise click.ClickException(str(fault)) from fault
    _write(output, printed.pdf, 0o600)
    click.echo(_told(output, printed))
    _tell_unopened(opened)
    if path.is_file():
        _write(_receipt_path(output), printed.receipt.to_bytes(), 0o600)
        click.echo(
            f"{_receipt_path(output)}: bring this to the server: flask deliver record {_receipt_path(output).name}"
        )


@deliver.command("record")
@click.argument("receipt", type=FOUND)
def record_receipt(receipt: Path) -> None:
    """Keep that an annex was printed elsewhere, so that a later withdrawal finds it; twice changes nothing."""
    tools = toolbox()
    try:
        printed = Receipt.from_bytes(receipt.read_bytes())
        with tools.database.write() as session:
            gone = record(session, printed, None, now=tools.clock())
    except BundleMalformed as fault:
        raise click.ClickException(f"{receipt}: {fault}") from fault
    except NoSuchLetter as fault:
        raise click.ClickException(f"there is no letter called {printed.letter}") from fault
    click.echo(f"{printed.reference}: {len(printed.lines)} names on record")
    for place in gone:
        click.echo(f"withdrawn or changed since the bundle was made, not to be handed over: {place}")


@seal.command("open")
@click.argument("bundle", type=FOUND)
@keys_option
def open_bundle(bundle: Path, folder: Path | None) -> None:
    """List those who wait, from a bundle made with --waiting: number, kind, country, use of name, name, address.

    Needs no database and no settings; decide by number at the desk. What no key here opens is a dash.
    """
    opener = _opener(folder)
    try:
        made = Bundle.from_bytes(bundle.read_bytes())
    except BundleMalformed as fault:
        raise click.ClickException(f"{bundle}: {fault}") from fault
    if made.holds != WAITS:
        raise click.ClickException(
            f"this bundle holds {made.holds}: make one with `flask deliver bundle --waiting`"
        )
    for box in made.boxes:
        entry, address = open_entry(box, opener), open_address(box, opener)
        name = entry.name if entry else "—"
        click.echo(f"{box.number}\t{box.kind}\t{box.country}\t{box.visibility}\t{name}\t{address or '—'}")


@seal.command("status")
def status() -> None:
    """Say the mode, and of each key by its short name what it does and how many boxes it opens."""
    tools, keys = toolbox(), _keys()
    with tools.database.read() as session:
        boxes = count_boxes(session)
    click.echo(keys.mode)
    first, *others = keys.sealer.public_keys
    does = {key_id(first): "campaign key, seals now"} | {key_id(key): "recovery key, seals now" for key in others}
    here = [key_id(public_of(key)) for key in keys.opener.private_keys]
    does |= {name: "earlier campaign key" for name in here if name not in does}
    for name in dict.fromkeys([*does, *(name for names in boxes for name in names)]):
        opens = sum(count for names, count in boxes.items() if name in names)
        where = "here" if name in here else "not here"
        click.echo(f"{name.hex()}  {does.get(name, 'unknown key'):24}  {where:8}  opens {opens} boxes")


@seal.command("reseal")
def reseal_boxes() -> None:
    """Open every box with the keys here and seal it to those that seal now; broken off, it goes on next time."""
    tools, keys = toolbox(), _keys()
    if keys.high_risk:
        raise click.ClickException(
            f"{HIGH_RISK}: what is sealed stays sealed to the earlier key. A new key seals only what comes from now "
            "on, and the earlier private key must be kept."
        )
    with tools.database.read() as session:
        total = sum(count_boxes(session).values())
    sealed = unopened = 0
    with click.progressbar(length=total, label="boxes") as bar:
        for batch in reseal(tools.database, keys):
            bar.update(batch.seen)
            sealed, unopened = sealed + batch.sealed, unopened + batch.unopened
    _log(tools, "reseal", {"sealed": str(sealed), "unopened": str(unopened)})
    click.echo(
        f"{sealed} boxes sealed anew, {total - sealed - unopened} needed nothing, {unopened} could not be opened"
    )


@seal.command("retire")
def retire() -> None:
    """Remove the earlier private keys from SEAL_KEYS, once no box needs them."""
    tools, keys = toolbox(), _keys()
    if keys.high_risk:
        raise click.ClickException(
            f"{HIGH_RISK}: keep the earlier ones until `flask seal status` counts no box of theirs"
        )
    here = {key_id(public_of(key)) for key in keys.opener.private_keys}
    stay = here & {key_id(key) for key in keys.sealer.public_keys}  # the recovery key is not here to open anything
    with tools.database.read() as session:
        needed = sum(count for names, count in count_boxes(session).items() if not stay & set(names))
    if needed:
        raise click.ClickException(f"{needed} boxes open with an earlier key only: run `flask seal reseal` first")
    removed = retire_keys(tools.site.seal_keys)
    _log(tools, "retire keys", {"removed": str(removed)})
    click.echo(f"{removed} earlier private keys removed" if removed else "there is no earlier private key here")


OFFLINE = (  # what runs on a laptop without a database: app.py's offline()
    AppGroup("deliver", help="Print an annex from a bundle.", commands={"annex": annex}),
    AppGroup("seal", help="Open a bundle.", commands={"open": open_bundle}),
)


def _told(output: Path, printed: Printed) -> str:
    document, size = printed.document, len(printed.pdf) / 1e6
    return f"{output}: {document.names} names in {len(document.groups)} countries, {size:.1f} MB"


def _tell_unopened(opened: Opened) -> None:
    if opened.unopened:
        click.echo(
            f"{opened.unopened} sealed entries could not be opened with these keys: they are not in the annex"
        )


def _receipt_path(output: Path) -> Path:
    return output.with_suffix(".receipt.json")


def _write(output: Path, content: bytes, mode: int) -> None:
    """Write a file, whole or not at all."""
    part = output.with_name(f".{output.name}.part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
        part.replace(output)
    except OSError as fault:
        raise click.ClickException(f"cannot write {output}: {fault.strerror}") from fault


def _opener(folder: Path | None) -> Opener:
    try:
        if folder is not None:
            return load_private(folder)
    except KeysMissing as fault:
        raise click.ClickException(str(fault)) from fault
    keys = _tools("say where the private key is: --keys DIR").keys
    if keys is None or keys.high_risk:
        raise click.ClickException(
            f"{HIGH_RISK}: make a bundle here and open it where the private key is, with --keys"
        )
    return keys.opener


def _tools(refusal: str) -> Toolbox:
    """Return the toolbox, or stop with `refusal` where there is none: on a laptop."""
    if EXTENSION not in current_app.extensions:
        raise click.ClickException(refusal)
    return toolbox()


def _keys() -> Keys:
    keys = toolbox().keys
    if keys is None:
        raise click.ClickException("there are no keys here: run `flask seal keygen`")
    return keys


def _log(tools: Toolbox, action: str, details: dict[str, str]) -> None:
    with tools.database.write() as session:
        write_log(session, None, action, "keys", details, now=tools.clock())
