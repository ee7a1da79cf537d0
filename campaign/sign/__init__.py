"""Receive what a visitor typed: an intent, which is not yet a signature.

gather: One mail for all the forms that had to wait for it: its link leads to each of theirs.
"""
