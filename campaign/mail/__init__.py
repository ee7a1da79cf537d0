"""Queue a mail in the same transaction as the fact it follows; send it after commit.

address: The one parser of addresses, as people type and paste them; it asks no DNS.
carriers: Where mail goes: an SMTP server on an open connection, or a folder of .eml files.
pauses: Stop trying a mail server that refuses us: one row that every worker reads before it leases mails.
refusals: The table that says what a mail server's refusal is about: this recipient, this mail for now, or us.
sending: Send a batch of the mails that are due, one commit for each.
"""
