"""Receive what a visitor typed: an intent, which is not yet a signature."""
