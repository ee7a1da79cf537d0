"""Queue a mail in the same transaction as the fact it follows; send it after commit."""
