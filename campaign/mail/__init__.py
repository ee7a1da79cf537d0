"""Queue a mail in the same transaction as the fact it follows; send it after commit.

address: The one parser of addresses, as people type and paste them; it asks no DNS.
carriers: Where mail goes: an SMTP server on a kept connection, or a folder of .eml files.
pauses: Leave a mail server alone that refuses us: one row that every worker looks at before it claims mails.
refusals: What a mail server's refusal is about: this recipient, this mail for now, or us. The one table of it.
sending: The loop that sends what is owed, one commit per mail.
"""
