"""`flask deliver …`: the commands of documents, packages and deliveries, in one group."""

from flask.cli import AppGroup

from campaign.deliver.life_cli import answered, approve, receipt, received
from campaign.deliver.sent_cli import sent
from campaign.document.cli import annex, bundle, pdf, record_receipt
from campaign.package.cli import check, package, recipients

deliver = AppGroup("deliver", help="Hand the letter and its roll to its recipients.")
for command in (
    pdf,
    bundle,
    annex,
    record_receipt,
    package,
    check,
    recipients,
    approve,
    sent,
    received,
    answered,
    receipt,
):
    deliver.add_command(command)
