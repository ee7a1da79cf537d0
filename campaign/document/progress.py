"""Say on a terminal how far the work is, and which names were printed otherwise."""

import sys
from collections.abc import Iterable

import click

from campaign.document.rules import Step

BAR, WIPE = 30, "\r\x1b[K"


def tell_ready(step: Step) -> None:
    """Say what is ready, and to a terminal how far it is, on a line that is written over."""
    live = sys.stderr.isatty()
    if live:
        click.echo(WIPE, nl=False, err=True)
    if step.words:
        click.echo(step.words)
    if live and step.done < step.total:
        bar = "#" * (BAR * step.done // step.total)
        click.echo(f"[{bar:.<{BAR}}] {step.stage}, {step.done:,} of {step.total:,}", nl=False, err=True)


def tell_otherwise(numbers: Iterable[int]) -> None:
    """Name by number the signatories whose entry holds characters that our fonts do not draw."""
    told = ", ".join(map(str, numbers))
    if told:
        click.echo(f"not printed as they wrote, since no font here draws it: signatory {told} (see their cards)")
