"""`flask deliver pdf|annex|bundle|record` print the letter and its annexes; `flask seal open` reads a bundle."""

import os
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from campaign.audit.models import Officer
from campaign.desk.admissions import two_people_fault
from campaign.desk.rules import DELIVERS
from campaign.document.bundle import (
    COUNTS,
    Bundle,
    BundleMalformed,
    OpenedBundle,
    Receipt,
    open_address,
    open_entries,
    open_entry,
)
from campaign.document.pdf import printed_otherwise
from campaign.document.press import WHOLE
from campaign.document.printing import (
    NOT_PRINTED,
    NoSuchDocument,
    Printed,
    PrintOrder,
    export_bundle,
    keep_printed,
    prepare_annex,
    print_annex,
    print_document,
    read_document,
    second_person_agreed,
)
from campaign.document.progress import tell_otherwise, tell_ready
from campaign.document.rules import PAPERS, Document
from campaign.document.service import record
from campaign.document.volumes import print_volumes
from campaign.letter.service import NoSuchLetter
from campaign.names.coverage import unprintable
from campaign.seal.boxes import Opener
from campaign.seal.keys import HIGH_RISK, KeysMissing, load_private
from campaign.signin.officers import officer_in
from campaign.storage.files import NotWritten
from campaign.web.cli import seal
from campaign.web.toolbox import EXTENSION, Toolbox, toolbox
from campaign.world.languages import LANGUAGES
from campaign.world.named import read_key

FILE = click.Path(dir_okay=False, path_type=Path)
FOUND = click.Path(exists=True, dir_okay=False, path_type=Path)
Decorator = Callable[[Callable[..., None]], Callable[..., None]]


def recipient_option(more: str = "", *, required: bool = False) -> Decorator:
    """Return the option for a recipient: a country, for its government, or the key of a named recipient."""
    return click.option(
        "--country",
        "--recipient",
        "country",
        default=None if required else "",
        required=required,
        callback=lambda _context, _option, typed: read_key(typed),
        help=f"A country, two letters, for its government; or the key of a recipient that the letter names. {more}",
    )


language_option = click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
paper_option = click.option(
    "--paper",
    type=click.Choice(PAPERS),
    callback=lambda _context, _option, paper: paper or "",
    help="Without it, the paper that offices of the country file.",
)
output_option = click.option("-o", "--output", type=FILE, required=True)
by_option = click.option(
    "--by", metavar="EMAIL", default="", help="The officer who asks for the file; a second one agrees at the desk."
)
keys_option = click.option(
    "--keys",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with private.key or recovery.key; without it, SEAL_KEYS.",
)


@click.command("pdf")
@with_appcontext
@click.argument("letter")
@recipient_option("Without it, all addressees.")
@language_option
@paper_option
@output_option
def pdf(letter: str, country: str, language: str, paper: str, output: Path) -> None:
    """Print LETTER with its public signatories to a PDF file, whole or not at all.

    More than 20,000 names become numbered volumes in a folder: -o letter.pdf makes letter/letter-1.pdf and so on.
    """
    order = PrintOrder(letter, language, country, paper)
    try:
        tools = toolbox()
        document = read_document(tools, order)
        if document.names > WHOLE:
            print_volumes(tools, document, order, output.with_suffix(""), tell_ready)
            _tell_otherwise(document)
            return
        printed = keep_printed(tools, print_document(document, order), None)
    except (*NOT_PRINTED, NotWritten) as fault:
        raise click.ClickException(str(fault)) from fault
    _write(output, printed.pdf, 0o644)
    click.echo(_summary(output, printed))
    _tell_otherwise(document)


@click.command("bundle")
@with_appcontext
@click.argument("letter")
@click.option(
    "--waiting", is_flag=True, help="Signatories who wait for the desk, with addresses, not those who count."
)
@by_option
@output_option
def bundle(letter: str, waiting: bool, by: str, output: Path) -> None:
    """Write the sealed entries of LETTER to a file, still sealed, for the machine that holds the private key.

    Two people must agree here, because the machine that opens the bundle cannot ask a second one.
    """
    try:
        officer = require_second_person(f"{letter}{'-waiting' * waiting}.bundle", letter, by)
        exported = export_bundle(toolbox(), letter, officer, waiting=waiting)
    except NoSuchDocument as fault:
        raise click.ClickException(str(fault)) from fault
    _write(output, exported.to_bytes(), 0o600)
    click.echo(f"{output}: {len(exported.boxes)} sealed entries of {exported.holds}, and no name")


