"""`flask sign bar|unbar`: send an address no mail, or allow it again."""

import click
from flask.cli import AppGroup

from campaign.audit.log import write_log
from campaign.mail.address import Address, AddressRefused, accept_address
from campaign.sign.rules import BARS, BY_OWNER
from campaign.sign.service import bar_mailbox, index_everywhere, unbar_address
from campaign.web.toolbox import toolbox

sign = AppGroup("sign", help="What visitors typed, and addresses that asked for no mail.")


@sign.command("unbar")
@click.argument("email")
def unbar(email: str) -> None:
    """Allow mail to EMAIL again. Do this only if its owner asks, since the owner asked for the bar."""
    tools, address = toolbox(), _address(email)
    with tools.database.write() as session:
        found = unbar_address(session, index_everywhere(_index_key(), address), now=tools.clock())
        if found:
            write_log(session, None, "unbar", "address", {"why": "asked"}, now=tools.clock())
    if not found:
        raise click.ClickException("this address is not barred")
    click.echo("it can be written to again")


@sign.command("bar")
@click.argument("email")
@click.option("--reason", type=click.Choice([name for name in BARS if name != BY_OWNER]), required=True)
def bar(email: str, reason: str) -> None:
    """Send EMAIL no mail any more, from any letter; only an index of the address is kept."""
    tools, address = toolbox(), _address(email)
    with tools.database.write() as session:
        anew = bar_mailbox(session, _index_key(), address, reason, now=tools.clock())
        if anew:
            write_log(session, None, "bar", "address", {"why": reason}, now=tools.clock())
    click.echo("it gets no mail any more" if anew else "it was barred already")


def _address(email: str) -> Address:
    try:
        return accept_address(email)
    except AddressRefused as fault:
        raise click.ClickException("that is not an e-mail address") from fault


def _index_key() -> bytes:
    keys = toolbox().keys
    if keys is None:
        raise click.ClickException("no keys: an address cannot be found without the index key")
    return keys.index_key
