"""`flask desk audit sign|head|verify`: whether the log is whole."""

import click
from flask.cli import AppGroup

from campaign.audit.heads import HeadMalformed, check_log, count_heads, read_head, sign_head
from campaign.seal.keys import KeysMissing
from campaign.seal.signing import SigningKey, load_or_create_signing_key
from campaign.web.toolbox import toolbox

audit = AppGroup("audit", help="Sign the log, and check it.")


@audit.command("sign")
def sign_log() -> None:
    """Sign the newest entry of the log now; the worker does it every few minutes."""
    with toolbox().database.write() as session:
        head = sign_head(session, _log_key())
    click.echo(f"entry {head.entry_id} is signed" if head else "the log is empty")


@audit.command("head")
def print_head() -> None:
    """Sign the newest entry and print it as one line; keep that line away from this machine."""
    with toolbox().database.write() as session:
        head = sign_head(session, _log_key())
    if head is None:
        raise click.ClickException("the log is empty")
    click.echo(head.line())


@audit.command("verify")
@click.option("--head", "lines", multiple=True, metavar="LINE", help="A line that `audit head` printed earlier.")
def verify_log(lines: tuple[str, ...]) -> None:
    """Check that no entry of the log was changed, removed or cut off; name the first bad one."""
    tools = toolbox()
    try:
        kept = [read_head(line) for line in lines]
    except HeadMalformed as fault:
        raise click.ClickException("that is not a line of `flask desk audit head`") from fault
    with tools.database.read() as session:
        bad = check_log(session, _log_key().public, kept, now=tools.clock())
        count, newest = count_heads(session)
    if bad is not None:
        raise click.ClickException(f"entry {bad.entry_id} {bad.sentence}")
    signed = f"signed heads: {count}, the newest at entry {newest}" if count else "nothing is signed yet"
    click.echo(f"every entry follows from the one before it; {signed}")


def _log_key() -> SigningKey:
    try:
        return load_or_create_signing_key(toolbox().site.seal_keys)
    except KeysMissing as fault:
        raise click.ClickException(str(fault)) from fault
