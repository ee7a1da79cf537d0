"""Tell a terminal how far the work is, and which names were not printed as they were signed."""

import sys
from collections.abc import Iterable

import click

from campaign.document.rules import Step

BAR, WIPE = 30, "\r\x1b[K"


def tell_ready(step: Step) -> None:
    """Print what is ready; on a terminal, also a bar that is overwritten as the work goes on."""
    live = sys.stderr.isatty()
    if live:
        click.echo(WIPE, nl=False, err=True)
    if step.words:
        click.echo(step.words)
    if live and step.done < step.total:
        bar = "#" * (BAR * step.done // step.total)
        click.echo(f"[{bar:.<{BAR}}] {step.stage}, {step.done:,} of {step.total:,}", nl=False, err=True)


def tell_otherwise(numbers: Iterable[int]) -> None:
    """Print the numbers of signatories whose entry holds characters that our fonts do not draw."""
    told = ", ".join(map(str, numbers))
    if told:
        click.echo(f"not printed as they wrote, since no font here draws it: signatory {told} (see their cards)")
