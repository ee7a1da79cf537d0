"""Receive what a visitor typed: an intent, which is not yet a signature.

gather: One mail for all the forms that waited for it: its one link leads to each form.
"""
