"""Row 12: a package that was handed over is changed on its way; whoever checks it sees that it was."""

import tempfile
from pathlib import Path

from campaign.deliver.making import make_package
from campaign.deliver.packing import Order, delivery_key
from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.deliver.mutations import forge, taken_in
from tests.drills.ground import campaign

MUTATIONS = 10_000


def run() -> tuple[str, bool]:
    """Change a package in 10,000 random ways."""
    with campaign(clock=Clock()) as ground, tempfile.TemporaryDirectory() as scratch:
        mailbox = Path(ground.tools.site.mail_url.removeprefix("maildir:"))
        visitor, vera = Visitor(ground.app, mailbox), Officer(ground.app, mailbox).join()
        for number, name in enumerate(("Odile Verchamp", "Édouard Belin", "Bela Trost"), 1):
            visitor.sign_and_confirm(name=name, email=f"p{number}@example.org")
            assert vera.decide(number).status_code == 303
        with ground.app.app_context():
            made = make_package(Order("appeal", "FR"), Path(scratch))
            key = delivery_key().public
        refused, kinds, accepted = forge(taken_in(made.folder), key, MUTATIONS, Path(scratch))
    told = f"{refused} of {MUTATIONS:,} changes of {kinds} kinds refused; the genuine one accepted: {accepted}"
    return told, refused == MUTATIONS and accepted