@click.command("annex")
@with_appcontext
@click.argument("source", metavar="LETTER|BUNDLE")
@recipient_option(required=True)
@language_option
@paper_option
@keys_option
@by_option
@output_option
def annex(source: str, folder: Path | None, by: str, output: Path, **chosen: str) -> None:
    """Print the names of the withheld who let one recipient read them, for that recipient only.

    From a BUNDLE, it needs no database and no settings, and writes a receipt beside the PDF for `flask deliver
    record`. From a LETTER, where the private key is, it does both in one step; two people must agree, as for a bundle.
    """
    path, opener = Path(source), _opener(folder)
    order = PrintOrder(source, chosen["language"], chosen["country"], chosen["paper"])
    try:
        if path.is_file():
            made = Bundle.from_bytes(path.read_bytes())
            opened, order = open_entries(made, opener), replace(order, letter=made.letter)
            printed = print_document(prepare_annex(made, opened, order), order)
        else:
            tools = _tools(f"there is no bundle {source}")
            officer = require_second_person(f"annex-{order.filename}", source, by)
            printed, opened = print_annex(tools, order, opener, officer)
    except (*NOT_PRINTED, BundleMalformed) as fault:
        raise click.ClickException(str(fault)) from fault
    _write(output, printed.pdf, 0o600)
    click.echo(_summary(output, printed))
    _tell_otherwise(printed.document)
    _tell_unopened(opened)
    if path.is_file():
        _write(_receipt_path(output), printed.receipt.to_bytes(), 0o600)
        click.echo(
            f"{_receipt_path(output)}: bring this to the server: flask deliver record {_receipt_path(output).name}"
        )


@click.command("record")
@with_appcontext
@click.argument("receipt", type=FOUND)
def record_receipt(receipt: Path) -> None:
    """Record that an annex was printed elsewhere, so that a later withdrawal finds it; twice changes nothing."""
    tools = toolbox()
    try:
        printed = Receipt.from_bytes(receipt.read_bytes())
        with tools.database.write() as session:
            gone = record(session, printed, None, now=tools.clock())
    except BundleMalformed as fault:
        raise click.ClickException(f"{receipt}: {fault}") from fault
    except NoSuchLetter as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"{printed.reference}: {len(printed.lines)} names on record")
    for place in gone:
        click.echo(f"withdrawn or changed since the bundle was made, not to be handed over: {place}")


@seal.command("open")
@click.argument("bundle", type=FOUND)
@keys_option
def open_bundle(bundle: Path, folder: Path | None) -> None:
    """List who waits, or is asked anew, from their bundle: number, kind, country, use of name, name, address.

    It needs no database and no settings. Decide by number at the desk. A dash means that no key here opens it.
    """
    opener = _opener(folder)
    try:
        made = Bundle.from_bytes(bundle.read_bytes())
    except BundleMalformed as fault:
        raise click.ClickException(f"{bundle}: {fault}") from fault
    if made.holds == COUNTS:
        raise click.ClickException(
            f"this bundle holds {made.holds}: make one with `flask deliver bundle --waiting`"
        )
    for box in made.boxes:
        entry, address = open_entry(box, opener), open_address(box, opener)
        name = entry.name if entry else "—"
        click.echo(f"{box.number}\t{box.kind}\t{box.country}\t{box.visibility}\t{name}\t{address or '—'}")


OFFLINE = (  # commands for a laptop without a database: app.py's offline()
    AppGroup("deliver", help="Print an annex from a bundle.", commands={"annex": annex}),
    AppGroup("seal", help="Open a bundle.", commands={"open": open_bundle}),
)


def require_second_person(file: str, letter: str, by: str) -> Officer:
    """Return the officer who asks for withheld names, once a second one has agreed; until then, ask for one and stop."""
    with toolbox().database.read() as session:
        officer = officer_in(session, by, DELIVERS)
    if officer is None:
        raise click.ClickException("say which officer asks for it, one who may deliver: --by EMAIL")
    if not second_person_agreed(toolbox(), file, letter, officer):
        with toolbox().database.read() as session:
            lack = two_people_fault(session, officer, now=toolbox().clock())
        raise click.ClickException(
            "no file was written yet: this takes two people. A colleague agrees at the desk under “Second person”. "
            f"Then run this again within the day: only you get the file. {lack}".rstrip(". ")
        )
    return officer


def _summary(output: Path, printed: Printed) -> str:
    document, size = printed.document, len(printed.pdf) / 1e6
    return f"{output}: {document.names} names in {len(document.groups)} countries, {size:.1f} MB"


def _tell_otherwise(document: Document) -> None:
    """Print which signatories, and which of the letter's own texts, are not printed as they were written."""
    tell_otherwise(number for number, _place in printed_otherwise(document))
    for part in ("title", "recipient", "body", "covering"):
        if letters := unprintable(unescape(getattr(document, part))):
            click.echo(f"no font here draws this in the letter's {part}: {' '.join(letters)}")


def _tell_unopened(opened: OpenedBundle) -> None:
    if opened.unopened:
        click.echo(
            f"{opened.unopened} sealed entries could not be opened with these keys: they are not in the annex"
        )


def _receipt_path(output: Path) -> Path:
    return output.with_suffix(".receipt.json")


def _write(output: Path, content: bytes, mode: int) -> None:
    """Write a file, whole or not at all; it has its `mode` before its first byte, so no other user reads an annex."""
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
    """Return the toolbox, or stop with `refusal` on a laptop, where there is none."""
    if EXTENSION not in current_app.extensions:
        raise click.ClickException(refusal)
    return toolbox()
