"""`flask sign unbar`: allow mail to an address again."""

import click
from flask.cli import AppGroup

from campaign.mail.address import AddressRefused, accept_address
from campaign.sign.service import index_everywhere, unbar_address
from campaign.web.toolbox import toolbox

sign = AppGroup("sign", help="What visitors typed, and addresses that asked for no mail.")


@sign.command("unbar")
@click.argument("email")
def unbar(email: str) -> None:
    """Allow mail to EMAIL again. Do this only if its owner asks, since the owner asked for the bar."""
    tools = toolbox()
    if tools.keys is None:
        raise click.ClickException("no keys: an address cannot be found without the index key")
    try:
        index = index_everywhere(tools.keys.index_key, accept_address(email))
    except AddressRefused as fault:
        raise click.ClickException("that is not an e-mail address") from fault
    with tools.database.write() as session:
        found = unbar_address(session, index, now=tools.clock())
    if not found:
        raise click.ClickException("this address is not barred")
    click.echo("it can be written to again")
