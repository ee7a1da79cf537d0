"""Slow a flood: budgets, proof of work, reasons to hold.

buckets: The storage that `limits` counts in: our own table, inside the transaction that is under way.
places: Places for mails that strangers can cause: three a mailbox and so many a domain, in any 24 hours.
proofs: Proof of work by altcha (v2): a browser derives keys until one fits, while its owner types.
"""
