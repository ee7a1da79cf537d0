"""Slow a flood: budgets, proof of work, reasons to hold a signature for the desk.

buckets: Rate limit counters for `limits`: our own table, inside the present transaction.
places: Places for mails that strangers can cause: three for a mailbox and a number for a domain, in any 24 hours.
proofs: Proof of work by altcha (v2): the browser derives keys until one fits, while the visitor types.
"""
