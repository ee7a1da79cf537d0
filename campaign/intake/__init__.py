"""Signatures that came on paper or from an earlier list, with their provenance."""
