"""`flask deliver sent`: note that one delivery was sent, or send every approved one, each in its own transaction."""

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from campaign.audit.models import Officer
from campaign.deliver.life import Life, find_approved_unsent
from campaign.deliver.life_cli import FOUND, by_option, day_option, day_or_today, run_step
from campaign.deliver.rules import CHANNELS
from campaign.deliver.steps import Outgoing, Posted, send_delivery
from campaign.directory.rules import confirmation_told
from campaign.letter.service import NoSuchLetter, find_letter
from campaign.mail.address import AddressRefused, accept_address
from campaign.names.rules import NameRefused, accept_text
from campaign.package.folders import zip_of
from campaign.package.manifest import PDF
from campaign.package.verify import Refused, read_package
from campaign.web.toolbox import toolbox
from campaign.world.recipients import Confirmation, NoSuchRecipient


@click.command("sent")
@with_appcontext
@click.argument("reference", default="")
@by_option
@day_option
@click.option("--channel", type=click.Choice(list(CHANNELS)), required=True)
@click.option("--place", default="", help="Where, if by hand.")
@click.option("--note", default="", help="For the desk; no name of a person.")
@click.option("--again", is_flag=True, help="It was sent before, and you mean to send it again.")
@click.option("--pdf", type=FOUND, help="Let the worker mail this PDF, the delivery's own.")
@click.option("--to", "address", default="", help="The office's address, with --pdf.")
@click.option(
    "--all", "letter", default="", metavar="LETTER", help="Every approved package that was not sent yet."
)
@click.option(
    "--packages",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="With --all: let the worker mail the PDFs of the packages in this folder.",
)
def sent(reference: str, by: str, letter: str, day: datetime | None, **options: Any) -> None:
    """Note that REFERENCE was sent by hand, post or mail, or let the worker mail it.

    With --all, it sends every approved package of LETTER that was not sent yet, one after the other. After a crash the
    same command continues where it stopped, and sends none twice. It names those it cannot send, and sends the others.
    """
    if bool(reference) == bool(letter) or (letter and (options["again"] or options["pdf"] or options["address"])):
        raise click.ClickException("name one REFERENCE, or --all LETTER without --again, --pdf and --to")
    channel, place, remark = options["channel"], _line(options["place"], 200), _line(options["note"], 500)
    outgoing = partial(Outgoing, channel, place=place, note=remark)
    if letter:
        _send_all(letter, by, day, outgoing, options["packages"] if channel == "mail" else None)
    else:
        posted = _posted(options["pdf"], options["address"], channel)
        _send(reference, by, day, partial(outgoing, again=options["again"], posted=posted))


def _send(reference: str, by: str, day: datetime | None, outgoing: partial[Outgoing]) -> None:
    def act(session: Session, number: int, who: Officer, now: datetime) -> None:
        send_delivery(session, number, outgoing(day_or_today(day, now)), who, now=now)

    run_step(reference, by, act)


def _send_all(
    slug: str, by: str, day: datetime | None, outgoing: partial[Outgoing], packages: Path | None
) -> None:
    try:
        with toolbox().database.read() as session:
            ready = find_approved_unsent(session, find_letter(session, slug))
    except NoSuchLetter as fault:
        raise click.ClickException(str(fault)) from fault
    left = 0
    for life in ready:
        try:
            posted = _of_package(life, packages) if packages else None
            _send(life.delivery.reference, by, day, partial(outgoing, posted=posted))
        except click.ClickException as fault:
            left += 1
            click.echo(f"{life.delivery.reference}: not sent: {fault.message}", err=True)
    click.echo(f"{len(ready) - left} of {len(ready)} sent")
    if left:
        raise SystemExit(1)


def _of_package(life: Life, packages: Path) -> Posted:
    """Return the mail to the office of a package: its address from the list of recipients, its PDF from the folder."""
    folder = packages / life.delivery.reference
    found = folder if folder.is_dir() else zip_of(folder)
    try:
        office = toolbox().recipients.find(life.delivery.country, life.package.office if life.package else "")
        if office.confirmation(toolbox().clock().date()) is not Confirmation.FRESH:
            told = confirmation_told(office, toolbox().clock().date())
            click.echo(f"{life.delivery.reference}: {office.name}: {told}", err=True)
        return Posted(accept_address(office.mail).written, bytes(read_package(found)[PDF]), toolbox().site.url)
    except (NoSuchRecipient, AddressRefused) as fault:
        raise click.ClickException("the list of recipients has no address for this office") from fault
    except (Refused, OSError, KeyError) as fault:
        raise click.ClickException(f"no package of it in {packages}") from fault


def _posted(pdf: Path | None, address: str, channel: str) -> Posted | None:
    """Return what the worker is to mail, None if the options name no PDF."""
    if bool(pdf) != bool(address) or (pdf and channel != "mail"):
        raise click.ClickException("to let it be mailed: --channel mail --pdf FILE --to ADDRESS")
    if pdf is None:
        return None
    try:
        return Posted(accept_address(address).written, pdf.read_bytes(), toolbox().site.url)
    except AddressRefused as fault:
        raise click.ClickException("--to is not a plain e-mail address") from fault


def _line(typed: str, limit: int) -> str:
    try:
        return accept_text(typed, limit=limit)
    except NameRefused as fault:
        raise click.ClickException("place and note are one plain line each, without an address") from fault
